//! `/email/undo/{token}`: the link in the old mailbox. No session is asked for: whoever took the account over has them all.

use actix_web::http::StatusCode;
use askama::Template;

use super::{open, unknown};
use crate::{
    base::token::AddressUndo,
    domain::{
        Error,
        account::{self, Arrival, LinkState, UNDO_DAYS},
    },
    web::kit::{Answer, Ended, Nav, Shell, Token, Visitor, ended::Act, redirect, render, told::in_a_sentence},
};

#[derive(Template)]
#[template(path = "pages/email/undo.html")]
struct UndoPage {
    shell: Shell,
    to: String,
    ends: Vec<String>,
    stays: Vec<String>,
}

pub async fn show(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open::<AddressUndo>(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    let link = &opened.arrival.link;
    if opened.arrival.state != LinkState::Works {
        return ended(shell, &opened.arrival);
    }
    render(&UndoPage {
        shell: shell.at("Undo the change of your address?", Nav::None),
        to: link.email.clone(),
        ends: vec![
            format!("{} is no longer the address of the account.", opened.arrival.user.email),
            "The password opens nothing any more, and every session ends, on every device.".to_owned(),
            "Links to a new password or to another address stop working.".to_owned(),
        ],
        stays: vec![format!("{} is the address again. You choose a new password next, by a link that goes there.", link.email)],
    })
}

pub async fn submit(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open::<AddressUndo>(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    if opened.arrival.state != LinkState::Works {
        return ended(shell, &opened.arrival);
    }
    let (key, link) = (visitor.tools().key.clone(), token.clone());
    let undone = visitor.write(move |tx| match account::hold::<AddressUndo>(tx, &key, &link)? {
        Some(pass) => account::undo_address(tx, &pass).map(drop),
        None => Ok(()),
    });
    match undone.await? {
        // Used now, or ended in between: its page says which.
        Ok(()) => redirect(&format!("/email/undo/{token}")),
        Err(Error::Invalid(problems)) => {
            let why = problems.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join(" ");
            let say = format!("{why} Ask whoever looks after accounts.");
            Ended::new(shell, "The address cannot be given back", say).of(&opened.arrival.link.email).render(StatusCode::CONFLICT)
        }
        Err(other) => Err(other.into()),
    }
}

/// The page of a link that was used, or does not work any more, 410.
fn ended(shell: Shell, arrival: &Arrival) -> Answer {
    let link = &arrival.link;
    let reset = Act::reset("Send me a link to a new password", &link.email);
    let (title, say, act) = match arrival.state {
        LinkState::Used => {
            let when = in_a_sentence(link.used_at.unwrap_or(link.created_at));
            let say = format!(
                "The account got {} back {when}. It was signed out everywhere, and the password of before opens nothing any more: choose a new one now.",
                link.email
            );
            ("The change of address was undone", say, reset)
        }
        LinkState::AddressChanged => ("There is nothing to undo", format!("The account has the address {}.", link.email), Act::go("Sign in", "/sign-in")),
        LinkState::Replaced => (
            "There is nothing to undo any more",
            "The account was given back its address, or recovered, by another way.".to_owned(),
            Act::go("Sign in", "/sign-in"),
        ),
        LinkState::Closed => ("This account is deactivated", "Nobody can sign in to it, and no link works.".to_owned(), Act::go("Go to the console", "/")),
        LinkState::Expired | LinkState::PasswordChanged | LinkState::Works => {
            let say = format!("A change of address can be undone for {UNDO_DAYS} days. Ask whoever looks after accounts.");
            ("This link has expired", say, Act::go("Go to the console", "/"))
        }
    };
    Ended::new(shell, title, say).of(&link.email).act(act).other("You can get in?", "Sign in", "/sign-in").render(StatusCode::GONE)
}
