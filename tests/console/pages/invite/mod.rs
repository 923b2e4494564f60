//! The invited person's way in.

mod accept;
mod ended;
mod other;

use diesel::prelude::*;
use noxus_console::{
    base::ids::UserId,
    db::schema::{invitations, users},
};

use crate::support::{Client, Console, Page};

const CHOSEN: &str = "nine violet otters drift";

async fn accept(browser: &Client, link: &str) -> Page {
    browser.post(link, &[("display_name", "Alan"), ("password", CHOSEN)]).await
}

/// Status of the person, state of the invitation.
fn standing(console: &Console, user: &UserId) -> (String, String) {
    let user = user.clone();
    console.rows(move |c| {
        Ok((
            users::table.filter(users::id.eq(&user)).select(users::status).first(c)?,
            invitations::table.filter(invitations::user_id.eq(&user)).select(invitations::state).first(c)?,
        ))
    })
}

fn is(status: &str, state: &str) -> (String, String) {
    (status.to_owned(), state.to_owned())
}

/// Puts the end of every invitation into the past.
fn expire(console: &Console) {
    let past = noxus_console::base::clock::now() - noxus_console::base::clock::minutes(1);
    console.rows(move |c| diesel::update(invitations::table).set(invitations::expires_at.eq(past)).execute(c));
}
