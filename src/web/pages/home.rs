//! `/`: on to the workspace one was in last; for somebody who belongs to none, the page that says so and whom to ask.

use askama::Template;

use crate::{
    access::{
        Permitted, grants,
        need::SignedIn,
        permission::org::{UsersRead, WorkspaceWrite},
    },
    db::{Connection, Error},
    web::kit::{
        Answer, May, Nav, Shell, redirect, render,
        shell::offers,
        view::{Crumb, Face},
    },
};

/// How many people are named.
const NAMED: usize = 4;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    name: String,
    /// All workspaces are archived, or there never was one: there is nobody to ask.
    admin: bool,
    may_create: bool,
    people: Vec<Person>,
}

struct Person {
    face: Face,
    role: String,
    /// Empty for those who may not see people; then there is no address either.
    href: String,
}

pub async fn show(may: May<SignedIn>) -> Answer {
    let (shell, (people, name, admin, may_create)) = may
        .page(|c, may| Ok((whom_to_ask(c, may)?, may.actor().display_name.clone(), may.standing().is_org_admin(), offers::<WorkspaceWrite, _>(may))))
        .await?;
    if let Some(here) = &shell.workspace {
        return redirect(&format!("/workspaces/{}", here.id));
    }
    render(&HomePage { shell: shell.at("No workspace yet", Nav::None), crumbs: Vec::new(), name, admin, may_create, people })
}

fn whom_to_ask(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<Vec<Person>, Error> {
    let sees = offers::<UsersRead, _>(may);
    let others = grants::givers(c, None, NAMED + 1)?.into_iter().filter(|giver| giver.id != *may.id());
    let person = |giver: grants::Giver| Person {
        face: Face::of(&giver.id, &giver.name, if sees { &giver.email } else { "" }).pictured(giver.avatar.as_ref()),
        href: if sees { format!("/settings/users/{}", giver.id) } else { String::new() },
        role: if sees { String::new() } else { giver.role },
    };
    Ok(others.take(NAMED).map(person).collect())
}
