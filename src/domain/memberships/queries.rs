//! Rows of memberships.

pub(super) mod list;

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{Nullable, Text, Timestamp},
};

use super::{Belonging, Gift, HeldSet, Membership, News, Population};
use crate::{
    access::{OrgPermission, WorkspaceSet, grants},
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error, Tx,
        schema::{memberships, roles, users, withheld, workspaces},
        written::{Query, Value},
    },
    domain::users::Named,
};

type Place = (WorkspaceId, String, i32, Option<Moment>);
type Given = (RoleId, String, String, Option<UserId>, Moment);

macro_rules! columns {
    () => {
        (
            (workspaces::id, workspaces::name, workspaces::hue, workspaces::archived_at),
            (roles::id, roles::name, roles::permissions, memberships::given_by, memberships::given_at),
        )
    };
}

/// The rows with the names of who gave them.
fn memberships_of(c: &mut Connection, rows: Vec<(Place, Given)>) -> Result<Vec<Membership>, Error> {
    let givers: Vec<&UserId> = rows.iter().filter_map(|(_, (.., by, _))| by.as_ref()).collect();
    let names: HashMap<UserId, String> = users::table.filter(users::id.eq_any(givers)).select((users::id, users::name)).load(c)?.into_iter().collect();
    let membership = |((workspace, workspace_name, hue, archived_at), (role, role_name, permissions, given_by, given_at)): (Place, Given)| {
        let permissions: WorkspaceSet = permissions.parse().unwrap_or_else(|never| match never {});
        Membership {
            workspace,
            workspace_name,
            hue: hue as u8,
            archived: archived_at.is_some(),
            role,
            role_name,
            permissions: permissions.closure(),
            given_by_name: given_by.as_ref().and_then(|by| names.get(by).cloned()),
            given_by,
            given_at,
        }
    };
    Ok(rows.into_iter().map(membership).collect())
}

pub(super) fn of_user(c: &mut Connection, user: &UserId) -> Result<Vec<Membership>, Error> {
    let rows = memberships::table
        .inner_join(workspaces::table)
        .inner_join(roles::table)
        .filter(memberships::user_id.eq(user))
        .order(workspaces::name_key)
        .select(columns!())
        .load(c)?;
    memberships_of(c, rows)
}

pub(super) fn find(c: &mut Connection, user: &UserId, workspace: &WorkspaceId) -> Result<Option<Membership>, Error> {
    Ok(find_all(c, std::slice::from_ref(user), workspace)?.remove(user))
}

pub(super) fn find_all(c: &mut Connection, users: &[UserId], workspace: &WorkspaceId) -> Result<HashMap<UserId, Membership>, Error> {
    let rows: Vec<(UserId, (Place, Given))> = memberships::table
        .inner_join(workspaces::table)
        .inner_join(roles::table)
        .filter(memberships::user_id.eq_any(users))
        .filter(memberships::workspace_id.eq(workspace))
        .select((memberships::user_id, columns!()))
        .load(c)?;
    let (users, rows): (Vec<UserId>, Vec<(Place, Given)>) = rows.into_iter().unzip();
    Ok(users.into_iter().zip(memberships_of(c, rows)?).collect())
}

pub(super) fn count_of_each(c: &mut Connection, users: &[UserId]) -> Result<HashMap<UserId, i64>, Error> {
    let theirs = memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq_any(users))
        .filter(workspaces::archived_at.is_null())
        .group_by(memberships::user_id);
    let all: Vec<(UserId, i64)> = theirs.select((memberships::user_id, diesel::dsl::count(memberships::workspace_id))).load(c)?;
    Ok(all.into_iter().collect())
}

pub(super) fn of_users(c: &mut Connection, users: &[UserId]) -> Result<Vec<Belonging>, Error> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::new(
        "SELECT memberships.user_id, workspaces.id, workspaces.name, roles.name FROM memberships \
         JOIN workspaces ON workspaces.id = memberships.workspace_id JOIN roles ON roles.id = memberships.role_id \
         WHERE workspaces.archived_at IS NULL AND memberships.user_id IN ",
    );
    query.texts(users.iter().map(UserId::as_str)).push(" ORDER BY workspaces.name_key");
    let rows: Vec<(UserId, WorkspaceId, String, String)> = query.rows_of::<(Text, Text, Text, Text), _>(c)?;
    Ok(rows.into_iter().map(|(user, workspace, name, role)| Belonging { user, workspace, name, role }).collect())
}

