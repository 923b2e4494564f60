//! Rows of sessions, and of failed tries.

use diesel::prelude::*;

use crate::{
    base::{
        clock::Moment,
        ids::{UserId, WorkspaceId},
    },
    db::{
        Connection, Error, Tx,
        schema::{sessions, throttles},
    },
};

pub(super) fn insert(tx: &mut Tx, hash: &str, user: &UserId) -> Result<(), Error> {
    let now = tx.now;
    let (address, browser) = (tx.origin.address.clone(), tx.origin.browser.clone());
    diesel::insert_into(sessions::table)
        .values((
            sessions::id_hash.eq(hash),
            sessions::user_id.eq(user),
            sessions::created_at.eq(now),
            sessions::seen_at.eq(now),
            sessions::confirmed_at.eq(now),
            sessions::address.eq(address),
            sessions::browser.eq(browser),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, hash: &str) -> Result<(), Error> {
    diesel::delete(sessions::table.find(hash)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_of(tx: &mut Tx, user: &UserId) -> Result<usize, Error> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(&mut **tx)?)
}

pub(super) fn delete_others(tx: &mut Tx, user: &UserId, kept: &str) -> Result<usize, Error> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::id_hash.ne(kept))).execute(&mut **tx)?)
}

/// Hash, since when, last seen, address, browser.
pub(super) type Row = (String, Moment, Moment, String, String);

/// Those that began, and were last used, after a moment; the one used last comes first.
pub(super) fn of(c: &mut Connection, user: &UserId, began: Moment, used: Moment) -> Result<Vec<Row>, Error> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::created_at.gt(began))
        .filter(sessions::seen_at.gt(used))
        .order((sessions::seen_at.desc(), sessions::id_hash))
        .select((sessions::id_hash, sessions::created_at, sessions::seen_at, sessions::address, sessions::browser))
        .load(c)?)
}

pub(super) fn count(c: &mut Connection, user: &UserId) -> Result<i64, Error> {
    Ok(sessions::table.filter(sessions::user_id.eq(user)).count().get_result(c)?)
}

/// Gives the session a new id. `false`: it is gone by now.
pub(super) fn renew(tx: &mut Tx, hash: &str, new_hash: &str) -> Result<bool, Error> {
    let now = tx.now;
    Ok(diesel::update(sessions::table.find(hash))
        .set((sessions::id_hash.eq(new_hash), sessions::confirmed_at.eq(now), sessions::seen_at.eq(now)))
        .execute(&mut **tx)?
        == 1)
}

pub(super) fn seen(tx: &mut Tx, hash: &str) -> Result<(), Error> {
    let now = tx.now;
    let address = tx.origin.address.clone();
    diesel::update(sessions::table.find(hash)).set((sessions::seen_at.eq(now), sessions::address.eq(address))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn set_notice(tx: &mut Tx, hash: &str, text: Option<&str>) -> Result<(), Error> {
    diesel::update(sessions::table.find(hash)).set(sessions::notice.eq(text)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn set_workspace(tx: &mut Tx, hash: &str, workspace: &WorkspaceId) -> Result<(), Error> {
    diesel::update(sessions::table.find(hash)).set(sessions::workspace_id.eq(workspace)).execute(&mut **tx)?;
    Ok(())
}

/// Those that began, or were last used, before a moment.
pub(super) fn delete_older(tx: &mut Tx, began: Moment, used: Moment) -> Result<(), Error> {
    diesel::delete(sessions::table.filter(sessions::created_at.le(began).or(sessions::seen_at.le(used)))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn failures(c: &mut Connection, key: &str) -> Result<Option<(i32, Moment)>, Error> {
    Ok(throttles::table.find(key).select((throttles::failures, throttles::last_at)).first(c).optional()?)
}

/// One more; a count whose last failure is before `forgotten` begins anew.
pub(super) fn count_failure(tx: &mut Tx, key: &str, now: Moment, forgotten: Moment) -> Result<(), Error> {
    match failures(tx, key)? {
        None => {
            diesel::insert_into(throttles::table).values((throttles::key.eq(key), throttles::failures.eq(1), throttles::last_at.eq(now))).execute(&mut **tx)?
        }
        Some((n, last)) => {
            let n = if last < forgotten { 1 } else { n.saturating_add(1) };
            diesel::update(throttles::table.find(key)).set((throttles::failures.eq(n), throttles::last_at.eq(now))).execute(&mut **tx)?
        }
    };
    Ok(())
}

/// One less.
pub(super) fn uncount_failure(tx: &mut Tx, key: &str) -> Result<(), Error> {
    diesel::update(throttles::table.find(key).filter(throttles::failures.gt(0))).set(throttles::failures.eq(throttles::failures - 1)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn forget_failures(tx: &mut Tx, key: &str) -> Result<(), Error> {
    diesel::delete(throttles::table.find(key)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_failures_before(tx: &mut Tx, moment: Moment) -> Result<(), Error> {
    diesel::delete(throttles::table.filter(throttles::last_at.lt(moment))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn forget_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<(), Error> {
    diesel::update(sessions::table.filter(sessions::workspace_id.eq(workspace))).set(sessions::workspace_id.eq(None::<WorkspaceId>)).execute(&mut **tx)?;
    Ok(())
}
