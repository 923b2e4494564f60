//! Invitations: one for each invited person, its link derived from id and generation, never stored. Whatever changes what an
//! invitation carries or whom it is for raises its generation: links of older ones are dead, and a fresh mail goes out.

mod acts;
mod adding;
mod arriving;
mod judging;
mod queries;
mod rules;

use std::collections::HashMap;

use crate::{
    access::{OrgPermission, grants::Standing},
    base::{
        clock::{self, Moment},
        ids::{InvitationId, UserId},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, organization,
        outbox::{self, Kind, NewLetter},
        users::{self, Status, User},
        words::words,
    },
};

pub use acts::{Link, could_give, could_give_among, link, may_act_on, resend, revoke};
pub use adding::{Invite, Invited, Place, Places, Taken, chosen_places, invite, judge_address, organization_roles, places, workspace_roles};
pub(in crate::domain) use arriving::take_in;
pub use arriving::{Arrival, Asked, LinkState, accept, apply, arrive, ask, decline, hold};
pub use judging::{Dependents, Fallen, Lost, Outcome, Which, dependents, outcome};
pub(in crate::domain) use judging::{adopt, membership_falls, role_falls};

words! {
    /// Pending ones may have expired: that is a matter of the clock, not of the row.
    State { Pending "pending", Accepted "accepted", Revoked "revoked", Declined "declined" }
}

#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: InvitationId,
    pub user: UserId,
    pub state: State,
    pub generation: i32,
    pub invited_by: Option<UserId>,
    /// When the link of this generation was sent.
    pub sent_at: Moment,
    pub expires_at: Moment,
    pub ended_at: Option<Moment>,
    /// When the invited person asked for a fresh link, if they did since the last was sent.
    pub asked_at: Option<Moment>,
    /// Whom they asked.
    pub asked_of: Option<UserId>,
    /// How far the mail of this generation has got.
    pub mail: outbox::State,
    /// Why it was not delivered.
    pub mail_problem: Option<String>,
}

impl Invitation {
    pub fn is_expired(&self) -> bool {
        clock::now() >= self.expires_at
    }
}

/// The invitation of somebody who is, or was, invited.
pub fn find_of(c: &mut Connection, user: &UserId) -> Result<Option<Invitation>, DbError> {
    queries::find_of(c, user)
}

/// The invitations of those of some people who are, or were, invited.
pub fn of_each(c: &mut Connection, users: &[UserId]) -> Result<HashMap<UserId, Invitation>, DbError> {
    queries::of_each(c, users)
}

/// Opens an invitation of somebody just added, and puts its mail into the outbox.
pub(in crate::domain) fn open(tx: &mut Tx, user: &UserId, by: &UserId) -> Result<InvitationId, DbError> {
    let id = InvitationId::new();
    let expires_at = tx.now + clock::days(organization::load(tx)?.invitation_days.into());
    queries::insert(tx, &id, user, by, expires_at)?;
    send(tx, user, &id, 1)?;
    Ok(id)
}

/// The next generation: older links die, a fresh mail goes out, and the link works its full time again. For somebody who is
/// not invited, or whose invitation was accepted, nothing happens. Also revives a revoked, declined or expired one.
pub(in crate::domain) fn renew(tx: &mut Tx, user: &UserId, by: &UserId) -> Result<(), DbError> {
    let Some(invitation) = queries::find_of(tx, user)?.filter(|i| i.state != State::Accepted) else { return Ok(()) };
    if users::find(tx, user)?.is_none_or(|u| u.status != Status::Invited) {
        return Ok(());
    }
    let expires_at = tx.now + clock::days(organization::load(tx)?.invitation_days.into());
    queries::renew(tx, &invitation.id, by, invitation.generation + 1, expires_at)?;
    send(tx, user, &invitation.id, invitation.generation + 1)
}

/// How what an invitation carries changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum Change {
    /// Something is given, or given instead of something else.
    Given,
    Taken,
}

/// What a live invitation carries has changed, by whoever may change that: older links die and a fresh mail names everything.
/// Who invited and until when stay as they are, and one that is over stays over: more takes someone who could invite.
///
/// Whoever may not invite cannot keep a link dead by it: once as many mails went out as somebody gets within an hour, they give
/// nothing more, and where something is taken the link in the last mail goes on working, for what is left.
///
/// `users`: the people, as they are under the lock.
pub(in crate::domain) fn carry<'a>(tx: &mut Tx, by: &Standing, users: impl IntoIterator<Item = &'a User>, change: Change) -> Result<(), Error> {
    let invited: Vec<&User> = users.into_iter().filter(|user| user.status == Status::Invited).collect();
    if invited.is_empty() {
        return Ok(());
    }
    let ids: Vec<UserId> = invited.iter().map(|user| user.id.clone()).collect();
    let invitations = queries::of_each(tx, &ids)?;
    let mut live: Vec<(&User, &Invitation)> = invited.into_iter().filter_map(|user| Some((user, invitations.get(&user.id)?))).collect();
    live.retain(|(_, invitation)| invitation.state == State::Pending && !invitation.is_expired());
    if !by.organization.has(OrgPermission::UsersWrite) {
        let full = outbox::full_among(tx, &ids, Kind::Invitation)?;
        if let Some((user, _)) = live.iter().find(|(user, _)| change == Change::Given && full.contains(&user.id)) {
            return Err(Error::because(format!(
                "{}’s invitation was changed and sent anew several times within the hour. Wait an hour, then try again.",
                user.name
            )));
        }
        live.retain(|(user, _)| !full.contains(&user.id));
    }
    if live.is_empty() {
        return Ok(());
    }
    queries::raise(tx, &live.iter().map(|(_, invitation)| &invitation.id).collect::<Vec<_>>())?;
    let letters: Vec<NewLetter> = live.iter().map(|(user, invitation)| letter(&user.id, &invitation.id, invitation.generation + 1)).collect();
    Ok(outbox::put_patiently(tx, &letters)?)
}

fn send(tx: &mut Tx, user: &UserId, id: &InvitationId, generation: i32) -> Result<(), DbError> {
    outbox::put(tx, &letter(user, id, generation))?;
    Ok(())
}

fn letter<'a>(to: &'a UserId, invitation: &'a InvitationId, generation: i32) -> NewLetter<'a> {
    NewLetter { invitation: Some(invitation), generation: Some(generation), ..NewLetter::new(Kind::Invitation, to) }
}

/// After a restoration: no link that is out there works, neither of those in the backup nor of those sent since, `leap`
/// generations on. `problem` says so where their mail is shown.
pub(in crate::domain) fn void_all(tx: &mut Tx, leap: i32, problem: &str) -> Result<(), DbError> {
    queries::void_all(tx, leap, problem)
}

/// Ends a pending invitation.
pub(in crate::domain) fn end(tx: &mut Tx, id: &InvitationId, state: State, by: Option<&UserId>) -> Result<(), DbError> {
    queries::end(tx, id, state, by)
}
