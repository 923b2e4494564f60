//! What is left of the row of somebody who is removed.

use diesel::prelude::*;

use super::{Status, never, rules};
use crate::{
    base::{ids::UserId, text::fold},
    db::{
        Error, Tx,
        schema::{user_prefixes, users},
    },
};

pub(in crate::domain::users) fn bury(tx: &mut Tx, id: &UserId, by: &UserId) -> Result<(), Error> {
    let seq: i64 = users::table.filter(users::id.eq(id)).select(users::seq).first(&mut **tx)?;
    diesel::delete(user_prefixes::table.filter(user_prefixes::seq.eq(seq))).execute(&mut **tx)?;
    let (now, pseudonym) = (tx.now, rules::pseudonym(id));
    diesel::update(users::table.filter(users::id.eq(id)))
        .set((
            (users::name.eq(&pseudonym), users::display_name.eq(&pseudonym), users::name_key.eq(fold(&pseudonym))),
            (users::email.eq(None::<String>), users::email_key.eq(None::<String>), users::password.eq(None::<String>)),
            (users::status.eq(Status::Removed), users::status_changed_at.eq(now), users::status_changed_by.eq(by)),
            users::last_active_at.eq(never()),
        ))
        .execute(&mut **tx)?;
    Ok(())
}
