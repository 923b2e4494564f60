//! `/settings/users/{user}/reset`: sending somebody a link to choose a new password. Nobody chooses it for them.

use super::{crumbs, href};
use crate::{
    access::permission::org,
    base::ids::UserId,
    domain::{
        Error,
        account::{self, RESET_MINUTES},
        people, sessions,
        users::{Status, User},
    },
    web::kit::{
        Answer, At, Nav, Question, Shell, Sure, redirect, render,
        told::{face, first_name},
    },
};

pub async fn show(may: Sure<org::UsersEdit>, At(user): At<UserId>) -> Answer {
    let by_hand = may.tools().config.mail_folder().is_some();
    let (shell, user) = may
        .page(move |c, may| {
            let user = people::within_reach(c, may, &user)?;
            match user.status {
                _ if user.id == *may.id() => Err(Error::because("You change your own password under Password and sessions.")),
                Status::Active => Ok(user),
                Status::Invited => Err(Error::stale(format!("{} has no password yet: they choose one when they accept. Resend the invitation.", user.name))),
                _ => Err(Error::stale(format!("{} is deactivated. Reactivate them first.", user.name))),
            }
        })
        .await?;
    render(&question(shell, &user, by_hand))
}

fn question(shell: Shell, user: &User, by_hand: bool) -> Question {
    let first = first_name(&user.name);
    let title = format!("Send {first} a link to a new password?");
    let goes = if by_hand {
        "No mail server is set up: the mail with the link is a file in the console’s data folder.".to_owned()
    } else {
        format!("A link goes to {} and works for {RESET_MINUTES} minutes, once.", user.email)
    };
    Question {
        shell: shell.at(&title, Nav::Users),
        mark: None,
        crumbs: crumbs(user),
        face: face(user),
        ends: vec![
            "Links to a new password that were sent before stop working.".to_owned(),
            format!("When {first} has chosen, they are signed out everywhere."),
        ],
        stays: vec![goes, format!("Until then {first}’s password and sessions stay. You never see the new one.")],
        button: "Send the link".to_owned(),
        kind: "primary",
        open: None,
        leave: "Do not send it".to_owned(),
        back: href(user),
        title,
    }
}

pub async fn submit(may: Sure<org::UsersEdit>, At(user): At<UserId>) -> Answer {
    let (back, by_hand) = (format!("/settings/users/{user}"), may.tools().config.mail_folder().is_some());
    may.write(move |tx, may| {
        let user = account::start_reset(tx, may, &user)?;
        let where_to = if by_hand { "is in a file: no mail server is set up".to_owned() } else { format!("is on its way to {}", user.email) };
        sessions::notice(tx, may, &format!("A link to choose a new password {where_to}."))?;
        Ok(())
    })
    .await?;
    redirect(&back)
}
