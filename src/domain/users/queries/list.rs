//! Pages of the list of people. Written as text, so that each order is one walk along an index: what is compared with the
//! last row of the page before is `a >= ? AND (a > ? OR seq > ?)`, which both engines begin at the right place of the index. Where very
//! many have the same `a`, those are asked for alone, and then whoever comes after them.
//!
//! Values are bound in the order they stand in the text, each once: SQLite numbers `$n` by first appearance.

mod apart;
mod count;
mod filters;
#[cfg(test)]
mod plan;
mod words;

use chrono::Datelike as _;
use diesel::{
    Queryable,
    sql_types::{BigInt, Nullable, Text, Timestamp},
};

pub(in crate::domain) use apart::{Apart, Details, INVITATIONS_SHOWN};
pub(in crate::domain::users) use count::{count, count_matches, has_more_members};
pub(in crate::domain) use count::{of_status, total, with_role};
use filters::{Ended, asks_invitation, filters};
pub(in crate::domain) use words::{By, after_steps, begins, few_steps, holds, rarer, steps, walked};
use words::{indexed, is_one_beginning};

use super::never;
use crate::{
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error, Stamp,
        written::{Query, Value},
    },
    domain::users::{
        Status,
        list::{Column, Cursor, Deactivated, Listed, ListedInvitation, Order, Part, Place, Wanted},
    },
};

/// In the order of [`COLUMNS`], as the fields of [`Row`] are.
type RowTypes = (BigInt, Text, Timestamp, Text, Text, Text, Nullable<Text>, Nullable<Text>, Text, Nullable<Text>);

#[derive(Queryable)]
pub(in crate::domain::users) struct Row {
    pub seq: i64,
    pub name_key: String,
    pub last_active_at: Stamp,
    pub id: UserId,
    pub status: Status,
    name: String,
    email: Option<String>,
    avatar: Option<AvatarHash>,
    role: RoleId,
    workspaces: Option<String>,
}

impl Row {
    pub fn listed(self, apart: &mut Apart, places: &Places) -> Listed {
        let Details { deactivated, invitation } = apart.take(&self.id, self.status);
        Listed {
            id: self.id,
            status: self.status,
            name: self.name,
            email: self.email.unwrap_or_default(),
            avatar: self.avatar,
            role: self.role,
            workspaces: self.workspaces.as_deref().map(|ids| places.of_ids(ids)).unwrap_or_default(),
            last_active_at: Some(self.last_active_at.0).filter(|at| *at != never()),
            deactivated,
            invitation,
        }
    }
}

/// The workspaces of a page's rows that are not archived: looked up once for all of them.
#[derive(Default)]
pub(in crate::domain::users) struct Places {
    pub by_name: Vec<Place>,
    /// Where each stands there, in the order of their ids.
    by_id: Vec<usize>,
}

impl Places {
    /// `CROSS JOIN` has SQLite begin with those that are given.
    pub fn of<'a>(c: &mut Connection, rows: impl Iterator<Item = &'a Row>) -> Result<Self, Error> {
        let ids: Vec<&str> = rows.filter_map(|row| row.workspaces.as_deref()).flat_map(|ids| ids.split(' ')).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let mut query = Query::new("SELECT workspaces.id, workspaces.name, workspaces.name_key FROM ");
        query.each(c, ids).push(" CROSS JOIN workspaces WHERE workspaces.id = each.value AND workspaces.archived_at IS NULL");
        let mut found: Vec<(WorkspaceId, String, String)> = query.rows_of::<(Text, Text, Text), _>(c)?;
        found.sort_unstable_by(|(.., one), (.., other)| one.cmp(other));
        let mut by_id: Vec<usize> = (0..found.len()).collect();
        by_id.sort_unstable_by(|one, other| found[*one].0.cmp(&found[*other].0));
        Ok(Self { by_name: found.into_iter().map(|(id, name, _)| Place { id, name: name.into() }).collect(), by_id })
    }

    /// Where they stand among [`Places::by_name`], in that order. `ids`: parted by blanks.
    fn of_ids(&self, ids: &str) -> Vec<usize> {
        let place_of = |id: &str| self.by_id.binary_search_by(|place| self.by_name[*place].id.as_str().cmp(id)).ok().map(|nth| self.by_id[nth]);
        let mut some: Vec<usize> = ids.split(' ').filter_map(place_of).collect();
        some.sort_unstable();
        some
    }
}

