//! Roles: sets of permissions with a name. The built-in ones are rows like any other, and read-only.

mod queries;
mod resting;
mod rules;

use std::collections::{HashMap, HashSet};

use crate::{
    access::{OrgSet, Permission, Permitted, WorkspaceSet, explain, permission::org},
    base::ids::{RoleId, UserId, WorkspaceId},
    db::{Connection, Error as DbError},
    domain::{Error, users::Named},
};

pub use resting::Resting;
pub use rules::ways_up;

/// The built-in roles' ids.
pub mod built_in {
    use crate::base::ids::RoleId;

    fn id(text: &str) -> RoleId {
        text.parse().expect("a UUID")
    }

    pub fn org_admin() -> RoleId {
        id("00000000-0000-7000-8000-000000000001")
    }

    pub fn org_base() -> RoleId {
        id("00000000-0000-7000-8000-000000000002")
    }

    pub fn admin() -> RoleId {
        id("00000000-0000-7000-8000-000000000011")
    }

    pub fn editor() -> RoleId {
        id("00000000-0000-7000-8000-000000000012")
    }

    pub fn reader() -> RoleId {
        id("00000000-0000-7000-8000-000000000013")
    }
}

/// A role of either scope.
#[derive(Debug, Clone)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub description: String,
    pub built_in: bool,
    pub permissions: Permissions,
    /// For a workspace role: the one workspace it can be used in; `None`: in every one.
    pub workspace: Option<WorkspaceId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permissions {
    Organization(OrgSet),
    Workspace(WorkspaceSet),
}

impl Role {
    /// What the role means in the organization; `None` for a workspace role.
    pub fn in_organization(&self) -> Option<OrgSet> {
        match self.permissions {
            Permissions::Organization(set) => Some(set.closure()),
            Permissions::Workspace(_) => None,
        }
    }

    /// What the role means in a workspace; `None` for an organization role, or a role of another workspace.
    pub fn in_workspace(&self, workspace: &WorkspaceId) -> Option<WorkspaceSet> {
        match self.permissions {
            Permissions::Workspace(set) if self.workspace.as_ref().is_none_or(|only| only == workspace) => Some(set.closure()),
            _ => None,
        }
    }

    /// The description; a role without one is described by what it holds.
    pub fn in_words(&self) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        let lines = match self.permissions {
            Permissions::Workspace(set) => explain::summary(set.closure()).yes,
            Permissions::Organization(set) => set.closure().iter().map(|p| p.words().to_owned()).collect(),
        };
        if lines.is_empty() { "Nothing.".to_owned() } else { format!("{}.", lines.join(". ")) }
    }

    pub fn makes_org_admin(&self) -> bool {
        self.in_organization().is_some_and(|set| set.has(crate::access::OrgPermission::OrgAdmin))
    }
}

pub fn find(c: &mut Connection, id: &RoleId) -> Result<Option<Role>, DbError> {
    queries::find(c, id)
}

/// All organization roles, the built-in ones first.
pub fn of_organization(c: &mut Connection) -> Result<Vec<Role>, DbError> {
    queries::of_scope(c, "organization")
}

/// All workspace roles, the built-in ones first: those of every workspace and those of one.
pub fn of_workspaces(c: &mut Connection) -> Result<Vec<Role>, DbError> {
    queries::of_scope(c, "workspace")
}

/// The organization role the actor may give; refuses what is none, or holds more than they do.
pub fn grantable_in_organization(c: &mut Connection, own: OrgSet, id: &RoleId) -> Result<Role, Error> {
    let role = find(c, id)?.ok_or(Error::NotFound)?;
    match role.in_organization() {
        None => Err(Error::NotFound),
        Some(set) if own.covers(set) => Ok(role),
        Some(_) => Err(crate::domain::Refusal::GivesMore { role: role.name }.into()),
    }
}

/// The workspace role somebody with `own` in the workspace may give there.
pub fn grantable_in_workspace(c: &mut Connection, own: WorkspaceSet, workspace: &WorkspaceId, id: &RoleId) -> Result<Role, Error> {
    let role = find(c, id)?.ok_or(Error::NotFound)?;
    match role.in_workspace(workspace) {
        None => Err(Error::NotFound),
        Some(set) if own.covers(set) => Ok(role),
        Some(_) => Err(crate::domain::Refusal::GivesMore { role: role.name }.into()),
    }
}

/// Up to how many people with a role are looked at, one by one.
pub const COUNTED: usize = 1_000;

/// A role with some of who holds it.
#[derive(Debug, Clone)]
pub struct Held {
    pub role: Role,
    pub holders: Holders,
    /// The first few who are active, by name.
    pub some: Vec<Named>,
}

/// How many have a role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holders {
    pub active: i64,
    /// Those who were given it beside them.
    pub resting: Resting,
    /// More than [`COUNTED`] were given it: only those active in the organization are counted, and of a workspace role nobody.
    pub more: bool,
}

/// The organization admins, whatever their role is called.
pub(in crate::domain) fn org_admins(c: &mut Connection) -> Result<HashSet<UserId>, DbError> {
    let roles: Vec<RoleId> = of_organization(c)?.into_iter().filter(Role::makes_org_admin).map(|role| role.id).collect();
    queries::people_of(c, &roles)
}

/// Who was given a role in each workspace and may not use it.
pub(in crate::domain) fn resting_by_workspace(c: &mut Connection, role: &RoleId) -> Result<HashMap<WorkspaceId, Resting>, DbError> {
    queries::resting(c, role)
}

/// Every role of both scopes with who holds it: organization roles, then workspace roles. Organization admins are admins in
/// every workspace, so they are not counted among those who hold Admin by a membership.
pub fn held(c: &mut Connection, _may: &Permitted<org::SettingsRead>) -> Result<(Vec<Held>, Vec<Held>), DbError> {
    let (organization, workspace) = (of_organization(c)?, of_workspaces(c)?);
    let (admins, nobody) = (org_admins(c)?, HashSet::new());
    let organization = organization.into_iter().map(|role| queries::holders(c, role, &nobody)).collect::<Result<_, _>>()?;
    let apart = |role: &Role| if role.id == built_in::admin() { &admins } else { &nobody };
    let workspace = workspace.into_iter().map(|role| (apart(&role), role)).map(|(apart, role)| queries::holders(c, role, apart)).collect::<Result<_, _>>()?;
    Ok((organization, workspace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{OrgPermission, WorkspacePermission};

    #[test]
    fn a_role_of_any_one_permission_says_what_it_allows() {
        let words =
            |permissions| Role { id: RoleId::new(), name: "One".into(), description: String::new(), built_in: false, permissions, workspace: None }.in_words();
        assert_eq!(words(Permissions::Workspace(WorkspaceSet::NONE)), "Nothing.");
        for p in OrgPermission::ALL {
            let words = words(Permissions::Organization(OrgSet::of(&[*p])));
            assert!(words.contains(p.words()), "{p:?}: {words}");
        }
        for p in WorkspacePermission::ALL {
            assert_ne!(words(Permissions::Workspace(WorkspaceSet::of(&[*p]))), "Nothing.", "{p:?}");
        }
    }
}
