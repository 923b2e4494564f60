//! After a restoration: what came back with the backup, for organization admins to look through. Somebody removed since the
//! backup is in again, and a key revoked since works again; the database itself cannot know which.

use super::queries;
use crate::{
    access::{
        Permitted,
        grants::{self, Giver},
        permission::org,
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error,
        api_keys::{self, Held, KeysOf},
        audit, organization,
        users::Status,
    },
};

/// How many of each are listed by name; of the others it is said how many there are.
pub const LISTED: usize = 100;

/// What came back, as far as it still is as it came: who was changed and what was made since is not among it.
#[derive(Debug)]
pub struct Review {
    pub restored: organization::Restored,
    pub active: i64,
    /// Whose link is void, and who was sent no other since.
    pub invited: i64,
    pub deactivated: i64,
    /// Active organization admins, by name.
    pub admins: Vec<Giver>,
    /// Keys of the whole organization that work, the newest first.
    pub system_keys: Vec<Held>,
    /// Workspaces with keys that work, the most first.
    pub workspaces: Vec<KeysOf>,
}

/// `None`: nothing was restored, or it was looked through.
pub fn come_back(c: &mut Connection, _: &Permitted<org::OrgAdmin>) -> Result<Option<Review>, DbError> {
    let Some(restored) = organization::load(c)?.restored else { return Ok(None) };
    let at = restored.at;
    let mut admins = grants::givers(c, None, LISTED + 1)?;
    let back = queries::with_role_from_before(c, &admins.iter().map(|admin| &admin.id).collect::<Vec<_>>(), at)?;
    admins.retain(|admin| back.contains(&admin.id));
    let mut system_keys = api_keys::live_of_organization(c)?;
    system_keys.retain(|key| key.made_at < at);
    Ok(Some(Review {
        restored,
        active: queries::with_status_from_before(c, Status::Active, at)?,
        invited: queries::with_void_link(c, at)?,
        deactivated: queries::with_status_from_before(c, Status::Deactivated, at)?,
        admins,
        system_keys,
        workspaces: api_keys::live_by_workspace(c, at, LISTED + 1)?,
    }))
}

/// An organization admin has looked through it: nobody is told any more.
pub fn reviewed(tx: &mut Tx, may: &Permitted<org::OrgAdmin>) -> Result<(), Error> {
    if queries::unmark(tx)? > 0 {
        audit::entry("organization.restoration_reviewed").by(may.id()).write(tx)?;
    }
    Ok(())
}