const COLUMNS: &str = "SELECT users.seq, users.name_key, users.last_active_at, users.id, users.status, users.name, users.email, users.avatar, \
    users.role_id, (SELECT string_agg(memberships.workspace_id, ' ') FROM memberships WHERE memberships.user_id = users.id) AS workspaces";

/// So joined, an engine may begin with the invitations.
pub(in crate::domain) const INVITATIONS: &str = " LEFT JOIN invitations ON invitations.user_id = users.id";

/// How those who match are come by. The search index itself is walked for everything that needs only the first of its
/// matches; with a workspace beside it, or a status that few have, the fewer of those and of the matches are where to begin.
fn reach(c: &mut Connection, wanted: &Wanted, part: Part) -> Result<By, Error> {
    let first_few = matches!(part, Part::Others | Part::Counted);
    match &wanted.workspace {
        // People one after the other, each looked up among the members: however many batches, together they are one walk.
        Some(_) if part == Part::Walked => Ok(By::Index),
        Some(workspace) if wanted.search.is_empty() && order_of(part).column != Column::Name => {
            // In a large workspace the first members are soon met in an order that is everybody's.
            let anybody = wanted.status.rare().is_none() && wanted.role.is_none();
            let pays = anybody && steps(count::members(workspace).number(c)?, total(c)?).is_some();
            Ok(if pays { By::Index } else { By::Rows })
        }
        _ if wanted.search.is_empty() => Ok(By::Rows),
        // A range of the members' own names, or of those with the status.
        Some(_) if part == Part::Beginning => Ok(By::Rows),
        None if part == Part::Beginning && wanted.status.rare().is_some() => Ok(By::Rows),
        Some(workspace) => {
            let members = count::members(workspace).number(c)?;
            rarer(c, &wanted.search, members)
        }
        None if let Some(status) = wanted.status.rare() => {
            let some = count::of_status(c, status, None)?;
            rarer(c, &wanted.search, some)
        }
        None if first_few && (indexed(&wanted.search) || is_one_beginning(&wanted.search)) => Ok(By::Walk),
        None => Ok(By::Index),
    }
}

/// `CROSS JOIN` has SQLite keep this order.
fn source(c: &Connection, wanted: &Wanted, by: By) -> String {
    let is_member = if wanted.workspace.is_some() { " CROSS JOIN memberships AS members" } else { "" };
    match (&wanted.workspace, by) {
        (Some(_), By::Rows) if wanted.search.is_empty() => " FROM memberships AS members JOIN users ON users.id = members.user_id".to_owned(),
        (Some(_), By::Rows) => " FROM memberships AS members CROSS JOIN users".to_owned(),
        (_, By::Walk) => format!(" FROM {}{is_member}", walked(c, &wanted.search).0),
        (_, _) => format!(" FROM users{is_member}"),
    }
}

/// The column of the order in which people were added.
fn seq(c: &Connection, wanted: &Wanted, by: By) -> &'static str {
    if by == By::Walk { walked(c, &wanted.search).1 } else { "users.seq" }
}

/// A column names sort by; members of a workspace carry it themselves, in the order of their index.
fn name_key(wanted: &Wanted) -> &'static str {
    if wanted.workspace.is_some() { "members.name_key" } else { "users.name_key" }
}

fn search(query: &mut Query, c: &Connection, part: Part, wanted: &Wanted, by: By) {
    let term = wanted.search.as_str();
    if term.is_empty() {
        return;
    }
    match part {
        Part::Beginning => {
            query.push(" AND ");
            begins(query, name_key(wanted), term);
        }
        Part::Others => {
            query.push(" AND ");
            holds(query, c, term, by);
            query.push(" AND NOT (");
            begins(query, name_key(wanted), term);
            query.push(")");
        }
        Part::All(_) | Part::Counted | Part::Walked => {
            query.push(" AND (");
            holds(query, c, term, by);
            // Where one index was walked, it knows the beginnings too: that of parts, and that of words.
            if !indexed(term) && by != By::Walk {
                query.push(" OR (");
                begins(query, name_key(wanted), term);
                query.push(")");
            }
            query.push(")");
        }
    }
}

