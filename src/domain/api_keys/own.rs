//! The keys somebody made, for themselves: what works, what does not and why.

use super::queries;
use crate::{
    access::{
        OrgSet, Permitted, WorkspaceSet,
        need::SignedIn,
        scope::{self, Grant},
    },
    base::{
        clock::{self, Moment},
        ids::{KeyId, WorkspaceId},
    },
    db::{Connection, Error},
};

/// A key as whoever made it sees it.
#[derive(Debug, Clone)]
pub struct OwnKey {
    pub id: KeyId,
    pub name: String,
    /// The beginning of its secret.
    pub hint: String,
    /// `None`: a system key.
    pub home: Option<Home>,
    pub works: Works,
    /// What it may do now.
    pub may: WorkspaceSet,
    pub expires_at: Option<Moment>,
    pub used_at: Option<Moment>,
}

/// The workspace a key is good for.
#[derive(Debug, Clone)]
pub struct Home {
    pub id: WorkspaceId,
    pub name: String,
    pub hue: u8,
    /// Whether its maker may still enter it.
    pub known: bool,
}

/// Whether a key works, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Works {
    Fully,
    /// Its owner may no longer do all that it was given.
    Limited,
    /// Nothing is left of what it was given.
    Nothing,
    /// Its workspace is archived.
    Rests,
    Expired(Moment),
    Revoked(Moment),
}

impl Works {
    /// Whether it could do something again, or does now: what is worth revoking.
    pub fn may_be_revoked(self) -> bool {
        !matches!(self, Self::Expired(_) | Self::Revoked(_))
    }
}

/// The keys the reader made, the newest first; at most `limit`.
pub fn of_maker(c: &mut Connection, may: &Permitted<SignedIn>, limit: usize) -> Result<Vec<OwnKey>, Error> {
    let mut keys = Vec::new();
    for row in queries::of_maker(c, may.id(), limit)? {
        let (id, name, hint, grant) = row.key;
        let (expires_at, revoked_at, used_at) = row.times;
        let (mut may_do, mut works) = (WorkspaceSet::NONE, Works::Fully);
        let mut home = None;
        match row.home {
            Some((workspace, name, hue, archived)) => {
                let own = may.in_workspace(c, &workspace)?;
                let grant = grant.as_deref().map_or(Grant::Unrestricted, |text| Grant::Only(text.parse().unwrap_or_else(|never| match never {})));
                may_do = scope::key_in_workspace(true, archived, grant, own);
                works = match grant {
                    _ if archived => Works::Rests,
                    _ if may_do.is_empty() => Works::Nothing,
                    Grant::Only(set) if !own.covers(set.closure()) => Works::Limited,
                    _ => Works::Fully,
                };
                home = Some(Home { id: workspace, name, hue: hue as u8, known: !own.is_empty() });
            }
            None => {
                let granted: OrgSet = grant.as_deref().unwrap_or_default().parse().unwrap_or_else(|never| match never {});
                works = match scope::system_key(true, granted, may.organization()) {
                    left if left.is_empty() => Works::Nothing,
                    left if !left.covers(granted.closure()) => Works::Limited,
                    _ => works,
                };
            }
        }
        works = match (revoked_at, expires_at) {
            (Some(at), _) => Works::Revoked(at),
            (None, Some(at)) if clock::now() >= at => Works::Expired(at),
            _ => works,
        };
        keys.push(OwnKey { id, name, hint, home, works, may: may_do, expires_at, used_at });
    }
    Ok(keys)
}
