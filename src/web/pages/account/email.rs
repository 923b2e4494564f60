//! `/account/email`: asking for another address of one's own. It counts once its link was opened and confirmed.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::need::SignedIn,
    base::{clock::Moment, text::EmailAddress},
    domain::{Error, account, sessions},
    web::kit::{
        Answer, Field, May, Nav, Posted, Problem, Shell, Sure,
        form::{complain, judge},
        redirect, render, render_unprocessable,
        view::{Crumb, utc},
    },
};

const HERE: &str = "/account/email";

#[derive(Deserialize)]
pub struct EmailInput {
    #[serde(default)]
    email: String,
}

#[derive(Template)]
#[template(path = "pages/account/email.html")]
struct EmailPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    now: String,
    email: Field,
    /// What is to be said of a link that still works, if there is one.
    pending: Option<String>,
    problems: Vec<Problem>,
}

async fn page(may: &Sure<SignedIn>, email: Field, problems: Vec<Problem>) -> Result<EmailPage, crate::web::kit::WebError> {
    let by_hand = may.tools().config.mail_folder().is_some();
    let (shell, (now, pending)) = may.page(|c, may| Ok((may.actor().email.clone(), account::pending_address(c, may.id())?))).await?;
    Ok(EmailPage {
        shell: shell.at("Change your address", Nav::Profile),
        crumbs: vec![Crumb::link("Your account", "/account/profile")],
        now,
        email,
        pending: pending.map(|(to, until)| waits(&to, until, by_hand)),
        problems,
    })
}

/// Of a link that waits to be opened. `by_hand`: no mail server is set up, so it went nowhere.
fn waits(to: &str, until: Moment, by_hand: bool) -> String {
    let (until, how) = (utc(until), "Asking for another address ends it.");
    if by_hand {
        format!("No mail server is set up: ask whoever runs the console for the link to {to}. It works until {until}. {how}")
    } else {
        format!("The link to {to} works until {until}. {how}")
    }
}

pub async fn show(may: Sure<SignedIn>) -> Answer {
    render(&page(&may, Field::default(), Vec::new()).await?)
}

pub async fn submit(may: Sure<SignedIn>, Posted(input): Posted<EmailInput>) -> Answer {
    let (mut email, mut problems) = (Field::of(input.email), Vec::new());
    if let Some(address) = judge(&mut problems, &mut email, "email", "New email address", EmailAddress::parse) {
        let by_hand = may.tools().config.mail_folder().is_some();
        let asked = may.try_write(move |tx, may| {
            account::ask_address(tx, may, &address)?;
            let said = if by_hand {
                format!("A link to {address} was made.")
            } else {
                format!("A link is on its way to {address}. Your address changes when you open it there and confirm.")
            };
            sessions::notice(tx, may, &said)?;
            Ok(())
        });
        match asked.await? {
            Ok(()) => return redirect(HERE),
            Err(Error::Invalid(all)) => {
                for (_, why) in all {
                    complain(&mut problems, &mut email, "email", "New email address", why);
                }
            }
            Err(other) => return Err(other.into()),
        }
    }
    render_unprocessable(&page(&may, email, problems).await?)
}

/// The address stays, and the link to another one opens nothing any more.
pub async fn withdraw(may: May<SignedIn>) -> Answer {
    may.write(|tx, may| {
        let said = match account::withdraw_address(tx, may)? {
            Some(to) => format!("Your address stays {}. The link to {to} opens nothing any more.", may.actor().email),
            None => format!("Your address is {}. No link to another one works.", may.actor().email),
        };
        Ok(sessions::notice(tx, may, &said)?)
    })
    .await?;
    redirect("/account/profile")
}

/// After signing in one comes back to an address; this one has no page of its own.
pub async fn back(may: May<SignedIn>) -> Answer {
    may.read(|_, _| Ok(())).await?;
    redirect("/account/profile")
}
