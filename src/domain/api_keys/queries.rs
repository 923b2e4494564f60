//! Rows of keys.

pub(super) mod list;

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Timestamp},
};

use super::{Held, KeysOf, Made, Row};
use crate::{
    base::{
        clock::{self, Moment},
        ids::{KeyId, UserId, WorkspaceId},
    },
    db::{
        Connection, Error, Tx,
        schema::{api_keys, workspaces},
    },
};

/// What [`super::rules::is_live`] says, before and after the moment of now.
pub(super) const LIVE: (&str, &str) = ("(api_keys.revoked_at IS NULL AND (api_keys.expires_at IS NULL OR api_keys.expires_at > ", "))");

/// [`LIVE`] as a condition.
macro_rules! live {
    ($now:expr) => {
        sql::<Bool>(LIVE.0).bind::<Timestamp, _>($now).sql(LIVE.1)
    };
}

pub(super) fn insert(tx: &mut Tx, made: &Made, row: &Row) -> Result<(), Error> {
    let now = tx.now;
    diesel::insert_into(api_keys::table)
        .values((
            (api_keys::id.eq(&made.id), api_keys::secret_hash.eq(made.secret.hash()), api_keys::hint.eq(made.secret.hint())),
            (
                api_keys::name.eq(row.name.as_str()),
                api_keys::name_key.eq(row.name.key()),
                api_keys::workspace_id.eq(row.workspace),
                api_keys::owner_id.eq(row.owner),
            ),
            (api_keys::made_by.eq(row.maker), api_keys::parent_id.eq(row.parent), api_keys::permissions.eq(row.permissions.as_deref())),
            (api_keys::created_at.eq(now), api_keys::expires_at.eq(row.expires_at), api_keys::form.eq(row.form)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The name of the key that somebody made with this form.
pub(super) fn made_with(c: &mut Connection, maker: &UserId, form: &str) -> Result<Option<String>, Error> {
    Ok(api_keys::table.filter(api_keys::made_by.eq(maker)).filter(api_keys::form.eq(form)).select(api_keys::name).first(c).optional()?)
}

/// Not once it was revoked: what was forgotten of its owner stays forgotten.
pub(super) fn set_used(tx: &mut Tx, key: &KeyId) -> Result<(), Error> {
    let (now, address, client) = (tx.now, tx.origin.address.clone(), tx.origin.browser.clone());
    diesel::update(api_keys::table.find(key).filter(api_keys::revoked_at.is_null()))
        .set((api_keys::used_at.eq(now), api_keys::used_address.eq(address), api_keys::used_client.eq(client)))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn count_live(c: &mut Connection, workspace: &WorkspaceId, owners: Option<&[UserId]>) -> Result<i64, Error> {
    let live = api_keys::table.filter(api_keys::workspace_id.eq(workspace)).filter(live!(clock::now()));
    Ok(match owners {
        Some(owners) => live.filter(api_keys::owner_id.eq_any(owners)).count().get_result(c)?,
        None => live.count().get_result(c)?,
    })
}

pub(super) fn delete_of_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<usize, Error> {
    Ok(diesel::delete(api_keys::table.filter(api_keys::workspace_id.eq(workspace))).execute(&mut **tx)?)
}

macro_rules! held {
    () => {
        (
            (api_keys::id, api_keys::name, api_keys::hint, api_keys::workspace_id, api_keys::made_by),
            (api_keys::created_at, api_keys::expires_at, api_keys::revoked_at),
            (api_keys::used_at, api_keys::used_address, api_keys::used_client),
        )
    };
}

pub(super) fn find(c: &mut Connection, key: &KeyId) -> Result<Option<Held>, Error> {
    Ok(api_keys::table.find(key).select(held!()).first(c).optional()?.map(Held::of))
}

/// How many ids go into one statement: engines take some ten thousand values, and plan badly long before.
const AT_ONCE: usize = 500;

/// Those made through one of these that have not ended. What was made through one that has expired has expired with it.
pub(super) fn made_through(c: &mut Connection, keys: &[KeyId]) -> Result<Vec<Held>, Error> {
    let (mut all, now) = (Vec::new(), clock::now());
    for keys in keys.chunks(AT_ONCE) {
        let live = api_keys::table.filter(api_keys::parent_id.eq_any(keys)).filter(live!(now));
        all.extend(live.select(held!()).load(c)?.into_iter().map(Held::of));
    }
    Ok(all)
}

/// Those somebody owns that were not revoked yet.
pub(super) fn owned(c: &mut Connection, owner: &UserId) -> Result<Vec<Held>, Error> {
    let rows = api_keys::table.filter(api_keys::owner_id.eq(owner)).filter(api_keys::revoked_at.is_null()).select(held!()).load(c)?;
    Ok(rows.into_iter().map(Held::of).collect())
}

/// Those of the whole organization that were not revoked yet.
pub(super) fn system(c: &mut Connection) -> Result<Vec<Held>, Error> {
    let live = api_keys::table.filter(api_keys::workspace_id.is_null()).filter(api_keys::revoked_at.is_null());
    Ok(live.order(api_keys::id.desc()).select(held!()).load(c)?.into_iter().map(Held::of).collect())
}

/// Workspaces with keys that were made before that moment and have not ended, the most first.
pub(super) fn live_by_workspace(c: &mut Connection, made_before: Moment, limit: usize) -> Result<Vec<KeysOf>, Error> {
    let keys = diesel::dsl::count(api_keys::id);
    let rows: Vec<(WorkspaceId, String, i32, i64)> = api_keys::table
        .inner_join(workspaces::table.on(api_keys::workspace_id.eq(workspaces::id.nullable())))
        .filter(live!(clock::now()))
        .filter(api_keys::created_at.lt(made_before))
        // Those of an archived one rest.
        .filter(workspaces::archived_at.is_null())
        .group_by((workspaces::id, workspaces::name, workspaces::hue, workspaces::name_key))
        .order((keys.desc(), workspaces::name_key))
        .limit(limit as i64)
        .select((workspaces::id, workspaces::name, workspaces::hue, keys))
        .load(c)?;
    Ok(rows.into_iter().map(|(id, name, hue, keys)| KeysOf { id, name, hue, keys }).collect())
}

pub(super) fn set_revoked(tx: &mut Tx, key: &KeyId, by: Option<&UserId>) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(api_keys::table.find(key)).set((api_keys::revoked_at.eq(now), api_keys::revoked_by.eq(by))).execute(&mut **tx)?;
    Ok(())
}

/// Where a removed person's keys were used from is gone with the person.
pub(super) fn forget_uses(tx: &mut Tx, owner: &UserId) -> Result<(), Error> {
    diesel::update(api_keys::table.filter(api_keys::owner_id.eq(owner)))
        .set((api_keys::used_address.eq(None::<String>), api_keys::used_client.eq(None::<String>)))
        .execute(&mut **tx)?;
    Ok(())
}
