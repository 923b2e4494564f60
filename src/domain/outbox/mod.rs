//! Mails to be sent. A row commits with the act that wants the mail; it holds kind and references, never a rendered mail or a
//! link. Sending is the mail worker's, which renders each one from what is true then.

mod queries;
mod rules;

use std::collections::HashSet;

use chrono::TimeDelta;

use crate::{
    base::{
        clock::{self, Moment},
        ids::{InvitationId, LetterId, LinkId, UserId, WorkspaceId},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        audit::{self, By},
        words::words,
    },
};

/// Minutes in which whoever took a letter is the only one to send it; longer than sending ever takes.
const LEASE: i64 = 5;
/// Days a letter that is over stays in the table.
const KEPT_DAYS: i64 = 30;

words! {
    /// What a mail says.
    Kind {
        /// To somebody invited: who invites, to what, the link.
        Invitation "invitation",
        /// To the inviter: the invited person declined.
        Declined "declined",
        /// To the inviter: the link has expired, and the invited person asks for a fresh one.
        Asked "asked",
        /// To somebody who has an account and was given more: an invitation applied to it.
        Applied "applied",
        /// To a member: who added them to a workspace, and as what.
        Added "added",
        /// A link to choose a new password.
        Reset "reset",
        /// The password was changed.
        PasswordChanged "password_changed",
        /// To the new address: a link to take it.
        Address "address",
        /// To the old address: it was changed, and a link to undo that.
        AddressChanged "address_changed",
    }
}

words! {
    /// How far a mail has got. `Failed`: the server refused it for good, or was not there for a day. `Dropped`: by the time it
    /// was to be sent, it was no longer true.
    State { Queued "queued", Sent "sent", Failed "failed", Dropped "dropped" }
}

/// A mail to write into the outbox.
pub struct NewLetter<'a> {
    pub kind: Kind,
    /// To whom.
    pub to: &'a UserId,
    pub invitation: Option<&'a InvitationId>,
    /// The link the mail carries is of this generation; if it is not the newest when the mail is sent, it is not sent.
    pub generation: Option<i32>,
    /// Whom it is about, where that is not whom it goes to.
    pub about: Option<&'a UserId>,
    /// The workspace it is about, where it is about one.
    pub workspace: Option<&'a WorkspaceId>,
}

impl<'a> NewLetter<'a> {
    /// A mail about nothing but the person it goes to.
    pub fn new(kind: Kind, to: &'a UserId) -> Self {
        Self { kind, to, invitation: None, generation: None, about: None, workspace: None }
    }
}

/// Mails of one kind that somebody gets within an hour; more wait.
const HOURLY: i64 = 5;

/// Puts a mail into the outbox. Its id is the mail's Message-ID, however often it is tried.
pub(in crate::domain) fn put(tx: &mut Tx, letter: &NewLetter) -> Result<(), DbError> {
    let now = tx.now;
    queries::insert(tx, &[(letter, now)])
}

/// [`put`] for a mail that follows from what others do, as often as they do it: nobody's mailbox is flooded so. Of one kind
/// somebody gets a few in any hour, and what comes on top waits its turn; of those that wait about one workspace the last
/// counts. Several are of one kind and about one workspace, and each goes to somebody else.
pub(in crate::domain) fn put_patiently(tx: &mut Tx, letters: &[NewLetter]) -> Result<(), DbError> {
    let Some(first) = letters.first() else { return Ok(()) };
    let to: Vec<UserId> = letters.iter().map(|letter| letter.to.clone()).collect();
    if let Some(workspace) = first.workspace {
        queries::drop_waiting(tx, first.kind, &to, workspace)?;
    }
    let before = queries::due_before(tx, first.kind, &to, HOURLY)?;
    let now = tx.now;
    let turn = |letter: &NewLetter| before.get(letter.to).map_or(now, |at| now.max(*at + clock::hours(1)));
    let due: Vec<(&NewLetter, Moment)> = letters.iter().map(|letter| (letter, turn(letter))).collect();
    queries::insert(tx, &due)
}

/// Puts the mail of a link into the outbox, to whom the link is for; none where there is no such link.
pub(in crate::domain) fn put_link(tx: &mut Tx, kind: Kind, link: &LinkId) -> Result<(), DbError> {
    queries::insert_of_link(tx, kind, link)
}

/// Whether somebody got as many mails of a kind within the hour as they get at all.
pub(in crate::domain) fn is_full(c: &mut Connection, to: &UserId, kind: Kind) -> Result<bool, DbError> {
    Ok(full_among(c, std::slice::from_ref(to), kind)?.contains(to))
}

/// Those of some people of whom that is so.
pub(in crate::domain) fn full_among(c: &mut Connection, some: &[UserId], kind: Kind) -> Result<HashSet<UserId>, DbError> {
    let counts = queries::count_since(c, some, kind, clock::now() - clock::hours(1))?;
    Ok(counts.into_iter().filter(|(_, n)| *n >= HOURLY).map(|(user, _)| user).collect())
}

