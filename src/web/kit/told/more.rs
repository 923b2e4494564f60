//! The way to more: what somebody may not do in a workspace, which role would allow it, and who can give that role.

use super::article;
use crate::{
    access::{Permitted, WorkspaceSet, explain, grants, need::Need},
    base::ids::{UserId, WorkspaceId},
    db::{Connection, Error},
    domain::roles::{self, Role},
    web::kit::Linked,
};

/// How many people a line names.
const NAMED: usize = 2;
/// How many are looked at to find those who hold enough.
const ASKED: usize = 12;

/// What one may not do in a workspace, and who can change that.
#[derive(Debug, Clone)]
pub struct Lack {
    pub what: Vec<String>,
    pub ask: Vec<Linked>,
    /// The role they can give, with its article; empty where no role allows it.
    pub role: String,
}

/// What the reader lacks in one of their workspaces, where they hold `held`; the smallest step first. `roles`: all of workspaces.
pub fn lacks<N: Need>(c: &mut Connection, may: &Permitted<N>, workspace: &WorkspaceId, held: WorkspaceSet, roles: &[Role]) -> Result<Vec<Lack>, Error> {
    let ways = roles::ways_up(held, workspace, roles);
    if ways.is_empty() {
        return Ok(Vec::new());
    }
    // What each of them holds is compared: nobody gives what they do not hold.
    let mut givers = Vec::new();
    for giver in grants::givers(c, Some(workspace), ASKED)? {
        if giver.id != *may.id() {
            givers.push((grants::in_workspace(c, &giver.id, workspace, false)?, giver.id));
        }
    }
    ways.into_iter().map(|(role, lacking)| lack(c, may, workspace, &givers, role, lacking)).collect()
}

fn lack<N: Need>(
    c: &mut Connection,
    may: &Permitted<N>,
    workspace: &WorkspaceId,
    givers: &[(WorkspaceSet, UserId)],
    role: Option<&Role>,
    lacking: WorkspaceSet,
) -> Result<Lack, Error> {
    let what = explain::summary(lacking).yes;
    let Some((role, needed)) = role.and_then(|role| Some((role, role.in_workspace(workspace)?))) else {
        return Ok(Lack { what, ask: Vec::new(), role: String::new() });
    };
    let mut ask = Vec::new();
    for (_, giver) in givers.iter().filter(|(holds, _)| holds.covers(needed)).take(NAMED) {
        ask.extend(Linked::to(c, may.standing(), giver)?);
    }
    Ok(Lack { what, ask, role: article(&role.name) })
}
