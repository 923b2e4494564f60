//! `/settings/users/{user}/reactivation`: letting somebody in again.

use super::{crumbs, href};
use crate::{
    access::permission::org,
    base::ids::UserId,
    domain::{
        Error, memberships, people, roles, sessions,
        users::{Status, User},
    },
    web::kit::{
        Answer, At, Nav, Question, Shell, Sure, redirect, render,
        told::{face, first_name},
    },
};

pub async fn show(may: Sure<org::UsersEdit>, At(user): At<UserId>) -> Answer {
    let (shell, (user, role, places)) = may
        .page(move |c, may| {
            let user = people::another_within_reach(c, may, &user, "reactivate")?;
            if user.status != Status::Deactivated {
                return Err(Error::stale(format!("{} is not deactivated.", user.name)));
            }
            let role = roles::find(c, &user.role)?.map(|role| role.name).unwrap_or_default();
            let places = memberships::of_user(c, &user.id)?.len();
            Ok((user, role, places))
        })
        .await?;
    render(&question(shell, &user, &role, places))
}

fn question(shell: Shell, user: &User, role: &str, places: usize) -> Question {
    let first = first_name(&user.name);
    let title = format!("Reactivate {first}?");
    let places = match places {
        0 => "They are in no workspace; you can add them to one.".to_owned(),
        1 => "They are in their workspace again, with the role they had.".to_owned(),
        n => format!("They are in their {n} workspaces again, with the roles they had."),
    };
    Question {
        shell: shell.at(&title, Nav::Users),
        mark: None,
        crumbs: crumbs(user),
        face: face(user),
        ends: Vec::new(),
        stays: vec![format!("{first} can sign in again, with the password they had."), format!("Their organization role is {role} again."), places],
        open: None,
        button: format!("Reactivate {first}"),
        kind: "primary",
        leave: "Leave it so".to_owned(),
        back: href(user),
        title,
    }
}

pub async fn submit(may: Sure<org::UsersEdit>, At(user): At<UserId>) -> Answer {
    let back = format!("/settings/users/{user}");
    may.write(move |tx, may| {
        let user = people::reactivate(tx, may, &user)?;
        sessions::notice(tx, may, &format!("{} is active again.", user.name))?;
        Ok(())
    })
    .await?;
    redirect(&back)
}
