//! The list of people: which ones, in which order, a page at a time. Removed people and service accounts are never in it.

use std::sync::Arc;

use base64::Engine as _;

use super::{queries::list as queries, search_term};
use crate::{
    access::{OrgPermission, Permitted, grants, permission::org},
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
        secret::base64_url,
    },
    db::{Connection, Error, page::PAGE},
    domain::{outbox, users::Status, words::words},
};

/// How many matches of a search are counted, and can be sorted by a column.
pub const COUNTED: i64 = 1000;

words! {
    /// Which people, by their status.
    Statuses {
        ActiveOrInvited "", Any "any", Active "active",
        /// Whose invitation is pending, whatever became of its mail, also when it has expired.
        Invited "invited",
        /// Pending, and the mail was refused.
        Undelivered "undelivered",
        /// Pending, delivered as far as is known, and over.
        Expired "expired",
        Revoked "revoked", Declined "declined",
        Deactivated "deactivated",
    }
}

impl Statuses {
    /// The status of whom it selects, where few have that: not of the active.
    pub(super) fn rare(self) -> Option<Status> {
        match self {
            Self::ActiveOrInvited | Self::Any | Self::Active => None,
            Self::Invited | Self::Undelivered | Self::Expired | Self::Revoked | Self::Declined => Some(Status::Invited),
            Self::Deactivated => Some(Status::Deactivated),
        }
    }
}

words! {
    /// What the list is sorted by.
    Column { Name "name", Added "added", Active "active" }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub column: Column,
    pub descending: bool,
}

impl Order {
    pub const BY_NAME: Self = Self { column: Column::Name, descending: false };

    /// `name`, `-active`: a column, with a minus for the other way round.
    pub fn parse(text: &str) -> Option<Self> {
        let (descending, column) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        Some(Self { column: column.parse().ok()?, descending })
    }

    pub fn text(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.column.as_ref())
    }
}

/// Which people a page shows.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub status: Statuses,
    pub role: Option<RoleId>,
    /// Who has a role of their own in it.
    pub workspace: Option<WorkspaceId>,
    /// Only those who could be added to it.
    pub outside: Option<Outside>,
    /// Folded by [`super::search_term`]; empty: no search.
    pub search: String,
    /// `None`: by name; in a search, best first.
    pub order: Option<Order>,
    pub after: Option<Cursor>,
}

impl Wanted {
    /// Whether a page of them lies side by side in an index. Not where somebody is narrowed down to, and not where those come first who
    /// left long ago.
    pub fn is_soon_read(&self) -> bool {
        let nearly_everybody = self.status.rare().is_none() && self.role.is_none() && self.workspace.is_none() && self.outside.is_none();
        let longest_away = self.order.is_some_and(|order| order.column == Column::Active && !order.descending);
        nearly_everybody && self.search.is_empty() && !longest_away
    }
}

/// Who could be added to a workspace: whoever has no role there, neither of their own nor through the organization.
#[derive(Debug, Clone)]
pub struct Outside {
    pub(super) workspace: WorkspaceId,
    /// The roles of organization admins.
    pub(super) admins: Vec<RoleId>,
}

/// Part of a search: first who begins with it, then the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Everybody wanted, in the order of a column.
    All(Order),
    Beginning,
    Others,
    /// All matches, in no order: to be counted.
    Counted,
    /// Everybody wanted, in the order they were added, from the people on instead of from a workspace's members.
    Walked,
}

/// Everybody wanted, in the order they were added.
pub(super) const AS_ADDED: Part = Part::All(Order { column: Column::Added, descending: false });

/// Where a page ended: the last person's key in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which part of a search it lies in: `b` who begins with it, `o` the others, `a` neither.
    part: char,
    pub(super) seq: i64,
    /// The name's key, or microseconds; empty where `seq` is the key.
    pub(super) key: String,
}

