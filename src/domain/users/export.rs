//! Everybody a list selects, batch after batch, for a file.

use super::{
    list::{Count, Cursor, Listed, Part, Wanted},
    queries::list as queries,
};
use crate::{
    access::{Permitted, permission::org},
    db::{Connection, Error as DbError, Tx},
    domain::{Error, audit},
};

/// How many people are read at a time: what an export holds in memory.
const BATCH: usize = 500;

/// Notes that people are exported. The people themselves are read afterwards, with [`batch`].
pub fn begin(tx: &mut Tx, may: &Permitted<org::UsersRead>, wanted: &Wanted) -> Result<(), Error> {
    let mut entry = audit::entry("people.exported").by(may.id()).fact("status", wanted.status.as_ref()).fact("searched", !wanted.search.is_empty());
    let total = queries::total(tx)?;
    if let Count::Exactly(people) = super::list::count(tx, wanted, total)? {
        entry = entry.fact("people", people);
    }
    if let Some(role) = &wanted.role {
        entry = entry.fact("role", role.as_str());
    }
    if let Some(workspace) = &wanted.workspace {
        entry = entry.fact("workspace", workspace.as_str());
    }
    entry.write(tx)?;
    Ok(())
}

/// Beyond as many members of a workspace people are walked in their own order, each looked up in it: one walk for all batches,
/// each from where the last ended. Fewer are quicker found from the workspace and sorted, also some times over.
const CROWD: i64 = 5_000;

/// The next people, in the order they were added: nothing that is changed meanwhile brings somebody twice or leaves somebody
/// out. And where to go on, if there are more.
pub fn batch(c: &mut Connection, _: &Permitted<org::UsersRead>, wanted: &Wanted, after: Option<&Cursor>) -> Result<(Vec<Listed>, Option<Cursor>), DbError> {
    let part = match &wanted.workspace {
        Some(workspace) if queries::has_more_members(c, workspace, CROWD)? => Part::Walked,
        _ => super::list::AS_ADDED,
    };
    let mut rows = queries::rows(c, wanted, part, after, BATCH + 1)?;
    let more = rows.len() > BATCH;
    rows.truncate(BATCH);
    let next = rows.last().filter(|_| more).map(|row| Cursor::of(part, row));
    let (mut apart, places) = (queries::Apart::of(c, rows.iter().map(|row| (&row.id, row.status)))?, queries::Places::default());
    Ok((rows.into_iter().map(|row| row.listed(&mut apart, &places)).collect(), next))
}
