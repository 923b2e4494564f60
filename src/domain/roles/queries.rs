//! Rows of roles, and who holds them.

use diesel::prelude::*;

use super::{Held, Permissions, Role};
use crate::{
    base::ids::{RoleId, UserId, WorkspaceId},
    db::{
        Connection, Error,
        schema::{memberships, roles, users},
    },
};

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

/// Who holds a role. `but`: people who stand apart, since they hold more than the role through the organization.
pub(super) fn holders(c: &mut Connection, role: Role, but: &[RoleId]) -> Result<Held, Error> {
    const SHOWN: i64 = 3;
    let (count, some) = match role.permissions {
        Permissions::Organization(_) => {
            let held = users::table.filter(users::role_id.eq(&role.id)).filter(users::status.ne("removed")).filter(users::kind.eq("person"));
            (held.count().get_result(c)?, held.order((users::name_key, users::seq)).limit(SHOWN).select((users::id, users::name)).load(c)?)
        }
        Permissions::Workspace(_) => {
            let of_role = || memberships::table.filter(memberships::role_id.eq(&role.id));
            let mut count: i64 = of_role().select(diesel::dsl::count(memberships::user_id).aggregate_distinct()).first(c)?;
            // Those who stand apart are few; without them in the first count it is the index's alone.
            if !but.is_empty() {
                let apart = of_role().inner_join(users::table).filter(users::role_id.eq_any(but));
                count -= apart.select(diesel::dsl::count(memberships::user_id).aggregate_distinct()).first::<i64>(c)?;
            }
            let held = || of_role().inner_join(users::table).filter(users::role_id.ne_all(but));
            // Somebody with the role in many workspaces stands there as often, side by side.
            let mut some: Vec<(UserId, String)> =
                held().order((memberships::name_key, memberships::user_id)).limit(SHOWN * 10).select((users::id, users::name)).load(c)?;
            some.dedup();
            some.truncate(SHOWN as usize);
            (count, some)
        }
    };
    Ok(Held { role, count, some })
}