impl Cursor {
    /// Reads what [`Cursor::text`] wrote; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let part = text.chars().next().filter(|p| "abo".contains(*p))?;
        let (seq, key) = text[1..].split_once(' ')?;
        let good = !key.chars().any(char::is_control);
        good.then_some(Self { part, seq: seq.parse().ok()?, key: key.to_owned() })
    }

    pub fn text(&self) -> String {
        base64_url(format!("{}{} {}", self.part, self.seq, self.key).as_bytes())
    }

    pub(super) fn of(part: Part, row: &queries::Row) -> Self {
        let (part, key) = match part {
            Part::All(Order { column: Column::Name, .. }) => ('a', row.name_key.clone()),
            Part::All(Order { column: Column::Active, .. }) => ('a', row.last_active_at.0.and_utc().timestamp_micros().to_string()),
            Part::All(_) | Part::Walked => ('a', String::new()),
            Part::Beginning => ('b', row.name_key.clone()),
            Part::Others | Part::Counted => ('o', String::new()),
        };
        Self { part, seq: row.seq, key }
    }
}

/// A workspace in which somebody listed has a role of their own.
#[derive(Debug, Clone)]
pub struct Place {
    pub id: WorkspaceId,
    pub name: Arc<str>,
}

/// Somebody in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: UserId,
    pub status: Status,
    pub name: String,
    pub email: String,
    pub avatar: Option<AvatarHash>,
    /// In the organization.
    pub role: RoleId,
    /// Where they have a role of their own: which of [`Found::places`], in their order. Empty but in [`list`].
    pub workspaces: Vec<usize>,
    /// `None`: never.
    pub last_active_at: Option<Moment>,
    pub deactivated: Option<Deactivated>,
    pub invitation: Option<ListedInvitation>,
}

/// When somebody was deactivated, and by whom; `None`: by nobody that is known.
#[derive(Debug, Clone)]
pub struct Deactivated {
    pub at: Moment,
    pub by: Option<String>,
}

/// What the list tells about an invitation.
#[derive(Debug, Clone)]
pub struct ListedInvitation {
    /// As in the noun `invites`: pending, revoked, declined, accepted.
    pub state: String,
    pub expires_at: Moment,
    pub mail: outbox::State,
    pub mail_problem: Option<String>,
    /// When the invited person asked for a fresh link, if they did since the last was sent.
    pub asked_at: Option<Moment>,
}

/// How many match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    Exactly(i64),
    /// More than are counted.
    MoreThan(i64),
}

/// One page of the list.
#[derive(Debug, Clone)]
pub struct Found {
    pub rows: Vec<Listed>,
    /// By name, without archived ones.
    pub places: Vec<Place>,
    pub next: Option<Cursor>,
    pub count: Count,
    /// Everybody, whatever the filters say.
    pub total: i64,
    /// The order it is in; `None`: best first.
    pub order: Option<Order>,
}

pub fn list(c: &mut Connection, _: &Permitted<org::UsersRead>, wanted: &Wanted) -> Result<Found, Error> {
    find(c, wanted)
}

/// The first of those who could be added to a workspace, active or invited: by name, in a search best first. The flag says
/// that there are more.
pub fn outside(c: &mut Connection, _: &Permitted<org::UsersRead>, workspace: &WorkspaceId, search: &str) -> Result<(Vec<Listed>, bool), Error> {
    let admins = grants::roles_with(c, OrgPermission::OrgAdmin)?;
    let outside = Some(Outside { workspace: workspace.clone(), admins });
    let wanted = Wanted { status: Statuses::ActiveOrInvited, role: None, workspace: None, outside, search: search_term(search), order: None, after: None };
    let mut rows = if wanted.search.is_empty() { one_part(c, &wanted, Part::All(Order::BY_NAME), None, PAGE + 1)? } else { best_first(c, &wanted)? };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    // Of those whose status is told, nothing more is.
    let (mut apart, places) = (queries::Apart::default(), queries::Places::default());
    Ok((rows.into_iter().map(|(_, row)| row.listed(&mut apart, &places)).collect(), more))
}

