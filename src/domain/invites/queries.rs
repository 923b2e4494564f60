//! Rows of invitations.

use std::collections::HashMap;

use diesel::{dsl::exists, prelude::*};

use super::{Dependents, Invitation, State, Which};
use crate::{
    base::{
        clock::{self, Moment},
        ids::{InvitationId, RoleId, UserId, WithheldId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error, Tx,
        schema::{invitations, memberships, users, withheld, workspaces},
    },
    domain::{outbox, users::Named},
};

type Row =
    ((InvitationId, UserId, State, i32, Option<UserId>), (Moment, Moment, Option<Moment>, Option<Moment>), (outbox::State, Option<String>, Option<UserId>));

macro_rules! columns {
    () => {
        (
            (invitations::id, invitations::user_id, invitations::state, invitations::generation, invitations::invited_by),
            (invitations::sent_at, invitations::expires_at, invitations::ended_at, invitations::asked_at),
            (invitations::mail_state, invitations::mail_problem, invitations::asked_of),
        )
    };
}

fn invitation(((id, user, state, generation, invited_by), (sent_at, expires_at, ended_at, asked_at), (mail, mail_problem, asked_of)): Row) -> Invitation {
    Invitation { id, user, state, generation, invited_by, sent_at, expires_at, ended_at, asked_at, asked_of, mail, mail_problem }
}

pub(super) fn find_of(c: &mut Connection, user: &UserId) -> Result<Option<Invitation>, Error> {
    Ok(invitations::table.filter(invitations::user_id.eq(user)).select(columns!()).first(c).optional()?.map(invitation))
}

pub(super) fn of_each(c: &mut Connection, users: &[UserId]) -> Result<HashMap<UserId, Invitation>, Error> {
    let rows: Vec<Row> = invitations::table.filter(invitations::user_id.eq_any(users)).select(columns!()).load(c)?;
    Ok(rows.into_iter().map(invitation).map(|invitation| (invitation.user.clone(), invitation)).collect())
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

pub(super) fn void_all(tx: &mut Tx, leap: i32, problem: &str) -> Result<(), Error> {
    let all = diesel::update(invitations::table).set(invitations::generation.eq(invitations::generation + leap));
    all.execute(&mut **tx)?;
    diesel::update(invitations::table.filter(invitations::state.eq(State::Pending)))
        .set((invitations::mail_state.eq(outbox::State::Failed), invitations::mail_problem.eq(problem)))
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
            invitations::asked_of.eq(None::<UserId>),
            (invitations::mail_state.eq(outbox::State::Queued), invitations::mail_problem.eq(None::<String>)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// To the generation after this.
pub(super) fn raise(tx: &mut Tx, ids: &[&InvitationId]) -> Result<(), Error> {
    diesel::update(invitations::table.filter(invitations::id.eq_any(ids.iter().copied())))
        .set((
            invitations::generation.eq(invitations::generation + 1),
            invitations::mail_state.eq(outbox::State::Queued),
            invitations::mail_problem.eq(None::<String>),
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

pub(super) fn find(c: &mut Connection, id: &InvitationId) -> Result<Option<Invitation>, Error> {
    Ok(invitations::table.find(id).select(columns!()).first(c).optional()?.map(invitation))
}

pub(super) fn set_asked(tx: &mut Tx, id: &InvitationId, of: &UserId) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(invitations::table.find(id)).set((invitations::asked_at.eq(now), invitations::asked_of.eq(of))).execute(&mut **tx)?;
    Ok(())
}

/// Keeps what was to be given and is not; without a workspace it is the organization role.
pub(super) fn withhold(tx: &mut Tx, user: &UserId, workspace: Option<&WorkspaceId>, role: &RoleId, given_by: Option<&UserId>) -> Result<(), Error> {
    let now = tx.now;
    diesel::insert_into(withheld::table)
        .values((
            withheld::id.eq(WithheldId::new()),
            withheld::user_id.eq(user),
            withheld::workspace_id.eq(workspace),
            withheld::role_id.eq(role),
            withheld::given_by.eq(given_by),
            withheld::withheld_at.eq(now),
        ))
        .execute(&mut **tx)?;
    if let Some(workspace) = workspace {
        diesel::delete(memberships::table.find((user, workspace))).execute(&mut **tx)?;
    }
    Ok(())
}

/// A workspace with its sort key.
pub(super) type Open = (WorkspaceId, String, i32, String);

/// Workspaces that are not archived, by name; at most `limit`.
pub(super) fn open_workspaces(c: &mut Connection, limit: i64) -> Result<Vec<Open>, Error> {
    Ok(workspaces::table
        .filter(workspaces::archived_at.is_null())
        .order((workspaces::name_key, workspaces::id))
        .limit(limit)
        .select((workspaces::id, workspaces::name, workspaces::hue, workspaces::name_key))
        .load(c)?)
}

/// Those of the given workspaces that are not archived, by name.
pub(super) fn open_among(c: &mut Connection, ids: &[WorkspaceId]) -> Result<Vec<Open>, Error> {
    Ok(workspaces::table
        .filter(workspaces::archived_at.is_null())
        .filter(workspaces::id.eq_any(ids.to_vec()))
        .order((workspaces::name_key, workspaces::id))
        .select((workspaces::id, workspaces::name, workspaces::hue, workspaces::name_key))
        .load(c)?)
}

/// People whose invitation can be accepted and carries what one of the givers gave; of their organization roles only `roles`.
pub(super) fn dependents(c: &mut Connection, givers: &[UserId], which: Which, roles: &[RoleId], limit: i64) -> Result<Dependents, Error> {
    let held = || memberships::table.filter(memberships::user_id.eq(users::id)).filter(memberships::given_by.eq_any(givers));
    let by_role = || users::role_given_by.eq_any(givers).and(users::role_id.eq_any(roles)).assume_not_null();
    let invited = || {
        let open = users::table
            .inner_join(invitations::table.on(invitations::user_id.eq(users::id)))
            .filter(users::status.eq("invited"))
            .filter(invitations::state.eq(State::Pending))
            .filter(invitations::expires_at.gt(clock::now()))
            .into_boxed();
        match which {
            Which::All => open.filter(exists(held()).or(by_role())),
            Which::Roles => open.filter(by_role()),
            Which::In(workspace) => open.filter(exists(held().filter(memberships::workspace_id.eq(workspace)))),
        }
    };
    let count = invited().count().get_result(c)?;
    let some: Vec<(UserId, String, Option<AvatarHash>)> = if count == 0 {
        Vec::new()
    } else {
        invited().order((users::name_key, users::seq)).limit(limit).select((users::id, users::name, users::avatar)).load(c)?
    };
    Ok(Dependents { count, some: some.into_iter().map(Named::of).collect() })
}
