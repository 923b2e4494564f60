//! `/`: on to the workspace one was in last; for somebody who belongs to none, the page that says so and whom to ask.

use askama::Template;

use crate::{
    access::{
        Permitted, grants,
        need::SignedIn,
        permission::org::{UsersRead, WorkspaceWrite},
    },
    db::Connection,
    domain::{Error, memberships, workspaces},
    web::kit::{
        Answer, May, Nav, Shell, redirect, render,
        shell::offers,
        told::fallen,
        view::{Crumb, Face, day},
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
    /// What an invitation named and could not be given any more.
    withheld: Option<String>,
    /// "Research was archived on 24 November": where they were.
    archived: Vec<String>,
}

struct Person {
    face: Face,
    role: String,
    /// Empty for those who may not see people; then there is no address either.
    href: String,
}

pub async fn show(may: May<SignedIn>) -> Answer {
    // Read, not shown: what the last act said, and news, are for the page that comes.
    let on = may.read(|c, may| match may.session() {
        Some(session) => Ok(Shell::load(c, may.standing(), session, None)?.workspace),
        None => Ok(None),
    });
    if let Some(workspace) = on.await? {
        return redirect(&format!("/workspaces/{}", workspace.id));
    }
    let (shell, page) = may
        .page(|c, may| {
            Ok(HomePage {
                shell: Shell::bare("", ""),
                crumbs: Vec::new(),
                name: may.actor().display_name.clone(),
                admin: may.standing().is_org_admin(),
                may_create: offers::<WorkspaceWrite, _>(may),
                people: whom_to_ask(c, may)?,
                withheld: fallen::told_after(c, may.id())?,
                archived: archived(c, may)?,
            })
        })
        .await?;
    render(&HomePage { shell: shell.at("No workspace yet", Nav::None), ..page })
}

/// Where somebody was until it was archived; by whom, for those who may see people.
fn archived(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<Vec<String>, Error> {
    let sees = offers::<UsersRead, _>(may);
    let mut words = Vec::new();
    for membership in memberships::of_user(c, may.id())?.into_iter().filter(|m| m.archived) {
        let Some(archived) = workspaces::find(c, &membership.workspace)?.and_then(|w| w.archived) else { continue };
        let by = match archived.by.filter(|_| sees) {
            Some(id) if id == *may.id() => Some("you".to_owned()),
            Some(id) => grants::name_of(c, &id)?,
            None => None,
        };
        let by = by.map(|name| format!(" by {name}")).unwrap_or_default();
        words.push(format!("{} was archived on {}{by}.", membership.workspace_name, day(archived.at)));
    }
    Ok(words)
}

fn whom_to_ask(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<Vec<Person>, Error> {
    let sees = offers::<UsersRead, _>(may);
    let others = grants::givers(c, None, NAMED + 1)?.into_iter().filter(|giver| giver.id != *may.id());
    let person = |giver: grants::Giver| Person {
        face: Face::of(&giver.id, &giver.name, if sees { &giver.email } else { "" }, giver.avatar.as_ref()),
        href: if sees { format!("/settings/users/{}", giver.id) } else { String::new() },
        role: if sees { String::new() } else { giver.role },
    };
    Ok(others.take(NAMED).map(person).collect())
}
