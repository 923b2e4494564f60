//! Rows of roles, and who holds them.

use std::collections::{HashMap, HashSet};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text, Timestamp},
};

use super::{COUNTED, Held, Holders, Permissions, Resting, Role};
use crate::{
    base::{
        clock::{self, Moment},
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error,
        load::Load as _,
        schema::{roles, users},
        written::{Query, Value},
    },
    domain::users::{INVITATIONS_SHOWN, Named, Status, of_status, with_role},
};

/// How many holders are named.
const SHOWN: usize = 3;
/// Among how many those are looked for, where more have the role than are counted: nearly everybody is active.
const FIRST: usize = 50;

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

#[derive(QueryableByName)]
struct Rest {
    #[diesel(sql_type = Text)]
    place: WorkspaceId,
    #[diesel(sql_type = Text)]
    status: Status,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Integer)]
    ended: i32,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// By workspace: who was given a workspace role there and may not use it. They are few beside the active, so they are read by their
/// status.
pub(super) fn resting(c: &mut Connection, role: &RoleId) -> Result<HashMap<WorkspaceId, Resting>, Error> {
    let mut query =
        Query::new("SELECT memberships.workspace_id AS place, users.status AS status, invitations.state AS state, CASE WHEN invitations.expires_at <= ");
    query.bind(Value::Moment(clock::now()));
    query.push(
        " THEN 1 ELSE 0 END AS ended, count(*) AS n FROM users JOIN memberships ON memberships.user_id = users.id \
         LEFT JOIN invitations ON invitations.user_id = users.id \
         WHERE users.status IN ('invited', 'deactivated') AND users.kind = 'person' AND memberships.role_id = ",
    );
    query.text(role.as_str()).push(" GROUP BY 1, 2, 3, 4");
    let mut all: HashMap<WorkspaceId, Resting> = HashMap::new();
    for rest in query.load::<Rest>(c)? {
        all.entry(rest.place).or_default().add(rest.status, rest.state.as_deref(), rest.ended == 1, rest.n);
    }
    Ok(all)
}

/// Somebody with a role: who, their status, and what became of their invitation, for those who are invited.
type Holder = (UserId, Status, Option<String>, Option<Moment>);
type HolderTypes = (Text, Text, Nullable<Text>, Nullable<Timestamp>);

/// Who was given a role, by name, each once: read off an index.
fn given(query: &mut Query, role: &Role, limit: usize) {
    match role.permissions {
        Permissions::Organization(_) => query
            .push("SELECT name_key, id FROM users WHERE kind = 'person' AND status <> 'removed' AND role_id = ")
            .text(role.id.as_str())
            .push(" ORDER BY name_key, seq"),
        // In the index's own order somebody with the role in many workspaces is met as often, side by side.
        Permissions::Workspace(_) => query
            .push("SELECT name_key, user_id AS id FROM memberships WHERE role_id = ")
            .text(role.id.as_str())
            .push(" GROUP BY name_key, user_id ORDER BY name_key, user_id"),
    };
    query.push(&format!(" LIMIT {limit}"));
}

fn count_given(role: &Role, limit: usize) -> Query {
    let mut query = Query::new("SELECT count(*) FROM (");
    given(&mut query, role, limit);
    query.push(") AS given");
    query
}

/// Whether a role was given to more people. Of roles of the organization the database keeps count.
fn is_given_to_more(c: &mut Connection, role: &Role, than: usize) -> Result<bool, Error> {
    let n = match role.permissions {
        Permissions::Organization(_) => with_role(c, &role.id)?,
        Permissions::Workspace(_) => count_given(role, than + 1).number(c)?,
    };
    Ok(n > than as i64)
}

fn holders_among_given(role: &Role, limit: usize) -> Query {
    let mut query = Query::new("SELECT given.id, users.status, invitations.state, invitations.expires_at FROM (");
    given(&mut query, role, limit);
    query.push(") AS given JOIN users ON users.id = given.id").push(INVITATIONS_SHOWN).push(" ORDER BY given.name_key, given.id");
    query
}

/// Who holds a role. Up to [`COUNTED`] are looked at, one by one; of more only the first are, to name some. `but`: people who stand
/// apart, since they hold more than the role through the organization; they are few.
pub(super) fn holders(c: &mut Connection, role: Role, but: &HashSet<UserId>) -> Result<Held, Error> {
    let enough = COUNTED + but.len();
    let more = is_given_to_more(c, &role, enough)?;
    let given: Vec<Holder> = holders_among_given(&role, if more { FIRST + but.len() } else { enough }).rows_of::<HolderTypes, _>(c)?;
    let (mut first, mut holders, now) = (Vec::new(), Holders { more, ..Holders::default() }, clock::now());
    for (id, status, state, expires_at) in given.into_iter().filter(|(id, status, ..)| *status != Status::Removed && !but.contains(id)) {
        if status == Status::Active {
            holders.active += 1;
            if first.len() < SHOWN {
                first.push(id);
            }
        } else {
            holders.resting.add(status, state.as_deref(), expires_at.is_some_and(|at| at <= now), 1);
        }
    }
    if more {
        // Of roles of the organization the database keeps count; of a workspace role nobody knows.
        let active = if role.in_organization().is_some() { of_status(c, Status::Active, Some(&role.id))? } else { 0 };
        holders = Holders { active, more, ..Holders::default() };
    }
    let named = users::table.filter(users::id.eq_any(first)).order((users::name_key, users::seq)).select((users::id, users::name, users::avatar));
    let some: Vec<(UserId, String, Option<AvatarHash>)> = named.load(c)?;
    Ok(Held { role, holders, some: some.into_iter().map(Named::of).collect() })
}
