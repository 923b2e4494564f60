//! Drafts: a wizard's answers so far, one row each. Only its owner ever sees one, for 24 hours; one that was used says what
//! came of it until then, so that a double click or a reload lands on the result.

mod add_user;
mod queries;

use serde::{Serialize, de::DeserializeOwned};

pub use add_user::{AddUser, Details, add, begin_adding, change_details, find_adding};

use crate::{
    access::{Permitted, need::Need},
    base::{clock, ids::DraftId},
    db::{Connection, Error as DbError, Tx},
};

/// Hours a draft lives.
const LIFETIME: i64 = 24;

/// What a kind of wizard keeps.
trait Body: Serialize + DeserializeOwned {
    const KIND: &'static str;
}

fn begin<N: Need, B: Body>(tx: &mut Tx, may: &Permitted<N>, body: &B) -> Result<DraftId, DbError> {
    queries::delete_expired(tx)?;
    let expires_at = tx.now + clock::hours(LIFETIME);
    queries::insert(tx, B::KIND, may.id(), &text(body)?, expires_at)
}

/// The draft, if it is the actor's own, of this kind, and not expired.
fn find<N: Need, B: Body>(c: &mut Connection, may: &Permitted<N>, id: &DraftId) -> Result<Option<B>, DbError> {
    let stored = queries::find(c, B::KIND, may.id(), id, clock::now())?;
    stored.map(|json| serde_json::from_str(&json).map_err(|e| DbError::Failed(format!("a draft cannot be read: {e}")))).transpose()
}

fn save<B: Body>(tx: &mut Tx, id: &DraftId, body: &B) -> Result<(), DbError> {
    let body = text(body)?;
    queries::update(tx, id, &body)
}

fn text(body: &impl Serialize) -> Result<String, DbError> {
    serde_json::to_string(body).map_err(|e| DbError::Failed(e.to_string()))
}