fn order_of(part: Part) -> Order {
    match part {
        Part::All(order) => order,
        Part::Beginning => Order::BY_NAME,
        Part::Others | Part::Counted | Part::Walked => Order { column: Column::Added, descending: false },
    }
}

/// Where a page begins.
#[derive(Clone, Copy)]
enum Begin<'a> {
    First,
    /// With who comes after the last of the page before.
    After(&'a Cursor),
    /// Only with those of them who have the same key as the last.
    Alike(&'a Cursor),
    /// Only with the others.
    Beyond(&'a Cursor),
}

/// What a page ended with is a moment of this console's life: a database need not know others.
fn moment(key: &str) -> Option<Moment> {
    let at = chrono::DateTime::from_timestamp_micros(key.parse().ok()?)?.naive_utc();
    (1970..10_000).contains(&at.year()).then_some(at)
}

/// A key that is none of this order is no condition: the first page.
fn begin(query: &mut Query, wanted: &Wanted, order: Order, seq: &str, from: Begin) {
    let (Begin::After(cursor) | Begin::Alike(cursor) | Begin::Beyond(cursor)) = from else { return };
    let further = if order.descending { "<" } else { ">" };
    let (column, key): (&str, fn(&str) -> Option<Value>) = match order.column {
        Column::Added => {
            query.push(&format!(" AND {seq} {further} ")).bind(Value::Number(cursor.seq));
            return;
        }
        Column::Name => (name_key(wanted), |key| Some(Value::Text(key.to_owned()))),
        Column::Active => ("users.last_active_at", |key| moment(key).map(Value::Moment)),
    };
    let (Some(last), Some(beyond)) = (key(&cursor.key), key(&cursor.key)) else { return };
    match from {
        Begin::Alike(_) => {
            query.push(&format!(" AND {column} = ")).bind(last);
            query.push(&format!(" AND users.seq {further} ")).bind(Value::Number(cursor.seq));
        }
        Begin::Beyond(_) => {
            query.push(&format!(" AND {column} {further} ")).bind(beyond);
        }
        Begin::First | Begin::After(_) => {
            query.push(&format!(" AND {column} {further}= ")).bind(last);
            query.push(&format!(" AND ({column} {further} ")).bind(beyond);
            query.push(&format!(" OR users.seq {further} ")).bind(Value::Number(cursor.seq)).push(")");
        }
    }
}

fn ordered(query: &mut Query, wanted: &Wanted, order: Order, seq: &str, limit: usize) {
    let way = if order.descending { " DESC" } else { "" };
    query.push(&match order.column {
        Column::Name => format!(" ORDER BY {}{way}, users.seq{way}", name_key(wanted)),
        Column::Added => format!(" ORDER BY {seq}{way}"),
        Column::Active => format!(" ORDER BY users.last_active_at{way}, users.seq{way}"),
    });
    query.push(&format!(" LIMIT {limit}"));
}

fn page(c: &Connection, wanted: &Wanted, part: Part, by: By, from: Begin, limit: usize) -> Query {
    let mut query = Query::new(COLUMNS);
    query.push(&source(c, wanted, by));
    if asks_invitation(wanted.status, Ended::Apart) {
        query.push(INVITATIONS);
    }
    let (order, seq) = (order_of(part), seq(c, wanted, by));
    filters(&mut query, wanted, by, order.column, Ended::Apart);
    search(&mut query, c, part, wanted, by);
    begin(&mut query, wanted, order, seq, from);
    ordered(&mut query, wanted, order, seq, limit);
    query
}

pub(in crate::domain::users) fn rows(c: &mut Connection, wanted: &Wanted, part: Part, after: Option<&Cursor>, limit: usize) -> Result<Vec<Row>, Error> {
    let by = reach(c, wanted, part)?;
    let some = |c: &mut Connection, from, limit| page(c, wanted, part, by, from, limit).rows_of::<RowTypes, _>(c);
    match after {
        None => some(c, Begin::First, limit),
        // Whoever was never active has the same key.
        Some(cursor) if order_of(part).column == Column::Active && moment(&cursor.key).is_some() => {
            let mut rows = some(c, Begin::Alike(cursor), limit)?;
            if rows.len() < limit {
                rows.extend(some(c, Begin::Beyond(cursor), limit - rows.len())?);
            }
            Ok(rows)
        }
        Some(cursor) => some(c, Begin::After(cursor), limit),
    }
}
