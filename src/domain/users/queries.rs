//! Rows of people.

pub(super) mod list;
pub(super) mod removal;
pub(super) mod roster;

use diesel::prelude::*;

use super::{Kind, NewUser, Status, User, rules};
use crate::{
    access::{OrgPermission, grants},
    base::{
        clock::Moment,
        ids::{RoleId, UserId},
        picture::AvatarHash,
        text::{EmailAddress, PersonName},
    },
    db::{
        Connection, Error, Tx,
        schema::{memberships, user_prefixes, users},
        written::Query,
    },
};

/// `last_active_at` of somebody who never was; a value, so that the column sorts and pages by key.
pub(super) fn never() -> Moment {
    Moment::default()
}

pub(super) fn insert(tx: &mut Tx, new: &NewUser) -> Result<(), Error> {
    let now = tx.now;
    let (name_key, email_key) = (new.name.key(), new.email.map(EmailAddress::key));
    let seq: i64 = diesel::insert_into(users::table)
        .values((
            (users::id.eq(new.id), users::kind.eq(new.kind), users::status.eq(new.status)),
            (users::name.eq(new.name.as_str()), users::display_name.eq(new.display_name), users::name_key.eq(&name_key)),
            (users::email.eq(new.email.map(EmailAddress::as_str)), users::email_key.eq(&email_key)),
            (users::role_id.eq(new.role), users::role_given_by.eq(new.by), users::role_given_at.eq(now)),
            (users::password.eq(new.password), users::password_changed_at.eq(new.password.map(|_| now))),
            (users::created_at.eq(now), users::created_by.eq(new.by), users::last_active_at.eq(never())),
            (users::status_changed_at.eq(now), users::status_changed_by.eq(new.by)),
        ))
        .returning(users::seq)
        .get_result(&mut **tx)?;
    insert_prefixes(tx, seq, &name_key, email_key.as_deref().unwrap_or_default())
}

fn insert_prefixes(tx: &mut Tx, seq: i64, name_key: &str, email_key: &str) -> Result<(), Error> {
    for prefix in rules::prefixes(name_key, email_key) {
        diesel::insert_into(user_prefixes::table).values((user_prefixes::prefix.eq(prefix), user_prefixes::seq.eq(seq))).execute(&mut **tx)?;
    }
    Ok(())
}

fn renew_prefixes(tx: &mut Tx, id: &UserId) -> Result<(), Error> {
    let (seq, name_key, email_key): (i64, String, Option<String>) =
        users::table.filter(users::id.eq(id)).select((users::seq, users::name_key, users::email_key)).first(&mut **tx)?;
    diesel::delete(user_prefixes::table.filter(user_prefixes::seq.eq(seq))).execute(&mut **tx)?;
    insert_prefixes(tx, seq, &name_key, email_key.as_deref().unwrap_or_default())
}

type Who = (UserId, Kind, Status, String, String, Option<String>, Option<AvatarHash>);
type RoleOf = (RoleId, Option<UserId>, Moment);
type History = (Moment, Option<UserId>, Moment, Moment, Option<UserId>);

macro_rules! columns {
    () => {
        (
            (users::id, users::kind, users::status, users::name, users::display_name, users::email, users::avatar),
            (users::role_id, users::role_given_by, users::role_given_at),
            (users::created_at, users::created_by, users::last_active_at, users::status_changed_at, users::status_changed_by),
        )
    };
}

fn user(
    (
        (id, kind, status, name, display_name, email, avatar),
        (role, role_given_by, role_given_at),
        (created_at, created_by, last_active, status_changed_at, status_changed_by),
    ): (Who, RoleOf, History),
) -> User {
    User {
        id,
        kind,
        status,
        name,
        display_name,
        email: email.unwrap_or_default(),
        avatar,
        role,
        role_given_by,
        role_given_at,
        created_at,
        created_by,
        last_active_at: Some(last_active).filter(|at| *at != never()),
        status_changed_at,
        status_changed_by,
    }
}

pub(super) fn find(c: &mut Connection, id: &UserId) -> Result<Option<User>, Error> {
    let row: Option<(Who, RoleOf, History)> =
        users::table.filter(users::id.eq(id)).filter(users::status.ne(Status::Removed)).select(columns!()).first(c).optional()?;
    Ok(row.map(user))
}

pub(super) fn find_by_email(c: &mut Connection, email: &EmailAddress) -> Result<Option<User>, Error> {
    let row: Option<(Who, RoleOf, History)> = users::table.filter(users::email_key.eq(email.key())).select(columns!()).first(c).optional()?;
    Ok(row.map(user))
}

