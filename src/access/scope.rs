//! The algebra: what somebody may do, from what they were given. Pure functions, no database; every decision ends here.

use super::permission::{OrgPermission, OrgSet, WorkspaceSet};

/// What a person may do in the organization. Only active people may do anything.
pub fn in_organization(active: bool, role: OrgSet) -> OrgSet {
    if active { role.closure() } else { OrgSet::NONE }
}

/// What a person may do in a workspace: everything for an organization admin, also when it is archived; otherwise what
/// their role there says, as long as they are active and the workspace is not archived.
pub fn in_workspace(active: bool, organization_role: OrgSet, membership: Option<WorkspaceSet>, archived: bool) -> WorkspaceSet {
    if in_organization(active, organization_role).has(OrgPermission::OrgAdmin) {
        return WorkspaceSet::all();
    }
    match membership {
        Some(role) if active && !archived => role.closure(),
        _ => WorkspaceSet::NONE,
    }
}

/// What a key was given: everything its owner may do, now and later, or a ticked subset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant<S> {
    Unrestricted,
    Only(S),
}

/// What a key of a workspace may do there: its grant, and never more than its owner may do now. While the workspace is
/// archived its keys rest, also those of organization admins, who may go on there themselves.
pub fn key_in_workspace(live: bool, archived: bool, grant: Grant<WorkspaceSet>, owner: WorkspaceSet) -> WorkspaceSet {
    match grant {
        _ if !live || archived => WorkspaceSet::NONE,
        Grant::Unrestricted => owner,
        Grant::Only(set) => set.closure() & owner,
    }
}

/// What a system key may do in the organization.
pub fn system_key(live: bool, grant: OrgSet, owner: OrgSet) -> OrgSet {
    if live { grant.closure() & owner } else { OrgSet::NONE }
}

/// What a system key may do in a workspace: everything with `org_admin`, else nothing.
pub fn system_key_in_workspace(key: OrgSet) -> WorkspaceSet {
    if key.has(OrgPermission::OrgAdmin) { WorkspaceSet::all() } else { WorkspaceSet::NONE }
}

/// Nobody grants what they do not hold: a role may be given by whoever holds all that it means.
pub fn may_grant<P: super::Permission>(own: super::Set<P>, role: super::Set<P>) -> bool {
    own.covers(role.closure())
}
