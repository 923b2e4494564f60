//! Giving, changing and ending a role in a workspace.

use super::{find, queries};
use crate::{
    access::{
        OrgPermission, Permitted, WorkspacePermission, WorkspaceSet,
        grants::{self, Place, Standing},
        need::{SignedIn, WorkspaceNeed},
        permission::here,
    },
    base::ids::{RoleId, UserId, WithheldId, WorkspaceId},
    db::{Connection, Tx},
    domain::{
        Error, Refusal, audit,
        invites::{self, Change},
        memberships::{self, Membership},
        outbox::{self, Kind, NewLetter},
        roles::{self, Role},
        users::{Status, User},
    },
};

/// Gives a role in the workspace of the proof, or another one than before.
pub fn give_membership(tx: &mut Tx, may: &Permitted<here::UsersEdit>, user: &UserId, role: &RoleId) -> Result<(User, Role), Error> {
    let (target, before) = member(tx, may, user)?;
    let here = may.workspace();
    let role = roles::grantable_in_workspace(tx, here.may, &here.id, role)?;
    // What would be withheld at acceptance is given again, by somebody who can.
    if let Some(before) = before.as_ref().filter(|before| before.role == role.id)
        && !invites::membership_falls(tx, &target, before)?
    {
        return Err(Error::stale(format!("{} has the role {} in {} already.", target.name, role.name, here.name)));
    }
    give(tx, may.standing(), &target, &here.id, before.as_ref(), &role)?;
    Ok((target, role))
}

/// Gives it. Whoever has an account is told that they were added, by mail and on their next page; whoever has not accepted yet
/// gets an invitation that names it.
pub(super) fn give(tx: &mut Tx, by: &Standing, target: &User, workspace: &WorkspaceId, before: Option<&Membership>, role: &Role) -> Result<(), Error> {
    let me = &by.actor.id;
    memberships::give(tx, &target.id, workspace, &role.id, Some(me))?;
    if before.is_none() && target.status == Status::Active && target.id != *me {
        memberships::announce(tx, &target.id, workspace)?;
        let letter = NewLetter { about: Some(me), workspace: Some(workspace), ..NewLetter::new(Kind::Added, &target.id) };
        outbox::put_patiently(tx, &letter)?;
    }
    queries::delete_withheld(tx, &target.id, Some(workspace))?;
    invites::carry(tx, by, &target.id, Change::Given)?;
    let entry = match before {
        Some(before) => audit::entry("membership.changed").changed("role", before.role.as_str(), role.id.as_str()),
        None => audit::entry("membership.given").fact("role", role.id.as_str()),
    };
    entry.by(me).on_user(&target.id).in_workspace(workspace).write(tx)?;
    Ok(())
}

/// Ends the membership in the workspace of the proof.
pub fn end_membership(tx: &mut Tx, may: &Permitted<here::UsersDelete>, user: &UserId) -> Result<User, Error> {
    let (target, before) = member(tx, may, user)?;
    let here: &Place = may.workspace();
    let Some(before) = before else { return Err(Error::stale(format!("{} is not in {} any more.", target.name, here.name))) };
    end(tx, may.standing(), &target.id, &here.id, &before.role)?;
    Ok(target)
}

pub(super) fn end(tx: &mut Tx, by: &Standing, user: &UserId, workspace: &WorkspaceId, role: &RoleId) -> Result<(), Error> {
    memberships::end(tx, user, workspace)?;
    invites::carry(tx, by, user, Change::Taken)?;
    audit::entry("membership.ended").by(&by.actor.id).on_user(user).in_workspace(workspace).fact("role", role.as_str()).write(tx)?;
    Ok(())
}

/// The person and what they have in the workspace of the proof. Who holds more there is out of reach; who is not there, and
/// whom the actor may not see elsewhere, does not exist.
pub fn member<N: WorkspaceNeed>(c: &mut Connection, may: &Permitted<N>, user: &UserId) -> Result<(User, Option<Membership>), Error> {
    let target = find(c, user)?;
    let here = may.workspace();
    let membership = memberships::find(c, user, &here.id)?;
    if membership.is_none() && !may.organization().has(OrgPermission::UsersRead) {
        return Err(Error::NotFound);
    }
    covers(c, here.may, &target, &here.id)?;
    Ok((target, membership))
}

fn covers(c: &mut Connection, own: WorkspaceSet, target: &User, workspace: &WorkspaceId) -> Result<(), Error> {
    let theirs = grants::in_workspace(c, &target.id, workspace, true)?;
    if own.covers(theirs) { Ok(()) } else { Err(Refusal::HoldsMore { name: target.name.clone() }.into()) }
}

/// Gives now what was withheld at acceptance: by whoever may give it.
pub fn give_withheld(tx: &mut Tx, may: &Permitted<SignedIn>, user: &UserId, id: &WithheldId) -> Result<(User, Role), Error> {
    let target = find(tx, user)?;
    let held_back = queries::withheld_of(tx, user)?.into_iter().find(|w| w.id == *id).ok_or(Error::NotFound)?;
    let Some(workspace) = held_back.workspace else {
        return Err(Error::because("This is an organization role. Change it on the page of the organization role."));
    };
    let own = may.in_workspace(tx, &workspace.id)?;
    if own.is_empty() {
        return Err(Error::NotFound);
    }
    if !own.has(WorkspacePermission::UsersEdit) {
        return Err(Error::because(format!("You may not give roles in {}. Ask an Admin there.", workspace.name)));
    }
    covers(tx, own, &target, &workspace.id)?;
    let role = roles::grantable_in_workspace(tx, own, &workspace.id, &held_back.role)?;
    let before = memberships::find(tx, user, &workspace.id)?;
    give(tx, may.standing(), &target, &workspace.id, before.as_ref(), &role)?;
    Ok((target, role))
}
