//! Rows of tours, and what tells that a first step was taken.

use diesel::prelude::*;

use super::{State, Stop, Tour};
use crate::{
    base::ids::{UserId, WorkspaceId},
    db::{
        Connection, Error, Tx,
        schema::{api_keys, invitations, memberships, tours},
    },
};

pub(super) fn find(c: &mut Connection, user: &UserId, workspace: &WorkspaceId) -> Result<Option<Tour>, Error> {
    let row: Option<(State, String)> = tours::table.find((user, workspace)).select((tours::state, tours::stop)).first(c).optional()?;
    Ok(row.map(|(state, stop)| Tour { state, stop: stop.parse::<Stop>().ok() }))
}

pub(super) fn has_any(c: &mut Connection, user: &UserId) -> Result<bool, Error> {
    let one: Option<WorkspaceId> =
        tours::table.filter(tours::user_id.eq(user)).filter(tours::state.ne(State::New)).select(tours::workspace_id).first(c).optional()?;
    Ok(one.is_some())
}

pub(super) fn has_hidden(c: &mut Connection, user: &UserId) -> Result<bool, Error> {
    let one: Option<WorkspaceId> =
        tours::table.filter(tours::user_id.eq(user)).filter(tours::list_hidden.eq(true)).select(tours::workspace_id).first(c).optional()?;
    Ok(one.is_some())
}

pub(super) fn set_state(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId, state: State, stop: &str) -> Result<(), Error> {
    let now = tx.now;
    let row = tours::table.find((user, workspace));
    let changed = diesel::update(row).set((tours::state.eq(state), tours::stop.eq(stop), tours::changed_at.eq(now))).execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(tours::table)
            .values((
                tours::user_id.eq(user),
                tours::workspace_id.eq(workspace),
                tours::state.eq(state),
                tours::stop.eq(stop),
                tours::list_hidden.eq(false),
                tours::changed_at.eq(now),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

pub(super) fn hide(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId) -> Result<(), Error> {
    if find(tx, user, workspace)?.is_none() {
        set_state(tx, user, workspace, State::New, "")?;
    }
    diesel::update(tours::table.find((user, workspace))).set(tours::list_hidden.eq(true)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_of(tx: &mut Tx, user: &UserId) -> Result<(), Error> {
    diesel::delete(tours::table.filter(tours::user_id.eq(user))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn somebody_is_invited(c: &mut Connection) -> Result<bool, Error> {
    let one: Option<UserId> = invitations::table.select(invitations::user_id).first(c).optional()?;
    Ok(one.is_some())
}

pub(super) fn others_belong(c: &mut Connection, user: &UserId, workspace: &WorkspaceId) -> Result<bool, Error> {
    let one: Option<UserId> = memberships::table
        .filter(memberships::workspace_id.eq(workspace))
        .filter(memberships::user_id.ne(user))
        .select(memberships::user_id)
        .first(c)
        .optional()?;
    Ok(one.is_some())
}

pub(super) fn has_key(c: &mut Connection, workspace: &WorkspaceId) -> Result<bool, Error> {
    let one: Option<String> = api_keys::table.filter(api_keys::workspace_id.eq(workspace)).select(api_keys::id).first(c).optional()?;
    Ok(one.is_some())
}
