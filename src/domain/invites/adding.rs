//! Inviting somebody new: what the actor may give, whether the address is free, and the act.

use super::{Invitation, open, queries};
use crate::{
    access::{OrgPermission, Permitted, WorkspacePermission, WorkspaceSet, permission::org},
    base::{
        ids::{RoleId, UserId, WorkspaceId},
        text::{EmailAddress, PersonName, fold},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, Refusal, audit, memberships, organization,
        roles::{self, Role},
        sessions,
        users::{self, Kind, NewUser, Status, User},
    },
};

/// A workspace the actor may add people to.
#[derive(Debug, Clone)]
pub struct Place {
    pub id: WorkspaceId,
    pub name: String,
    pub hue: u8,
    /// What the actor may do there.
    pub own: WorkspaceSet,
    key: String,
}

/// The first of them by name, and whether there are more.
#[derive(Debug, Clone, Default)]
pub struct Places {
    pub list: Vec<Place>,
    pub more: bool,
}

fn place((id, name, hue, key): queries::Open, own: WorkspaceSet) -> Place {
    Place { id, name, hue: hue as u8, own, key }
}

fn own_places(c: &mut Connection, may: &Permitted<org::UsersWrite>) -> Result<Vec<Place>, DbError> {
    let mut own = may.standing().by_workspace(c)?;
    own.retain(|_, set| set.has(WorkspacePermission::UsersEdit));
    let ids: Vec<WorkspaceId> = own.keys().cloned().collect();
    let open = queries::open_among(c, &ids)?;
    Ok(open.into_iter().filter_map(|row| own.get(&row.0).map(|set| place(row.clone(), *set))).collect())
}

/// Where the actor may add people, by name: every workspace that is not archived for an organization admin, else those where
/// they hold `users_edit`. `term` narrows by name; at most `limit`.
pub fn places(c: &mut Connection, may: &Permitted<org::UsersWrite>, term: &str, limit: usize) -> Result<Places, DbError> {
    let term = fold(term);
    let mut list: Vec<Place> = if may.organization().has(OrgPermission::OrgAdmin) {
        let most = if term.is_empty() { limit as i64 + 1 } else { i64::MAX };
        queries::open_workspaces(c, most)?.into_iter().map(|row| place(row, WorkspaceSet::all())).collect()
    } else {
        own_places(c, may)?
    };
    list.retain(|p| term.split(' ').all(|word| p.key.contains(word)));
    let more = list.len() > limit;
    list.truncate(limit);
    Ok(Places { list, more })
}

/// Those of the chosen workspaces where the actor may add people now, by name.
pub fn chosen_places(c: &mut Connection, may: &Permitted<org::UsersWrite>, chosen: &[WorkspaceId]) -> Result<Vec<Place>, DbError> {
    if may.organization().has(OrgPermission::OrgAdmin) {
        return Ok(queries::open_among(c, chosen)?.into_iter().map(|row| place(row, WorkspaceSet::all())).collect());
    }
    Ok(own_places(c, may)?.into_iter().filter(|p| chosen.contains(&p.id)).collect())
}

/// The organization roles the actor may give, the smallest first.
pub fn organization_roles(c: &mut Connection, may: &Permitted<org::UsersWrite>) -> Result<Vec<Role>, DbError> {
    let own = may.organization();
    let mut all: Vec<Role> = roles::of_organization(c)?.into_iter().filter(|r| r.in_organization().is_some_and(|set| own.covers(set))).collect();
    all.sort_by_key(|r| r.in_organization().map(crate::access::OrgSet::len));
    Ok(all)
}

/// Which of the workspace roles the actor may give in a place, the smallest first.
pub fn workspace_roles<'a>(all: &'a [Role], place: &Place) -> Vec<&'a Role> {
    let mut usable: Vec<&Role> = all.iter().filter(|r| r.in_workspace(&place.id).is_some_and(|set| place.own.covers(set))).collect();
    usable.sort_by_key(|r| r.in_workspace(&place.id).map(WorkspaceSet::len));
    usable
}

/// Why an address cannot be invited.
#[derive(Debug, Clone)]
pub enum Taken {
    Account(User),
    Deactivated(User),
    Invited(Box<Invited>),
    /// Only these domains are allowed.
    Domain(Vec<String>),
}

/// Somebody who is invited to an address already, and by whom, if they are still there.
#[derive(Debug, Clone)]
pub struct Invited {
    pub user: User,
    pub invitation: Option<Invitation>,
    pub by: Option<User>,
}

