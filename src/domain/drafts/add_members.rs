//! The draft of adding people of the organization to a workspace: who was selected; afterwards that it was used.

use serde::{Deserialize, Serialize};

use super::{Body, begin, find, save};
use crate::{
    access::{Permitted, need::WorkspaceNeed, permission::here},
    base::ids::{DraftId, RoleId, UserId, WorkspaceId},
    db::{Connection, Error as DbError, Tx},
    domain::{Error, people, roles::Role, users::User},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddMembers {
    Open { workspace: WorkspaceId, chosen: Vec<UserId> },
    Done { workspace: WorkspaceId },
}

impl Body for AddMembers {
    const KIND: &'static str = "add-members";
}

impl AddMembers {
    fn workspace(&self) -> &WorkspaceId {
        match self {
            Self::Open { workspace, .. } | Self::Done { workspace } => workspace,
        }
    }
}

pub fn begin_adding_to(tx: &mut Tx, may: &Permitted<here::UsersEdit>, chosen: Vec<UserId>) -> Result<DraftId, Error> {
    Ok(begin(tx, may, &AddMembers::Open { workspace: may.workspace().id.clone(), chosen })?)
}

/// The actor's own draft, of the workspace of the proof.
pub fn find_adding_to<N: WorkspaceNeed>(c: &mut Connection, may: &Permitted<N>, id: &DraftId) -> Result<Option<AddMembers>, DbError> {
    let found: Option<AddMembers> = find(c, may, id)?;
    Ok(found.filter(|draft| *draft.workspace() == may.workspace().id))
}

/// The first step once more. Says whether the draft is still open; one that was used stays as it is.
pub fn change_chosen(tx: &mut Tx, may: &Permitted<here::UsersEdit>, id: &DraftId, chosen: Vec<UserId>) -> Result<bool, Error> {
    match find_adding_to(tx, may, id)?.ok_or(Error::NotFound)? {
        AddMembers::Done { .. } => Ok(false),
        AddMembers::Open { workspace, .. } => {
            save(tx, id, &AddMembers::Open { workspace, chosen })?;
            Ok(true)
        }
    }
}

/// Uses the draft: adds everybody selected, each with the role `given` says. `None`: it was used before, and nothing is done.
pub fn add_all(tx: &mut Tx, may: &Permitted<here::UsersEdit>, id: &DraftId, given: &[(UserId, RoleId)]) -> Result<Option<Vec<(User, Role)>>, Error> {
    let AddMembers::Open { workspace, chosen } = find_adding_to(tx, may, id)?.ok_or(Error::NotFound)? else { return Ok(None) };
    let role_of = |user: &UserId| given.iter().find(|(id, _)| id == user).map(|(_, role)| role.clone());
    let all: Vec<_> = chosen.iter().filter_map(|user| Some((user.clone(), role_of(user)?))).collect();
    if all.len() < chosen.len() {
        return Err(Error::stale("Somebody else was selected meanwhile. Give each of them a role."));
    }
    let added = people::add_members(tx, may, &all)?;
    save(tx, id, &AddMembers::Done { workspace })?;
    Ok(Some(added))
}
