//! Somebody's status in a list: a dot, a word, and the fact that matters under it.

use super::{first_name, in_a_sentence};
use crate::{
    base::clock,
    domain::{
        memberships, outbox,
        roles::Role,
        users::{
            Status,
            list::{Deactivated, ListedInvitation},
        },
    },
    web::kit::view::{State, day, relative},
};

pub fn state(status: Status, deactivated: Option<&Deactivated>, invitation: Option<&ListedInvitation>) -> State {
    match (status, invitation) {
        (Status::Active, _) => State::new("", "Active", None),
        (Status::Invited, Some(invitation)) => invited(invitation),
        (Status::Invited, None) => State::new("wait", "Invited", None),
        (Status::Deactivated | Status::Removed, _) => {
            let when = |it: &Deactivated| {
                let by = it.by.as_deref().map(|name| format!(", by {}", first_name(name))).unwrap_or_default();
                format!("on {}{by}", day(it.at))
            };
            State::new("off", "Deactivated", deactivated.map(when))
        }
    }
}

/// "Editor, invited". `through`: what somebody is called who is there through the organization.
pub fn as_what(member: &memberships::list::Listed, roles: &[Role], through: &str) -> String {
    let of = |here: &memberships::list::Here| roles.iter().find(|role| role.id == here.role).map_or("", |role| role.name.as_str());
    let role = member.here.as_ref().map_or(through, of);
    match member.status {
        Status::Invited => format!("{role}, invited"),
        Status::Deactivated => format!("{role}, deactivated"),
        Status::Active | Status::Removed => role.to_owned(),
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
        _ => State::new("wait", "Invited", Some(format!("expires {}", relative(invitation.expires_at)))),
    }
}
