//! Rows of roles, and who holds them.

use std::collections::{HashMap, HashSet};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text},
};

use super::{COUNTED, Held, Permissions, Resting, Role, built_in};
use crate::{
    base::{
        clock,
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error,
        load::Load as _,
        schema::{memberships, roles, users},
        written::{Query, Value},
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
    let rows: Vec<Row> = roles::table.filter(roles::scope.eq(scope)).order((roles::rank, roles::name_key)).select(columns!()).rows(c)?;
    Ok(rows.into_iter().map(role).collect())
}

/// The people with one of some organization roles.
pub(super) fn people_of(c: &mut Connection, of: &[RoleId]) -> Result<HashSet<UserId>, Error> {
    let ids: Vec<UserId> = users::table.filter(users::role_id.eq_any(of)).select(users::id).load(c)?;
    Ok(ids.into_iter().collect())
}

/// Whose resting roles are counted.
pub(super) enum Which<'a> {
    Organization,
    /// Workspace roles, each person once; beside Admin nobody with one of these organization roles.
    Workspaces {
        beside_admin: &'a [RoleId],
    },
    /// One workspace role, workspace by workspace.
    InEach(&'a RoleId),
}

#[derive(QueryableByName)]
struct Rest {
    #[diesel(sql_type = Text)]
    role: RoleId,
    #[diesel(sql_type = Nullable<Text>)]
    place: Option<WorkspaceId>,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Integer)]
    ended: i32,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// By role, and by workspace where that is asked for: who was given it and may not use it. They are few beside the active, so
/// they are read by their status.
pub(super) fn resting(c: &mut Connection, which: Which) -> Result<HashMap<(RoleId, Option<WorkspaceId>), Resting>, Error> {
    let (role, place, from) = match which {
        Which::Organization => ("users.role_id", "CAST(NULL AS TEXT)", "users"),
        Which::Workspaces { .. } => ("memberships.role_id", "CAST(NULL AS TEXT)", "users JOIN memberships ON memberships.user_id = users.id"),
        Which::InEach(_) => ("memberships.role_id", "memberships.workspace_id", "users JOIN memberships ON memberships.user_id = users.id"),
    };
    let mut query = Query::new(&format!(
        "SELECT {role} AS role, {place} AS place, users.status AS status, invitations.state AS state, CASE WHEN invitations.expires_at <= "
    ));
    query.bind(Value::Moment(clock::now()));
    query.push(&format!(" THEN 1 ELSE 0 END AS ended, count(DISTINCT users.id) AS n FROM {from} LEFT JOIN invitations ON invitations.user_id = users.id"));
    query.push(" WHERE users.status IN ('invited', 'deactivated') AND users.kind = 'person'");
    match which {
        Which::Workspaces { beside_admin } if !beside_admin.is_empty() => {
            query.push(" AND NOT (memberships.role_id = ").text(built_in::admin().as_str()).push(" AND users.role_id IN ");
            query.texts(beside_admin.iter().map(RoleId::as_str)).push(")");
        }
        Which::InEach(role) => {
            query.push(" AND memberships.role_id = ").text(role.as_str());
        }
        _ => {}
    }
    query.push(" GROUP BY 1, 2, 3, 4, 5");
    let mut all: HashMap<(RoleId, Option<WorkspaceId>), Resting> = HashMap::new();
    for rest in query.load::<Rest>(c)? {
        all.entry((rest.role, rest.place)).or_default().add(&rest.status, rest.state.as_deref(), rest.ended == 1, rest.n);
    }
    Ok(all)
}

/// Statuses in which a role is not used. Written so: for `status = 'active'` SQLite would leave the order's index aside.
const NOT_ACTIVE: [&str; 3] = ["invited", "deactivated", "removed"];

/// Who holds a role and is active, counted up to one more than [`COUNTED`]. `but`: people who stand apart, since they hold more than the
/// role through the organization; they are few.
pub(super) fn holders(c: &mut Connection, role: Role, but: &HashSet<UserId>, resting: &HashMap<(RoleId, Option<WorkspaceId>), Resting>) -> Result<Held, Error> {
    let ids: Vec<UserId> = match role.permissions {
        Permissions::Organization(_) => {
            let held = users::table.filter(users::role_id.eq(&role.id)).filter(users::status.ne_all(NOT_ACTIVE)).filter(users::kind.eq("person"));
            held.order((users::name_key, users::seq)).limit(COUNTED + 1).select(users::id).load(c)?
        }
        Permissions::Workspace(_) => {
            // In the index's own order somebody with the role in many workspaces is met as often, side by side.
            let held = memberships::table.inner_join(users::table).filter(memberships::role_id.eq(&role.id)).filter(users::status.ne_all(NOT_ACTIVE));
            let held = held.order((memberships::name_key, memberships::user_id)).distinct();
            let limit = COUNTED + 1 + but.len() as i64;
            let rows: Vec<(String, UserId)> = held.limit(limit).select((memberships::name_key, memberships::user_id)).load(c)?;
            rows.into_iter().map(|(_, id)| id).filter(|id| !but.contains(id)).take(COUNTED as usize + 1).collect()
        }
    };
    let first = &ids[..ids.len().min(SHOWN)];
    let named = users::table.filter(users::id.eq_any(first)).order((users::name_key, users::seq)).select((users::id, users::name, users::avatar));
    let some: Vec<(UserId, String, Option<AvatarHash>)> = named.load(c)?;
    let resting = resting.get(&(role.id.clone(), None)).copied().unwrap_or_default();
    Ok(Held { role, count: ids.len() as i64, resting, some: some.into_iter().map(Named::of).collect() })
}
