//! Rows of workspaces.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::{Archived, Listed, Workspace, list::From};
use crate::{
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
        text::{Description, WorkspaceName},
    },
    db::{
        Connection, Error, Tx,
        load::Load as _,
        page::PAGE,
        schema::{memberships, workspaces},
        written::Query,
    },
};

fn listed((id, name, hue): (WorkspaceId, String, i32)) -> Listed {
    Listed { id, name, hue: hue as u8 }
}

pub(super) fn all_open(c: &mut Connection, limit: usize) -> Result<Vec<Listed>, Error> {
    let rows = workspaces::table
        .filter(workspaces::archived_at.is_null())
        .order(workspaces::name_key)
        .limit(limit as i64)
        .select((workspaces::id, workspaces::name, workspaces::hue))
        .rows(c)?;
    Ok(rows.into_iter().map(listed).collect())
}

/// Counted along the index of [`all_open`], of which nothing is read.
pub(super) fn more_are_open(c: &mut Connection, than: usize) -> Result<bool, Error> {
    let one_more = workspaces::table.filter(workspaces::archived_at.is_null()).order(workspaces::name_key).limit(1).offset(than as i64);
    let found: Option<i32> = one_more.select(workspaces::hue).row(c)?;
    Ok(found.is_some())
}

pub(super) fn of_member(c: &mut Connection, user: &UserId, limit: usize) -> Result<Vec<Listed>, Error> {
    let rows = memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq(user))
        .filter(workspaces::archived_at.is_null())
        .order(workspaces::name_key)
        .limit(limit as i64)
        .select((workspaces::id, workspaces::name, workspaces::hue))
        .rows(c)?;
    Ok(rows.into_iter().map(listed).collect())
}

type Row = (WorkspaceId, String, String, i32, Moment, Option<Moment>, Option<UserId>);

fn workspace((id, name, description, hue, created_at, archived_at, by): Row) -> Workspace {
    Workspace { id, name, description, hue: hue as u8, created_at, archived: archived_at.map(|at| Archived { at, by }) }
}

macro_rules! columns {
    () => {
        (workspaces::id, workspaces::name, workspaces::description, workspaces::hue, workspaces::created_at, workspaces::archived_at, workspaces::archived_by)
    };
}

pub(super) fn find(c: &mut Connection, id: &WorkspaceId) -> Result<Option<Workspace>, Error> {
    let row: Option<Row> = workspaces::table.find(id).select(columns!()).row(c)?;
    Ok(row.map(workspace))
}

pub(super) fn find_by_key(c: &mut Connection, key: &str) -> Result<Option<Workspace>, Error> {
    let row: Option<Row> = workspaces::table.filter(workspaces::name_key.eq(key)).select(columns!()).first(c).optional()?;
    Ok(row.map(workspace))
}

pub(super) fn is_member(c: &mut Connection, user: &UserId, workspace: &WorkspaceId) -> Result<bool, Error> {
    let found: Option<WorkspaceId> = memberships::table.find((user, workspace)).select(memberships::workspace_id).first(c).optional()?;
    Ok(found.is_some())
}

/// How many members some workspaces have, as the database keeps count, without the few who are organization admins or no person:
/// those are looked up from the people on (`CROSS JOIN` has SQLite keep this order).
pub(super) fn count_members(c: &mut Connection, some: &[WorkspaceId], admin_roles: &[RoleId]) -> Result<HashMap<WorkspaceId, i64>, Error> {
    let mut counts = HashMap::new();
    if some.is_empty() {
        return Ok(counts);
    }
    let ids = || some.iter().map(WorkspaceId::as_str);
    let mut query = Query::new("SELECT workspace_id, n FROM member_counts WHERE workspace_id IN ");
    query.texts(ids());
    let apart = " UNION ALL SELECT memberships.workspace_id, -count(*) FROM users CROSS JOIN memberships WHERE memberships.user_id = users.id";
    let each = " GROUP BY memberships.workspace_id";
    query.push(apart).push(" AND users.email_key IS NULL AND users.kind <> 'person' AND memberships.workspace_id IN ").texts(ids()).push(each);
    if !admin_roles.is_empty() {
        query.push(apart).push(" AND users.kind = 'person' AND users.role_id IN ").texts(admin_roles.iter().map(RoleId::as_str));
        query.push(" AND memberships.workspace_id IN ").texts(ids()).push(each);
    }
    for (workspace, n) in query.rows_of::<(Text, BigInt), (WorkspaceId, i64)>(c)? {
        *counts.entry(workspace).or_default() += n;
    }
    Ok(counts)
}

