//! `/settings/users/{user}/deactivation`: the question before somebody is shut out, and the act.

use super::{crumbs, href};
use crate::{
    access::permission::org,
    base::ids::UserId,
    domain::{
        Error, api_keys,
        invites::{self, Which},
        memberships, people, sessions,
        users::{Status, User},
    },
    web::kit::{
        Answer, At, Nav, Question, Shell, Sure, redirect, render,
        told::{face, fallen, first_name},
    },
};

pub async fn show(may: Sure<org::UsersEdit>, At(user): At<UserId>) -> Answer {
    let (shell, (user, sessions, memberships, keys, open)) = may
        .page(move |c, may| {
            let user = people::another_within_reach(c, may, &user, "deactivate")?;
            match user.status {
                Status::Active => {}
                Status::Invited => return Err(Error::stale(format!("{} has not accepted yet. Revoke the invitation instead.", user.name))),
                _ => return Err(Error::stale(format!("{} is deactivated already.", user.name))),
            }
            let (sessions, memberships) = (sessions::count(c, &user.id)?, memberships::of_user(c, &user.id)?.len());
            let keys = api_keys::count_of(c, &user.id)?;
            let open = fallen::open(c, may, std::slice::from_ref(&user.id), Which::All, first_name(&user.name))?;
            Ok((user, sessions, memberships, keys, open))
        })
        .await?;
    render(&Question { open, ..question(shell, &user, sessions, memberships, keys) })
}

fn question(shell: Shell, user: &User, sessions: i64, memberships: usize, keys: usize) -> Question {
    let first = first_name(&user.name);
    let title = format!("Deactivate {first}?");
    let kept = match memberships {
        0 => "They are in no workspace, and nothing they made is deleted.".to_owned(),
        1 => "Their workspace and their role in it are kept, and nothing they made is deleted.".to_owned(),
        n => format!("Their {n} workspaces and their roles there are kept, and nothing they made is deleted."),
    };
    Question {
        shell: shell.at(&title, Nav::Users),
        mark: None,
        crumbs: crumbs(user),
        face: face(user),
        ends: [
            Some(format!("{first} can no longer sign in.")),
            match sessions {
                0 => None,
                1 => Some("Their session ends now, also in pages they have open.".to_owned()),
                n => Some(format!("Their {n} sessions end now, also in pages they have open.")),
            },
            match keys {
                0 => None,
                1 => Some("Their API key rests: what uses it is refused until they are active again.".to_owned()),
                n => Some(format!("Their {n} API keys rest: what uses them is refused until they are active again.")),
            },
        ]
        .into_iter()
        .flatten()
        .collect(),
        stays: vec![kept, "You can reactivate them at any time.".to_owned()],
        open: None,
        button: format!("Deactivate {first}"),
        kind: "danger primary",
        leave: format!("Keep {first} active"),
        back: href(user),
        title,
    }
}

pub async fn submit(may: Sure<org::UsersEdit>, At(user): At<UserId>) -> Answer {
    let back = format!("/settings/users/{user}");
    may.write(move |tx, may| {
        let user = people::deactivate(tx, may, &user)?;
        let left = fallen::left(&invites::dependents(tx, std::slice::from_ref(&user.id), Which::All)?);
        sessions::notice(tx, may, &format!("{} is deactivated, and signed out everywhere.{left}", user.name))?;
        Ok(())
    })
    .await?;
    redirect(&back)
}
