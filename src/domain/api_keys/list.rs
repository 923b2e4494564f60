//! The keys of a workspace as its page lists them: each with its owner and with how it is with it, found in one statement a page.

use super::{queries::list as queries, rules::Condition};
use crate::{
    access::{Permitted, WorkspaceSet, permission::here, scope::Grant},
    base::{
        clock::{self, Moment},
        ids::{KeyId, UserId},
        picture::AvatarHash,
    },
    db::{Connection, Error as DbError, page::PAGE},
    domain::users::{Status, list::Count},
};

/// The most characters of a search that count.
const TERM: usize = 200;

/// Which keys, and where the page begins.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those that were revoked or have expired, instead of the others.
    pub ended: bool,
    /// A part of the key's or of its owner's name; empty: all.
    pub search: String,
    pub from: From,
}

/// Where a page begins. The newest key comes first.
#[derive(Debug, Clone, Default)]
pub enum From {
    #[default]
    Start,
    /// Older than this one.
    After(KeyId),
    /// Newer than this one.
    Before(KeyId),
}

/// One key.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: KeyId,
    pub name: String,
    /// The two ends of its secret.
    pub hint: String,
    pub grant: Grant<WorkspaceSet>,
    pub created_at: Moment,
    pub expires_at: Option<Moment>,
    pub used: Option<Use>,
    pub owner: Owner,
    /// What it may do at this moment.
    pub may: WorkspaceSet,
    pub condition: Condition,
    pub revoked: Option<Revoked>,
}

/// When a key was used last, and from where.
#[derive(Debug, Clone)]
pub struct Use {
    pub at: Moment,
    /// Empty where that is forgotten.
    pub address: String,
    /// The program as it names itself.
    pub client: String,
}

impl Use {
    /// `None`: it was never used.
    pub(super) fn of(at: Option<Moment>, address: Option<String>, client: Option<String>) -> Option<Self> {
        Some(Self { at: at?, address: address.unwrap_or_default(), client: client.unwrap_or_default() })
    }
}

/// Who bounds a key.
#[derive(Debug, Clone)]
pub struct Owner {
    pub id: UserId,
    pub name: String,
    /// Empty for a service account.
    pub email: String,
    pub avatar: Option<AvatarHash>,
    pub status: Status,
    /// The role in the workspace, and since when.
    pub role: Option<(String, Moment)>,
}

#[derive(Debug, Clone)]
pub struct Revoked {
    pub at: Moment,
    pub by: Option<(UserId, String)>,
}

#[derive(Debug, Clone)]
pub struct List {
    pub rows: Vec<Entry>,
    /// How many there are in the workspace, whatever is searched for.
    pub live: i64,
    pub ended: i64,
    /// How many a search leaves of the list; `None`: nothing is searched for.
    pub found: Option<Count>,
    pub newer: Option<From>,
    pub older: Option<From>,
}

/// One page of the keys of the proof's workspace.
pub fn list(c: &mut Connection, may: &Permitted<here::WorkspaceAdmin>, filter: &Filter) -> Result<List, DbError> {
    let (here, now) = (may.workspace(), clock::now());
    let search: String = filter.search.replace(char::is_control, " ").trim().chars().take(TERM).collect();
    let of = queries::Of { workspace: &here.id, ended: filter.ended, search: &search, now };
    let count = queries::count(c, &of)?;
    let mut rows = queries::page(c, &of, &filter.from, PAGE + 1)?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    // A page that is all there is counts itself. Nobody counts more than a page.
    let all = !more && matches!(filter.from, From::Start);
    let found = if all { Count::Exactly(rows.len() as i64) } else { Count::MoreThan(PAGE as i64) };
    let backwards = matches!(filter.from, From::Before(_));
    if backwards {
        rows.reverse();
    }
    let roles = queries::Roles::of(c, &rows)?;
    let rows: Vec<Entry> = rows.into_iter().map(|row| row.entry(&roles, here.archived, now)).collect();
    let ends = rows.first().zip(rows.last()).map(|(first, last)| (first.id.clone(), last.id.clone()));
    let (first, last) = ends.unzip();
    let newer = if backwards { more } else { matches!(filter.from, From::After(_)) };
    Ok(List {
        rows,
        live: count.live,
        ended: count.ended,
        found: Some(found).filter(|_| !search.is_empty()),
        newer: first.filter(|_| newer).map(From::Before),
        older: last.filter(|_| backwards || more).map(From::After),
    })
}

/// Every key of the proof's workspace that has not ended, the newest first.
pub fn live(c: &mut Connection, may: &Permitted<here::WorkspaceAdmin>) -> Result<Vec<Entry>, DbError> {
    let (here, now) = (may.workspace(), clock::now());
    let of = queries::Of { workspace: &here.id, ended: false, search: "", now };
    let rows = queries::page(c, &of, &From::Start, usize::MAX)?;
    let roles = queries::Roles::of(c, &rows)?;
    Ok(rows.into_iter().map(|row| row.entry(&roles, here.archived, now)).collect())
}

/// One key of the proof's workspace.
pub fn find(c: &mut Connection, may: &Permitted<here::WorkspaceAdmin>, key: &KeyId) -> Result<Option<Entry>, DbError> {
    let here = may.workspace();
    let row = queries::find(c, &here.id, key)?;
    let roles = queries::Roles::of(c, &row)?;
    Ok(row.map(|row| row.entry(&roles, here.archived, clock::now())))
}
