//! Drafts: a wizard's answers so far, one row each. Only its owner ever sees one, for 24 hours; one that was used says what
//! came of it until then, so that a double click or a reload lands on the result.

mod add_members;
mod add_user;
mod queries;

use serde::{Serialize, de::DeserializeOwned};

pub use add_members::{AddMembers, add_all, begin_adding_to, change_chosen, find_adding_to};
pub use add_user::{AddUser, Details, add, begin_adding, change_details, find_adding};

use crate::{
    access::{Permitted, need::Need},
    base::{
        clock,
        ids::{DraftId, WorkspaceId},
    },
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

/// No draft speaks of a workspace that is deleted: one of adding people to it goes, and others forget it.
pub(in crate::domain) fn forget_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<(), DbError> {
    for (id, kind, body) in queries::that_hold(tx, workspace.as_str())? {
        if kind == <AddMembers as Body>::KIND {
            queries::delete(tx, &id)?;
        } else if let Ok(mut value) = serde_json::from_str(&body) {
            without(&mut value, workspace.as_str());
            queries::update(tx, &id, &text(&value)?)?;
        }
    }
    Ok(())
}

/// Takes a text out of every list it stands in.
fn without(value: &mut serde_json::Value, text: &str) {
    match value {
        serde_json::Value::Array(all) => {
            all.retain(|one| one.as_str() != Some(text));
            all.iter_mut().for_each(|one| without(one, text));
        }
        serde_json::Value::Object(all) => all.values_mut().for_each(|one| without(one, text)),
        _ => {}
    }
}
