//! `/settings/users/{user}/removal`: removing somebody for good; their address is typed to confirm.

use askama::Template;
use serde::Deserialize;

use super::{crumbs, href};
use crate::{
    access::permission::org,
    base::ids::UserId,
    domain::{
        Error, api_keys,
        invites::{self, Which},
        memberships, people, sessions,
        users::User,
    },
    web::kit::{
        Answer, At, Field, Nav, Posted, Problem, Shell, Sure,
        form::complain,
        redirect, render, render_unprocessable,
        told::{Stage, face, fallen, first_name},
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
    open: Option<fallen::Open>,
    email: Field,
    problems: Vec<Problem>,
    back: String,
}

pub async fn show(may: Sure<org::UsersDelete>, At(user): At<UserId>) -> Answer {
    render(&page(&may, user).await?)
}

async fn page(may: &Sure<org::UsersDelete>, user: UserId) -> Result<RemovalPage, crate::web::kit::WebError> {
    let (shell, (user, stage, sessions, places, keys, open)) = may
        .page(move |c, may| {
            let user = people::another_within_reach(c, may, &user, "remove")?;
            let (sessions, places) = (sessions::count(c, &user.id)?, memberships::of_user(c, &user.id)?.len());
            let stage = Stage::of(c, &user)?;
            let keys = api_keys::count_of(c, &user.id)?;
            let open = fallen::open(c, may, std::slice::from_ref(&user.id), Which::All, first_name(&user.name))?;
            Ok((user, stage, sessions, places, keys, open))
        })
        .await?;
    Ok(RemovalPage { open, ..question(shell, &user, stage, sessions, places, keys) })
}

fn question(shell: Shell, user: &User, stage: Stage, sessions: i64, places: usize, keys: usize) -> RemovalPage {
    let first = first_name(&user.name);
    let title = format!("Remove {first} for good?");
    RemovalPage {
        crumbs: crumbs(user),
        first: first.to_owned(),
        face: face(user),
        ends: ends(stage, sessions, places, keys),
        stays: stays(stage),
        open: None,
        email: Field::default(),
        problems: Vec::new(),
        back: href(user),
        shell: shell.at(&title, Nav::Users),
        title,
    }
}

fn ends(stage: Stage, sessions: i64, places: usize, keys: usize) -> Vec<String> {
    let came_in = matches!(stage, Stage::Active | Stage::Deactivated);
    let way_in = match (stage, sessions) {
        (Stage::Invited, _) => "Their invitation ends: its link stops working.".to_owned(),
        (Stage::Ended, _) => "Their invitation has ended already. A fresh one can no longer be sent.".to_owned(),
        (Stage::Deactivated, _) => "They cannot be reactivated any more.".to_owned(),
        (Stage::Active, 0) => "They have no session open, and cannot sign in again.".to_owned(),
        (Stage::Active, 1) => "Their session ends now, and they cannot sign in again.".to_owned(),
        (Stage::Active, n) => format!("Their {n} sessions end now, and they cannot sign in again."),
    };
    let places = match (came_in, places) {
        (true, 0) => "They are in no workspace.".to_owned(),
        (true, 1) => "Their membership in a workspace ends.".to_owned(),
        (true, n) => format!("Their memberships in {n} workspaces end."),
        (false, 0) => "They were invited to no workspace.".to_owned(),
        (false, 1) => "The role they were to have in a workspace is taken back.".to_owned(),
        (false, n) => format!("The roles they were to have in {n} workspaces are taken back."),
    };
    let personal = if came_in { "Their name, address and password are deleted." } else { "Their name and address are deleted." };
    let keys = match keys {
        0 => None,
        1 => Some("Their API key is revoked: what uses it is refused from now on.".to_owned()),
        n => Some(format!("Their {n} API keys are revoked: what uses them is refused from now on.")),
    };
    [Some(way_in), Some(places), keys, Some(format!("{personal} This cannot be undone."))].into_iter().flatten().collect()
}

fn stays(stage: Stage) -> Vec<String> {
    let stays: &[&str] = match stage {
        Stage::Active | Stage::Deactivated => {
            &["What they made stays.", "The audit keeps what they did, under a pseudonym.", "You can add the same address anew, as somebody new."]
        }
        Stage::Invited | Stage::Ended => &["The audit keeps that somebody was invited, under a pseudonym.", "You can invite the same address anew."],
    };
    stays.iter().map(|sentence| (*sentence).to_owned()).collect()
}

pub async fn submit(may: Sure<org::UsersDelete>, At(user): At<UserId>, Posted(input): Posted<RemovalInput>) -> Answer {
    let (target, typed) = (user.clone(), input.email.clone());
    let done = may
        .try_write(move |tx, may| {
            people::remove(tx, may, &target, &typed)?;
            let left = fallen::left(&invites::dependents(tx, std::slice::from_ref(&target), Which::All)?);
            // Without their name: it is deleted.
            sessions::notice(tx, may, &format!("The person is removed, and their personal data is deleted.{left}"))?;
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
