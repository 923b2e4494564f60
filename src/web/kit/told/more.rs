//! The way to more: what somebody may not do in a workspace, which role would allow it, and who can give that role.

use std::collections::{HashMap, HashSet};

use super::article;
use crate::{
    access::{
        Permitted, WorkspaceSet, explain,
        grants::{self, Rights},
        need::Need,
    },
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

/// One of the reader's workspaces, and what they hold there.
pub type Place<'a> = (&'a WorkspaceId, WorkspaceSet);

/// What the reader lacks in one of their workspaces, the smallest step first. `roles`: all of workspaces.
pub fn lacks<N: Need>(c: &mut Connection, may: &Permitted<N>, place: Place, roles: &[Role]) -> Result<Vec<Lack>, Error> {
    Ok(lacks_in(c, may, &[place], roles)?.pop().unwrap_or_default())
}

/// The same of several, in the order of the workspaces, from as many statements as of one.
pub fn lacks_in<N: Need>(c: &mut Connection, may: &Permitted<N>, places: &[Place], roles: &[Role]) -> Result<Vec<Vec<Lack>>, Error> {
    let ways: Vec<(&WorkspaceId, Vec<Way>)> = places.iter().map(|(place, held)| (*place, roles::ways_up(*held, place, roles))).collect();
    let lacking: Vec<WorkspaceId> = ways.iter().filter(|(_, ways)| !ways.is_empty()).map(|(place, _)| (*place).clone()).collect();
    if lacking.is_empty() {
        return Ok(ways.into_iter().map(|_| Vec::new()).collect());
    }
    let others = |givers: Vec<grants::Giver>| -> Vec<UserId> { givers.into_iter().map(|giver| giver.id).filter(|giver| giver != may.id()).collect() };
    let givers: Vec<Vec<UserId>> = grants::givers_in(c, &lacking, ASKED)?.into_iter().map(others).collect();
    // What each of them holds is compared: nobody gives what they do not hold.
    let everybody: Vec<UserId> = givers.iter().flatten().collect::<HashSet<_>>().into_iter().cloned().collect();
    let rights = Rights::of(c, &everybody, &lacking)?;
    let givers: HashMap<&WorkspaceId, Vec<UserId>> = lacking.iter().zip(givers).collect();
    let steps: Vec<Vec<Step>> = ways
        .into_iter()
        .map(|(place, ways)| {
            let givers = givers.get(place).map(Vec::as_slice).unwrap_or_default();
            ways.into_iter().map(|way| step(&rights, place, givers, way)).collect()
        })
        .collect();
    let names = Linked::each(c, may.standing(), steps.iter().flatten().flat_map(|step| &step.ask))?;
    let lack = |step: Step| Lack { what: step.what, ask: step.ask.iter().filter_map(|id| names.get(id).cloned()).collect(), role: step.role };
    Ok(steps.into_iter().map(|steps| steps.into_iter().map(lack).collect()).collect())
}

/// A role that would be more, if there is one, and what it would add.
type Way<'a> = (Option<&'a Role>, WorkspaceSet);

/// A [`Lack`] before people have their names.
struct Step {
    what: Vec<String>,
    ask: Vec<UserId>,
    role: String,
}

fn step(rights: &Rights, place: &WorkspaceId, givers: &[UserId], (role, lacking): Way) -> Step {
    let what = explain::summary(lacking).yes;
    let Some((role, needed)) = role.and_then(|role| Some((role, role.in_workspace(place)?))) else {
        return Step { what, ask: Vec::new(), role: String::new() };
    };
    let able = givers.iter().filter(|giver| rights.now(giver, place).covers(needed));
    Step { what, ask: able.take(NAMED).cloned().collect(), role: article(&role.name) }
}
