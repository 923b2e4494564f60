//! Workspaces: where flows and their people live. Their members are the next noun.

mod queries;

use crate::{
    access::{OrgPermission, grants::Standing},
    base::ids::{UserId, WorkspaceId},
    db::{Connection, Error as DbError, Tx},
};

/// A workspace in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: WorkspaceId,
    pub name: String,
    pub hue: u8,
}

/// The workspaces somebody may enter, by name: all that are not archived for an organization admin, else their own. At most `limit`.
pub fn open_to(c: &mut Connection, standing: &Standing, limit: usize) -> Result<Vec<Listed>, DbError> {
    if standing.organization.has(OrgPermission::OrgAdmin) { queries::all_open(c, limit) } else { queries::of_member(c, &standing.actor.id, limit) }
}

/// Adds the row; its name must be free.
pub(in crate::domain) fn insert(tx: &mut Tx, name: &crate::base::text::WorkspaceName, description: &str, by: Option<&UserId>) -> Result<WorkspaceId, DbError> {
    queries::insert(tx, name, description, by)
}
