//! The draft of adding somebody: the first step's answers; afterwards who came of it.

use serde::{Deserialize, Serialize};

use super::{Body, begin, find, save};
use crate::{
    access::{Permitted, permission::org},
    base::{
        ids::{DraftId, RoleId, UserId, WorkspaceId},
        text::{EmailAddress, PersonName},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error,
        invites::{self, Invite},
        roles,
    },
};

/// What the first step asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub name: String,
    pub email: String,
    pub role: RoleId,
    pub workspaces: Vec<WorkspaceId>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddUser {
    Open {
        /// Whose id it will be: minted with the draft, so that the face is the same before and after.
        user: UserId,
        details: Details,
    },
    /// It was used. Name and address are gone from the draft: they are the person's now.
    Done { user: UserId },
}

impl Body for AddUser {
    const KIND: &'static str = "add-user";
}

pub fn begin_adding(tx: &mut Tx, may: &Permitted<org::UsersWrite>, details: Details) -> Result<DraftId, Error> {
    Ok(begin(tx, may, &AddUser::Open { user: UserId::new(), details })?)
}

pub fn find_adding(c: &mut Connection, may: &Permitted<org::UsersWrite>, id: &DraftId) -> Result<Option<AddUser>, DbError> {
    find(c, may, id)
}

/// The first step once more. Says who came of the draft, if it was used meanwhile; then nothing changes.
pub fn change_details(tx: &mut Tx, may: &Permitted<org::UsersWrite>, id: &DraftId, details: Details) -> Result<Option<UserId>, Error> {
    match find(tx, may, id)?.ok_or(Error::NotFound)? {
        AddUser::Done { user } => Ok(Some(user)),
        AddUser::Open { user, .. } => {
            save(tx, id, &AddUser::Open { user, details })?;
            Ok(None)
        }
    }
}

/// Uses the draft: invites whom it describes, with a role for each of its workspaces. A draft that was used answers with
/// who came of it, and does nothing; the flag says whether it was used now.
pub fn add(tx: &mut Tx, may: &Permitted<org::UsersWrite>, id: &DraftId, given: &[(WorkspaceId, RoleId)]) -> Result<(UserId, bool), Error> {
    let (user, details) = match find(tx, may, id)?.ok_or(Error::NotFound)? {
        AddUser::Done { user } => return Ok((user, false)),
        AddUser::Open { user, details } => (user, details),
    };
    let everywhere = roles::find(tx, &details.role)?.is_some_and(|r| r.makes_org_admin());
    let role_in = |workspace: &WorkspaceId| given.iter().find(|(there, _)| there == workspace).map(|(_, role)| role.clone());
    let workspaces = details.workspaces.iter().filter_map(|w| Some((w.clone(), role_in(w)?))).collect::<Vec<_>>();
    if workspaces.len() < details.workspaces.len() && !everywhere {
        return Err(Error::stale("The workspaces were changed meanwhile. Give a role for each of them."));
    }
    let invite = Invite {
        user: user.clone(),
        name: PersonName::parse(&details.name).map_err(Error::stale)?,
        display_name: None,
        email: EmailAddress::parse(&details.email).map_err(Error::stale)?,
        org_role: details.role,
        workspaces,
    };
    invites::invite(tx, may, &invite)?;
    save(tx, id, &AddUser::Done { user: user.clone() })?;
    Ok((user, true))
}
