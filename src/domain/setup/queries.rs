//! Rows of the first run.

use diesel::prelude::*;

use crate::{
    access::{OrgPermission, grants},
    base::clock::{self, Moment},
    db::{
        Connection, Error, Tx,
        schema::{invitations, organization, users},
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
    type Row = (String, Option<String>, String, Option<String>, Option<Moment>);
    let rows: Vec<Row> = users::table
        .left_join(invitations::table.on(invitations::user_id.eq(users::id)))
        .filter(users::kind.eq("person"))
        .filter(users::status.ne("removed"))
        .filter(users::role_id.eq_any(grants::roles_with(c, OrgPermission::OrgAdmin)?))
        .order((users::name_key, users::seq))
        .select((users::name, users::email, users::status, invitations::state.nullable(), invitations::expires_at.nullable()))
        .load(c)?;
    let status = |status: String, state: Option<String>, expires_at: Option<Moment>| match state.as_deref() {
        // Of somebody invited it is the invitation that says whether they can come in.
        Some("declined" | "revoked") if status == "invited" => state.unwrap_or_default(),
        Some(_) if status == "invited" && expires_at.is_some_and(|at| at <= clock::now()) => "invitation expired".to_owned(),
        _ => status,
    };
    Ok(rows.into_iter().map(|(name, email, is, state, expires_at)| (name, email.unwrap_or_default(), status(is, state, expires_at))).collect())
}
