//! Who holds a workspace role, workspace by workspace.

use super::queries;
use crate::{
    access::{Permitted, permission::org},
    db::{Connection, Error as DbError},
    domain::{
        roles::{self, Resting, Role},
        users::Named,
        workspaces::{self, Listed},
    },
};

/// How many workspaces are looked at; beyond, the list of people narrows better.
const WORKSPACES: usize = 100;
/// How many holders are named in each.
const NAMED: i64 = 3;

/// Who holds a role in one workspace.
#[derive(Debug, Clone)]
pub struct Holders {
    pub workspace: Listed,
    /// Active people.
    pub count: i64,
    /// Those who were given it beside them.
    pub resting: Resting,
    /// The first few, by name.
    pub some: Vec<Named>,
}

/// A workspace role with its holders in each workspace the actor may enter, by the workspaces' names; the flag says that there
/// are more workspaces. Organization admins are among them where they have the role by a membership too.
pub fn holders(c: &mut Connection, may: &Permitted<org::SettingsRead>, role: &Role) -> Result<(Vec<Holders>, bool), DbError> {
    let mut open = workspaces::open_to(c, may.standing(), WORKSPACES + 1)?;
    let more = open.len() > WORKSPACES;
    open.truncate(WORKSPACES);
    let counts = queries::count_by_workspace(c, &role.id, &open.iter().map(|w| w.id.clone()).collect::<Vec<_>>())?;
    let resting = roles::resting_by_workspace(c, &role.id)?;
    let mut held = Vec::new();
    for workspace in open {
        let resting = resting.get(&workspace.id).copied().unwrap_or_default();
        let all = counts.get(&workspace.id).copied().unwrap_or_default();
        if all > 0 {
            let some = queries::first_holders(c, &role.id, &workspace.id, NAMED)?;
            held.push(Holders { workspace, count: all - resting.all(), resting, some });
        }
    }
    Ok((held, more))
}
