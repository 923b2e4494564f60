//! `/sign-in`, `/sign-in/again` (the password once more before a sensitive act) and `/sign-out`.

use actix_web::http::header::{HeaderName, HeaderValue};
use askama::Template;
use serde::Deserialize;

use crate::{
    access::need::SignedIn,
    domain::{
        sessions::{self, SignIn},
        setup,
    },
    web::kit::{Answer, Field, May, Nav, Posted, Problem, Query, Shell, Visitor, page::render_as, redirect, render, session_store},
};

#[derive(Deserialize)]
pub struct Way {
    #[serde(default)]
    next: String,
    /// Whether a new password was chosen a moment ago.
    #[serde(default)]
    chosen: bool,
}

#[derive(Deserialize)]
pub struct SignInInput {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "pages/sign_in/show.html")]
struct SignInPage {
    shell: Shell,
    email: Field,
    password: Field,
    next: String,
    chosen: bool,
    problem: Option<String>,
}

/// Before there is an organization nobody can sign in: whoever started the console has the link.
#[derive(Template)]
#[template(path = "pages/sign_in/not_set_up.html")]
struct NotSetUpPage {
    shell: Shell,
}

pub async fn show(visitor: Visitor, Query(way): Query<Way>) -> Answer {
    let (shell, (signed_in, set_up)) = visitor.page_knowing(|c, me| Ok((me.is_some(), !setup::is_open(c)?))).await?;
    // Who has just chosen a new password is signed out: whoever is signed in here is somebody else.
    if signed_in && !way.chosen {
        return redirect(visitor.go_on_to(&way.next));
    }
    if !set_up {
        return render(&NotSetUpPage { shell: shell.at("Not set up yet", Nav::None) });
    }
    render(&SignInPage {
        shell: shell.at("Sign in", Nav::None),
        email: Field::default(),
        password: Field::default(),
        next: way.next,
        chosen: way.chosen,
        problem: None,
    })
}

pub async fn submit(visitor: Visitor, Posted(input): Posted<SignInInput>) -> Answer {
    let outcome = visitor.sign_in(&input.email, input.password).await?;
    let (problem, status) = match outcome {
        SignIn::In(token) => {
            session_store::adopt(visitor.session(), &token);
            return redirect(visitor.go_on_to(&input.next));
        }
        SignIn::NotRight => ("Email address or password is not right.".to_owned(), 422),
        SignIn::SlowDown(seconds) => (format!("There were too many wrong tries from here. Wait {seconds} seconds, then try again."), 429),
    };
    let (shell, ()) = visitor.page(|_| Ok(())).await?;
    let page = SignInPage {
        shell: shell.at("Sign in: not right", Nav::None),
        email: Field::of(input.email),
        password: Field::default(),
        next: input.next,
        chosen: false,
        problem: Some(problem),
    };
    render_as(status.try_into().unwrap_or(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY), &page)
}

#[derive(Deserialize)]
pub struct ConfirmInput {
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "pages/sign_in/again.html")]
struct ConfirmPage {
    shell: Shell,
    email: String,
    password: Field,
    next: String,
    problems: Vec<Problem>,
}

pub async fn ask_again(may: May<SignedIn>, Query(way): Query<Way>) -> Answer {
    let (shell, email) = may.page(|_, may| Ok(may.actor().email.clone())).await?;
    render(&ConfirmPage { shell: alone(shell), email, password: Field::default(), next: way.next, problems: Vec::new() })
}

pub async fn confirm(may: May<SignedIn>, Posted(input): Posted<ConfirmInput>) -> Answer {
    let outcome = may.confirm(input.password).await?;
    let (why, status) = match outcome {
        SignIn::In(token) => {
            session_store::adopt(may.session(), &token);
            return redirect(may.go_on_to(&input.next));
        }
        SignIn::NotRight => ("This is not your password.".to_owned(), 422),
        SignIn::SlowDown(seconds) => (format!("There were too many wrong tries from here. Wait {seconds} seconds, then try again."), 429),
    };
    let (shell, email) = may.page(|_, may| Ok(may.actor().email.clone())).await?;
    let problems = vec![Problem { field: "password".into(), label: "Password".into(), text: why.clone() }];
    let page = ConfirmPage { shell: alone(shell), email, password: Field { value: String::new(), problem: Some(why) }, next: input.next, problems };
    render_as(status.try_into().unwrap_or(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY), &page)
}

/// The card stands without the sidebar: there is one thing to do.
fn alone(shell: Shell) -> Shell {
    shell.at("Your password, once more", Nav::None)
}

pub async fn sign_out(may: May<SignedIn>) -> Answer {
    may.write(sessions::sign_out).await?;
    session_store::let_go(may.session());
    // Pictures of people are all that a browser keeps.
    let mut answer = redirect("/sign-in")?;
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(answer)
}
