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

/// What somebody is in one workspace.
#[derive(Debug, Clone)]
pub struct Membership {
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub hue: u8,
    pub archived: bool,
    pub role: RoleId,
    pub role_name: String,
    /// The role's, as it is stored: without what follows from it.
    pub permissions: WorkspaceSet,
    /// `None`: the set-up or the command line.
    pub given_by: Option<UserId>,
    pub given_by_name: Option<String>,
    pub given_at: Moment,
}

/// The workspaces of somebody, by name, archived ones too.
pub fn of_user(c: &mut Connection, user: &UserId) -> Result<Vec<Membership>, DbError> {
    queries::of_user(c, user)
}

/// Writes a membership, or changes its role. The act that calls it has compared what is given with what the giver holds.
pub(in crate::domain) fn give(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId, role: &RoleId, by: Option<&UserId>) -> Result<(), DbError> {
    queries::put(tx, user, workspace, role, by)
}
