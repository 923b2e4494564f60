//! Creating a workspace spans it and its first membership: whoever creates one is its Admin.

use super::give;
use crate::{
    access::{Permitted, permission::org},
    base::{
        ids::WorkspaceId,
        text::{Description, WorkspaceName},
    },
    db::Tx,
    domain::{Error, audit, roles::built_in, workspaces},
};

/// Creates a workspace with the actor as its Admin. Here alone somebody gets a role that they may not hold anywhere yet: the
/// workspace is theirs.
pub fn create_workspace(tx: &mut Tx, may: &Permitted<org::WorkspaceWrite>, name: &WorkspaceName, description: &Description) -> Result<WorkspaceId, Error> {
    workspaces::must_be_free(tx, name, None)?;
    let id = workspaces::insert(tx, name, description.as_str(), Some(may.id())).map_err(workspaces::taken_or)?;
    give(tx, may.id(), &id, &built_in::admin(), Some(may.id()))?;
    audit::entry("workspace.created")
        .by(may.id())
        .on("workspace", &id)
        .in_workspace(&id)
        .fact("name", name.as_str())
        .fact("role", built_in::admin().as_str())
        .write(tx)?;
    Ok(id)
}
