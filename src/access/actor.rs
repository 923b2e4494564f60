//! Who acts: the person behind a session.

use crate::base::{
    clock::{self, Moment},
    ids::{UserId, WorkspaceId},
};

/// Minutes after which a sensitive act asks for the password again.
pub const CONFIRMED_FOR_MINUTES: i64 = 15;

/// A person who is signed in.
#[derive(Debug, Clone)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    pub display_name: String,
    pub email: String,
}

/// What a request brings to show who it is, before anything is believed.
#[derive(Debug, Clone)]
pub struct Caller {
    /// SHA-256 of the session id in the cookie, in hex.
    pub session: Option<String>,
}

/// The live session a request came with.
#[derive(Debug, Clone)]
pub struct Session {
    pub hash: String,
    /// When the password was last given.
    pub confirmed_at: Moment,
    pub seen_at: Moment,
    /// What the next page tells, once.
    pub notice: Option<String>,
    /// The workspace one was in last.
    pub workspace: Option<WorkspaceId>,
}

impl Session {
    /// Whether the password was given lately enough for a sensitive act.
    pub fn is_confirmed(&self) -> bool {
        clock::now() < self.confirmed_at + clock::minutes(CONFIRMED_FOR_MINUTES)
    }
}
