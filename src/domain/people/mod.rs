//! Acts on a person that span the nouns above: organization role, memberships, status, correcting an invited person, removing.
//!
//! Every one compares under the lock: nobody acts on someone who holds more, nobody grants what they do not hold.

mod adding;
mod correct;
mod members;
mod membership;
mod queries;
mod role;
mod status;

use crate::{
    access::{OrgPermission, Permitted, WorkspacePermission, grants, need::Need},
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WithheldId},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, Refusal, memberships, roles,
        users::{self, Kind, User},
        workspaces,
    },
};

pub use adding::{add_members, addable};
pub use correct::{Correction, correct};
pub use members::{change_members, end_members, leave, reachable};
pub use membership::{end_membership, give_membership, give_withheld, member};
pub use role::{Kept, change_role};
pub use status::{deactivate, reactivate, remove};

/// A role that was to be given at acceptance and was not. No workspace: the organization role.
#[derive(Debug, Clone)]
pub struct Withheld {
    pub id: WithheldId,
    pub workspace: Option<workspaces::Listed>,
    pub role: RoleId,
    pub role_name: String,
    /// Who had wanted to give it.
    pub by: Option<UserId>,
    pub at: Moment,
}

pub fn withheld_of(c: &mut Connection, user: &UserId) -> Result<Vec<Withheld>, DbError> {
    queries::withheld_of(c, user)
}

/// A person; service accounts and removed people are none.
pub fn find(c: &mut Connection, user: &UserId) -> Result<User, Error> {
    users::find(c, user)?.filter(|u| u.kind == Kind::Person).ok_or(Error::NotFound)
}

/// Somebody an act of the organization may be about: who holds no more there than the actor.
pub fn within_reach<N: Need>(c: &mut Connection, may: &Permitted<N>, user: &UserId) -> Result<User, Error> {
    let target = find(c, user)?;
    let held = grants::holdings(c, user)?.ok_or(Error::NotFound)?;
    if may.organization().covers(held.organization) { Ok(target) } else { Err(Refusal::HoldsMore { name: target.name }.into()) }
}

/// Like [`within_reach`], but for acts nobody does to themselves.
pub fn another_within_reach<N: Need>(c: &mut Connection, may: &Permitted<N>, user: &UserId, act: &str) -> Result<User, Error> {
    if user == may.id() {
        return Err(Error::because(format!("You cannot {act} yourself. Ask another organization admin.")));
    }
    within_reach(c, may, user)
}

/// Workspaces where the actor may add members, and those of them that somebody is not in yet. At most `limit` are looked at.
pub fn open_for<N: Need>(c: &mut Connection, may: &Permitted<N>, user: &UserId, limit: usize) -> Result<Openings, DbError> {
    let theirs = memberships::of_user(c, user)?;
    let mine = may.standing().by_workspace(c)?;
    let everywhere = may.organization().has(OrgPermission::OrgAdmin);
    let adds = |w: &workspaces::Listed| everywhere || mine.get(&w.id).is_some_and(|set| set.has(WorkspacePermission::UsersEdit));
    let open = workspaces::open_to(c, may.standing(), limit)?;
    let mine: Vec<workspaces::Listed> = open.into_iter().filter(adds).collect();
    Ok(Openings { anywhere: !mine.is_empty(), open: mine.into_iter().filter(|w| !theirs.iter().any(|m| m.workspace == w.id)).collect() })
}

/// Where somebody can be added.
#[derive(Debug, Clone)]
pub struct Openings {
    /// Whether the actor may add members in any workspace at all.
    pub anywhere: bool,
    pub open: Vec<workspaces::Listed>,
}

/// Roles the actor may give in the organization, the built-in ones first.
pub fn roles_to_give<N: Need>(c: &mut Connection, may: &Permitted<N>) -> Result<Vec<roles::Role>, DbError> {
    let all = roles::of_organization(c)?;
    Ok(all.into_iter().filter(|role| role.in_organization().is_some_and(|set| may.organization().covers(set))).collect())
}

/// Whether somebody else would be left who administers the organization, if the actor no longer did.
pub fn may_step_down<N: Need>(c: &mut Connection, may: &Permitted<N>) -> Result<bool, DbError> {
    Ok(!may.organization().has(OrgPermission::OrgAdmin) || users::count_active_admins(c)? > 1)
}

/// Under the lock, after a change: somebody must be left who administers the organization.
fn an_admin_stays(tx: &mut Tx, name: &str) -> Result<(), Error> {
    match users::count_active_admins(tx)? {
        0 => Err(Refusal::LastAdmin { name: name.to_owned() }.into()),
        _ => Ok(()),
    }
}
