//! `/account/email`: asking for another address of one's own. It counts once its link was opened and confirmed.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::need::SignedIn,
    base::text::EmailAddress,
    domain::{Error, account, sessions},
    web::kit::{
        Answer, Field, Nav, Posted, Problem, Shell, Sure,
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
    /// Where a link went that still works; empty: nowhere.
    pending: String,
    problems: Vec<Problem>,
}

async fn page(may: &Sure<SignedIn>, email: Field, problems: Vec<Problem>) -> Result<EmailPage, crate::web::kit::WebError> {
    let (shell, (now, pending)) = may.page(|c, may| Ok((may.actor().email.clone(), account::pending_address(c, may.id())?))).await?;
    Ok(EmailPage {
        shell: shell.at("Change your address", Nav::Profile),
        crumbs: vec![Crumb::link("Your account", "/account/profile")],
        now,
        email,
        pending: pending.map(|(to, until)| format!("A link went to {to} and works until {}. Asking again ends it.", utc(until))).unwrap_or_default(),
        problems,
    })
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
                format!("A link to {address} was made. No mail server is set up: ask whoever runs the console for it.")
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
