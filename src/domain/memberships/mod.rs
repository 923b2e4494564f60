//! Who belongs to which workspace, with which role, given by whom.

mod create;
mod holders;
pub mod list;
mod queries;

pub use create::create_workspace;
pub use holders::{Holders, holders};

use std::collections::HashMap;

use crate::{
    access::WorkspaceSet,
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
    },
    db::{Connection, Error as DbError, Tx},
};

/// What somebody is in one workspace.
#[derive(Debug, Clone)]
pub struct Membership {
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub hue: u8,
    pub archived: bool,
    pub role: RoleId,
    pub role_name: String,
    /// What the role means there, as long as its holder is active and the workspace is not archived.
    pub permissions: WorkspaceSet,
    /// `None`: the set-up or the command line.
    pub given_by: Option<UserId>,
    pub given_by_name: Option<String>,
    pub given_at: Moment,
}

/// Everything somebody was given, by the workspaces' names; archived ones too.
pub fn of_user(c: &mut Connection, user: &UserId) -> Result<Vec<Membership>, DbError> {
    queries::of_user(c, user)
}

/// The membership of one in one, if there is one.
pub fn find(c: &mut Connection, user: &UserId, workspace: &WorkspaceId) -> Result<Option<Membership>, DbError> {
    queries::find(c, user, workspace)
}

/// The memberships of some people in one workspace, by whom they are of.
pub fn find_all(c: &mut Connection, users: &[UserId], workspace: &WorkspaceId) -> Result<HashMap<UserId, Membership>, DbError> {
    queries::find_all(c, users, workspace)
}

/// How many workspaces each of some people can enter, archived ones left out; who can enter none has no entry.
pub fn count_of_each(c: &mut Connection, users: &[UserId]) -> Result<HashMap<UserId, i64>, DbError> {
    queries::count_of_each(c, users)
}

/// That somebody belongs to a workspace, for a list of people.
#[derive(Debug, Clone)]
pub struct Belonging {
    pub user: UserId,
    pub workspace: WorkspaceId,
    pub name: String,
    pub role: String,
}

/// Where each of some people belongs, by the workspaces' names; archived ones left out.
pub fn of_users(c: &mut Connection, users: &[UserId]) -> Result<Vec<Belonging>, DbError> {
    queries::of_users(c, users)
}

/// What somebody's role in a workspace means.
#[derive(Debug, Clone)]
pub struct HeldSet {
    pub user: UserId,
    pub workspace: WorkspaceId,
    pub archived: bool,
    pub set: WorkspaceSet,
}

/// What the roles of some people mean in their workspaces, archived ones too, in no order.
pub(in crate::domain) fn sets_of(c: &mut Connection, users: &[UserId]) -> Result<Vec<HeldSet>, DbError> {
    queries::sets_of(c, users)
}

/// Writes a membership, or changes its role. The act that calls it has compared what is given with what the giver holds.
pub(in crate::domain) fn give(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId, role: &RoleId, by: Option<&UserId>) -> Result<(), DbError> {
    queries::put(tx, user, workspace, role, by)
}

/// A membership to be written.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain) struct Gift<'a> {
    pub user: &'a UserId,
    pub role: &'a RoleId,
    /// Whether it is news to its holder, who is told on their next page.
    pub news: bool,
}

/// [`give`] to several who are not in the workspace yet, in one statement for some hundred of them.
pub(in crate::domain) fn give_new(tx: &mut Tx, workspace: &WorkspaceId, by: &UserId, gifts: &[Gift]) -> Result<(), DbError> {
    queries::insert_all(tx, workspace, by, gifts)
}

/// [`give`] to several who are in the workspace and get one role, in one statement.
pub(in crate::domain) fn change_all(tx: &mut Tx, users: &[UserId], workspace: &WorkspaceId, role: &RoleId, by: &UserId) -> Result<(), DbError> {
    queries::set_role_of_all(tx, users, workspace, role, by)
}

/// [`end`] of several in one workspace.
pub(in crate::domain) fn end_several(tx: &mut Tx, users: &[UserId], workspace: &WorkspaceId) -> Result<(), DbError> {
    queries::delete_several(tx, users, workspace)
}

/// Ends a membership. Part of acts that have compared what its holder may do there with what the actor may.
pub(in crate::domain) fn end(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId) -> Result<(), DbError> {
    queries::delete(tx, user, workspace)
}

/// Ends every membership of somebody who is removed.
pub(in crate::domain) fn end_all(tx: &mut Tx, user: &UserId) -> Result<usize, DbError> {
    queries::delete_of(tx, user)
}

/// What a member was not told of yet: that somebody added them.
#[derive(Debug, Clone)]
pub struct News {
    pub workspace: WorkspaceId,
    pub name: String,
    pub role: String,
    /// Who added them, if that is known.
    pub by: Option<String>,
}

/// What somebody is to be told of on their next page, the latest first; archived workspaces wait until they are restored.
pub fn news(c: &mut Connection, user: &UserId) -> Result<Vec<News>, DbError> {
    queries::news(c, user)
}

/// They were told.
pub fn told(tx: &mut Tx, user: &UserId, of: &[WorkspaceId]) -> Result<(), DbError> {
    queries::set_announced(tx, user, of)
}

/// Who belongs to a workspace by a role there alone, and how many of them belong to no other.
#[derive(Debug, Clone, Copy)]
pub struct Population {
    pub members: i64,
    pub only_here: i64,
}

/// Whether somebody can enter this workspace and no other: archived ones are closed.
pub fn is_only(c: &mut Connection, user: &UserId, workspace: &WorkspaceId) -> Result<bool, DbError> {
    let open: Vec<Membership> = queries::of_user(c, user)?.into_iter().filter(|m| !m.archived).collect();
    Ok(matches!(open.as_slice(), [only] if only.workspace == *workspace))
}

pub fn population(c: &mut Connection, workspace: &WorkspaceId) -> Result<Population, DbError> {
    queries::population(c, workspace)
}

/// How many others hold a role there that has one of these.
pub fn count_others(c: &mut Connection, workspace: &WorkspaceId, roles: &[RoleId], except: &UserId) -> Result<i64, DbError> {
    queries::count_others(c, workspace, roles, except)
}

/// The invited among a workspace's members.
pub(in crate::domain) fn invited_to(c: &mut Connection, workspace: &WorkspaceId) -> Result<Vec<UserId>, DbError> {
    queries::invited_to(c, workspace)
}

/// Ends every membership in a workspace that is deleted, forgets what was withheld there, and its own roles with it.
pub(in crate::domain) fn end_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<usize, DbError> {
    queries::delete_workspace(tx, workspace)
}
