//! Changing and ending memberships in one workspace, several at once: all of them or none. And leaving one oneself.

use super::membership::{end, give};
use crate::{
    access::{
        Permitted,
        explain::list,
        grants,
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
    for user in users::find_people(c, some)? {
        let Some(membership) = memberships::find(c, &user.id, &here.id)? else { continue };
        if here.may.covers(grants::in_workspace(c, &user.id, &here.id, true)?) {
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
    let mut changed = Vec::new();
    for (user, before) in members {
        if before.role != role.id {
            give(tx, may.standing(), &user, &here.id, Some(&before), &role)?;
            changed.push(user);
        }
    }
    Ok((role, changed))
}

/// Ends each one's membership; says whose.
pub fn end_members(tx: &mut Tx, may: &Permitted<here::UsersDelete>, some: &[UserId]) -> Result<Vec<User>, Error> {
    let here = may.workspace();
    let mut ended = Vec::new();
    for (user, before) in reachable(tx, may, some)? {
        end(tx, may.standing(), &user.id, &here.id, &before.role)?;
        ended.push(user);
    }
    Ok(ended)
}

/// Ends the actor's own membership: nobody has to be asked for that.
pub fn leave(tx: &mut Tx, may: &Permitted<Member>) -> Result<(), Error> {
    let here = may.workspace();
    if here.through_organization() {
        return Err(Error::because(format!("You are an Admin of {} through the organization, so there is nothing to leave.", here.name)));
    }
    let Some(before) = &here.membership else { return Err(Error::stale(format!("You are not in {} any more.", here.name))) };
    end(tx, may.standing(), may.id(), &here.id, &before.role)
}