impl Taken {
    /// In words, for where there is no form.
    fn sentence(&self) -> String {
        match self {
            Self::Account(user) => format!("{} has an account with this address by now.", user.name),
            Self::Deactivated(user) => format!("{} has an account with this address, which is deactivated.", user.name),
            Self::Invited(there) => format!("{} has an invitation to this address by now.", there.user.name),
            Self::Domain(domains) => format!("Only addresses of {} may be invited.", domains.join(", ")),
        }
    }
}

/// Whether an address can be invited, however its letters are written. `None`: it can.
pub fn judge_address(c: &mut Connection, email: &EmailAddress) -> Result<Option<Taken>, DbError> {
    if let Some(user) = users::find_by_email(c, email)? {
        return Ok(Some(match user.status {
            Status::Deactivated => Taken::Deactivated(user),
            Status::Invited => {
                let invitation = queries::find_of(c, &user.id)?;
                let by = match invitation.as_ref().and_then(|i| i.invited_by.as_ref()) {
                    Some(by) => users::find(c, by)?,
                    None => None,
                };
                Taken::Invited(Box::new(Invited { user, invitation, by }))
            }
            _ => Taken::Account(user),
        }));
    }
    let organization = organization::load(c)?;
    Ok(if organization.allows(email) { None } else { Some(Taken::Domain(organization.allowed_domains)) })
}

/// Somebody to be invited, and with what.
#[derive(Debug, Clone)]
pub struct Invite {
    /// The id they will have: nobody's yet.
    pub user: UserId,
    pub name: PersonName,
    /// `None`: the first word of the name, until they say otherwise.
    pub display_name: Option<PersonName>,
    pub email: EmailAddress,
    pub org_role: RoleId,
    pub workspaces: Vec<(WorkspaceId, RoleId)>,
}

/// Adds the person with role and memberships, which rest until acceptance, and sends the invitation. Everything is compared
/// here, in the transaction: the address, the organization role, each workspace and the role there.
pub fn invite(tx: &mut Tx, may: &Permitted<org::UsersWrite>, invite: &Invite) -> Result<(), Error> {
    if let Some(taken) = judge_address(tx, &invite.email)? {
        return Err(Error::stale(taken.sentence()));
    }
    let role = roles::grantable_in_organization(tx, may.organization(), &invite.org_role)?;
    if role.makes_org_admin() {
        sessions::require_confirmed(may)?;
    }
    let mut given = Vec::new();
    // An organization admin is an admin everywhere; a membership beside that would say less than is true.
    for (workspace, role) in invite.workspaces.iter().filter(|_| !role.makes_org_admin()) {
        let own = may.in_workspace(tx, workspace)?;
        if !own.has(WorkspacePermission::UsersEdit) {
            return Err(Error::NotFound);
        }
        // To an organization admin an archived workspace is open; nobody is added to it all the same.
        if chosen_places(tx, may, std::slice::from_ref(workspace))?.is_empty() {
            return Err(Error::stale("A workspace was archived meanwhile."));
        }
        let role = roles::grantable_in_workspace(tx, own, workspace, role)?;
        if given.iter().any(|(there, _)| *there == workspace) {
            return Err(Refusal::Because("A workspace was given twice.".into()).into());
        }
        given.push((workspace, role));
    }
    let first = invite.name.as_str().split(' ').next().unwrap_or_default();
    let display_name = invite.display_name.as_ref().map_or(first, PersonName::as_str);
    let user = &invite.user;
    let new = NewUser {
        id: user,
        kind: Kind::Person,
        status: Status::Invited,
        name: &invite.name,
        display_name,
        email: Some(&invite.email),
        role: &role.id,
        by: Some(may.id()),
        password: None,
    };
    users::add(tx, &new)?;
    for (workspace, role) in &given {
        memberships::give(tx, user, workspace, &role.id, Some(may.id()))?;
    }
    open(tx, user, may.id())?;
    let workspaces: serde_json::Map<_, _> = given.iter().map(|(workspace, role)| (workspace.to_string(), role.id.as_str().into())).collect();
    audit::entry("user.invited")
        .by(may.id())
        .on_user(user)
        .fact("role", role.id.as_str())
        .fact("workspaces", workspaces)
        .personal(user, "name", None, Some(invite.name.as_str()))
        .personal(user, "email", None, Some(invite.email.as_str()))
        .write(tx)?;
    Ok(())
}
