//! The keys somebody made, in whichever workspace: for themselves, and judged as the list of a workspace judges them.

use super::{Entry, queries::list as queries};
use crate::{
    access::{Permitted, need::SignedIn},
    base::clock,
    db::{Connection, Error},
};

/// A key as whoever made it sees it.
#[derive(Debug, Clone)]
pub struct OwnKey {
    pub key: Entry,
    /// The name of its workspace; `None`: its maker may not enter it any more, and so not know it.
    pub place: Option<String>,
}

/// The keys of workspaces that the reader made, the newest first; at most `limit`.
pub fn of_maker(c: &mut Connection, may: &Permitted<SignedIn>, limit: usize) -> Result<Vec<OwnKey>, Error> {
    let (now, everywhere) = (clock::now(), may.standing().is_org_admin());
    let rows = queries::of_maker(c, may.id(), limit)?;
    let roles = queries::Roles::of(c, rows.iter().map(|row| &row.key))?;
    let own = |row: queries::OwnRow| {
        let archived = row.archived_at.is_some();
        let enters = everywhere || (row.belongs.is_some() && !archived);
        OwnKey { key: row.key.entry(&roles, archived, now), place: enters.then_some(row.workspace) }
    };
    Ok(rows.into_iter().map(own).collect())
}
