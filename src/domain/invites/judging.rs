//! Which of somebody's grants count once they accept: each is judged against what its own giver could give at this moment. The
//! one rule of acceptance, and of every page and mail that tells what it will give.

use super::queries;
use crate::{
    access::{OrgPermission, OrgSet, Permitted, WorkspacePermission, grants, need::Need},
    base::ids::{RoleId, UserId, WorkspaceId},
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, audit,
        memberships::{self, Membership},
        roles::{self, Role, built_in},
        sessions,
        users::{self, Named, Status, User},
        workspaces::Listed,
    },
};

/// Why a giver can no longer give something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// They were removed.
    Gone,
    Deactivated,
    /// They hold less than it now.
    Less,
}

/// A grant that would be withheld at acceptance.
#[derive(Debug, Clone)]
pub struct Fallen {
    /// `None`: the organization role.
    pub workspace: Option<Listed>,
    pub role: RoleId,
    pub role_name: String,
    pub by: UserId,
    /// A removed one is called by the pseudonym that stands in their place.
    pub by_name: String,
    pub lost: Lost,
}

/// What somebody would be if they accepted now.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The organization role; the one given, or Org Base.
    pub role: Option<Role>,
    pub memberships: Vec<Membership>,
    pub fallen: Vec<Fallen>,
}

impl Outcome {
    pub fn fallen_in(&self, workspace: &WorkspaceId) -> Option<&Fallen> {
        self.fallen.iter().find(|f| f.workspace.as_ref().is_some_and(|w| w.id == *workspace))
    }

    pub fn fallen_role(&self) -> Option<&Fallen> {
        self.fallen.iter().find(|f| f.workspace.is_none())
    }
}

/// Judges every grant of somebody. One of the set-up or the command line, without a giver, stands.
pub fn outcome(c: &mut Connection, user: &User) -> Result<Outcome, DbError> {
    let mut fallen = Vec::new();
    let given = roles::find(c, &user.role)?;
    let role = match role_lost(c, user, given.as_ref())? {
        None => given,
        Some((by, lost)) => {
            let role_name = given.map(|role| role.name).unwrap_or_default();
            fallen.push(Fallen { workspace: None, role: user.role.clone(), role_name, by_name: name_of(c, &by)?, by, lost });
            roles::find(c, &built_in::org_base())?
        }
    };
    let mut memberships = Vec::new();
    for m in memberships::of_user(c, &user.id)? {
        match membership_lost(c, &m)? {
            None => memberships.push(m),
            Some((by, lost)) => fallen.push(Fallen {
                workspace: Some(Listed { id: m.workspace, name: m.workspace_name, hue: m.hue }),
                role: m.role,
                role_name: m.role_name,
                by_name: name_of(c, &by)?,
                by,
                lost,
            }),
        }
    }
    Ok(Outcome { role, memberships, fallen })
}

fn name_of(c: &mut Connection, user: &UserId) -> Result<String, DbError> {
    Ok(grants::name_of(c, user)?.unwrap_or_default())
}

fn role_lost(c: &mut Connection, user: &User, given: Option<&Role>) -> Result<Option<(UserId, Lost)>, DbError> {
    let Some(by) = &user.role_given_by else { return Ok(None) };
    let meaning = |role: Option<&Role>| role.and_then(Role::in_organization).unwrap_or(OrgSet::NONE);
    let given = meaning(given);
    // Falling back to Org Base must never give more than what is withheld.
    if meaning(roles::find(c, &built_in::org_base())?.as_ref()).covers(given) {
        return Ok(None);
    }
    let own = grants::in_organization(c, by)?;
    lost(c, by, own.covers(given) && gives_in_organization(own))
}

fn gives_in_organization(own: OrgSet) -> bool {
    own.has(OrgPermission::UsersWrite) || own.has(OrgPermission::UsersEdit)
}