/// A mail taken out to be sent. Until its lease is over nobody else takes it.
#[derive(Debug, Clone)]
pub struct Letter {
    pub id: LetterId,
    pub kind: Kind,
    pub to: UserId,
    pub invitation: Option<InvitationId>,
    pub generation: Option<i32>,
    pub about: Option<UserId>,
    pub workspace: Option<WorkspaceId>,
    /// The link about an account that it carries.
    pub link: Option<LinkId>,
    /// How often it was taken, this time included. Also tells a taker whose lease is over that another has it now.
    pub attempts: i32,
    pub created_at: Moment,
}

/// Whether [`take_due`] would find something; costs no lock.
pub fn is_any_due(c: &mut Connection, now: Moment) -> Result<bool, DbError> {
    queries::is_any_due(c, now)
}

/// Letters in the table, and how late the first of those is that are due.
pub struct Backlog {
    pub by_state: Vec<(&'static str, i64)>,
    pub overdue: TimeDelta,
}

pub fn backlog(c: &mut Connection, now: Moment) -> Result<Backlog, DbError> {
    let (counts, first_due) = (queries::count_by_state(c)?, queries::first_due(c)?);
    let count = |state: State| counts.iter().find(|(of, _)| *of == state).map_or(0, |(_, n)| *n);
    let by_state = [("queued", State::Queued), ("sent", State::Sent), ("failed", State::Failed), ("dropped", State::Dropped)];
    Ok(Backlog {
        by_state: by_state.into_iter().map(|(word, state)| (word, count(state))).collect(),
        overdue: first_due.map_or(TimeDelta::zero(), |at| (now - at).max(TimeDelta::zero())),
    })
}

/// Takes up to `limit` letters that are due, the longest waiting first. Of several nodes one gets each: taking raises the
/// number of attempts, and only from the number it was seen with.
pub fn take_due(tx: &mut Tx, now: Moment, limit: usize) -> Result<Vec<Letter>, DbError> {
    let mut taken = Vec::new();
    for mut letter in queries::due(tx, now, limit)? {
        if queries::take(tx, &letter, now + clock::minutes(LEASE))? {
            letter.attempts += 1;
            taken.push(letter);
        }
    }
    Ok(taken)
}

/// The server took it.
pub fn sent(tx: &mut Tx, letter: &Letter) -> Result<(), DbError> {
    // Whoever has the lease: it is out.
    queries::finish(tx, letter, State::Sent, None)?;
    queries::set_mail_state(tx, letter, State::Sent, None)
}

/// It is no longer true, or nobody is there to read it.
pub fn dropped(tx: &mut Tx, letter: &Letter) -> Result<(), DbError> {
    queries::finish(tx, letter, State::Dropped, None).map(drop)
}

/// Not this time: tried again later, for a day; then it has failed. `problem` is a phrase that follows "not delivered: ".
pub fn retry(tx: &mut Tx, letter: &Letter, problem: &str) -> Result<(), DbError> {
    let Some(pause) = rules::pause_after(letter.attempts) else { return failed(tx, letter, problem) };
    let at = tx.now + pause;
    if queries::postpone(tx, letter, at, problem)? {
        queries::set_mail_state(tx, letter, State::Queued, Some(problem))?;
    }
    Ok(())
}

/// Refused for good.
pub fn failed(tx: &mut Tx, letter: &Letter, problem: &str) -> Result<(), DbError> {
    if !queries::finish(tx, letter, State::Failed, Some(problem))? {
        return Ok(());
    }
    queries::set_mail_state(tx, letter, State::Failed, Some(problem))?;
    // The server's words may hold the address.
    audit::entry("mail.refused")
        .by_whom(By::System)
        .on_user(&letter.to)
        .fact("mail", letter.kind.as_ref())
        .fact("attempts", letter.attempts)
        .personal(&letter.to, "problem", None, Some(problem))
        .write(tx)?;
    Ok(())
}

/// An invitation's mail that has not gone out yet.
#[derive(Debug, Clone, Copy)]
pub struct UnderWay {
    /// How often it was tried.
    pub attempts: i32,
    pub next_at: Moment,
}

pub fn under_way(c: &mut Connection, to: &UserId, invitation: &InvitationId, generation: i32) -> Result<Option<UnderWay>, DbError> {
    queries::under_way(c, to, invitation, generation)
}

/// Deletes what is about a workspace that is deleted.
pub(in crate::domain) fn forget_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<(), DbError> {
    queries::delete_about(tx, workspace)
}

/// After a restoration: what was waiting may have gone out since.
pub(in crate::domain) fn drop_all(tx: &mut Tx) -> Result<(), DbError> {
    queries::drop_all(tx)
}

/// Deletes letters that are over for long.
pub fn sweep(tx: &mut Tx) -> Result<(), DbError> {
    let before = tx.now - clock::days(KEPT_DAYS);
    queries::delete_over(tx, before)
}
