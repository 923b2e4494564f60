//! Who acts: the person behind a session, or the owner of a key; and what they came with.

use super::permission::WorkspaceSet;
use crate::base::{
    clock::{self, Moment},
    ids::{KeyId, UserId, WorkspaceId},
    picture::AvatarHash,
};

/// Minutes after which a sensitive act asks for the password again.
pub const CONFIRMED_FOR_MINUTES: i64 = 15;

/// Who acts: a person who is signed in, or the person or service account that owns the key.
#[derive(Debug, Clone)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    pub display_name: String,
    /// Empty for a service account.
    pub email: String,
    pub avatar: Option<AvatarHash>,
}

/// What a request brings to show who it is, before anything is believed: a cookie on pages, a key on the API, never both.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    Nobody,
    /// SHA-256 of the session id in the cookie, in hex.
    Browser(String),
    /// SHA-256 of the key in the header, in hex.
    Key(String),
}

/// What was found behind a [`Caller`].
#[derive(Debug, Clone)]
pub enum Presented {
    Session(Session),
    Key(Key),
}

impl Presented {
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::Session(_) => None,
            Self::Key(key) => Some(key),
        }
    }

    /// Whether a sensitive act may go on: the password was given lately. A key is given anew with every request.
    pub fn is_confirmed(&self) -> bool {
        match self {
            Self::Session(session) => session.is_confirmed(),
            Self::Key(_) => true,
        }
    }
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
    /// What one's role there holds, as long as that workspace is not archived; `None`: no member.
    pub(super) role_there: Option<WorkspaceSet>,
    /// Whether somebody added one to a workspace and one was not told yet.
    pub has_news: bool,
}

impl Session {
    /// Whether the password was given lately enough for a sensitive act.
    pub fn is_confirmed(&self) -> bool {
        clock::now() < self.confirmed_at + clock::minutes(CONFIRMED_FOR_MINUTES)
    }
}

/// The live key a request came with.
#[derive(Debug, Clone)]
pub struct Key {
    pub id: KeyId,
    pub name: String,
    /// The one workspace it is good for; `None`: a system key.
    pub workspace: Option<WorkspaceId>,
    /// Whether it was given a ticked subset of what its owner may.
    pub restricted: bool,
    pub expires_at: Option<Moment>,
    pub used_at: Option<Moment>,
}

/// Why a key opens nothing. Told to whoever holds its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadKey {
    Unknown,
    Revoked,
    Expired,
    /// Its owner is deactivated or gone.
    OwnerInactive,
}
