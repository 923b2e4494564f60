//! Where an account with the invitation's address exists by now: signing in to it, from where the invitation is accepted.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use super::{ended::unknown, open, way};
use crate::{
    domain::{
        invites::{Arrival, LinkState},
        sessions::SignIn,
    },
    web::kit::{Answer, Field, Posted, Shell, Token, Visitor, page::render_as, redirect, session_store},
};

#[derive(Template)]
#[template(path = "pages/invite/sign_in.html")]
struct SignInPage {
    shell: Shell,
    to: String,
    action: String,
    password: Field,
    problem: Option<String>,
}

#[derive(Deserialize)]
pub struct SignInInput {
    password: String,
}

pub(super) fn page(shell: Shell, arrival: &Arrival, token: &str, problem: Option<String>, status: StatusCode) -> Answer {
    let page = SignInPage { shell, to: arrival.user.email.clone(), action: format!("/invitation/{token}/sign-in"), password: Field::default(), problem };
    render_as(status, &page)
}

pub async fn show(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    if opened.arrival.state != LinkState::Account || opened.me.is_some() {
        return redirect(&way(&token));
    }
    page(shell, &opened.arrival, &token, None, StatusCode::OK)
}

/// Signs in to the account the invitation is for, and to no other: the address is the invitation's.
pub async fn submit(visitor: Visitor, Token(token): Token, Posted(input): Posted<SignInInput>) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    if opened.arrival.state != LinkState::Account || opened.me.is_some() {
        return redirect(&way(&token));
    }
    let outcome = visitor.sign_in(&opened.arrival.user.email, input.password).await?;
    let (problem, status) = match outcome {
        SignIn::In(session) => {
            session_store::adopt(visitor.session(), &session);
            return redirect(&way(&token));
        }
        SignIn::NotRight => ("The password is not right.".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        SignIn::SlowDown(seconds) => {
            (format!("There were too many wrong tries from here. Wait {seconds} seconds, then try again."), StatusCode::TOO_MANY_REQUESTS)
        }
    };
    page(shell, &opened.arrival, &token, Some(problem), status)
}
