//! Who holds a workspace role, workspace by workspace.

use super::queries;
use crate::{
    access::{Permitted, permission::org},
    base::ids::UserId,
    db::{Connection, Error as DbError},
    domain::{
        roles::{self, Role, built_in},
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
    pub count: i64,
    /// The first few, by name.
    pub some: Vec<Named>,
}

/// A workspace role with its holders in each workspace the actor may enter, by the workspaces' names; the flag says that there
/// are more workspaces. As in [`roles::held`], organization admins are not among those who hold Admin.
pub fn holders(c: &mut Connection, may: &Permitted<org::SettingsRead>, role: &Role) -> Result<(Vec<Holders>, bool), DbError> {
    let apart: Vec<UserId> = if role.id == built_in::admin() { roles::org_admins(c)?.into_iter().collect() } else { Vec::new() };
    let mut open = workspaces::open_to(c, may.standing(), WORKSPACES + 1)?;
    let more = open.len() > WORKSPACES;
    open.truncate(WORKSPACES);
    let counts = queries::count_by_workspace(c, &role.id, &open.iter().map(|w| w.id.clone()).collect::<Vec<_>>(), &apart)?;
    let mut held = Vec::new();
    for workspace in open {
        let count = counts.get(&workspace.id).copied().unwrap_or_default();
        if count > 0 {
            let some = queries::first_holders(c, &role.id, &workspace.id, &apart, NAMED)?;
            held.push(Holders { workspace, count, some });
        }
    }
    Ok((held, more))
}
