//! `/account/password`: changing one's password, and where one is signed in.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use crate::{
    access::{Permitted, need::SignedIn},
    base::password::Password,
    db::Connection,
    domain::{
        Error, account, people,
        sessions::{self, Given, Listed, SessionMark},
    },
    web::kit::{
        Answer, At, Field, May, Nav, Posted, Problem, Shell, client,
        form::{complain, judge},
        page::render_as,
        redirect, render, session_store,
        strength::{self, StrengthInput},
        view::When,
    },
};

const HERE: &str = "/account/password";

#[derive(Deserialize)]
pub struct PasswordInput {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    keep: Option<String>,
}

#[derive(Default)]
struct PasswordForm {
    current: Field,
    password: Field,
    keep: bool,
}

#[derive(Template)]
#[template(path = "pages/account/password.html")]
struct PasswordPage {
    shell: Shell,
    email: String,
    form: PasswordForm,
    /// What ends with the old password; empty: there is no other session.
    ends: String,
    sessions: Vec<SessionRow>,
    problems: Vec<Problem>,
}

struct SessionRow {
    icon: &'static str,
    browser: String,
    address: String,
    since: When,
    seen: When,
    this: bool,
    /// Where to end it.
    end: String,
}

struct Seen {
    email: String,
    own_words: Vec<String>,
    sessions: Vec<Listed>,
}

fn seen(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<Seen, Error> {
    let me = people::find(c, may.id())?;
    Ok(Seen { own_words: account::own_words(c, &me)?, sessions: sessions::of_oneself(c, may)?, email: me.email })
}

fn page(shell: Shell, seen: Seen, form: PasswordForm, problems: Vec<Problem>) -> PasswordPage {
    let ends = match seen.sessions.iter().filter(|s| !s.this).count() {
        0 => String::new(),
        1 => "Otherwise the other session ends when you change the password.".to_owned(),
        n => format!("Otherwise the {n} other sessions end when you change the password."),
    };
    let sessions = seen.sessions.into_iter().map(row).collect();
    PasswordPage { shell: shell.at("Password and sessions", Nav::Password), email: seen.email, form, ends, sessions, problems }
}

fn row(listed: Listed) -> SessionRow {
    let browser = client::of(&listed.browser);
    SessionRow {
        icon: if browser.is_small { "smartphone" } else { "monitor" },
        browser: browser.words,
        address: listed.address,
        since: When::of(listed.since),
        seen: When::of(listed.seen_at),
        this: listed.this,
        end: format!("{HERE}/sessions/{}", listed.mark),
    }
}

pub async fn show(may: May<SignedIn>) -> Answer {
    let (shell, seen) = may.page(seen).await?;
    render(&page(shell, seen, PasswordForm::default(), Vec::new()))
}

pub async fn submit(may: May<SignedIn>, Posted(input): Posted<PasswordInput>) -> Answer {
    let (shell, seen) = may.page(seen).await?;
    let own: Vec<&str> = seen.own_words.iter().map(String::as_str).collect();
    let mut form = PasswordForm { current: Field::of(input.current), password: Field::of(input.password), keep: input.keep.is_some() };
    let mut problems = Vec::new();
    if form.current.value.is_empty() {
        complain(&mut problems, &mut form.current, "current", "Current password", "The current password is missing.".into());
    }
    let current = form.current.value.clone();
    let chosen = judge(&mut problems, &mut form.password, "password", "New password", |text| {
        if !text.is_empty() && *text == current { Err("This is the password you have.".into()) } else { Password::choose(text, &own) }
    });
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let (Some(chosen), true) = (chosen, problems.is_empty()) {
        let why = match may.change_password(current, &chosen, form.keep).await? {
            Given::Done(token) => {
                session_store::adopt(may.session(), &token);
                return redirect(HERE);
            }
            Given::NotRight => "This is not your password.".to_owned(),
            Given::SlowDown(seconds) => {
                status = StatusCode::TOO_MANY_REQUESTS;
                format!("There were too many wrong tries from here. Wait {seconds} seconds, then try again.")
            }
        };
        complain(&mut problems, &mut form.current, "current", "Current password", why);
    }
    render_as(status, &page(shell, seen, form, problems))
}

/// Whoever comes here after signing in again finds the page.
pub async fn back(may: May<SignedIn>) -> Answer {
    may.read(|_, _| Ok(())).await?;
    redirect(HERE)
}

/// The same from the address of one session.
pub async fn back_from(may: May<SignedIn>, At(_): At<SessionMark>) -> Answer {
    back(may).await
}

pub async fn judge_strength(may: May<SignedIn>, Posted(input): Posted<StrengthInput>) -> Answer {
    let own = may
        .read(|c, may| {
            let me = people::find(c, may.id())?;
            Ok(account::own_words(c, &me)?)
        })
        .await?;
    strength::say(&input, &own)
}

pub async fn end_session(may: May<SignedIn>, At(mark): At<SessionMark>) -> Answer {
    may.write(move |tx, may| {
        let ended = sessions::end(tx, may, &mark)?;
        sessions::notice(tx, may, if ended { "That session is over." } else { "That session had ended already." })?;
        Ok(())
    })
    .await?;
    redirect(HERE)
}

pub async fn end_sessions(may: May<SignedIn>) -> Answer {
    may.write(|tx, may| {
        let said = match sessions::end_all_others(tx, may)? {
            0 => "There was no other session.".to_owned(),
            1 => "The other session is over.".to_owned(),
            n => format!("The {n} other sessions are over."),
        };
        sessions::notice(tx, may, &said)?;
        Ok(())
    })
    .await?;
    redirect(HERE)
}
