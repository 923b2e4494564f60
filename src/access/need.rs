//! What a route or an act asks for. A need is a type, so that a proof of one thing is never taken for a proof of another.

use super::{
    grants::{Place, Standing},
    permission::{Marker, OrgPermission, Permission, WorkspacePermission, WorkspaceSet, here, org},
};

/// What is asked of a signed-in person.
pub trait Need: Sized + Send + Sync + 'static {
    /// Whether the password must have been given lately: see [`Confirmed`].
    const CONFIRMED: bool = false;
    /// Whether it is of the organization alone, so that no workspace a request names makes a difference.
    const ANYWHERE: bool = false;

    /// Whether the standing satisfies it.
    fn met(standing: &Standing) -> bool;

    /// The permission that is named when it is refused: of a workspace, or of the organization.
    fn missing() -> Missing;
}

/// A need that is judged in the organization.
pub trait OrgNeed: Need {}

/// A need that is judged in one workspace, which the proof names.
pub trait WorkspaceNeed: Need {}

/// What a refusal says was missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Organization(OrgPermission),
    Workspace(WorkspacePermission),
    /// Nothing but being signed in (organization) or belonging to the workspace.
    Nothing,
}

impl Missing {
    pub fn key(self) -> &'static str {
        match self {
            Self::Organization(p) => p.key(),
            Self::Workspace(p) => p.key(),
            Self::Nothing => "",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Organization(p) => p.words(),
            Self::Workspace(p) => p.words(),
            Self::Nothing => "",
        }
    }
}

macro_rules! organization_needs {
    ($($marker:ident)+) => {$(
        impl Need for org::$marker {
            const ANYWHERE: bool = true;
            fn met(standing: &Standing) -> bool {
                standing.organization.has(<Self as Marker>::PERMISSION)
            }
            fn missing() -> Missing {
                Missing::Organization(<Self as Marker>::PERMISSION)
            }
        }
        impl OrgNeed for org::$marker {}
    )+};
}

macro_rules! workspace_needs {
    ($($marker:ident)+) => {$(
        impl Need for here::$marker {
            fn met(standing: &Standing) -> bool {
                standing.place().is_some_and(|place| place.may.has(<Self as Marker>::PERMISSION))
            }
            fn missing() -> Missing {
                Missing::Workspace(<Self as Marker>::PERMISSION)
            }
        }
        impl WorkspaceNeed for here::$marker {}
    )+};
}

organization_needs! { UsersRead UsersWrite UsersEdit UsersDelete WorkspaceRead WorkspaceWrite WorkspaceEdit WorkspaceDelete OrgRead OrgEdit OrgAudit SettingsRead OrgAdmin }
workspace_needs! { FlowsRun FlowsEdit FlowsDelete FlowsAdvanced AgentsRun AgentsEdit AgentsDelete AgentsAdvanced KbsQuery KbsEdit KbsDelete KbsAdvanced WorkspaceAdmin IntegrationsEdit UsersEdit UsersDelete }

/// Nothing but an account that is active.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn;

impl Need for SignedIn {
    fn met(_: &Standing) -> bool {
        true
    }
    fn missing() -> Missing {
        Missing::Nothing
    }
}
impl OrgNeed for SignedIn {}

/// What a sensitive act asks for: `N`, and the password given lately ([`super::actor::CONFIRMED_FOR_MINUTES`]).
#[derive(Debug, Clone, Copy)]
pub struct Confirmed<N>(pub N);

impl<N: Need> Need for Confirmed<N> {
    const CONFIRMED: bool = true;
    const ANYWHERE: bool = N::ANYWHERE;
    fn met(standing: &Standing) -> bool {
        N::met(standing)
    }
    fn missing() -> Missing {
        N::missing()
    }
}
impl<N: OrgNeed> OrgNeed for Confirmed<N> {}
impl<N: WorkspaceNeed> WorkspaceNeed for Confirmed<N> {}

/// Belonging to the workspace, with whatever role; organization admins belong to every one.
#[derive(Debug, Clone, Copy)]
pub struct Member;

impl Need for Member {
    fn met(standing: &Standing) -> bool {
        standing.place().is_some_and(Place::is_open)
    }
    fn missing() -> Missing {
        Missing::Nothing
    }
}
impl WorkspaceNeed for Member {}

/// Seeing the flows of a workspace: any key of the family.
#[derive(Debug, Clone, Copy)]
pub struct SeeFlows;

impl SeeFlows {
    const ANY: [WorkspacePermission; 4] =
        [WorkspacePermission::FlowsRun, WorkspacePermission::FlowsEdit, WorkspacePermission::FlowsDelete, WorkspacePermission::FlowsAdvanced];

    /// Whether a set is enough, also in a workspace that the request does not name.
    pub fn is_in(set: WorkspaceSet) -> bool {
        Self::ANY.into_iter().any(|p| set.has(p))
    }
}

impl Need for SeeFlows {
    fn met(standing: &Standing) -> bool {
        standing.place().is_some_and(|place| Self::is_in(place.may))
    }
    fn missing() -> Missing {
        Missing::Workspace(WorkspacePermission::FlowsRun)
    }
}
impl WorkspaceNeed for SeeFlows {}

/// Changing the members of a workspace: adding and changing them, or removing them.
#[derive(Debug, Clone, Copy)]
pub struct ChangeMembers;

impl Need for ChangeMembers {
    fn met(standing: &Standing) -> bool {
        here::UsersEdit::met(standing) || here::UsersDelete::met(standing)
    }
    fn missing() -> Missing {
        Missing::Workspace(WorkspacePermission::UsersEdit)
    }
}
impl WorkspaceNeed for ChangeMembers {}

/// Renaming or archiving one workspace: `workspace_admin` there, or `workspace_edit` in the organization.
#[derive(Debug, Clone, Copy)]
pub struct ManageWorkspace;

impl Need for ManageWorkspace {
    fn met(standing: &Standing) -> bool {
        standing.place().is_some() && (here::WorkspaceAdmin::met(standing) || org::WorkspaceEdit::met(standing))
    }
    fn missing() -> Missing {
        Missing::Workspace(WorkspacePermission::WorkspaceAdmin)
    }
}
impl WorkspaceNeed for ManageWorkspace {}

/// Restoring an archived workspace: `workspace_edit` in the organization.
#[derive(Debug, Clone, Copy)]
pub struct RestoreWorkspace;

impl Need for RestoreWorkspace {
    fn met(standing: &Standing) -> bool {
        standing.place().is_some() && org::WorkspaceEdit::met(standing)
    }
    fn missing() -> Missing {
        Missing::Organization(OrgPermission::WorkspaceEdit)
    }
}
impl WorkspaceNeed for RestoreWorkspace {}

/// Deleting a workspace: `workspace_delete` in the organization.
#[derive(Debug, Clone, Copy)]
pub struct DeleteWorkspace;

impl Need for DeleteWorkspace {
    fn met(standing: &Standing) -> bool {
        standing.place().is_some() && org::WorkspaceDelete::met(standing)
    }
    fn missing() -> Missing {
        Missing::Organization(OrgPermission::WorkspaceDelete)
    }
}
impl WorkspaceNeed for DeleteWorkspace {}
