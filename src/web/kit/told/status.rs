//! Somebody's status in a list: a dot, a word, and the fact that matters under it.

use super::{first_name, in_a_sentence};
use crate::{
    base::clock::{self, Moment},
    domain::{
        outbox,
        users::{Status, list::ListedInvitation},
    },
    web::kit::view::{State, When, day},
};

pub fn state(status: Status, changed_at: Moment, changed_by: Option<&str>, invitation: Option<&ListedInvitation>) -> State {
    match (status, invitation) {
        (Status::Active, _) => State::new("", "Active", None),
        (Status::Invited, Some(invitation)) => invited(invitation),
        (Status::Invited, None) => State::new("wait", "Invited", None),
        (Status::Deactivated | Status::Removed, _) => {
            let by = changed_by.map(|name| format!(", by {}", first_name(name))).unwrap_or_default();
            State::new("off", "Deactivated", Some(format!("on {}{by}", day(changed_at))))
        }
    }
}

pub fn is_over(invitation: &ListedInvitation) -> bool {
    clock::now() >= invitation.expires_at
}

fn invited(invitation: &ListedInvitation) -> State {
    let asked = invitation.asked_at.map(|at| format!("asked for a fresh link, {}", in_a_sentence(at)));
    match invitation.state.as_str() {
        "revoked" => State::new("off", "Invitation revoked", None),
        "declined" => State::new("off", "Invitation declined", None),
        _ if invitation.mail == outbox::State::Failed => State::new("bad", "Invitation not delivered", asked.or_else(|| invitation.mail_problem.clone())),
        _ if is_over(invitation) => State::new("wait", "Invitation expired", asked.or_else(|| Some(format!("on {}", day(invitation.expires_at))))),
        // Tried in vain, and tried again.
        _ if invitation.mail == outbox::State::Queued && invitation.mail_problem.is_some() => {
            State::new("wait", "Invitation not sent yet", invitation.mail_problem.clone())
        }
        _ => State::new("wait", "Invited", Some(format!("expires {}", When::of(invitation.expires_at).relative))),
    }
}
