//! Rows of drafts.

use diesel::prelude::*;

use crate::{
    base::{
        clock::Moment,
        ids::{DraftId, UserId},
    },
    db::{Connection, Error, Tx, schema::drafts},
};

pub(super) fn insert(tx: &mut Tx, kind: &str, owner: &UserId, body: &str, expires_at: Moment) -> Result<DraftId, Error> {
    let id = DraftId::new();
    let now = tx.now;
    diesel::insert_into(drafts::table)
        .values((
            drafts::id.eq(&id),
            drafts::kind.eq(kind),
            drafts::owner_id.eq(owner),
            drafts::body.eq(body),
            drafts::created_at.eq(now),
            drafts::expires_at.eq(expires_at),
        ))
        .execute(&mut **tx)?;
    Ok(id)
}

pub(super) fn find(c: &mut Connection, kind: &str, owner: &UserId, id: &DraftId, now: Moment) -> Result<Option<String>, Error> {
    Ok(drafts::table
        .find(id)
        .filter(drafts::kind.eq(kind))
        .filter(drafts::owner_id.eq(owner))
        .filter(drafts::expires_at.gt(now))
        .select(drafts::body)
        .first(c)
        .optional()?)
}

pub(super) fn update(tx: &mut Tx, id: &DraftId, body: &str) -> Result<(), Error> {
    diesel::update(drafts::table.find(id)).set(drafts::body.eq(body)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_expired(tx: &mut Tx) -> Result<(), Error> {
    let now = tx.now;
    diesel::delete(drafts::table.filter(drafts::expires_at.le(now))).execute(&mut **tx)?;
    Ok(())
}

/// Drafts whose body holds a text: id, kind, body. They live a day, so they are few.
pub(super) fn that_hold(tx: &mut Tx, text: &str) -> Result<Vec<(DraftId, String, String)>, Error> {
    let all: Vec<(DraftId, String, String)> = drafts::table.select((drafts::id, drafts::kind, drafts::body)).load(&mut **tx)?;
    Ok(all.into_iter().filter(|(_, _, body)| body.contains(text)).collect())
}

pub(super) fn delete(tx: &mut Tx, id: &DraftId) -> Result<(), Error> {
    diesel::delete(drafts::table.find(id)).execute(&mut **tx)?;
    Ok(())
}
