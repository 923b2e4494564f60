//! `/settings/users`: the people of the organization, a person's page, and every act on a person.

pub mod invitation;
pub mod list;
pub mod new;

use crate::{
    access::{OrgPermission, OrgSet},
    web::kit::view::Crumb,
};

/// Whether somebody is shown workspaces they do not belong to: who may enter or manage any of them knows their names.
fn sees_every_workspace(may: OrgSet) -> bool {
    [OrgPermission::OrgAdmin, OrgPermission::WorkspaceEdit, OrgPermission::WorkspaceDelete].into_iter().any(|p| may.has(p))
}

/// Settings / Users.
fn crumbs() -> Vec<Crumb> {
    vec![Crumb::text("Settings"), Crumb::link("Users", "/settings/users")]
}

/// How a person is called in a sentence: by their first name.
fn first_name(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}
