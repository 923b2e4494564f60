//! `/`: on to the workspace one was in last; for somebody who belongs to none, the page that says so and whom to ask.

use askama::Template;

use crate::{
    access::{grants, need::SignedIn},
    domain::workspaces,
    web::kit::{Answer, May, Nav, Shell, redirect, render, view::Face},
};

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage {
    shell: Shell,
    name: String,
    sees_people: bool,
    may_create: bool,
    people: Vec<Face>,
}

pub async fn show(may: May<SignedIn>) -> Answer {
    let (shell, (first, people, name, organization)) = may
        .page(|c, may| {
            let first = workspaces::open_to(c, may.standing(), 1)?.into_iter().next();
            let people = if first.is_none() { grants::givers(c, None, 4)? } else { Vec::new() };
            Ok((first, people, may.actor().display_name.clone(), may.organization()))
        })
        .await?;
    if let Some(here) = &shell.workspace {
        return redirect(&format!("/workspaces/{}", here.id));
    }
    if let Some(first) = first {
        return redirect(&format!("/workspaces/{}", first.id));
    }
    use crate::access::OrgPermission::{UsersRead, WorkspaceWrite};
    let people = people.iter().map(|g| Face::of(&g.id, &g.name, &g.email)).collect();
    render(&HomePage {
        shell: shell.at("No workspace yet", Nav::None),
        name,
        sees_people: organization.has(UsersRead),
        may_create: organization.has(WorkspaceWrite),
        people,
    })
}
