//! Rows of the outbox.

use diesel::prelude::*;

use super::{NewLetter, State};
use crate::{
    base::ids::LetterId,
    db::{Error, Tx, schema::outbox},
};

pub(super) fn insert(tx: &mut Tx, letter: &NewLetter) -> Result<LetterId, Error> {
    let id = LetterId::new();
    let now = tx.now;
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(&id),
            outbox::kind.eq(letter.kind),
            outbox::user_id.eq(letter.to),
            outbox::invitation_id.eq(letter.invitation),
            outbox::generation.eq(letter.generation),
            outbox::subject_id.eq(letter.about),
            outbox::state.eq(State::Queued),
            outbox::next_at.eq(now),
            outbox::created_at.eq(now),
        ))
        .execute(&mut **tx)?;
    Ok(id)
}
