//! Who belongs to which workspace, with which role, given by whom.

mod create;
mod queries;

use crate::{
    base::ids::{RoleId, UserId, WorkspaceId},
    db::{Error as DbError, Tx},
};

pub use create::create_workspace;

/// Writes a membership, or changes its role. The act that calls it has compared what is given with what the giver holds.
pub(in crate::domain) fn give(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId, role: &RoleId, by: Option<&UserId>) -> Result<(), DbError> {
    queries::put(tx, user, workspace, role, by)
}
