//! Giving, changing and ending a role in a workspace.

use std::collections::BTreeMap;

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
    give(tx, may.standing(), &here.id, &[Gift { user: &target, before: before.as_ref(), role: &role }])?;
    Ok((target, role))
}

/// A role for somebody, and what they were in the workspace before.
pub(super) struct Gift<'a> {
    pub user: &'a User,
    pub before: Option<&'a Membership>,
    pub role: &'a Role,
}

/// Gives them, in a few statements however many they are: every other act waits for this one. Whoever has an account is told that
/// they were added, by mail and on their next page; whoever has not accepted yet gets an invitation that names it.
pub(super) fn give(tx: &mut Tx, by: &Standing, workspace: &WorkspaceId, gifts: &[Gift]) -> Result<(), Error> {
    let me = &by.actor.id;
    let (old, new): (Vec<&Gift>, Vec<&Gift>) = gifts.iter().partition(|gift| gift.before.is_some());
    let mut by_role: BTreeMap<&str, (&RoleId, Vec<UserId>)> = BTreeMap::new();
    for gift in old {
        by_role.entry(gift.role.id.as_str()).or_insert_with(|| (&gift.role.id, Vec::new())).1.push(gift.user.id.clone());
    }
    for (role, users) in by_role.values() {
        memberships::change_all(tx, users, workspace, role, me)?;
    }
    let is_news = |gift: &Gift| gift.user.status == Status::Active && gift.user.id != *me;
    let rows: Vec<memberships::Gift> = new.iter().map(|gift| memberships::Gift { user: &gift.user.id, role: &gift.role.id, news: is_news(gift) }).collect();
    memberships::give_new(tx, workspace, me, &rows)?;
    let told = rows.iter().filter(|row| row.news).map(|row| row.user);
    let letters: Vec<NewLetter> = told.map(|user| NewLetter { about: Some(me), workspace: Some(workspace), ..NewLetter::new(Kind::Added, user) }).collect();
    outbox::put_patiently(tx, &letters)?;
    let ids: Vec<UserId> = gifts.iter().map(|gift| gift.user.id.clone()).collect();
    queries::delete_withheld(tx, &ids, Some(workspace))?;
    invites::carry(tx, by, gifts.iter().map(|gift| gift.user), Change::Given)?;
    let entry = |gift: &Gift| {
        let (role, entry) = (gift.role.id.as_str(), audit::entry);
        let entry = match gift.before {
            Some(before) => entry("membership.changed").changed("role", before.role.as_str(), role),
            None => entry("membership.given").fact("role", role),
        };
        entry.by(me).on_user(&gift.user.id).in_workspace(workspace)
    };
    audit::write_all(tx, gifts.iter().map(entry).collect())?;
    Ok(())
}

/// Ends the membership in the workspace of the proof.
pub fn end_membership(tx: &mut Tx, may: &Permitted<here::UsersDelete>, user: &UserId) -> Result<User, Error> {
    let (target, before) = member(tx, may, user)?;
    let here: &Place = may.workspace();
    let Some(before) = before else { return Err(Error::stale(format!("{} is not in {} any more.", target.name, here.name))) };
    end(tx, may.standing(), &here.id, &[(&target, &before.role)])?;
    Ok(target)
}

/// Ends the memberships of people who have these roles.
pub(super) fn end(tx: &mut Tx, by: &Standing, workspace: &WorkspaceId, members: &[(&User, &RoleId)]) -> Result<(), Error> {
    let ids: Vec<UserId> = members.iter().map(|(user, _)| user.id.clone()).collect();
    memberships::end_several(tx, &ids, workspace)?;
    invites::carry(tx, by, members.iter().map(|(user, _)| *user), Change::Taken)?;
    let entry = |(user, role): &(&User, &RoleId)| {
        audit::entry("membership.ended").by(&by.actor.id).on_user(&user.id).in_workspace(workspace).fact("role", role.as_str())
    };
    audit::write_all(tx, members.iter().map(entry).collect())?;
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
    give(tx, may.standing(), &workspace.id, &[Gift { user: &target, before: before.as_ref(), role: &role }])?;
    Ok((target, role))
}
