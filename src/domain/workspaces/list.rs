//! The list of workspaces: for whoever manages any of them, all; for everybody else, their own.

use std::collections::HashMap;

use super::{Workspace, queries};
use crate::{
    access::{OrgPermission, OrgSet, Permitted, WorkspacePermission, WorkspaceSet, grants, permission::org},
    base::{
        ids::{RoleId, WorkspaceId},
        text::{NAME_LIMIT, fold},
    },
    db::{Connection, Error as DbError, page::PAGE},
};

/// What the list is narrowed down to, and where its page begins.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any part of the name; empty: all.
    pub name: String,
    /// `None`: whether archived or not. Counts only for those who see archived ones.
    pub archived: Option<bool>,
    pub from: From,
}

/// Where a page begins: at a name, as it is sorted.
#[derive(Debug, Clone, Default)]
pub enum From {
    #[default]
    Start,
    After(String),
    Before(String),
}

/// One line: the workspace, and what the reader of the list may do with it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub workspace: Workspace,
    /// Who belongs to it by a role there, whatever their status; organization admins, who are Admins in each, left out.
    pub members: i64,
    pub may_enter: bool,
    pub may_manage: bool,
    pub may_restore: bool,
    pub may_delete: bool,
}

#[derive(Debug, Clone)]
pub struct List {
    pub rows: Vec<Entry>,
    pub total: i64,
    /// Where the page before begins.
    pub newer: Option<From>,
    pub older: Option<From>,
}

/// Whether somebody sees every workspace in the list, archived ones too.
pub fn sees_all(organization: OrgSet) -> bool {
    organization.has(OrgPermission::WorkspaceEdit) || organization.has(OrgPermission::WorkspaceDelete)
}

/// One page, by name.
pub fn list(c: &mut Connection, may: &Permitted<org::WorkspaceRead>, filter: &Filter) -> Result<List, DbError> {
    let own = (!sees_all(may.organization())).then(|| may.id());
    let archived = if own.is_some() { Some(false) } else { filter.archived };
    // What no name holds is nothing to look for: PostgreSQL refuses NUL in any text, SQLite a pattern without end.
    let name: String = fold(&filter.name.replace(char::is_control, " ")).chars().take(2 * NAME_LIMIT).collect();
    let of = queries::Of { member: own, archived, name: &name };
    let total = queries::count(c, &of)?;
    let mut rows = queries::page(c, &of, &filter.from)?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let backwards = matches!(filter.from, From::Before(_));
    if backwards {
        rows.reverse();
    }
    let key = |row: Option<&(Workspace, String)>| row.map(|(_, key)| key.clone());
    let (first, last) = (key(rows.first()), key(rows.last()));
    let newer = if backwards { more } else { matches!(filter.from, From::After(_)) };
    let older = backwards || more;
    let own = may.standing().by_workspace(c)?;
    let admin_roles = grants::roles_with(c, OrgPermission::OrgAdmin)?;
    let members = count_members(c, &rows.iter().map(|(workspace, _)| workspace.id.clone()).collect::<Vec<_>>(), &admin_roles)?;
    let rows = rows.into_iter().map(|(workspace, _)| entry(may, &own, members.get(&workspace.id).copied().unwrap_or_default(), workspace)).collect();
    Ok(List { rows, total, newer: first.filter(|_| newer).map(From::Before), older: last.filter(|_| older).map(From::After) })
}

/// Those the caller belongs to that are not archived, by name; for whoever manages any of them, all: for programs, which count
/// through them by number. At most `limit` after `skip`, and how many there are in all.
pub fn numbered(c: &mut Connection, may: &Permitted<org::WorkspaceRead>, skip: usize, limit: usize) -> Result<(Vec<Workspace>, usize), DbError> {
    let own = if sees_all(may.organization()) { None } else { Some(may.standing().by_workspace(c)?.into_keys().collect::<Vec<_>>()) };
    let all = queries::open_among(c, own.as_deref())?;
    let total = all.len();
    Ok((all.into_iter().skip(skip).take(limit).collect(), total))
}

/// How many members each of some workspaces has, without organization admins, whose roles are given.
pub(in crate::domain) fn count_members(c: &mut Connection, some: &[WorkspaceId], admin_roles: &[RoleId]) -> Result<HashMap<WorkspaceId, i64>, DbError> {
    queries::count_members(c, some, admin_roles)
}

fn entry(may: &Permitted<org::WorkspaceRead>, own: &HashMap<WorkspaceId, WorkspaceSet>, members: i64, workspace: Workspace) -> Entry {
    let organization = may.organization();
    let archived = workspace.archived.is_some();
    let here = own.get(&workspace.id).copied();
    let edits = organization.has(OrgPermission::WorkspaceEdit);
    Entry {
        members,
        may_enter: may.standing().is_org_admin() || here.is_some() && !archived,
        may_manage: edits || here.is_some_and(|set| set.has(WorkspacePermission::WorkspaceAdmin)),
        may_restore: edits,
        may_delete: organization.has(OrgPermission::WorkspaceDelete),
        workspace,
    }
}
