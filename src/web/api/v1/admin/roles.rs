//! `/v1/admin/roles`: what can be given, and what it means.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::{OrgPermission, Permission, Set, WorkspacePermission, permission::org},
    base::ids::{RoleId, WorkspaceId},
    domain::{
        roles::{self, Permissions, Role},
        workspaces,
    },
    web::kit::{Calls, JsonAnswer, json},
};

/// What can be given.
#[derive(Serialize, ToSchema)]
#[schema(as = Role)]
pub struct RoleView {
    id: RoleId,
    name: String,
    description: String,
    /// `organization` or `workspace`.
    scope: &'static str,
    /// The one workspace it can be used in; `null`: in every one, or in the organization.
    workspace: Option<WorkspaceId>,
    built_in: bool,
    /// Every key of its scope, and whether the role holds it or what implies it.
    permissions: BTreeMap<&'static str, bool>,
}

fn keys<P: Permission>(set: Set<P>) -> BTreeMap<&'static str, bool> {
    P::ALL.iter().map(|p| (p.key(), set.has(*p))).collect()
}

fn view(role: Role) -> RoleView {
    let (scope, permissions) = match role.permissions {
        Permissions::Organization(set) => (OrgPermission::SCOPE, keys(set.closure())),
        Permissions::Workspace(set) => (WorkspacePermission::SCOPE, keys(set.closure())),
    };
    RoleView { id: role.id, name: role.name, description: role.description, scope, workspace: role.workspace, built_in: role.built_in, permissions }
}

/// Roles of the organization, then of workspaces. Those of one workspace are told to whoever sees every workspace.
pub async fn list(calls: Calls<org::SettingsRead>) -> JsonAnswer<Vec<RoleView>> {
    let read = calls.read(|c, may| {
        let sees_all = workspaces::sees_all(may.organization());
        let mut all = roles::of_organization(c)?;
        all.extend(roles::of_workspaces(c)?.into_iter().filter(|role| sees_all || role.workspace.is_none()));
        Ok(all)
    });
    json(&read.await?.into_iter().map(view).collect::<Vec<_>>())
}
