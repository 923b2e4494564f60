//! People's pictures. An upload is a draft, its owner's alone, until a square of it is chosen; what comes of that is kept by its hash,
//! and deleted when nobody uses it any more. How pictures are read and cut is [`crate::base::picture`].

mod queries;

use crate::{
    access::{Permitted, need::SignedIn},
    base::{
        clock::{self, Moment},
        ids::{DraftId, UserId},
        picture::{Avatar, AvatarHash, Reduced},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{Error, audit, users},
};

/// Hours a draft lives.
const LIFETIME: i64 = 24;

/// Keeps what was uploaded, in the place of an earlier draft.
pub fn begin(tx: &mut Tx, may: &Permitted<SignedIn>, picture: &Reduced) -> Result<DraftId, Error> {
    queries::delete_drafts(tx, may.id(), over(tx.now))?;
    Ok(queries::insert_draft(tx, may.id(), picture)?)
}

/// The draft, if it is the actor's own and still there.
pub fn find_draft(c: &mut Connection, may: &Permitted<SignedIn>, id: &DraftId) -> Result<Reduced, Error> {
    queries::find_draft(c, may.id(), id, over(clock::now()))?.ok_or(Error::NotFound)
}

/// `avatar` was cut from the draft, and is the actor's picture from now on. The draft stays for its day: a second press finds it.
pub fn choose(tx: &mut Tx, may: &Permitted<SignedIn>, draft: &DraftId, avatar: &Avatar) -> Result<(), Error> {
    find_draft(tx, may, draft)?;
    queries::insert(tx, avatar)?;
    if put(tx, may.id(), Some(&avatar.hash))?.as_ref() != Some(&avatar.hash) {
        audit::entry("user.picture_changed").by(may.id()).on_user(may.id()).write(tx)?;
    }
    Ok(())
}

/// Says whether there was one.
pub fn remove(tx: &mut Tx, may: &Permitted<SignedIn>) -> Result<bool, Error> {
    queries::delete_drafts(tx, may.id(), over(tx.now))?;
    let there = put(tx, may.id(), None)?.is_some();
    if there {
        audit::entry("user.picture_removed").by(may.id()).on_user(may.id()).write(tx)?;
    }
    Ok(there)
}

/// Everything of somebody who is removed.
pub(in crate::domain) fn forget(tx: &mut Tx, user: &UserId) -> Result<(), DbError> {
    put(tx, user, None)?;
    queries::delete_drafts(tx, user, over(tx.now))
}

/// Says what was there before, which is deleted where nobody uses it now.
fn put(tx: &mut Tx, user: &UserId, avatar: Option<&AvatarHash>) -> Result<Option<AvatarHash>, DbError> {
    let before = users::set_avatar(tx, user, avatar)?;
    if let Some(before) = &before {
        queries::delete_unused(tx, before)?;
    }
    Ok(before)
}

/// Deletes drafts whose day is over.
pub fn sweep(tx: &mut Tx) -> Result<(), DbError> {
    queries::delete_old_drafts(tx, over(tx.now))
}

/// Drafts of that moment and before are over.
fn over(now: Moment) -> Moment {
    now - clock::hours(LIFETIME)
}

/// A picture in one of its sizes. Whoever is signed in may see anybody's: its name says nothing of whose it is.
pub fn find(c: &mut Connection, _: &Permitted<SignedIn>, hash: &AvatarHash, side: u32) -> Result<Option<Vec<u8>>, DbError> {
    queries::find(c, hash, side)
}
