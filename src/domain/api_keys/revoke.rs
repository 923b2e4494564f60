//! Ending keys. A key ends at once, on the next request; what was made through it ends with it.

use super::{Held, queries};
use crate::{
    access::{Permitted, need::SignedIn, passes::Operator, permission::here},
    base::ids::{KeyId, UserId},
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error,
        audit::{self, By},
    },
};

/// What was ended.
#[derive(Debug, Clone)]
pub struct Ended {
    pub name: String,
    /// How many keys that were made through it ended with it.
    pub with: usize,
}

/// Ends a key of the workspace of the proof, whoever made it.
pub fn revoke(tx: &mut Tx, may: &Permitted<here::WorkspaceAdmin>, key: &KeyId) -> Result<Ended, Error> {
    let here = &may.workspace().id;
    let held = queries::find(tx, key)?.filter(|held| held.workspace.as_ref() == Some(here)).ok_or(Error::NotFound)?;
    end(tx, &By::Person(may.id().clone()), held)
}

/// From the command line: ends any key, and so a system key, which no page shows.
pub fn revoke_any(tx: &mut Tx, _: Operator, key: &KeyId) -> Result<Ended, Error> {
    let held = queries::find(tx, key)?.ok_or_else(|| Error::because("There is no key with this id."))?;
    end(tx, &By::Operator, held)
}

/// The keys of the whole organization that have not ended, the newest first.
pub fn system_keys(c: &mut Connection, _: Operator) -> Result<Vec<Held>, DbError> {
    live_of_organization(c)
}

pub(in crate::domain) fn live_of_organization(c: &mut Connection) -> Result<Vec<Held>, DbError> {
    Ok(queries::system(c)?.into_iter().filter(Held::is_live).collect())
}

/// Ends a key that the reader made, wherever it is good for and whatever they may do there by now. A person's own act: a key
/// ends no others in its owner's name.
pub fn revoke_own(tx: &mut Tx, may: &Permitted<SignedIn>, key: &KeyId) -> Result<Ended, Error> {
    let held = find_own(tx, may, key)?.ok_or(Error::NotFound)?;
    end(tx, &By::Person(may.id().clone()), held)
}

/// A key that the reader made.
pub fn find_own(c: &mut Connection, may: &Permitted<SignedIn>, key: &KeyId) -> Result<Option<Held>, DbError> {
    let theirs = |held: &Held| held.maker.as_ref() == Some(may.id()) && may.session().is_some();
    Ok(queries::find(c, key)?.filter(theirs))
}

/// How many keys were made through this one, directly or not, and still are there to end.
pub fn made_through(c: &mut Connection, key: &KeyId) -> Result<usize, DbError> {
    Ok(descendants(c, key)?.len())
}

fn descendants(c: &mut Connection, key: &KeyId) -> Result<Vec<Held>, DbError> {
    let (mut all, mut parents) = (Vec::new(), vec![key.clone()]);
    while !parents.is_empty() {
        let made = queries::made_through(c, &parents)?;
        parents = made.iter().map(|held| held.id.clone()).collect();
        all.extend(made);
    }
    Ok(all)
}

fn end(tx: &mut Tx, by: &By, held: Held) -> Result<Ended, Error> {
    if held.revoked_at.is_some() {
        return Err(Error::stale(format!("{} was revoked already.", held.name)));
    }
    if held.expires_at.is_some_and(|at| tx.now >= at) {
        return Err(Error::stale(format!("{} has expired already: it opens nothing.", held.name)));
    }
    let children = descendants(tx, &held.id)?;
    end_one(tx, by, &held, None)?;
    for child in &children {
        end_one(tx, by, child, Some(("with", held.id.as_str())))?;
    }
    Ok(Ended { name: held.name, with: children.len() })
}

fn end_one(tx: &mut Tx, by: &By, held: &Held, because: Option<(&str, &str)>) -> Result<(), DbError> {
    let whom = match by {
        By::Person(user) => Some(user),
        _ => None,
    };
    queries::set_revoked(tx, &held.id, whom)?;
    let mut entry = audit::entry("key.revoked").by_whom(by.clone()).on("key", &held.id).fact("name", held.name.as_str());
    if let Some(workspace) = &held.workspace {
        entry = entry.in_workspace(workspace);
    }
    if let Some((why, what)) = because {
        entry = entry.fact(why, what);
    }
    entry.write(tx)?;
    Ok(())
}

/// How many keys somebody owns that have not ended.
pub fn count_of(c: &mut Connection, owner: &UserId) -> Result<usize, DbError> {
    Ok(queries::owned(c, owner)?.into_iter().filter(Held::is_live).count())
}

/// Ends every key of somebody who is removed, and forgets where they were used from.
pub(in crate::domain) fn end_all_of(tx: &mut Tx, owner: &UserId, by: &UserId) -> Result<usize, DbError> {
    let (keys, by) = (queries::owned(tx, owner)?, By::Person(by.clone()));
    for held in &keys {
        end_one(tx, &by, held, Some(("because", "its owner was removed")))?;
    }
    queries::forget_uses(tx, owner)?;
    Ok(keys.len())
}
