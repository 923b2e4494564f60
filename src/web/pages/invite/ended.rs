//! The pages of a link that opens nothing for whoever opens it: unknown, over, or for somebody else. Each says what happened
//! and the one thing to do.

use actix_web::http::StatusCode;
use askama::Template;

use super::Opened;
use crate::{
    domain::invites::LinkState,
    web::kit::{
        Answer, Nav, Shell,
        page::render_as,
        render,
        view::{day, utc},
    },
};

/// A page that says what is the matter, and the one thing to do.
#[derive(Template)]
#[template(path = "pages/invite/ended.html")]
struct EndedPage {
    shell: Shell,
    to: String,
    title: String,
    say: String,
    act: Option<Act>,
    /// A small line with another way.
    other: Option<(&'static str, &'static str, &'static str)>,
}

enum Act {
    /// Label, where to.
    Go(&'static str, String),
    /// Label, where to, icon.
    Post(String, String, &'static str),
}

/// The page of somebody else's invitation: nothing applies to the account that is signed in.
pub(super) fn other_account(shell: Shell, opened: &Opened, token: &str) -> Answer {
    let (to, me) = (opened.arrival.user.email.clone(), opened.other().unwrap_or_default());
    render(&EndedPage {
        shell,
        title: "This invitation is for somebody else".into(),
        say: format!("You are signed in as {me}; this invitation is for {to}. If that is you too, sign out here first: the invitation stays as it is."),
        act: Some(Act::Post("Sign out and open the invitation".into(), format!("/invitation/{token}/switch"), "log-out")),
        other: Some(("Not for you?", "Go to your workspace", "/")),
        to,
    })
}

pub(super) fn unknown(shell: Shell) -> Answer {
    let page = EndedPage {
        shell,
        to: String::new(),
        title: "This link opens no invitation".into(),
        say: "Part of it may be missing: mail programs sometimes break long links. Copy it whole, or ask whoever invited you for a fresh one.".into(),
        act: None,
        other: Some(("In already?", "Sign in", "/sign-in")),
    };
    render_as(StatusCode::NOT_FOUND, &page)
}

/// The page of a link that does not work any more, 410.
pub(super) fn ended(shell: Shell, opened: &Opened, token: &str) -> Answer {
    let (arrival, invitation) = (&opened.arrival, &opened.arrival.invitation);
    let inviter = arrival.inviter.as_ref().map(|u| u.name.clone());
    let inviter_or = |nobody: &str| inviter.clone().unwrap_or_else(|| nobody.to_owned());
    let sign_in = Some(("In already?", "Sign in", "/sign-in"));
    let ended_on = day(invitation.ended_at.unwrap_or(invitation.expires_at));
    let (title, say, act, other) = match arrival.state {
        LinkState::Expired => return expired(shell, opened, token),
        LinkState::Revoked => (
            "This invitation was taken back",
            format!("Its link does not work any more. If you think that is a mistake, ask {}.", inviter_or("whoever invited you")),
            None,
            sign_in,
        ),
        LinkState::Declined => (
            "This invitation was declined",
            format!(
                "It was declined on {ended_on}, and its link does not work any more. If you want to come in after all, ask {} to invite you again.",
                inviter_or("whoever invited you")
            ),
            None,
            sign_in,
        ),
        LinkState::Replaced => (
            "There is a newer link",
            {
                let look = if opened.by_hand { "Ask" } else { "Look for the newest email, or ask" };
                let whom = inviter.unwrap_or_else(|| format!("whoever invited you to {}", shell.organization));
                format!("A newer link was made since, and this older one does not work any more. {look} {whom}.")
            },
            None,
            sign_in,
        ),
        _ => {
            let act = if opened.me.is_some() { Act::Go("Go to your workspace", "/".into()) } else { Act::Go("Sign in", "/sign-in".into()) };
            let say = if opened.me.as_ref().is_some_and(|(_, same)| *same) {
                "You are in, and signed in.".to_owned()
            } else if opened.newest {
                format!("There is an account for {} now. Sign in with that address and its password.", arrival.user.email)
            } else {
                "There is an account now. Sign in with its address and password.".to_owned()
            };
            ("This invitation was used already", say, Some(act), None)
        }
    };
    let page = EndedPage { shell: shell.at(title, Nav::None), to: opened.to(), title: title.into(), say, act, other };
    render_as(StatusCode::GONE, &page)
}

fn expired(shell: Shell, opened: &Opened, token: &str) -> Answer {
    let arrival = &opened.arrival;
    let invitation = &arrival.invitation;
    let worked = (invitation.expires_at - invitation.sent_at).num_days();
    let worked = match worked {
        ..1 => String::new(),
        1 => " for 1 day,".to_owned(),
        n => format!(" for {n} days,"),
    };
    let title = "This invitation has expired";
    let mut say = format!("It worked{worked} until {}.", day(invitation.expires_at));
    let mut act = None;
    match (&arrival.asked, &arrival.helper) {
        (Some((name, at)), _) => {
            let at = utc(*at);
            say.push_str(&if opened.by_hand {
                format!(" {name} was asked for a fresh link on {at}, and sees that in the console. No email comes: ask {name} to pass the link on.")
            } else {
                format!(" {name} was asked for a fresh link on {at}. It comes by email to {}.", arrival.user.email)
            });
        }
        (None, Some((id, name))) => {
            let inviter = arrival.inviter.as_ref().filter(|by| by.id == *id);
            let who = inviter.map_or_else(|| format!("{name}, an organization admin,"), |by| format!("{}, who invited you,", by.name));
            say.push_str(&format!(" {who} can send a fresh one."));
            act = Some(Act::Post(format!("Ask {name} for a fresh link"), format!("/invitation/{token}/fresh-link"), "mail"));
        }
        (None, None) => say.push_str(" Ask whoever invited you to send a fresh one."),
    }
    let page = EndedPage {
        shell: shell.at(title, Nav::None),
        to: arrival.user.email.clone(),
        title: title.into(),
        say,
        act,
        other: Some(("In already?", "Sign in", "/sign-in")),
    };
    render_as(StatusCode::GONE, &page)
}
