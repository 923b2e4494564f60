//! `/settings/users`: the people of the organization, a person's page, and every act on a person.

mod acts;
pub mod deactivation;
pub mod details;
pub mod invitation;
pub mod list;
pub mod membership;
pub mod new;
pub mod person;
pub mod reactivation;
pub mod removal;
pub mod role;
mod why;
pub mod withheld;
pub mod workspaces;

use askama::Template;

use crate::{
    access::{OrgPermission, OrgSet},
    domain::users::User,
    web::kit::{
        Shell,
        view::{Crumb, Face},
    },
};

/// How many workspaces a choice offers.
const OFFERED: usize = 500;

/// Whether somebody is shown workspaces they do not belong to: who may enter or manage any of them knows their names.
fn sees_every_workspace(may: OrgSet) -> bool {
    [OrgPermission::OrgAdmin, OrgPermission::WorkspaceEdit, OrgPermission::WorkspaceDelete].into_iter().any(|p| may.has(p))
}

/// The way to a page below a person's.
fn crumbs(user: &User) -> Vec<Crumb> {
    vec![Crumb::text("Settings"), Crumb::link("Users", "/settings/users"), Crumb::link(&user.name, &href(user))]
}

fn href(user: &User) -> String {
    format!("/settings/users/{}", user.id)
}

fn face(user: &User) -> Face {
    Face::of(&user.id, &user.name, &user.email)
}

/// How a person is called in a sentence: by their first name.
fn first_name(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}

/// "an Editor", "a Reader".
fn article(role: &str) -> String {
    let vowel = role.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    format!("{} {role}", if vowel { "an" } else { "a" })
}

/// The question before an act: what ends, what stays, and the button that does it.
#[derive(Template)]
#[template(path = "pages/settings/users/question.html")]
struct Question {
    shell: Shell,
    crumbs: Vec<Crumb>,
    title: String,
    face: Face,
    ends: Vec<String>,
    stays: Vec<String>,
    button: String,
    kind: &'static str,
    leave: String,
    back: String,
}