pub(super) fn credentials(c: &mut Connection, email_key: &str) -> Result<Option<(UserId, Status, Option<String>)>, Error> {
    Ok(users::table
        .filter(users::email_key.eq(email_key))
        .filter(users::kind.eq(Kind::Person))
        .select((users::id, users::status, users::password))
        .first(c)
        .optional()?)
}

pub(super) fn password_of(c: &mut Connection, id: &UserId) -> Result<Option<String>, Error> {
    Ok(users::table.filter(users::id.eq(id)).select(users::password).first::<Option<String>>(c).optional()?.flatten())
}

pub(super) fn set_password(tx: &mut Tx, id: &UserId, hash: &str) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(users::table.filter(users::id.eq(id))).set((users::password.eq(hash), users::password_changed_at.eq(now))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn forget_password(tx: &mut Tx, id: &UserId) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(users::table.filter(users::id.eq(id))).set((users::password.eq(None::<String>), users::password_changed_at.eq(now))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn set_rehashed(tx: &mut Tx, id: &UserId, hash: &str) -> Result<(), Error> {
    diesel::update(users::table.filter(users::id.eq(id))).set(users::password.eq(hash)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn password_chosen_at(c: &mut Connection, id: &UserId) -> Result<Option<Moment>, Error> {
    Ok(users::table.filter(users::id.eq(id)).select(users::password_changed_at).first::<Option<Moment>>(c).optional()?.flatten())
}

pub(super) fn set_status(tx: &mut Tx, id: &UserId, status: Status, by: Option<&UserId>) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(users::table.filter(users::id.eq(id)))
        .set((users::status.eq(status), users::status_changed_at.eq(now), users::status_changed_by.eq(by)))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn set_role(tx: &mut Tx, id: &UserId, role: &RoleId, by: Option<&UserId>) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(users::table.filter(users::id.eq(id)))
        .set((users::role_id.eq(role), users::role_given_by.eq(by), users::role_given_at.eq(now)))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn set_names(tx: &mut Tx, id: &UserId, name: &PersonName, display_name: &PersonName) -> Result<(), Error> {
    let key = name.key();
    diesel::update(users::table.filter(users::id.eq(id)))
        .set((users::name.eq(name.as_str()), users::display_name.eq(display_name.as_str()), users::name_key.eq(&key)))
        .execute(&mut **tx)?;
    diesel::update(memberships::table.filter(memberships::user_id.eq(id))).set(memberships::name_key.eq(&key)).execute(&mut **tx)?;
    renew_prefixes(tx, id)
}

pub(super) fn set_email(tx: &mut Tx, id: &UserId, email: &EmailAddress) -> Result<(), Error> {
    diesel::update(users::table.filter(users::id.eq(id))).set((users::email.eq(email.as_str()), users::email_key.eq(email.key()))).execute(&mut **tx)?;
    renew_prefixes(tx, id)
}

pub(super) fn set_avatar(tx: &mut Tx, id: &UserId, avatar: Option<&AvatarHash>) -> Result<Option<AvatarHash>, Error> {
    let before: Option<AvatarHash> = users::table.filter(users::id.eq(id)).select(users::avatar).first(&mut **tx)?;
    diesel::update(users::table.filter(users::id.eq(id))).set(users::avatar.eq(avatar)).execute(&mut **tx)?;
    Ok(before)
}

pub(super) fn set_last_active(tx: &mut Tx, id: &UserId) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(users::table.filter(users::id.eq(id))).set(users::last_active_at.eq(now)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn count_active_admins(c: &mut Connection) -> Result<i64, Error> {
    let admins = grants::roles_with(c, OrgPermission::OrgAdmin)?;
    if admins.is_empty() {
        return Ok(0);
    }
    let mut query = Query::new("SELECT count(*) FROM users WHERE status = 'active' AND kind = 'person' AND role_id IN ");
    query.texts(admins.iter().map(RoleId::as_str));
    query.number(c)
}

pub(super) fn find_people(c: &mut Connection, ids: &[UserId]) -> Result<Vec<User>, Error> {
    let rows: Vec<(Who, RoleOf, History)> = users::table
        .filter(users::id.eq_any(ids))
        .filter(users::kind.eq(Kind::Person))
        .filter(users::status.ne(Status::Removed))
        .order((users::name_key, users::seq))
        .select(columns!())
        .load(c)?;
    Ok(rows.into_iter().map(user).collect())
}
