//! Changing and ending memberships in one workspace, several at once: all of them or none. And leaving one oneself.

use super::{
    find,
    membership::{Gift, end, give},
};
use crate::{
    access::{
        Permitted,
        explain::list,
        grants::Rights,
        need::{Member, WorkspaceNeed},
        permission::here,
    },
    base::ids::{RoleId, UserId},
    db::{Connection, Tx},
    domain::{
        Error, Refusal,
        memberships::{self, Membership},
        roles::{self, Role},
        users::{self, User},
    },
};

/// Those of some people who are in the workspace of the proof, by name, each with what they are there. Refuses if one of them
/// may do more there than the actor, and says who; nobody left is a refusal too.
pub fn reachable<N: WorkspaceNeed>(c: &mut Connection, may: &Permitted<N>, some: &[UserId]) -> Result<Vec<(User, Membership)>, Error> {
    let here = may.workspace();
    let (mut members, mut beyond) = (Vec::new(), Vec::new());
    let mut theirs = memberships::find_all(c, some, &here.id)?;
    let rights = Rights::of(c, some, std::slice::from_ref(&here.id))?;
    for user in users::find_people(c, some)? {
        let Some(membership) = theirs.remove(&user.id) else { continue };
        if here.may.covers(rights.if_active(&user.id, &here.id)) {
            members.push((user, membership));
        } else {
            beyond.push(user.name);
        }
    }
    match beyond.as_slice() {
        [] if members.is_empty() => Err(Error::stale(format!("Nobody of those you selected is in {} any more.", here.name))),
        [] => Ok(members),
        [one] if members.is_empty() => Err(Refusal::HoldsMore { name: one.clone() }.into()),
        names => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let more = format!("{} may do more than you in {}, so nothing was changed.", list(&names), here.name);
            Err(Error::because(if members.is_empty() { more } else { format!("{more} Select the others without them, or ask an organization admin.") }))
        }
    }
}

/// Gives each another role. Whoever has it already is left alone; says who was changed.
pub fn change_members(tx: &mut Tx, may: &Permitted<here::UsersEdit>, some: &[UserId], role: &RoleId) -> Result<(Role, Vec<User>), Error> {
    let here = may.workspace();
    let members = reachable(tx, may, some)?;
    let role = roles::grantable_in_workspace(tx, here.may, &here.id, role)?;
    let others: Vec<(User, Membership)> = members.into_iter().filter(|(_, before)| before.role != role.id).collect();
    let gifts: Vec<Gift> = others.iter().map(|(user, before)| Gift { user, before: Some(before), role: &role }).collect();
    give(tx, may.standing(), &here.id, &gifts)?;
    let changed = others.into_iter().map(|(user, _)| user).collect();
    Ok((role, changed))
}

/// Ends each one's membership; says whose.
pub fn end_members(tx: &mut Tx, may: &Permitted<here::UsersDelete>, some: &[UserId]) -> Result<Vec<User>, Error> {
    let members = reachable(tx, may, some)?;
    end(tx, may.standing(), &may.workspace().id, &members.iter().map(|(user, before)| (user, &before.role)).collect::<Vec<_>>())?;
    Ok(members.into_iter().map(|(user, _)| user).collect())
}

/// Ends the actor's own membership: nobody has to be asked for that.
pub fn leave(tx: &mut Tx, may: &Permitted<Member>) -> Result<(), Error> {
    let here = may.workspace();
    if here.through_organization() {
        return Err(Error::because(format!("You are an Admin of {} through the organization, so there is nothing to leave.", here.name)));
    }
    let Some(before) = &here.membership else { return Err(Error::stale(format!("You are not in {} any more.", here.name))) };
    let me = find(tx, may.id())?;
    end(tx, may.standing(), &here.id, &[(&me, &before.role)])
}