/// How many are wanted.
pub(super) fn count(c: &mut Connection, wanted: &Wanted, total: i64) -> Result<Count, Error> {
    if wanted.search.is_empty() {
        return Ok(Count::Exactly(queries::count(c, wanted, total)?));
    }
    Ok(counted(queries::count_matches(c, wanted, COUNTED + 1)?))
}

fn find(c: &mut Connection, wanted: &Wanted) -> Result<Found, Error> {
    let total = queries::total(c)?;
    let (mut rows, count, order) =
        if wanted.search.is_empty() || wanted.order.is_some() { sorted(c, wanted, total)? } else { best_and_count(c, wanted, total)? };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|(part, row)| Cursor::of(*part, row));
    let places = queries::Places::of(c, rows.iter().map(|(_, row)| row))?;
    let mut apart = queries::Apart::of(c, rows.iter().map(|(_, row)| (&row.id, row.status)))?;
    let rows = rows.into_iter().map(|(_, row)| row.listed(&mut apart, &places)).collect();
    Ok(Found { rows, places: places.by_name, next, count, total, order })
}

/// Too many to be sorted stand best first.
fn sorted(c: &mut Connection, wanted: &Wanted, total: i64) -> Result<(Rows, Count, Option<Order>), Error> {
    let count = count(c, wanted, total)?;
    if matches!(count, Count::MoreThan(_)) {
        return Ok((best_first(c, wanted)?, count, None));
    }
    let order = wanted.order.unwrap_or(Order::BY_NAME);
    let rows = one_part(c, wanted, Part::All(order), wanted.after.as_ref().filter(|a| a.part == 'a'), PAGE + 1)?;
    Ok((rows, count, Some(order)))
}

/// A page that is all there is counts itself.
fn best_and_count(c: &mut Connection, wanted: &Wanted, total: i64) -> Result<(Rows, Count, Option<Order>), Error> {
    let rows = best_first(c, wanted)?;
    let all = wanted.after.is_none() && rows.len() <= PAGE;
    let count = if all { Count::Exactly(rows.len() as i64) } else { count(c, wanted, total)? };
    Ok((rows, count, None))
}

fn counted(n: i64) -> Count {
    if n > COUNTED { Count::MoreThan(COUNTED) } else { Count::Exactly(n) }
}

type Rows = Vec<(Part, queries::Row)>;

fn one_part(c: &mut Connection, wanted: &Wanted, part: Part, after: Option<&Cursor>, limit: usize) -> Result<Rows, Error> {
    Ok(queries::rows(c, wanted, part, after, limit)?.into_iter().map(|row| (part, row)).collect())
}

fn best_first(c: &mut Connection, wanted: &Wanted) -> Result<Rows, Error> {
    let after = wanted.after.as_ref();
    let mut rows = match after {
        Some(after) if after.part == 'o' => Vec::new(),
        _ => one_part(c, wanted, Part::Beginning, after.filter(|a| a.part == 'b'), PAGE + 1)?,
    };
    if rows.len() <= PAGE {
        let left = PAGE + 1 - rows.len();
        rows.extend(one_part(c, wanted, Part::Others, after.filter(|a| a.part == 'o'), left)?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_what_it_wrote_and_nothing_else() {
        let cursor = Cursor { part: 'b', seq: 42, key: "ada lovelace".into() };
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        for bad in ["", "x", "äöü", "YQ", &base64_url(b"a1"), &base64_url(b"z1 x"), &base64_url(b"aX y"), &base64_url(b"a1 \0")] {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_order_is_a_column_with_or_without_a_minus() {
        assert_eq!(Order::parse("-active"), Some(Order { column: Column::Active, descending: true }));
        assert_eq!(Order::parse("name").map(Order::text).as_deref(), Some("name"));
        assert!(Order::parse("--name").is_none() && Order::parse("").is_none() && Order::parse("email").is_none());
    }
}
