//! Who belongs to which workspace, with which role, given by whom.

mod queries;

use crate::{
    access::WorkspaceSet,
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
    },
    db::{Connection, Error as DbError, Tx},
};

/// Somebody's place in one workspace.
#[derive(Debug, Clone)]
pub struct Membership {
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub hue: u8,
    pub archived: bool,
    pub role: RoleId,
    pub role_name: String,
    /// What the role means, with all that it implies.
    pub permissions: WorkspaceSet,
    pub given_by: Option<UserId>,
    pub given_by_name: Option<String>,
    pub given_at: Moment,
}

/// Writes a membership, or changes its role. The act that calls it has compared what is given with what the giver holds.
pub(in crate::domain) fn give(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId, role: &RoleId, by: Option<&UserId>) -> Result<(), DbError> {
    queries::put(tx, user, workspace, role, by)
}

/// The memberships of a user, archived workspaces among them, by the workspace's name.
pub fn of_user(c: &mut Connection, user: &UserId) -> Result<Vec<Membership>, DbError> {
    queries::of_user(c, user)
}
