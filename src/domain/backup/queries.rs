//! The organization's note of a restoration, and what came back with it.

use diesel::{dsl::exists, prelude::*, select};

use crate::{
    base::clock::Moment,
    db::{
        Connection, Error, Tx,
        schema::{api_keys, organization, users},
    },
    domain::users::Kind,
};

/// Whether nobody is in it but who comes with every new database.
pub(super) fn is_empty(c: &mut Connection) -> Result<bool, Error> {
    let anybody: bool = select(exists(users::table.filter(users::kind.eq(Kind::Person)))).get_result(c)?;
    let any_key: bool = select(exists(api_keys::table.select(api_keys::id))).get_result(c)?;
    Ok(!anybody && !any_key)
}

pub(super) fn mark(tx: &mut Tx, made_at: Moment) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(organization::table).set((organization::restored_at.eq(now), organization::restored_from.eq(made_at))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn unmark(tx: &mut Tx) -> Result<usize, Error> {
    let marked = organization::table.filter(organization::restored_at.is_not_null());
    Ok(diesel::update(marked).set((organization::restored_at.eq(None::<Moment>), organization::restored_from.eq(None::<Moment>))).execute(&mut **tx)?)
}
