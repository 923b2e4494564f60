//! `/settings/users/{user}/removal`: removing somebody for good; their address is typed to confirm.

use askama::Template;
use serde::Deserialize;

use super::{crumbs, face, first_name, href};
use crate::{
    access::permission::org,
    base::ids::UserId,
    domain::{Error, memberships, people, sessions, users::User},
    web::kit::{
        Answer, At, Field, Nav, Posted, Problem, Shell, Sure,
        form::complain,
        redirect, render, render_unprocessable,
        view::{Crumb, Face},
    },
};

#[derive(Deserialize)]
pub struct RemovalInput {
    #[serde(default)]
    email: String,
}

#[derive(Template)]
#[template(path = "pages/settings/users/removal.html")]
struct RemovalPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    title: String,
    first: String,
    face: Face,
    ends: Vec<String>,
    stays: Vec<String>,
    email: Field,
    problems: Vec<Problem>,
    back: String,
}

pub async fn show(may: Sure<org::UsersDelete>, At(user): At<UserId>) -> Answer {
    render(&page(&may, user).await?)
}

async fn page(may: &Sure<org::UsersDelete>, user: UserId) -> Result<RemovalPage, crate::web::kit::WebError> {
    let (shell, (user, open, places)) = may
        .page(move |c, may| {
            let user = people::another_within_reach(c, may, &user, "remove")?;
            let (open, places) = (sessions::count(c, &user.id)?, memberships::of_user(c, &user.id)?.len());
            Ok((user, open, places))
        })
        .await?;
    Ok(question(shell, &user, open, places))
}

fn question(shell: Shell, user: &User, open: i64, places: usize) -> RemovalPage {
    let first = first_name(&user.name);
    let title = format!("Remove {first} for good?");
    let places = match places {
        0 => "They are in no workspace.".to_owned(),
        1 => "Their membership in a workspace ends.".to_owned(),
        n => format!("Their memberships in {n} workspaces end."),
    };
    let open = match open {
        0 => "They have no session open, and cannot sign in again.".to_owned(),
        1 => "Their session ends now, and they cannot sign in again.".to_owned(),
        n => format!("Their {n} sessions end now, and they cannot sign in again."),
    };
    RemovalPage {
        crumbs: crumbs(user),
        first: first.to_owned(),
        face: face(user),
        ends: vec![open, places, "Their name, address and password are deleted. This cannot be undone.".to_owned()],
        stays: vec![
            "What they made stays.".to_owned(),
            "The audit keeps what they did, under a pseudonym.".to_owned(),
            "You can add the same address anew, as somebody new.".to_owned(),
        ],
        email: Field::default(),
        problems: Vec::new(),
        back: href(user),
        shell: shell.at(&title, Nav::Users),
        title,
    }
}

pub async fn submit(may: Sure<org::UsersDelete>, At(user): At<UserId>, Posted(input): Posted<RemovalInput>) -> Answer {
    let (target, typed) = (user.clone(), input.email.clone());
    let done = may
        .try_write(move |tx, may| {
            people::remove(tx, may, &target, &typed)?;
            // Without their name: it is deleted.
            sessions::notice(tx, &may.session().hash, Some("The person is removed, and their personal data is deleted."))?;
            Ok(())
        })
        .await?;
    match done {
        Ok(()) => redirect("/settings/users"),
        Err(Error::Invalid(problems)) => {
            let mut page = page(&may, user).await?;
            page.email = Field::of(input.email);
            for (id, why) in problems {
                complain(&mut page.problems, &mut page.email, id, "Their email address", why);
            }
            render_unprocessable(&page)
        }
        Err(other) => Err(other.into()),
    }
}
