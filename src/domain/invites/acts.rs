//! What can be done with an invitation from the inviting side: send it again, take it back, show its link. For whoever could
//! grant everything that it carries now.

use std::collections::{HashMap, HashSet};

use super::{
    Fallen, Invitation, State, adopt, end, queries, renew,
    rules::{self, Carried},
};
use crate::{
    access::{OrgSet, Permitted, grants, need::Need, permission::org, scope},
    base::ids::{InvitationId, UserId},
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, Refusal, audit, memberships, roles, sessions,
        users::{self, Status, User},
    },
};

/// Whether the actor could give everything that somebody's invitation carries.
pub fn could_give<N: Need>(c: &mut Connection, may: &Permitted<N>, user: &UserId) -> Result<bool, DbError> {
    Ok(could_give_among(c, may, std::slice::from_ref(user))?.contains(user))
}

/// Those of some people for whom [`could_give`] is true, judged from what is read at once.
pub fn could_give_among<N: Need>(c: &mut Connection, may: &Permitted<N>, users: &[UserId]) -> Result<HashSet<UserId>, DbError> {
    // An organization admin may do everything everywhere.
    if may.standing().is_org_admin() {
        return Ok(users.iter().cloned().collect());
    }
    let own = may.standing().by_workspace(c)?;
    let without = scope::in_workspace(true, may.organization(), None, false);
    let mut carried: HashMap<UserId, Carried> =
        grants::holdings_of(c, users)?.into_iter().map(|(user, held)| (user, Carried { organization: held.organization, workspaces: Vec::new() })).collect();
    for held in memberships::sets_of(c, users)? {
        if let Some(carried) = carried.get_mut(&held.user) {
            carried.workspaces.push((held.set, own.get(&held.workspace).copied().unwrap_or(without)));
        }
    }
    Ok(carried.into_iter().filter(|(_, carried)| rules::could_give(may.organization(), carried)).map(|(user, _)| user).collect())
}

/// Whether somebody could send an invitation again: the same question, of somebody who is not acting.
pub(super) fn can_send(c: &mut Connection, who: &UserId, user: &User) -> Result<bool, DbError> {
    let organization = grants::holdings(c, &user.id)?.map_or(OrgSet::NONE, |held| held.organization);
    let mut carried = Carried { organization, workspaces: Vec::new() };
    for held in memberships::sets_of(c, std::slice::from_ref(&user.id))? {
        carried.workspaces.push((held.set, grants::in_workspace(c, who, &held.workspace, false)?));
    }
    Ok(rules::could_give(grants::in_organization(c, who)?, &carried))
}

/// The invited person and their invitation, if the actor may act on it: if they could give all that it carries.
pub fn may_act_on(c: &mut Connection, may: &Permitted<org::UsersWrite>, user: &UserId) -> Result<(User, Invitation), Error> {
    let user = users::find(c, user)?.ok_or(Error::NotFound)?;
    let invitation = queries::find_of(c, &user.id)?.ok_or(Error::NotFound)?;
    if user.status != Status::Invited || invitation.state == State::Accepted {
        return Err(Error::stale(format!("{} is in already, so there is no invitation to act on.", user.name)));
    }
    if !could_give(c, may, &user.id)? {
        return Err(Refusal::Because(format!("The invitation of {} carries more than you may give yourself. Ask an organization admin.", user.name)).into());
    }
    Ok((user, invitation))
}

/// Sends the invitation anew: a fresh link that works its full time, and older ones are dead. Revives an ended one. What its
/// givers can no longer give is the actor's gift from now on; says what that was.
pub fn resend(tx: &mut Tx, may: &Permitted<org::UsersWrite>, user: &UserId) -> Result<(User, Vec<Fallen>), Error> {
    let (user, invitation) = may_act_on(tx, may, user)?;
    let adopted = adopt(tx, may, &user)?;
    renew(tx, &user.id, may.id())?;
    audit::entry("invitation.resent")
        .by(may.id())
        .on_user(&user.id)
        .changed("generation", invitation.generation, invitation.generation + 1)
        .fact("state", invitation.state.as_ref())
        .write(tx)?;
    Ok((user, adopted))
}

/// Takes a pending invitation back: its link is dead.
pub fn revoke(tx: &mut Tx, may: &Permitted<org::UsersWrite>, user: &UserId) -> Result<User, Error> {
    let (user, invitation) = may_act_on(tx, may, user)?;
    if invitation.state != State::Pending {
        return Err(Error::stale(format!("The invitation of {} has ended already.", user.name)));
    }
    end(tx, &invitation.id, State::Revoked, Some(may.id()))?;
    audit::entry("invitation.revoked").by(may.id()).on_user(&user.id).fact("generation", invitation.generation).write(tx)?;
    Ok(user)
}

/// What a link is made of; its secret part is the web's to add.
pub struct Link {
    pub user: User,
    pub invitation: InvitationId,
    pub generation: i32,
    pub expires_at: crate::base::clock::Moment,
}

/// The link of a pending invitation, to be shown once. That it was shown is kept.
pub fn link(tx: &mut Tx, may: &Permitted<org::UsersWrite>, user: &UserId) -> Result<Link, Error> {
    let (user, invitation) = may_act_on(tx, may, user)?;
    if roles::find(tx, &user.role)?.is_some_and(|role| role.makes_org_admin()) {
        sessions::require_confirmed(may)?;
    }
    if invitation.state != State::Pending || invitation.is_expired() {
        return Err(Error::stale(format!("The link of {} does not work any more. Resend the invitation, then copy the fresh link.", user.name)));
    }
    audit::entry("invitation.link_shown").by(may.id()).on_user(&user.id).fact("generation", invitation.generation).write(tx)?;
    Ok(Link { user, invitation: invitation.id, generation: invitation.generation, expires_at: invitation.expires_at })
}
