//! The list of a workspace's people, a page at a time: its members by name, and behind them the organization admins, who are
//! Admins in every workspace. Whoever is an organization admin stands among those, whatever role of their own they have there.
//! A search has the members whose name begins with it first, then the others who match, as they were added to the organization.

use base64::Engine as _;

use super::queries::list as queries;
use crate::{
    access::{OrgPermission, Permitted, grants, need::WorkspaceNeed},
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
        secret::base64_url,
    },
    db::{Connection, Error, page::PAGE},
    domain::{
        roles::built_in,
        users::{
            self, By, Status,
            list::{Count, Deactivated, ListedInvitation},
        },
        words::words,
        workspaces,
    },
};

/// How many people are counted where the list is narrowed down without a search.
pub const COUNTED: i64 = 1000;

words! {
    /// Which people, by their status.
    Statuses {
        Any "", Active "active",
        /// Whose invitation is pending, also when it was not delivered or has expired.
        Invited "invited",
        Undelivered "undelivered", Expired "expired",
        /// Whose invitation was revoked or declined.
        Ended "ended",
        Deactivated "deactivated",
    }
}

impl Statuses {
    /// The status of whom it selects, where few have that: not of the active.
    pub(super) fn rare(self) -> Option<Status> {
        match self {
            Self::Any | Self::Active => None,
            Self::Invited | Self::Undelivered | Self::Expired | Self::Ended => Some(Status::Invited),
            Self::Deactivated => Some(Status::Deactivated),
        }
    }
}

words! {
    /// Members (in a search, those whose name begins with it), the others who match, and organization admins.
    Part { Members "m", Others "o", Admins "a" }
}

/// Which people a page shows.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub status: Option<Statuses>,
    pub role: Option<RoleId>,
    /// Only organization admins.
    pub through: bool,
    /// Folded by [`crate::domain::users::search_term`]; empty: no search.
    pub search: String,
    pub after: Option<Cursor>,
}

impl Wanted {
    pub fn is_narrowed(&self) -> bool {
        self.status() != Statuses::Any || self.role.is_some() || self.through || !self.search.is_empty()
    }

    pub fn status(&self) -> Statuses {
        self.status.unwrap_or(Statuses::Any)
    }

    fn parts(&self) -> impl Iterator<Item = Part> {
        // Who asks for the Admins asks for those through the organization too.
        let admins = self.through || self.role.as_ref().is_none_or(|role| *role == built_in::admin());
        let members = !self.through;
        [(Part::Members, members), (Part::Others, members && !self.search.is_empty()), (Part::Admins, admins)]
            .into_iter()
            .filter(|(_, wanted)| *wanted)
            .map(|(part, _)| part)
    }
}

/// Where a page ended: the last person's key in their part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) part: Part,
    pub(super) key: Key,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Name {
        user: UserId,
        name_key: String,
    },
    /// When they were added.
    Seq(i64),
}

impl Cursor {
    /// Reads what [`Cursor::text`] wrote; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (part, key) = text.split_once(' ')?;
        let part = part.parse().ok()?;
        let key = match part {
            Part::Others => Key::Seq(key.parse().ok()?),
            Part::Members | Part::Admins => {
                let (user, name_key) = key.split_once(' ')?;
                let good = !name_key.chars().any(char::is_control);
                good.then_some(Key::Name { user: user.parse().ok()?, name_key: name_key.to_owned() })?
            }
        };
        Some(Self { part, key })
    }

    pub fn text(&self) -> String {
        let part = self.part.as_ref();
        let text = match &self.key {
            Key::Name { user, name_key } => format!("{part} {user} {name_key}"),
            Key::Seq(seq) => format!("{part} {seq}"),
        };
        base64_url(text.as_bytes())
    }

    fn of(part: Part, row: &queries::Row) -> Self {
        let key = match part {
            Part::Others => Key::Seq(row.seq),
            Part::Members | Part::Admins => Key::Name { user: row.id.clone(), name_key: row.name_key.clone() },
        };
        Self { part, key }
    }
}

/// What a member is in the workspace.
#[derive(Debug, Clone)]
pub struct Here {
    pub role: RoleId,
    /// `None`: the set-up or the command line.
    pub given_by: Option<UserId>,
    pub given_at: Moment,
}

/// Somebody in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub avatar: Option<AvatarHash>,
    pub status: Status,
    pub deactivated: Option<Deactivated>,
    /// `None`: never.
    pub last_active_at: Option<Moment>,
    pub invitation: Option<ListedInvitation>,
    /// `None`: an Admin through the organization.
    pub here: Option<Here>,
}

/// One page of the list.
#[derive(Debug, Clone)]
pub struct Found {
    pub rows: Vec<Listed>,
    pub next: Option<Cursor>,
    pub members: i64,
    pub admins: i64,
    /// How many match, where the list is narrowed down.
    pub matches: Option<Count>,
}

