//! `/password/forgotten`: asking for a link to a new password. Everybody gets the same answer.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use crate::{
    base::text::EmailAddress,
    domain::account::{self, Asked, RESET_MINUTES},
    web::kit::{
        Answer, Field, Nav, Posted, Problem, Query, Shell, Visitor,
        form::{complain, judge},
        page::render_as,
        redirect, render,
    },
};

#[derive(Deserialize)]
pub struct Way {
    /// Whether a link was asked for a moment ago.
    #[serde(default)]
    asked: bool,
}

#[derive(Deserialize)]
pub struct ForgottenInput {
    #[serde(default)]
    email: String,
}

#[derive(Template)]
#[template(path = "pages/password/forgotten.html")]
struct ForgottenPage {
    shell: Shell,
    email: Field,
    minutes: i64,
    /// No mail server is set up: mails are files.
    by_hand: bool,
    problems: Vec<Problem>,
}

/// What everybody reads who asked.
#[derive(Template)]
#[template(path = "pages/password/asked.html")]
struct AskedPage {
    shell: Shell,
    minutes: i64,
    by_hand: bool,
}

pub async fn show(visitor: Visitor, Query(way): Query<Way>) -> Answer {
    let by_hand = visitor.tools().config.mail_folder().is_some();
    let (shell, own) = visitor.page_knowing(|_, me| Ok(me.map(|me| me.actor().email.clone()))).await?;
    if way.asked {
        return render(&AskedPage { shell: shell.at("Look into your mailbox", Nav::None), minutes: RESET_MINUTES, by_hand });
    }
    render(&page(shell, Field::of(own.unwrap_or_default()), by_hand, Vec::new()))
}

fn page(shell: Shell, email: Field, by_hand: bool, problems: Vec<Problem>) -> ForgottenPage {
    ForgottenPage { shell: shell.at("Forgotten your password?", Nav::None), email, minutes: RESET_MINUTES, by_hand, problems }
}

pub async fn submit(visitor: Visitor, Posted(input): Posted<ForgottenInput>) -> Answer {
    let (mut email, mut problems) = (Field::of(input.email), Vec::new());
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(address) = judge(&mut problems, &mut email, "email", "Email address", EmailAddress::parse) {
        let pass = visitor.pass();
        match visitor.write(move |tx| account::ask(tx, pass, &address)).await?? {
            Asked::Noted => return redirect("/password/forgotten?asked=true"),
            Asked::SlowDown(seconds) => {
                status = StatusCode::TOO_MANY_REQUESTS;
                let why = format!("A link was asked for too often from here. Wait {seconds} seconds, then try again.");
                complain(&mut problems, &mut email, "email", "Email address", why);
            }
        }
    }
    let by_hand = visitor.tools().config.mail_folder().is_some();
    let (shell, ()) = visitor.page(|_| Ok(())).await?;
    render_as(status, &page(shell, email, by_hand, problems))
}
