//! The invited side: what a link opens, accepting, declining, asking for a fresh one. Looking never changes anything.

use super::{Invitation, State, acts::can_send, end, judging::outcome, queries};
use crate::{
    access::{
        Permitted, grants,
        need::SignedIn,
        passes::{Anyone, InviteHolder, Operator},
    },
    base::{
        clock::{self, Moment},
        ids::{InvitationId, UserId, WorkspaceId},
        secret::MasterKey,
        text::PersonName,
        token::InvitationToken,
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, audit, memberships,
        outbox::{self, Kind, NewLetter},
        roles::built_in,
        sessions::{self, SessionToken},
        users::{self, Status, User},
    },
};

/// How many generations back a link is still told from one that never was.
const REMEMBERED: i32 = 200;
/// Minutes in which a fresh link can be asked for once.
const ASK_AGAIN_AFTER: i64 = 60;

/// What a link is good for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It can be accepted.
    Pending,
    /// It can be accepted by signing in: there is an account with this address by now.
    Account,
    Expired,
    /// There is a newer link.
    Replaced,
    Revoked,
    Declined,
    Accepted,
}

/// Whom a link leads to.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub invitation: Invitation,
    pub user: User,
    pub state: LinkState,
    /// Who sent it, if they are still there.
    pub inviter: Option<User>,
    /// Whom a fresh link can be asked of: the inviter, or else an organization admin; whoever can send one.
    pub helper: Option<(UserId, String)>,
    /// Who was asked lately and can still send one, and when. `None`: somebody can be asked now.
    pub asked: Option<(String, Moment)>,
}

/// Looks a link up. `None`: it is none of ours, or its person is gone.
pub fn arrive(c: &mut Connection, key: &MasterKey, token: &str) -> Result<Option<Arrival>, DbError> {
    let Some(token) = InvitationToken::parse(token) else { return Ok(None) };
    let Some(invitation) = queries::find(c, &token.id)? else { return Ok(None) };
    let generation = invitation.generation;
    let newest = token.opens(key, generation);
    let older = !newest && (generation.saturating_sub(REMEMBERED).max(1)..generation).rev().any(|g| token.opens(key, g));
    if !(newest || older) {
        return Ok(None);
    }
    let Some(user) = users::find(c, &invitation.user)? else { return Ok(None) };
    let state = match (invitation.state, user.status) {
        (State::Accepted, _) => LinkState::Accepted,
        (State::Revoked, _) | (State::Pending, Status::Deactivated | Status::Removed) => LinkState::Revoked,
        (State::Declined, _) => LinkState::Declined,
        (State::Pending, _) if older => LinkState::Replaced,
        (State::Pending, Status::Invited) if invitation.is_expired() => LinkState::Expired,
        (State::Pending, Status::Invited) => LinkState::Pending,
        // An account needs no fresh link: it is in.
        (State::Pending, Status::Active) if invitation.is_expired() => LinkState::Accepted,
        (State::Pending, Status::Active) => LinkState::Account,
    };
    let inviter = match &invitation.invited_by {
        Some(by) => users::find(c, by)?,
        None => None,
    };
    let helper = match inviter.as_ref().filter(reads_mail) {
        Some(inviter) if can_send(c, &inviter.id, &user)? => Some((inviter.id.clone(), inviter.display_name.clone())),
        _ => an_admin(c)?,
    };
    let asked = asked(c, &invitation, &user)?;
    Ok(Some(Arrival { invitation, user, state, inviter, helper, asked }))
}

/// A service account invites too, through its keys, and nobody reads what it is told.
fn reads_mail(inviter: &&User) -> bool {
    inviter.kind == users::Kind::Person
}

/// Whom one turns to in an inviter's place.
fn an_admin(c: &mut Connection) -> Result<Option<(UserId, String)>, DbError> {
    Ok(grants::givers(c, None, 1)?.pop().map(|giver| (giver.id, giver.name)))
}

