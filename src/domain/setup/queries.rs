//! Rows of the first run.

use diesel::prelude::*;

use crate::{
    access::{OrgPermission, grants},
    base::clock::Moment,
    db::{
        Connection, Error, Tx,
        schema::{organization, users},
    },
};

pub(super) fn is_open(c: &mut Connection) -> Result<bool, Error> {
    let set_up: Option<Moment> = organization::table.select(organization::set_up_at).first(c)?;
    Ok(set_up.is_none())
}

pub(super) fn token(c: &mut Connection) -> Result<Option<String>, Error> {
    Ok(organization::table.select(organization::setup_token).first(c)?)
}

pub(super) fn set_token(tx: &mut Tx, hash: &str) -> Result<(), Error> {
    diesel::update(organization::table).set(organization::setup_token.eq(hash)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn close(tx: &mut Tx, name: &str) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(organization::table)
        .set((organization::name.eq(name), organization::set_up_at.eq(now), organization::setup_token.eq(None::<String>)))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn admins(c: &mut Connection) -> Result<Vec<(String, String, String)>, Error> {
    let rows: Vec<(String, Option<String>, String)> = users::table
        .filter(users::kind.eq("person"))
        .filter(users::status.ne("removed"))
        .filter(users::role_id.eq_any(grants::roles_with(c, OrgPermission::OrgAdmin)?))
        .order((users::name_key, users::seq))
        .select((users::name, users::email, users::status))
        .load(c)?;
    Ok(rows.into_iter().map(|(name, email, status)| (name, email.unwrap_or_default(), status)).collect())
}
