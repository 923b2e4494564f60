//! Rows of pictures and of drafts of them.

use diesel::prelude::*;

use crate::{
    base::{
        clock::Moment,
        ids::{DraftId, UserId},
        picture::{Avatar, AvatarHash, Reduced, SIDES},
    },
    db::{
        Connection, Error, Tx,
        schema::{avatar_drafts, avatars, users},
    },
};

pub(super) fn insert_draft(tx: &mut Tx, owner: &UserId, picture: &Reduced) -> Result<DraftId, Error> {
    let (id, now) = (DraftId::new(), tx.now);
    diesel::insert_into(avatar_drafts::table)
        .values((
            avatar_drafts::id.eq(&id),
            avatar_drafts::owner_id.eq(owner),
            avatar_drafts::width.eq(picture.width as i32),
            avatar_drafts::height.eq(picture.height as i32),
            avatar_drafts::jpeg.eq(&picture.jpeg),
            avatar_drafts::created_at.eq(now),
        ))
        .execute(&mut **tx)?;
    Ok(id)
}

pub(super) fn find_draft(c: &mut Connection, owner: &UserId, id: &DraftId, over: Moment) -> Result<Option<Reduced>, Error> {
    let row: Option<(i32, i32, Vec<u8>)> = avatar_drafts::table
        .find(id)
        .filter(avatar_drafts::owner_id.eq(owner))
        .filter(avatar_drafts::created_at.gt(over))
        .select((avatar_drafts::width, avatar_drafts::height, avatar_drafts::jpeg))
        .first(c)
        .optional()?;
    Ok(row.map(|(width, height, jpeg)| Reduced { width: width as u32, height: height as u32, jpeg }))
}

/// The owner's own, and everybody's that are over.
pub(super) fn delete_drafts(tx: &mut Tx, owner: &UserId, over: Moment) -> Result<(), Error> {
    let all = avatar_drafts::table.filter(avatar_drafts::owner_id.eq(owner).or(avatar_drafts::created_at.le(over)));
    diesel::delete(all).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_old_drafts(tx: &mut Tx, over: Moment) -> Result<(), Error> {
    diesel::delete(avatar_drafts::table.filter(avatar_drafts::created_at.le(over))).execute(&mut **tx)?;
    Ok(())
}

/// A picture that is there already is the same, byte by byte.
pub(super) fn insert(tx: &mut Tx, avatar: &Avatar) -> Result<(), Error> {
    let there: i64 = avatars::table.filter(avatars::hash.eq(&avatar.hash)).count().get_result(&mut **tx)?;
    if there > 0 {
        return Ok(());
    }
    for (side, jpeg) in SIDES.into_iter().zip(&avatar.jpegs) {
        diesel::insert_into(avatars::table)
            .values((avatars::hash.eq(&avatar.hash), avatars::side.eq(side as i32), avatars::jpeg.eq(jpeg)))
            .execute(&mut **tx)?;
    }
    Ok(())
}

pub(super) fn delete_unused(tx: &mut Tx, hash: &AvatarHash) -> Result<(), Error> {
    let users: i64 = users::table.filter(users::avatar.eq(hash)).count().get_result(&mut **tx)?;
    if users == 0 {
        diesel::delete(avatars::table.filter(avatars::hash.eq(hash))).execute(&mut **tx)?;
    }
    Ok(())
}

pub(super) fn find(c: &mut Connection, hash: &AvatarHash, side: u32) -> Result<Option<Vec<u8>>, Error> {
    Ok(avatars::table.find((hash, side as i32)).select(avatars::jpeg).first(c).optional()?)
}