/// Who was asked within the last hour, if they can still help.
fn asked(c: &mut Connection, invitation: &Invitation, user: &User) -> Result<Option<(String, Moment)>, DbError> {
    let lately = invitation.asked_at.filter(|at| clock::now() < *at + clock::minutes(ASK_AGAIN_AFTER));
    let (Some(at), Some(of)) = (lately, &invitation.asked_of) else { return Ok(None) };
    let Some(of) = users::find(c, of)? else { return Ok(None) };
    Ok(if can_send(c, &of.id, user)? { Some((of.display_name, at)) } else { None })
}

/// The pass of a link that can be accepted at this moment.
pub fn hold(c: &mut Connection, key: &MasterKey, token: &str) -> Result<Option<InviteHolder>, DbError> {
    let Some(arrival) = arrive(c, key, token)? else { return Ok(None) };
    // Only a link of the newest generation is ever in one of these states.
    let good = matches!(arrival.state, LinkState::Pending | LinkState::Account);
    Ok(InviteHolder::check(arrival.invitation.id, arrival.user.id, good))
}

/// The invited person comes in: they are active with what their granters can still give, and signed in. Also says the first
/// workspace they can enter.
pub fn accept(tx: &mut Tx, pass: InviteHolder, display_name: &PersonName, password: &str) -> Result<(SessionToken, Option<WorkspaceId>), Error> {
    let user = users::find(tx, pass.user())?.filter(|u| u.status == Status::Invited).ok_or_else(|| Error::stale("The invitation has ended meanwhile."))?;
    // The name was parsed when they were invited; what cannot be read back is left as it is.
    let name = PersonName::parse(&user.name).unwrap_or_else(|_| display_name.clone());
    users::set_names(tx, &user.id, &name, display_name)?;
    users::set_password(tx, &user.id, password)?;
    users::set_status(tx, &user.id, Status::Active, Some(&user.id))?;
    let withheld = settle(tx, &user)?;
    let mut entry = audit::entry("invitation.accepted")
        .by(&user.id)
        .on_user(&user.id)
        .changed("status", Status::Invited.as_ref(), Status::Active.as_ref())
        .fact("withheld", withheld);
    if user.display_name != display_name.as_str() {
        entry = entry.personal(&user.id, "display name", Some(&user.display_name), Some(display_name.as_str()));
    }
    close(tx, pass.invitation(), &user.id, entry)?;
    let first = first_open(tx, &user.id)?;
    Ok((sessions::open(tx, &user.id)?, first))
}

/// The same for an account that exists by now: what the invitation gives is theirs. Only for the account it is for.
pub fn apply(tx: &mut Tx, may: &Permitted<SignedIn>, pass: InviteHolder) -> Result<Option<WorkspaceId>, Error> {
    if may.id() != pass.user() {
        return Err(Error::NotFound);
    }
    let user = users::find(tx, pass.user())?.ok_or(Error::NotFound)?;
    let withheld = settle(tx, &user)?;
    close(tx, pass.invitation(), &user.id, audit::entry("invitation.accepted").by(&user.id).on_user(&user.id).fact("withheld", withheld))?;
    let inviter = queries::find(tx, pass.invitation())?.and_then(|i| i.invited_by);
    let letter = NewLetter { invitation: Some(pass.invitation()), about: inviter.as_ref(), ..NewLetter::new(Kind::Applied, &user.id) };
    outbox::put(tx, &letter)?;
    first_open(tx, &user.id)
}

fn close(tx: &mut Tx, invitation: &InvitationId, user: &UserId, entry: audit::Entry) -> Result<(), Error> {
    end(tx, invitation, State::Accepted, Some(user))?;
    entry.write(tx)?;
    Ok(())
}

fn first_open(c: &mut Connection, user: &UserId) -> Result<Option<WorkspaceId>, Error> {
    Ok(memberships::of_user(c, user)?.into_iter().find(|m| !m.archived).map(|m| m.workspace))
}

