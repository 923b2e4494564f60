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
