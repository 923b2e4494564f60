//! Rows of memberships.

use diesel::prelude::*;

use super::Membership;
use crate::{
    access::WorkspaceSet,
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
    },
    db::{
        Connection, Error, Tx,
        schema::{memberships, roles, users, workspaces},
    },
};

pub(super) fn put(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId, role: &RoleId, by: Option<&UserId>) -> Result<(), Error> {
    let now = tx.now;
    let row = memberships::table.find((user, workspace));
    let changed = diesel::update(row).set((memberships::role_id.eq(role), memberships::given_by.eq(by), memberships::given_at.eq(now))).execute(&mut **tx)?;
    if changed == 0 {
        let name_key: String = users::table.filter(users::id.eq(user)).select(users::name_key).first(&mut **tx)?;
        diesel::insert_into(memberships::table)
            .values((
                memberships::user_id.eq(user),
                memberships::workspace_id.eq(workspace),
                memberships::role_id.eq(role),
                memberships::given_by.eq(by),
                memberships::given_at.eq(now),
                memberships::name_key.eq(name_key),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

type Place = (WorkspaceId, String, i32, Option<Moment>);
type Given = (RoleId, String, String, Option<UserId>, Moment);

pub(super) fn of_user(c: &mut Connection, user: &UserId) -> Result<Vec<Membership>, Error> {
    let rows: Vec<(Place, Given)> = memberships::table
        .inner_join(workspaces::table)
        .inner_join(roles::table)
        .filter(memberships::user_id.eq(user))
        .order((workspaces::name_key, workspaces::id))
        .select((
            (workspaces::id, workspaces::name, workspaces::hue, workspaces::archived_at),
            (roles::id, roles::name, roles::permissions, memberships::given_by, memberships::given_at),
        ))
        .load(c)?;
    let givers: Vec<UserId> = rows.iter().filter_map(|(_, given)| given.3.clone()).collect();
    let names: Vec<(UserId, String)> = users::table.filter(users::id.eq_any(givers)).select((users::id, users::name)).load(c)?;
    let membership = |((workspace, workspace_name, hue, archived), (role, role_name, permissions, given_by, given_at)): (Place, Given)| Membership {
        workspace,
        workspace_name,
        hue: hue as u8,
        archived: archived.is_some(),
        role,
        role_name,
        permissions: permissions.parse::<WorkspaceSet>().unwrap_or_else(|never| match never {}).closure(),
        given_by_name: given_by.as_ref().and_then(|by| names.iter().find(|(id, _)| id == by).map(|(_, name)| name.clone())),
        given_by,
        given_at,
    };
    Ok(rows.into_iter().map(membership).collect())
}
