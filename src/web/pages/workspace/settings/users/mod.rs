//! `/workspaces/{workspace}/settings/users`: who is in the workspace, and every act on its members.

pub mod invitation;
pub mod leaving;
pub mod list;
pub mod new;
pub mod removal;
pub mod role;

use serde::Deserialize;

use super::crumbs;
use crate::{
    access::{WorkspaceSet, grants::Place},
    base::ids::{UserId, WorkspaceId},
    domain::roles::{Role, built_in},
    web::kit::{
        Choice,
        view::{Crumb, Mark},
    },
};

/// The most people of one act.
const CHOSEN: usize = 200;

/// Who was selected in the list. None: nothing to ask about.
#[derive(Deserialize)]
pub struct Selected {
    #[serde(default)]
    user: Vec<UserId>,
}

impl Selected {
    fn of(user: Vec<UserId>) -> Self {
        Self { user }
    }

    fn some(mut self) -> Option<Vec<UserId>> {
        self.user.sort();
        self.user.dedup();
        self.user.truncate(CHOSEN);
        Some(self.user).filter(|some| !some.is_empty())
    }
}

/// The list itself.
fn here(workspace: &WorkspaceId) -> String {
    format!("/workspaces/{workspace}/settings/users")
}

/// The way to a page below the list.
fn trail(workspace: &WorkspaceId) -> Vec<Crumb> {
    let mut trail = crumbs();
    trail.push(Crumb::link("Users", &here(workspace)));
    trail
}

fn mark(place: &Place) -> Mark {
    super::mark(place)
}

/// Roles that somebody with `own` there may give, the smallest first.
fn grantable(all: Vec<Role>, workspace: &WorkspaceId, own: WorkspaceSet) -> Vec<Role> {
    let mut usable: Vec<Role> = all.into_iter().filter(|role| role.in_workspace(workspace).is_some_and(|set| own.covers(set))).collect();
    usable.sort_by_key(|role| role.in_workspace(workspace).map(WorkspaceSet::len));
    usable
}

/// The least is chosen already: Reader, or else the smallest that can be given.
fn least(roles: &[Role]) -> String {
    let reader = roles.iter().find(|role| role.id == built_in::reader());
    reader.or_else(|| roles.first()).map(|role| role.id.to_string()).unwrap_or_default()
}

fn choices(roles: &[Role], chosen: &str) -> Vec<Choice> {
    roles.iter().map(|role| Choice::new(role.id.as_str(), &role.name, role.id.as_str() == chosen)).collect()
}

/// "Ada", "Ada and Joan", "3 people".
fn who(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        more => format!("{} people", more.len()),
    }
}
