//! Adding people of the organization to a workspace, several at once.

use std::collections::HashMap;

use super::membership::{Gift, give};
use crate::{
    access::{
        OrgPermission, Permitted,
        explain::list,
        grants,
        need::WorkspaceNeed,
        permission::{here, org},
    },
    base::ids::{RoleId, UserId},
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, invites, memberships,
        roles::{self, Role},
        users::{self, Status, User},
    },
};

/// Those of some people who could be added to the workspace of the proof, by name: active or invited, and neither in it nor an
/// organization admin, who is an Admin there already.
pub fn addable<N: WorkspaceNeed>(c: &mut Connection, may: &Permitted<N>, some: &[UserId]) -> Result<Vec<User>, DbError> {
    let here = &may.workspace().id;
    let there: Vec<UserId> = memberships::sets_of(c, some)?.into_iter().filter(|held| held.workspace == *here).map(|held| held.user).collect();
    let admins: Vec<UserId> =
        grants::holdings_of(c, some)?.into_iter().filter(|(_, held)| held.organization.has(OrgPermission::OrgAdmin)).map(|(user, _)| user).collect();
    let mut people = users::find_people(c, some)?;
    people.retain(|user| matches!(user.status, Status::Active | Status::Invited) && !there.contains(&user.id) && !admins.contains(&user.id));
    Ok(people)
}

/// Adds them, each with a role: all or nobody. Whoever is still invited gets a fresh invitation that names everything, also in
/// the place of one that has expired if the actor could send that.
pub fn add_members(tx: &mut Tx, may: &Permitted<here::UsersEdit>, given: &[(UserId, RoleId)]) -> Result<Vec<(User, Role)>, Error> {
    let here = may.workspace();
    if here.archived {
        return Err(Error::stale(format!("{} is archived. Restore it first.", here.name)));
    }
    // Who may not see people does not learn of them by adding.
    if !may.organization().has(OrgPermission::UsersRead) {
        return Err(Error::NotFound);
    }
    let ids: Vec<UserId> = given.iter().map(|(user, _)| user.clone()).collect();
    let people = addable(tx, may, &ids)?;
    if people.len() < ids.len() {
        let others = users::find_people(tx, &ids)?.into_iter().filter(|user| !people.iter().any(|able| able.id == user.id));
        let names: Vec<String> = others.map(|user| user.name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let who = if names.is_empty() { "Somebody chosen".to_owned() } else { list(&names) };
        return Err(Error::stale(format!("{who} cannot be added to {} any more, so nobody was. Look at the others again.", here.name)));
    }
    let mut usable: HashMap<&RoleId, Role> = HashMap::new();
    for (_, role) in given {
        if !usable.contains_key(role) {
            usable.insert(role, roles::grantable_in_workspace(tx, here.may, &here.id, role)?);
        }
    }
    let mut added = Vec::new();
    for user in people {
        let role = given.iter().find(|(id, _)| *id == user.id).and_then(|(_, role)| usable.get(role)).ok_or(Error::NotFound)?;
        added.push((user, role.clone()));
    }
    let gifts: Vec<Gift> = added.iter().map(|(user, role)| Gift { user, before: None, role }).collect();
    give(tx, may.standing(), &here.id, &gifts)?;
    revive(tx, may, &added)?;
    Ok(added)
}

/// An invitation that has expired says nothing to anybody: whoever could invite sends a fresh one.
fn revive(tx: &mut Tx, may: &Permitted<here::UsersEdit>, added: &[(User, Role)]) -> Result<(), Error> {
    let Some(may) = may.also::<org::UsersWrite>() else { return Ok(()) };
    let invited: Vec<UserId> = added.iter().filter(|(user, _)| user.status == Status::Invited).map(|(user, _)| user.id.clone()).collect();
    if invited.is_empty() {
        return Ok(());
    }
    let mut over = invites::of_each(tx, &invited)?;
    over.retain(|_, invitation| invitation.state == invites::State::Pending && invitation.is_expired());
    let able = invites::could_give_among(tx, &may, &over.keys().cloned().collect::<Vec<_>>())?;
    for user in invited.iter().filter(|user| able.contains(user)) {
        invites::resend(tx, &may, user)?;
    }
    Ok(())
}
