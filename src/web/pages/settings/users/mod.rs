//! `/settings/users`: the people of the organization, a person's page, and every act on a person.

pub mod deactivation;
pub mod details;
pub mod invitation;
pub mod list;
pub mod membership;
pub mod new;
pub mod person;
pub mod reactivation;
pub mod removal;
pub mod reset;
pub mod role;
pub mod withheld;
pub mod workspaces;

use crate::{domain::users::User, web::kit::view::Crumb};

/// How many workspaces a choice offers.
const OFFERED: usize = 500;
/// Up to how many workspaces of their own a reader knows.
const KNOWN: usize = 100_000;

/// The way to a page below a person's.
fn crumbs(user: &User) -> Vec<Crumb> {
    vec![Crumb::text("Settings"), Crumb::link("Users", "/settings/users"), Crumb::link(&user.name, &href(user))]
}

fn href(user: &User) -> String {
    format!("/settings/users/{}", user.id)
}