fn membership_lost(c: &mut Connection, membership: &Membership) -> Result<Option<(UserId, Lost)>, DbError> {
    let Some(by) = &membership.given_by else { return Ok(None) };
    // An archived workspace may be restored: its grants are judged as if it were open.
    let own = grants::if_it_were_open(c, by, &membership.workspace)?;
    lost(c, by, own.covers(membership.permissions) && own.has(WorkspacePermission::UsersEdit))
}

fn lost(c: &mut Connection, by: &UserId, stands: bool) -> Result<Option<(UserId, Lost)>, DbError> {
    if stands {
        return Ok(None);
    }
    let why = match users::find(c, by)?.map(|giver| giver.status) {
        None => Lost::Gone,
        Some(Status::Active) => Lost::Less,
        Some(_) => Lost::Deactivated,
    };
    Ok(Some((by.clone(), why)))
}

/// Whether an invited person's role in a workspace would be withheld, so that giving it again changes something.
pub(in crate::domain) fn membership_falls(c: &mut Connection, user: &User, membership: &Membership) -> Result<bool, DbError> {
    Ok(user.status == Status::Invited && membership_lost(c, membership)?.is_some())
}

/// The same of their organization role.
pub(in crate::domain) fn role_falls(c: &mut Connection, user: &User) -> Result<bool, DbError> {
    let given = roles::find(c, &user.role)?;
    Ok(user.status == Status::Invited && role_lost(c, user, given.as_ref())?.is_some())
}

/// What its giver can no longer give and the actor can is the actor's gift from now on: else it would be withheld although
/// somebody who may give it sends the invitation. Says what that was.
pub(in crate::domain) fn adopt<N: Need>(tx: &mut Tx, may: &Permitted<N>, user: &User) -> Result<Vec<Fallen>, Error> {
    let mut adopted = Vec::new();
    for fallen in outcome(tx, user)?.fallen {
        match &fallen.workspace {
            None => {
                let own = may.organization();
                let Some(role) = roles::find(tx, &fallen.role)?.filter(|role| role.in_organization().is_some_and(|set| own.covers(set))) else { continue };
                if !gives_in_organization(own) {
                    continue;
                }
                if role.makes_org_admin() {
                    sessions::require_confirmed(may)?;
                }
                users::set_role(tx, &user.id, &fallen.role, Some(may.id()))?;
            }
            Some(workspace) => {
                let own = may.in_workspace(tx, &workspace.id)?;
                if !own.has(WorkspacePermission::UsersEdit) || roles::grantable_in_workspace(tx, own, &workspace.id, &fallen.role).is_err() {
                    continue;
                }
                memberships::give(tx, &user.id, &workspace.id, &fallen.role, Some(may.id()))?;
            }
        }
        let mut entry = audit::entry("grant.adopted").by(may.id()).on_user(&user.id).fact("role", fallen.role.as_str()).changed(
            "giver",
            fallen.by.as_str(),
            may.id().as_str(),
        );
        if let Some(workspace) = &fallen.workspace {
            entry = entry.in_workspace(&workspace.id);
        }
        entry.write(tx)?;
        adopted.push(fallen);
    }
    Ok(adopted)
}

/// People with an open invitation that carries what some people gave.
#[derive(Debug, Clone, Default)]
pub struct Dependents {
    pub count: i64,
    /// The first few, by name.
    pub some: Vec<Named>,
}

/// Which of their grants are meant.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// All of them.
    All,
    /// Organization roles.
    Roles,
    /// Roles in one workspace.
    In(&'a WorkspaceId),
}

/// How many dependents are named.
const NAMED: i64 = 3;

/// Whose open invitations would lose something if some people could no longer give what they gave.
pub fn dependents(c: &mut Connection, givers: &[UserId], which: Which) -> Result<Dependents, DbError> {
    let base = roles::find(c, &built_in::org_base())?.and_then(|role| role.in_organization()).unwrap_or(OrgSet::NONE);
    // Org Base is what everybody falls back to: it is never lost.
    let roles: Vec<RoleId> =
        roles::of_organization(c)?.into_iter().filter(|role| !role.in_organization().is_some_and(|set| base.covers(set))).map(|role| role.id).collect();
    queries::dependents(c, givers, which, &roles, NAMED)
}
