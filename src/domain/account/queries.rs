//! Rows of links about an account.

use diesel::{
    prelude::*,
    sql_types::{Nullable, Text, Timestamp},
};

use super::{Kind, Link};
use crate::{
    base::{
        clock::Moment,
        ids::{LinkId, UserId},
    },
    db::{Connection, Error, Tx, schema::account_links},
    domain::users,
};

type Row = ((LinkId, Kind, UserId), (String, Option<String>, Option<Moment>), (Moment, Option<UserId>, Moment), (Option<Moment>, Option<Moment>));

macro_rules! columns {
    () => {
        (
            (account_links::id, account_links::kind, account_links::user_id),
            (account_links::email, account_links::other_email, account_links::password_at),
            (account_links::created_at, account_links::created_by, account_links::expires_at),
            (account_links::used_at, account_links::ended_at),
        )
    };
}

fn link(((id, kind, user), (email, other_email, password_at), (created_at, created_by, expires_at), (used_at, ended_at)): Row) -> Link {
    Link { id, kind, user, email, other_email, password_at, created_at, created_by, expires_at, used_at, ended_at }
}

pub(super) fn find(c: &mut Connection, id: &LinkId) -> Result<Option<Link>, Error> {
    Ok(account_links::table.find(id).select(columns!()).first(c).optional()?.map(link))
}

pub(super) fn newest(c: &mut Connection, user: &UserId, kind: Kind) -> Result<Option<Link>, Error> {
    Ok(account_links::table
        .filter(account_links::user_id.eq(user))
        .filter(account_links::kind.eq(kind))
        .order((account_links::created_at.desc(), account_links::id.desc()))
        .select(columns!())
        .first(c)
        .optional()?
        .map(link))
}

pub(super) fn end_all(tx: &mut Tx) -> Result<(), Error> {
    let now = tx.now;
    let open = account_links::table.filter(account_links::used_at.is_null()).filter(account_links::ended_at.is_null());
    diesel::update(open).set(account_links::ended_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

/// One statement, whether there is such an active person or not: how long it takes must not tell. The address is the stored one.
pub(super) fn insert_reset(tx: &mut Tx, id: &LinkId, user: &UserId, by: Option<&UserId>, expires_at: Moment) -> Result<(), Error> {
    let now = tx.now;
    diesel::sql_query(
        "INSERT INTO account_links (id, kind, user_id, email, password_at, created_at, created_by, expires_at) \
         SELECT $1, $2, users.id, users.email, users.password_changed_at, $3, $4, $5 FROM users WHERE users.id = $6 AND users.status = $7 AND users.kind = $8",
    )
    .bind::<Text, _>(id.as_str())
    .bind::<Text, _>(Kind::Reset.as_ref())
    .bind::<Timestamp, _>(now)
    .bind::<Nullable<Text>, _>(by.map(UserId::as_str))
    .bind::<Timestamp, _>(expires_at)
    .bind::<Text, _>(user.as_str())
    .bind::<Text, _>(users::Status::Active.as_ref())
    .bind::<Text, _>(users::Kind::Person.as_ref())
    .execute(&mut **tx)?;
    Ok(())
}

/// A link that goes to `email`, about changing to it, or back to it.
pub(super) fn insert(tx: &mut Tx, kind: Kind, user: &UserId, email: &str, other: &str, password_at: Option<Moment>, until: Moment) -> Result<LinkId, Error> {
    let (id, now) = (LinkId::new(), tx.now);
    diesel::insert_into(account_links::table)
        .values((
            (account_links::id.eq(&id), account_links::kind.eq(kind), account_links::user_id.eq(user)),
            (account_links::email.eq(email), account_links::other_email.eq(other), account_links::password_at.eq(password_at)),
            (account_links::created_at.eq(now), account_links::expires_at.eq(until)),
        ))
        .execute(&mut **tx)?;
    Ok(id)
}

/// Ends those of a kind that were neither used nor ended.
pub(super) fn end(tx: &mut Tx, user: &UserId, kind: Kind) -> Result<(), Error> {
    let now = tx.now;
    let open = account_links::table
        .filter(account_links::user_id.eq(user))
        .filter(account_links::kind.eq(kind))
        .filter(account_links::used_at.is_null())
        .filter(account_links::ended_at.is_null());
    diesel::update(open).set(account_links::ended_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

/// Ends those of the same person and kind that were made later than this one.
pub(super) fn end_later(tx: &mut Tx, id: &LinkId) -> Result<(), Error> {
    let (link, now) = (find(tx, id)?.ok_or(diesel::NotFound)?, tx.now);
    let later = account_links::table
        .filter(account_links::user_id.eq(&link.user))
        .filter(account_links::kind.eq(link.kind))
        .filter(account_links::created_at.gt(link.created_at))
        .filter(account_links::used_at.is_null())
        .filter(account_links::ended_at.is_null());
    diesel::update(later).set(account_links::ended_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn set_used(tx: &mut Tx, id: &LinkId) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(account_links::table.find(id)).set(account_links::used_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_expired(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    diesel::delete(account_links::table.filter(account_links::expires_at.lt(before))).execute(&mut **tx)?;
    Ok(())
}