pub(super) fn sets_of(c: &mut Connection, users: &[UserId]) -> Result<Vec<HeldSet>, Error> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::new(
        "SELECT memberships.user_id, workspaces.id, workspaces.archived_at, roles.permissions FROM memberships \
         JOIN workspaces ON workspaces.id = memberships.workspace_id JOIN roles ON roles.id = memberships.role_id \
         WHERE memberships.user_id IN ",
    );
    query.texts(users.iter().map(UserId::as_str));
    let rows: Vec<(UserId, WorkspaceId, Option<Moment>, String)> = query.rows_of::<(Text, Text, Nullable<Timestamp>, Text), _>(c)?;
    let held = |(user, workspace, archived_at, permissions): (UserId, WorkspaceId, Option<Moment>, String)| {
        let set: WorkspaceSet = permissions.parse().unwrap_or_else(|never| match never {});
        HeldSet { user, workspace, archived: archived_at.is_some(), set: set.closure() }
    };
    Ok(rows.into_iter().map(held).collect())
}

pub(super) fn delete(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId) -> Result<(), Error> {
    diesel::delete(memberships::table.find((user, workspace))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_of(tx: &mut Tx, user: &UserId) -> Result<usize, Error> {
    Ok(diesel::delete(memberships::table.filter(memberships::user_id.eq(user))).execute(&mut **tx)?)
}

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

/// How many rows a statement writes at most: SQLite takes some 32,000 values in one.
const AT_ONCE: usize = 500;

pub(super) fn insert_all(tx: &mut Tx, workspace: &WorkspaceId, by: &UserId, gifts: &[Gift]) -> Result<(), Error> {
    for some in gifts.chunks(AT_ONCE) {
        let ids = some.iter().map(|gift| gift.user);
        let keys: HashMap<UserId, String> =
            users::table.filter(users::id.eq_any(ids)).select((users::id, users::name_key)).load(&mut **tx)?.into_iter().collect();
        let mut query = Query::new("INSERT INTO memberships (user_id, workspace_id, role_id, given_by, given_at, name_key, announced) VALUES");
        for (n, gift) in some.iter().enumerate() {
            let key = keys.get(gift.user).map(|key| key.as_str().into());
            let ids = [gift.user.as_str(), workspace.as_str(), gift.role.as_str(), by.as_str()].map(|id| Some(Value::from(id)));
            query.row(n == 0, ids.into_iter().chain([Some(Value::Moment(tx.now)), key, Some(Value::Flag(!gift.news))]));
        }
        query.execute(tx)?;
    }
    Ok(())
}

pub(super) fn set_role_of_all(tx: &mut Tx, users: &[UserId], workspace: &WorkspaceId, role: &RoleId, by: &UserId) -> Result<(), Error> {
    let now = tx.now;
    let rows = memberships::table.filter(memberships::user_id.eq_any(users)).filter(memberships::workspace_id.eq(workspace));
    diesel::update(rows).set((memberships::role_id.eq(role), memberships::given_by.eq(by), memberships::given_at.eq(now))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_several(tx: &mut Tx, users: &[UserId], workspace: &WorkspaceId) -> Result<(), Error> {
    let rows = memberships::table.filter(memberships::user_id.eq_any(users)).filter(memberships::workspace_id.eq(workspace));
    diesel::delete(rows).execute(&mut **tx)?;
    Ok(())
}

/// How many were given a role in each of some workspaces, from the index alone; active or not.
pub(super) fn count_by_workspace(c: &mut Connection, role: &RoleId, of: &[WorkspaceId]) -> Result<HashMap<WorkspaceId, i64>, Error> {
    let held = memberships::table.filter(memberships::role_id.eq(role)).filter(memberships::workspace_id.eq_any(of));
    let all: Vec<(WorkspaceId, i64)> =
        held.group_by(memberships::workspace_id).select((memberships::workspace_id, diesel::dsl::count(memberships::user_id))).load(c)?;
    Ok(all.into_iter().collect())
}

/// The first active holders of a role in a workspace, by name.
pub(super) fn first_holders(c: &mut Connection, role: &RoleId, workspace: &WorkspaceId, limit: i64) -> Result<Vec<Named>, Error> {
    let rows: Vec<(UserId, String, Option<AvatarHash>)> = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace))
        .filter(memberships::role_id.eq(role))
        .filter(users::status.ne_all(["invited", "deactivated", "removed"]))
        .order((memberships::name_key, memberships::user_id))
        .limit(limit)
        .select((users::id, users::name, users::avatar))
        .load(c)?;
    Ok(rows.into_iter().map(Named::of).collect())
}

pub(super) fn news(c: &mut Connection, user: &UserId) -> Result<Vec<News>, Error> {
    let givers = diesel::alias!(users as givers);
    let rows: Vec<(WorkspaceId, String, String, Option<String>)> = memberships::table
        .inner_join(workspaces::table)
        .inner_join(roles::table)
        .left_join(givers.on(givers.field(users::id).nullable().eq(memberships::given_by)))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::announced.eq(false))
        .filter(workspaces::archived_at.is_null())
        .order(memberships::given_at.desc())
        .select((workspaces::id, workspaces::name, roles::name, givers.field(users::name).nullable()))
        .load(c)?;
    Ok(rows.into_iter().map(|(workspace, name, role, by)| News { workspace, name, role, by }).collect())
}

pub(super) fn set_announced(tx: &mut Tx, user: &UserId, of: &[WorkspaceId]) -> Result<(), Error> {
    let those = memberships::table.filter(memberships::user_id.eq(user)).filter(memberships::workspace_id.eq_any(of));
    diesel::update(those).set(memberships::announced.eq(true)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn population(c: &mut Connection, workspace: &WorkspaceId) -> Result<Population, Error> {
    let elsewhere = diesel::alias!(memberships as elsewhere);
    let admins = grants::roles_with(c, OrgPermission::OrgAdmin)?;
    let of = || memberships::table.inner_join(users::table).filter(memberships::workspace_id.eq(workspace)).filter(users::role_id.ne_all(&admins));
    let members: i64 = of().count().get_result(c)?;
    let others = elsewhere
        .inner_join(workspaces::table.on(workspaces::id.eq(elsewhere.field(memberships::workspace_id)).and(workspaces::archived_at.is_null())))
        .filter(elsewhere.field(memberships::user_id).eq(memberships::user_id))
        .filter(elsewhere.field(memberships::workspace_id).ne(workspace))
        .select(elsewhere.field(memberships::user_id));
    let only_here = of().filter(diesel::dsl::not(diesel::dsl::exists(others))).count().get_result(c)?;
    Ok(Population { members, only_here })
}

pub(super) fn count_others(c: &mut Connection, workspace: &WorkspaceId, roles: &[RoleId], except: &UserId) -> Result<i64, Error> {
    let others = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace))
        .filter(memberships::role_id.eq_any(roles))
        .filter(memberships::user_id.ne(except))
        .filter(users::status.eq("active"));
    Ok(others.count().get_result(c)?)
}

pub(super) fn invited_to(c: &mut Connection, workspace: &WorkspaceId) -> Result<Vec<UserId>, Error> {
    let invited = memberships::table.inner_join(users::table).filter(memberships::workspace_id.eq(workspace)).filter(users::status.eq("invited"));
    Ok(invited.order(memberships::user_id).select(memberships::user_id).load(c)?)
}

pub(super) fn delete_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<usize, Error> {
    diesel::delete(withheld::table.filter(withheld::workspace_id.eq(workspace))).execute(&mut **tx)?;
    let ended = diesel::delete(memberships::table.filter(memberships::workspace_id.eq(workspace))).execute(&mut **tx)?;
    diesel::delete(roles::table.filter(roles::workspace_id.eq(workspace))).execute(&mut **tx)?;
    Ok(ended)
}
