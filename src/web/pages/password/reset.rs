//! `/password/reset/{token}`: choosing a new password behind the link. Opening it changes nothing, however often.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use crate::{
    base::{password::Password, token::PasswordReset},
    domain::account::{self, Arrival, LinkState},
    web::kit::{
        Answer, Ended, Field, Nav, Posted, Problem, Shell, Token, Visitor, WebError,
        ended::Act,
        form::judge,
        redirect, render, render_unprocessable,
        strength::{self, StrengthInput},
        told::in_a_sentence,
    },
};

#[derive(Deserialize)]
pub struct ResetInput {
    #[serde(default)]
    password: String,
}

#[derive(Template)]
#[template(path = "pages/password/reset.html")]
struct ResetPage {
    shell: Shell,
    to: String,
    first: String,
    password: Field,
    strength: String,
    problems: Vec<Problem>,
}

/// The link, and the words that are easy to guess in a password of its account.
async fn open(visitor: &Visitor, token: &str) -> Result<(Shell, Option<(Arrival, Vec<String>)>), WebError> {
    let (key, token) = (visitor.tools().key.clone(), token.to_owned());
    visitor
        .page(move |c| {
            let Some(arrival) = account::arrive::<PasswordReset>(c, &key, &token)? else { return Ok(None) };
            let own = account::own_words(c, &arrival.user)?;
            Ok(Some((arrival, own)))
        })
        .await
}

fn page(shell: Shell, arrival: &Arrival, token: &str, password: Field, problems: Vec<Problem>) -> ResetPage {
    ResetPage {
        shell: shell.at("Choose a new password", Nav::None),
        to: arrival.link.email.clone(),
        first: arrival.user.display_name.clone(),
        password,
        strength: format!("/password/reset/{token}/strength"),
        problems,
    }
}

pub async fn show(visitor: Visitor, Token(token): Token) -> Answer {
    match open(&visitor, &token).await? {
        (shell, None) => unknown(shell),
        (shell, Some((arrival, _))) if arrival.state == LinkState::Works => render(&page(shell, &arrival, &token, Field::default(), Vec::new())),
        (shell, Some((arrival, _))) => ended(shell, &arrival),
    }
}

/// Everything is looked at again under the lock: between opening and choosing the link may have ended.
pub async fn submit(visitor: Visitor, Token(token): Token, Posted(input): Posted<ResetInput>) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    let Some((arrival, own)) = opened else { return unknown(shell) };
    if arrival.state != LinkState::Works {
        return ended(shell, &arrival);
    }
    let (mut password, mut problems) = (Field::of(input.password), Vec::new());
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let chosen = judge(&mut problems, &mut password, "password", "New password", |text| Password::choose(text, &own));
    let Some(chosen) = chosen else { return render_unprocessable(&page(shell, &arrival, &token, password, problems)) };
    let hash = visitor.tools().hasher.hash(&chosen).await;
    let (key, link) = (visitor.tools().key.clone(), token.clone());
    let reset = visitor.write(move |tx| match account::hold::<PasswordReset>(tx, &key, &link)? {
        Some(pass) => account::reset(tx, pass, &hash).map(Some),
        None => Ok(None),
    });
    match reset.await?? {
        Some(_) => redirect("/sign-in?chosen=true"),
        // It ended in between: its page says how. The token was found to be ours: it has the letters of one.
        None => redirect(&format!("/password/reset/{token}")),
    }
}

pub async fn judge_strength(visitor: Visitor, Token(token): Token, Posted(input): Posted<StrengthInput>) -> Answer {
    match open(&visitor, &token).await? {
        (_, Some((arrival, own))) if arrival.state == LinkState::Works => strength::say(&input, &own),
        _ => Err(WebError::NotFound),
    }
}

fn unknown(shell: Shell) -> Answer {
    let say = "Part of it may be missing: mail programs sometimes break long links. Copy it whole, or ask for a fresh one.";
    let page = Ended::new(shell, "This link opens nothing", say).act(Act::go("Ask for a fresh link", "/password/forgotten"));
    page.other("You know it after all?", "Sign in", "/sign-in").render(StatusCode::NOT_FOUND)
}

/// The page of a link that does not work any more, 410. What it tells, the mailbox it went to was told before.
fn ended(shell: Shell, arrival: &Arrival) -> Answer {
    let fresh = Act::go("Ask for a fresh link", "/password/forgotten");
    let sign_in = Act::go("Sign in", "/sign-in");
    let (title, say, act) = match arrival.state {
        LinkState::Used => {
            let when = in_a_sentence(arrival.link.used_at.unwrap_or(arrival.link.created_at));
            ("This link was used already", format!("A new password was chosen with it {when}. A link works once."), Some(sign_in))
        }
        LinkState::Replaced => (
            "There is a newer link",
            "Another link was made since, and this older one does not work any more. Look for the newest email.".to_owned(),
            Some(fresh),
        ),
        LinkState::PasswordChanged => (
            "The password was changed since",
            "This link was for the password of before, and does not work any more. Sign in with the new one.".to_owned(),
            Some(sign_in),
        ),
        LinkState::AddressChanged => ("This link went to an old address", "The account has another address now. Links go there.".to_owned(), Some(fresh)),
        LinkState::Closed => ("This account is deactivated", "Nobody can sign in to it, and no link works. Ask whoever looks after accounts.".to_owned(), None),
        LinkState::Expired | LinkState::Works => {
            let minutes = (arrival.link.expires_at - arrival.link.created_at).num_minutes();
            let time = if minutes < 120 { format!("{minutes} minutes") } else { format!("{} hours", minutes / 60) };
            ("This link has expired", format!("It worked for {time}."), Some(fresh))
        }
    };
    let page = Ended::new(shell, title, say).of(&arrival.link.email);
    let page = match act {
        Some(act) => page.act(act),
        None => page,
    };
    page.render(StatusCode::GONE)
}
