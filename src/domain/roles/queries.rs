//! Rows of roles, and who holds them.

use std::collections::HashSet;

use diesel::prelude::*;

use super::{COUNTED, Held, Permissions, Role};
use crate::{
    base::{
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error,
        schema::{memberships, roles, users},
    },
    domain::users::Named,
};

/// How many holders are named.
const SHOWN: usize = 3;

type Row = (RoleId, String, Option<WorkspaceId>, String, String, String, bool);

fn role((id, scope, workspace, name, description, permissions, built_in): Row) -> Role {
    let permissions = if scope == "organization" {
        Permissions::Organization(permissions.parse().unwrap_or_else(|never| match never {}))
    } else {
        Permissions::Workspace(permissions.parse().unwrap_or_else(|never| match never {}))
    };
    Role { id, name, description, built_in, permissions, workspace }
}

macro_rules! columns {
    () => {
        (roles::id, roles::scope, roles::workspace_id, roles::name, roles::description, roles::permissions, roles::built_in)
    };
}

pub(super) fn find(c: &mut Connection, id: &RoleId) -> Result<Option<Role>, Error> {
    let row: Option<Row> = roles::table.filter(roles::id.eq(id)).select(columns!()).first(c).optional()?;
    Ok(row.map(role))
}

pub(super) fn of_scope(c: &mut Connection, scope: &str) -> Result<Vec<Role>, Error> {
    let rows: Vec<Row> = roles::table.filter(roles::scope.eq(scope)).order((roles::rank, roles::name_key)).select(columns!()).load(c)?;
    Ok(rows.into_iter().map(role).collect())
}

/// The people with one of some organization roles.
pub(super) fn people_of(c: &mut Connection, of: &[RoleId]) -> Result<HashSet<UserId>, Error> {
    let ids: Vec<UserId> = users::table.filter(users::role_id.eq_any(of)).select(users::id).load(c)?;
    Ok(ids.into_iter().collect())
}

/// Who holds a role, counted up to one more than [`COUNTED`]. `but`: people who stand apart, since they hold more than the
/// role through the organization; they are few.
pub(super) fn holders(c: &mut Connection, role: Role, but: &HashSet<UserId>) -> Result<Held, Error> {
    let ids: Vec<UserId> = match role.permissions {
        Permissions::Organization(_) => {
            let held = users::table.filter(users::role_id.eq(&role.id)).filter(users::status.ne("removed")).filter(users::kind.eq("person"));
            held.order((users::name_key, users::seq)).limit(COUNTED + 1).select(users::id).load(c)?
        }
        Permissions::Workspace(_) => {
            // In the index's own order somebody with the role in many workspaces is met as often, side by side.
            let held = memberships::table.filter(memberships::role_id.eq(&role.id)).order((memberships::name_key, memberships::user_id)).distinct();
            let limit = COUNTED + 1 + but.len() as i64;
            let rows: Vec<(String, UserId)> = held.limit(limit).select((memberships::name_key, memberships::user_id)).load(c)?;
            rows.into_iter().map(|(_, id)| id).filter(|id| !but.contains(id)).take(COUNTED as usize + 1).collect()
        }
    };
    let first = &ids[..ids.len().min(SHOWN)];
    let named = users::table.filter(users::id.eq_any(first)).order((users::name_key, users::seq)).select((users::id, users::name, users::avatar));
    let some: Vec<(UserId, String, Option<AvatarHash>)> = named.load(c)?;
    Ok(Held { role, count: ids.len() as i64, some: some.into_iter().map(Named::of).collect() })
}