/// Those that are not archived, by name: of some, or of all.
pub(super) fn open_among(c: &mut Connection, some: Option<&[WorkspaceId]>) -> Result<Vec<Workspace>, Error> {
    let mut query = workspaces::table.filter(workspaces::archived_at.is_null()).into_boxed();
    if let Some(some) = some {
        query = query.filter(workspaces::id.eq_any(some));
    }
    let rows: Vec<Row> = query.order(workspaces::name_key).select(columns!()).load(c)?;
    Ok(rows.into_iter().map(workspace).collect())
}

/// Which workspaces a list is of.
pub(super) struct Of<'a> {
    /// Only those of this member.
    pub member: Option<&'a UserId>,
    pub archived: Option<bool>,
    /// A part of the folded name; empty: all.
    pub name: &'a str,
}

type Boxed<'a> = workspaces::BoxedQuery<'a, <Connection as diesel::Connection>::Backend>;

fn narrowed<'a>(of: &Of<'a>) -> Boxed<'a> {
    let mut query = workspaces::table.into_boxed();
    if let Some(member) = of.member {
        query = query.filter(workspaces::id.eq_any(memberships::table.filter(memberships::user_id.eq(member)).select(memberships::workspace_id)));
    }
    query = match of.archived {
        None => query,
        Some(true) => query.filter(workspaces::archived_at.is_not_null()),
        Some(false) => query.filter(workspaces::archived_at.is_null()),
    };
    if of.name.is_empty() {
        return query;
    }
    let literal = of.name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    query.filter(workspaces::name_key.like(format!("%{literal}%")).escape('\\'))
}

/// With the keys that names are compared by.
pub(super) fn open_named(c: &mut Connection, member: Option<&UserId>, part: &str) -> Result<Vec<(Listed, String)>, Error> {
    let query = narrowed(&Of { member, archived: Some(false), name: part }).order(workspaces::name_key.asc());
    let rows: Vec<(WorkspaceId, String, i32, String)> = query.select((workspaces::id, workspaces::name, workspaces::hue, workspaces::name_key)).load(c)?;
    Ok(rows.into_iter().map(|(id, name, hue, key)| (listed((id, name, hue)), key)).collect())
}

pub(super) fn count(c: &mut Connection, of: &Of) -> Result<i64, Error> {
    Ok(narrowed(of).count().get_result(c)?)
}

/// A page and one more, with the keys they are sorted by; backwards from [`From::Before`].
pub(super) fn page(c: &mut Connection, of: &Of, from: &From) -> Result<Vec<(Workspace, String)>, Error> {
    let query = narrowed(of);
    let query = match from {
        From::Start => query.order(workspaces::name_key.asc()),
        From::After(key) => query.filter(workspaces::name_key.gt(key)).order(workspaces::name_key.asc()),
        From::Before(key) => query.filter(workspaces::name_key.lt(key)).order(workspaces::name_key.desc()),
    };
    let rows: Vec<(Row, String)> = query.limit(PAGE as i64 + 1).select((columns!(), workspaces::name_key)).load(c)?;
    Ok(rows.into_iter().map(|(row, key)| (workspace(row), key)).collect())
}

pub(super) fn insert(tx: &mut Tx, name: &WorkspaceName, description: &str, by: Option<&UserId>) -> Result<WorkspaceId, Error> {
    let id = WorkspaceId::new();
    let now = tx.now;
    diesel::insert_into(workspaces::table)
        .values((
            workspaces::id.eq(&id),
            workspaces::name.eq(name.as_str()),
            workspaces::name_key.eq(name.key()),
            workspaces::description.eq(description),
            workspaces::hue.eq(i32::from(id.hue())),
            workspaces::created_at.eq(now),
            workspaces::created_by.eq(by),
        ))
        .execute(&mut **tx)?;
    Ok(id)
}

pub(super) fn change(tx: &mut Tx, id: &WorkspaceId, name: &WorkspaceName, description: &Description, hue: u8) -> Result<(), Error> {
    diesel::update(workspaces::table.find(id))
        .set((
            workspaces::name.eq(name.as_str()),
            workspaces::name_key.eq(name.key()),
            workspaces::description.eq(description.as_str()),
            workspaces::hue.eq(i32::from(hue)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, id: &WorkspaceId) -> Result<(), Error> {
    diesel::delete(workspaces::table.find(id)).execute(&mut **tx)?;
    Ok(())
}

/// Archived now by somebody, or not any more.
pub(super) fn set_archived(tx: &mut Tx, id: &WorkspaceId, by: Option<&UserId>) -> Result<(), Error> {
    let at = by.map(|_| tx.now);
    diesel::update(workspaces::table.find(id)).set((workspaces::archived_at.eq(at), workspaces::archived_by.eq(by))).execute(&mut **tx)?;
    Ok(())
}
