//! Rows of invitations.

use diesel::prelude::*;

use super::{Invitation, State};
use crate::{
    base::{
        clock::Moment,
        ids::{InvitationId, UserId},
    },
    db::{Connection, Error, Tx, schema::invitations},
    domain::outbox,
};

type Row = ((InvitationId, UserId, State, i32, Option<UserId>), (Moment, Moment, Option<Moment>, Option<Moment>), (outbox::State, Option<String>));

macro_rules! columns {
    () => {
        (
            (invitations::id, invitations::user_id, invitations::state, invitations::generation, invitations::invited_by),
            (invitations::sent_at, invitations::expires_at, invitations::ended_at, invitations::asked_at),
            (invitations::mail_state, invitations::mail_problem),
        )
    };
}

fn invitation(((id, user, state, generation, invited_by), (sent_at, expires_at, ended_at, asked_at), (mail, mail_problem)): Row) -> Invitation {
    Invitation { id, user, state, generation, invited_by, sent_at, expires_at, ended_at, asked_at, mail, mail_problem }
}

pub(super) fn find_of(c: &mut Connection, user: &UserId) -> Result<Option<Invitation>, Error> {
    Ok(invitations::table.filter(invitations::user_id.eq(user)).select(columns!()).first(c).optional()?.map(invitation))
}

pub(super) fn insert(tx: &mut Tx, id: &InvitationId, user: &UserId, by: &UserId, expires_at: Moment) -> Result<(), Error> {
    let now = tx.now;
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::user_id.eq(user),
            invitations::state.eq(State::Pending),
            invitations::generation.eq(1),
            invitations::invited_by.eq(by),
            invitations::created_at.eq(now),
            invitations::sent_at.eq(now),
            invitations::expires_at.eq(expires_at),
            invitations::mail_state.eq(outbox::State::Queued),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn renew(tx: &mut Tx, id: &InvitationId, by: &UserId, generation: i32, expires_at: Moment) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(invitations::table.find(id))
        .set((
            (invitations::state.eq(State::Pending), invitations::generation.eq(generation), invitations::invited_by.eq(by)),
            (invitations::sent_at.eq(now), invitations::expires_at.eq(expires_at)),
            (invitations::ended_at.eq(None::<Moment>), invitations::ended_by.eq(None::<UserId>), invitations::asked_at.eq(None::<Moment>)),
            (invitations::mail_state.eq(outbox::State::Queued), invitations::mail_problem.eq(None::<String>)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn end(tx: &mut Tx, id: &InvitationId, state: State, by: Option<&UserId>) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(invitations::table.find(id))
        .set((invitations::state.eq(state), invitations::ended_at.eq(now), invitations::ended_by.eq(by)))
        .execute(&mut **tx)?;
    Ok(())
}