/// The command line lets somebody in who was merely invited: what they get is judged as at acceptance, and a pending
/// invitation counts as accepted, so that no link is left that would apply a second time. Says what was withheld.
pub(in crate::domain) fn take_in(tx: &mut Tx, _: Operator, user: &UserId) -> Result<serde_json::Value, Error> {
    let user = users::find(tx, user)?.ok_or(Error::NotFound)?;
    let withheld = settle(tx, &user)?;
    if let Some(invitation) = queries::find_of(tx, &user.id)?.filter(|i| i.state == State::Pending) {
        end(tx, &invitation.id, State::Accepted, None)?;
    }
    Ok(withheld)
}

/// What no longer counts is withheld: the organization role falls back to Org Base, a membership goes. Says what was withheld.
fn settle(tx: &mut Tx, user: &User) -> Result<serde_json::Value, DbError> {
    let mut withheld = Vec::new();
    for fallen in outcome(tx, user)?.fallen {
        let workspace = fallen.workspace.map(|workspace| workspace.id);
        queries::withhold(tx, &user.id, workspace.as_ref(), &fallen.role, Some(&fallen.by))?;
        withheld.push(match workspace {
            None => {
                users::set_role(tx, &user.id, &built_in::org_base(), Some(&fallen.by))?;
                serde_json::json!({ "role": fallen.role })
            }
            Some(workspace) => serde_json::json!({ "workspace": workspace, "role": fallen.role }),
        });
    }
    Ok(withheld.into())
}

/// The invited person does not want to: the link is dead, and the inviter is told.
pub fn decline(tx: &mut Tx, pass: InviteHolder) -> Result<(), Error> {
    let user = users::find(tx, pass.user())?.filter(|u| u.status == Status::Invited).ok_or_else(|| Error::stale("The invitation has ended meanwhile."))?;
    end(tx, pass.invitation(), State::Declined, Some(&user.id))?;
    let inviter = match queries::find(tx, pass.invitation())?.and_then(|i| i.invited_by) {
        Some(by) => users::find(tx, &by)?,
        None => None,
    };
    let whom = match inviter.as_ref().filter(reads_mail) {
        Some(inviter) => Some(inviter.id.clone()),
        None => an_admin(tx)?.map(|(id, _)| id),
    };
    if let Some(whom) = whom {
        tell(tx, Kind::Declined, &whom, pass.invitation(), &user.id)?;
    }
    audit::entry("invitation.declined").on_user(&user.id).write(tx)?;
    Ok(())
}

fn tell(tx: &mut Tx, kind: Kind, to: &UserId, invitation: &InvitationId, about: &UserId) -> Result<(), DbError> {
    outbox::put(tx, &NewLetter { invitation: Some(invitation), about: Some(about), ..NewLetter::new(kind, to) })?;
    Ok(())
}

/// How asking for a fresh link ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Now,
    /// In the last hour already; nobody was bothered again.
    Before,
    /// There is nothing to ask for: the link has not expired, or is none.
    Not,
}

/// Asks the inviter for a fresh link in the place of one that has expired.
pub fn ask(tx: &mut Tx, _: Anyone, key: &MasterKey, token: &str) -> Result<Asked, Error> {
    let Some(arrival) = arrive(tx, key, token)?.filter(|a| a.state == LinkState::Expired) else { return Ok(Asked::Not) };
    let Some((whom, _)) = arrival.helper.filter(|_| arrival.asked.is_none()) else { return Ok(Asked::Before) };
    queries::set_asked(tx, &arrival.invitation.id, &whom)?;
    tell(tx, Kind::Asked, &whom, &arrival.invitation.id, &arrival.user.id)?;
    audit::entry("invitation.asked").on_user(&arrival.user.id).write(tx)?;
    Ok(Asked::Now)
}
