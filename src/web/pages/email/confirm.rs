//! `/email/confirm/{token}`: the link in the new mailbox. The address counts once whoever asked for it confirms it, signed in:
//! a mistyped address is the mailbox of somebody else.

use actix_web::http::StatusCode;
use askama::Template;

use super::{Opened, open, unknown};
use crate::{
    base::token::AddressChange,
    domain::{
        Error,
        account::{self, ADDRESS_HOURS, LinkState},
        sessions,
    },
    web::kit::{Answer, Ended, Nav, Shell, Token, Visitor, ended::Act, redirect, render, told::in_a_sentence},
};

#[derive(Template)]
#[template(path = "pages/email/confirm.html")]
struct ConfirmPage {
    shell: Shell,
    to: String,
    now: String,
    days: i64,
}

fn here(token: &str) -> String {
    format!("/email/confirm/{token}")
}

pub async fn show(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open::<AddressChange>(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    if opened.arrival.state != LinkState::Works {
        return ended(shell, &opened);
    }
    match opened.me {
        Some((now, true)) => {
            let to = opened.arrival.link.email;
            render(&ConfirmPage { shell: shell.at("Is this your new address?", Nav::None), to, now, days: account::UNDO_DAYS })
        }
        _ => not_here(shell, &opened, &token),
    }
}

/// Nobody is signed in here, or somebody else is. Whose account it is, is not told to a mailbox that may be a stranger's.
fn not_here(shell: Shell, opened: &Opened, token: &str) -> Answer {
    let page = match &opened.me {
        None => {
            let say = "Sign in with the address you have so far. After that you confirm the new one.";
            Ended::new(shell, "Sign in to confirm the address", say).act(Act::go("Sign in", &format!("/sign-in?next={}", here(token))))
        }
        Some((other, _)) => {
            let say = format!(
                "You are signed in as {other}, and this link was asked for by another account. Sign out, sign in to that one, then open the link again."
            );
            Ended::new(shell, "This link is for another account", say).act(Act::go("Go to your workspace", "/"))
        }
    };
    page.of(&opened.arrival.link.email).other("Not yours?", "Leave it: nothing changes", "/").render(StatusCode::OK)
}

pub async fn submit(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open::<AddressChange>(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    if opened.arrival.state != LinkState::Works {
        return ended(shell, &opened);
    }
    if !opened.me.as_ref().is_some_and(|(_, same)| *same) {
        return not_here(shell, &opened, &token);
    }
    let (key, link) = (visitor.tools().key.clone(), token.clone());
    let changed = visitor.write_knowing(move |tx, me| match (me, account::hold::<AddressChange>(tx, &key, &link)?) {
        (Some(me), Some(pass)) if me.id() == pass.user() => {
            let email = account::change_address(tx, me, &pass)?;
            sessions::notice(tx, me, &format!("Your address is {email} now. You sign in with it."))?;
            Ok(true)
        }
        _ => Ok(false),
    });
    match changed.await? {
        Ok(true) => redirect("/account/profile"),
        // It ended in between: its page says how.
        Ok(false) => redirect(&here(&token)),
        Err(Error::Invalid(problems)) => {
            let why = problems.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join(" ");
            let page = Ended::new(shell, "This address cannot be yours here", format!("{why} Your address stays as it is."));
            page.act(Act::go("Choose another address", "/account/email")).render(StatusCode::CONFLICT)
        }
        Err(other) => Err(other.into()),
    }
}

/// The page of a link that does not work any more, 410.
fn ended(shell: Shell, opened: &Opened) -> Answer {
    let link = &opened.arrival.link;
    let again = Act::go("Ask for a fresh link", "/account/email");
    let (title, say, act) = match opened.arrival.state {
        LinkState::Used => {
            let when = in_a_sentence(link.used_at.unwrap_or(link.created_at));
            ("This address was confirmed already", format!("It was confirmed {when}. A link works once."), Act::go("Go to your profile", "/account/profile"))
        }
        LinkState::Replaced => {
            let say = "Another address was asked for since, or the one of before was kept. This link does not work any more.";
            ("This link was ended", say.to_owned(), again)
        }
        LinkState::PasswordChanged => {
            ("The password was changed since", "With it the address that was asked for before was dropped. Ask for it again.".to_owned(), again)
        }
        LinkState::AddressChanged => ("The address was changed since", "This link was for a change from the address of before.".to_owned(), again),
        LinkState::Closed => ("This account is deactivated", "Nobody can sign in to it, and no link works.".to_owned(), Act::go("Go to the console", "/")),
        LinkState::Expired | LinkState::Works => ("This link has expired", format!("It worked for {ADDRESS_HOURS} hours."), again),
    };
    Ended::new(shell, title, say).of(&link.email).act(act).render(StatusCode::GONE)
}
