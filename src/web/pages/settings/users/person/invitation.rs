//! The invitation of somebody who is not in yet: how far it got, and what can be done with it.

use super::Viewed;
use crate::{
    access::grants,
    base::clock::{self, Moment},
    db::Connection,
    domain::{Error, invites, outbox, users::Status},
    web::kit::{
        told::{fallen, in_a_sentence, why::Named},
        view::{State, day, relative, utc},
    },
};

/// How many people are named who can send it again.
const HELPERS: usize = 3;

pub(super) struct Invitation {
    pub state: State,
    pub by: Option<Named>,
    pub sent: String,
    pub works: String,
    pub asked: Option<String>,
    /// The mail is on its way: the page asks how it went.
    pub sending: bool,
    /// The link works.
    pub pending: bool,
    /// It has not ended otherwise than by its time.
    pub revocable: bool,
    pub may: bool,
    /// No mail server: mails are files, and the link is passed on by hand.
    pub by_hand: bool,
    /// "Reader in Research, because Ida, who gave it, is deactivated": what would be withheld.
    pub falls: Vec<String>,
    /// How many more that is, in workspaces the viewer is not in.
    pub falls_elsewhere: usize,
    /// Who could send all of it again, where the viewer cannot.
    pub helpers: Vec<Named>,
}

impl Viewed<'_> {
    pub(super) fn invitation(&self, c: &mut Connection) -> Result<Option<Invitation>, Error> {
        if self.user.status != Status::Invited {
            return Ok(None);
        }
        let Some(invitation) = invites::find_of(c, &self.user.id)? else { return Ok(None) };
        let pending = invitation.state == invites::State::Pending && !invitation.is_expired();
        let ended = |at: Option<Moment>| at.map(|at| format!("on {}", day(at)));
        let waits = self.waits(c, &invitation)?;
        let tried = waits.is_some() && invitation.mail_problem.is_some();
        let sent = match invitation.mail {
            _ if self.by_hand => "Invited on",
            outbox::State::Queued if tried => "Tried since",
            outbox::State::Queued => "Being sent since",
            outbox::State::Failed => "Tried on",
            outbox::State::Dropped => "Made on",
            outbox::State::Sent => "Sent on",
        };
        let state = match (invitation.state, invitation.mail) {
            (invites::State::Revoked, _) => State::new("off", "Revoked", ended(invitation.ended_at)),
            (invites::State::Declined, _) => State::new("off", "Declined", ended(invitation.ended_at)),
            (_, outbox::State::Failed) => State::new("bad", "Not delivered", invitation.mail_problem.clone()),
            _ if !pending => State::new("wait", "Expired", Some(format!("on {}", day(invitation.expires_at)))),
            (_, outbox::State::Queued) if waits.is_some() => State::new("wait", "Not sent yet", waits),
            (_, outbox::State::Queued) if self.by_hand => State::new("wait", "Being written to a file", None),
            (_, outbox::State::Sent) if self.by_hand => State::new("wait", "Written to a file", None),
            (_, outbox::State::Queued) => State::new("wait", "Sending", None),
            (_, outbox::State::Sent) => State::new("", "Sent", None),
            (_, outbox::State::Dropped) => State::new("wait", "Not sent", Some("it was no longer true".to_owned())),
        };
        let falls = self.outcome.iter().flat_map(|o| &o.fallen);
        let (known, elsewhere): (Vec<_>, Vec<_>) = falls.partition(|f| f.workspace.as_ref().is_none_or(|w| self.knows(&w.id)));
        // An organization admin can send anything again.
        let helpers = if self.resends || (known.is_empty() && elsewhere.is_empty()) { Vec::new() } else { grants::givers(c, None, HELPERS)? };
        Ok(Some(Invitation {
            falls: known.into_iter().map(|f| format!("{}, because {}", fallen::what(f), fallen::because(f, self.may.id()))).collect(),
            falls_elsewhere: elsewhere.len(),
            helpers: helpers.into_iter().map(|giver| Named::of(&giver.id, &giver.name, self.may.id())).collect(),
            sending: pending && invitation.mail == outbox::State::Queued,
            by: self.named(c, invitation.invited_by.as_ref())?,
            sent: format!("{sent} {}", day(invitation.sent_at)),
            works: if pending { utc(invitation.expires_at) } else { String::new() },
            asked: invitation.asked_at.map(in_a_sentence),
            state,
            pending,
            revocable: invitation.state == invites::State::Pending,
            may: self.resends,
            by_hand: self.by_hand && pending,
        }))
    }

    /// Why the mail is not out yet and when it is tried next, if it was tried in vain or has to wait.
    fn waits(&self, c: &mut Connection, invitation: &invites::Invitation) -> Result<Option<String>, Error> {
        let Some(mail) = outbox::under_way(c, &self.user.id, &invitation.id, invitation.generation)? else { return Ok(None) };
        let next = match mail.next_at {
            at if at > clock::now() => relative(at),
            _ => "now".to_owned(),
        };
        Ok(match &invitation.mail_problem {
            Some(problem) if mail.attempts == 1 => Some(format!("{problem}; tried once, next try {next}")),
            Some(problem) => Some(format!("{problem}; tried {} times, next try {next}", mail.attempts)),
            None if mail.attempts == 0 && mail.next_at > clock::now() => {
                Some(format!("several mails went to this address within an hour, so this one goes {next}"))
            }
            None => None,
        })
    }
}
