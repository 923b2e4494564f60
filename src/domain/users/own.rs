//! What people change of themselves.

use super::{find, queries};
use crate::{
    access::{Permitted, need::SignedIn},
    base::text::PersonName,
    db::Tx,
    domain::{Error, audit},
};

/// One's own name and display name. Says whether anything changed.
pub fn rename(tx: &mut Tx, may: &Permitted<SignedIn>, name: &PersonName, display_name: &PersonName) -> Result<bool, Error> {
    let before = find(tx, may.id())?.ok_or(Error::NotFound)?;
    let mut entry = audit::entry("user.renamed").by(may.id()).on_user(may.id());
    let fields = [("name", &before.name, name), ("display name", &before.display_name, display_name)];
    let changed: Vec<_> = fields.into_iter().filter(|(_, before, after)| before.as_str() != after.as_str()).collect();
    if changed.is_empty() {
        return Ok(false);
    }
    for (field, before, after) in changed {
        entry = entry.personal(may.id(), field, Some(before), Some(after.as_str()));
    }
    queries::set_names(tx, may.id(), name, display_name)?;
    entry.write(tx)?;
    Ok(true)
}