/// For whoever belongs to the workspace of the proof.
pub fn list<N: WorkspaceNeed>(c: &mut Connection, may: &Permitted<N>, wanted: &Wanted) -> Result<Found, Error> {
    let admin_roles = grants::roles_with(c, OrgPermission::OrgAdmin)?;
    let workspace = &may.workspace().id;
    let members = workspaces::count_members(c, std::slice::from_ref(workspace), &admin_roles)?.into_values().sum();
    let few = match wanted.status().rare() {
        Some(status) => users::of_status(c, status, None)? < members,
        None => false,
    };
    let of = Of { workspace, admin_roles: &admin_roles, wanted, few, by: By::Rows, upto: None };
    let admins = queries::count_admins(c, &of)?;
    let mut rows: Vec<(Part, queries::Row)> = Vec::new();
    for part in wanted.parts() {
        let after = wanted.after.as_ref();
        // The page before may have ended behind this part.
        if after.is_some_and(|after| (after.part as u8) > part as u8) {
            continue;
        }
        let left = PAGE + 1 - rows.len();
        if left > 0 {
            let after = after.filter(|after| after.part == part).map(|after| &after.key);
            let some = if part == Part::Others { others(c, &of, members, after, left)? } else { queries::rows(c, &of, part, after, left)? };
            rows.extend(some.into_iter().map(|row| (part, row)));
        }
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let matches = if wanted.is_narrowed() { Some(matches(c, &of, &rows, more)?) } else { None };
    let next = rows.last().filter(|_| more).map(|(part, row)| Cursor::of(*part, row));
    let mut apart = users::Apart::of(c, rows.iter().map(|(_, row)| (&row.id, row.status)))?;
    let rows = rows.into_iter().map(|(_, row)| row.listed(&mut apart)).collect();
    Ok(Found { rows, next, members, admins, matches })
}

/// Whose name does not begin with the search and who match. In a large workspace the search index is walked until there are enough,
/// which is soon, for most who match are members. Where they are not, whatever is rarer is gone through as a whole.
fn others(c: &mut Connection, of: &Of, members: i64, after: Option<&Key>, limit: usize) -> Result<Vec<queries::Row>, Error> {
    let term = &of.wanted.search;
    if of.few {
        return queries::rows(c, of, Part::Others, after, limit);
    }
    let everybody = users::total(c)?;
    if let Some(steps) = users::few_steps(term, members, everybody) {
        let last = if let Some(Key::Seq(last)) = after { Some(*last) } else { None };
        let upto = users::after_steps(c, term, last, steps)?;
        let some = queries::rows(c, &Of { by: By::Walk, upto, ..*of }, Part::Others, after, limit)?;
        if upto.is_none() || some.len() == limit {
            return Ok(some);
        }
    }
    let by = users::rarer(c, term, members)?;
    queries::rows(c, &Of { by, ..*of }, Part::Others, after, limit)
}

/// A page that is all there is counts itself. Of a search nobody counts more than a page, of a filter more than [`COUNTED`].
fn matches(c: &mut Connection, of: &Of, rows: &[(Part, queries::Row)], more: bool) -> Result<Count, Error> {
    let Wanted { after, search, .. } = of.wanted;
    if after.is_none() && !more {
        return Ok(Count::Exactly(rows.len() as i64));
    }
    if !search.is_empty() {
        return Ok(Count::MoreThan(PAGE as i64));
    }
    let mut n = 0;
    for part in of.wanted.parts() {
        n += queries::count(c, of, part, COUNTED + 1)?;
    }
    Ok(if n > COUNTED { Count::MoreThan(COUNTED) } else { Count::Exactly(n) })
}

/// What a list is of.
pub(super) struct Of<'a> {
    pub workspace: &'a WorkspaceId,
    /// The organization roles that make an Admin everywhere.
    pub admin_roles: &'a [RoleId],
    pub wanted: &'a Wanted,
    /// Whether those of the status that is wanted, in the whole organization, are fewer than the members: then they are where to begin.
    pub few: bool,
    /// How members who match a search are come by.
    pub by: By,
    /// How far a walk along the search index goes; `None`: to its end.
    pub upto: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_what_it_wrote_and_nothing_else() {
        let named = |part| Cursor { part, key: Key::Name { user: UserId::new(), name_key: "ada lovelace".into() } };
        for cursor in [named(Part::Members), named(Part::Admins), Cursor { part: Part::Others, key: Key::Seq(42) }] {
            assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        }
        for bad in ["", "x", "äöü", &base64_url(b"m x y"), &base64_url(format!("z {} a", UserId::new()).as_bytes()), &base64_url(b"m"), &base64_url(b"o x")]
        {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
    }
}
