//! The organization's note of a restoration, and what came back with it.

use diesel::{dsl::exists, prelude::*, select};

use crate::{
    base::{clock::Moment, ids::UserId},
    db::{
        Connection, Error, Tx,
        schema::{api_keys, invitations, organization, users},
    },
    domain::{
        invites, outbox,
        users::{Kind, Status},
    },
};

/// Whether nobody is in it but who comes with every new database.
pub(super) fn is_empty(c: &mut Connection) -> Result<bool, Error> {
    let anybody: bool = select(exists(users::table.filter(users::kind.eq(Kind::Person)))).get_result(c)?;
    let any_key: bool = select(exists(api_keys::table.select(api_keys::id))).get_result(c)?;
    Ok(!anybody && !any_key)
}

pub(super) fn mark(tx: &mut Tx, made_at: Moment) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(organization::table).set((organization::restored_at.eq(now), organization::restored_from.eq(made_at))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn unmark(tx: &mut Tx) -> Result<usize, Error> {
    let marked = organization::table.filter(organization::restored_at.is_not_null());
    Ok(diesel::update(marked).set((organization::restored_at.eq(None::<Moment>), organization::restored_from.eq(None::<Moment>))).execute(&mut **tx)?)
}

/// How many people have had a status since before that moment.
pub(super) fn with_status_from_before(c: &mut Connection, status: Status, at: Moment) -> Result<i64, Error> {
    let people = users::table.filter(users::kind.eq(Kind::Person)).filter(users::status.eq(status));
    Ok(people.filter(users::status_changed_at.lt(at)).count().get_result(c)?)
}

/// How many are invited by a link that was sent before that moment and voided by it. A link sent since, also one for an invitation
/// that was changed, is on its way or out.
pub(super) fn with_void_link(c: &mut Connection, at: Moment) -> Result<i64, Error> {
    let invited = users::table.inner_join(invitations::table.on(invitations::user_id.eq(users::id))).filter(users::status.eq(Status::Invited));
    let pending = invited.filter(invitations::state.eq(invites::State::Pending)).filter(invitations::mail_state.eq(outbox::State::Failed));
    Ok(pending.filter(invitations::sent_at.lt(at)).count().get_result(c)?)
}

/// Those of some people who were given their role before that moment.
pub(super) fn with_role_from_before(c: &mut Connection, people: &[&UserId], at: Moment) -> Result<Vec<UserId>, Error> {
    let people = users::table.filter(users::id.eq_any(people.iter().copied())).filter(users::role_given_at.lt(at));
    Ok(people.select(users::id).load(c)?)
}
