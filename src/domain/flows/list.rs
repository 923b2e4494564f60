//! The flows of a workspace: by name, a page at a time; those changed last; and as clients count through them.

use super::{Flow, Kind, LIMIT, queries};
use crate::{
    access::{Permitted, need::SeeFlows},
    base::{
        clock::Moment,
        ids::{FlowId, UserId},
        text::{NAME_LIMIT, fold},
    },
    db::{Connection, Error as DbError, page::PAGE},
    domain::Error,
};

/// What the list is narrowed down to, and where its page begins.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any part of the name; empty: all.
    pub name: String,
    pub from: From,
}

/// Where a page begins: at a flow's place among the names.
#[derive(Debug, Clone, Default)]
pub enum From {
    #[default]
    Start,
    After(Place),
    Before(Place),
}

/// A name as it is sorted, and the id that tells flows of one name apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub(super) id: String,
    pub(super) key: String,
}

impl Place {
    /// Reads what [`Place::text`] wrote; from anything else a page begins somewhere.
    pub fn parse(text: &str) -> Self {
        let text = text.replace(char::is_control, " ");
        let (id, key) = text.split_once(' ').unwrap_or(("", &text));
        Self { id: id.to_owned(), key: key.to_owned() }
    }

    pub fn text(&self) -> String {
        format!("{} {}", self.id, self.key)
    }
}

/// A flow without its definition, and who changed it last.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: FlowId,
    pub name: String,
    pub changed_at: Moment,
    pub changed_by: UserId,
    pub(super) key: String,
}

#[derive(Debug, Clone)]
pub struct List {
    pub rows: Vec<Listed>,
    pub total: i64,
    /// Where the page before begins.
    pub newer: Option<From>,
    pub older: Option<From>,
}

/// One page, by name.
pub fn list(c: &mut Connection, may: &Permitted<SeeFlows>, filter: &Filter) -> Result<List, DbError> {
    let workspace = &may.workspace().id;
    // What no name holds is nothing to look for: PostgreSQL refuses NUL in any text, SQLite a pattern without end.
    let name: String = fold(&filter.name.replace(char::is_control, " ")).chars().take(2 * NAME_LIMIT).collect();
    let total = queries::count(c, workspace, &name)?;
    let mut rows = queries::page(c, workspace, &name, &filter.from)?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let backwards = matches!(filter.from, From::Before(_));
    if backwards {
        rows.reverse();
    }
    let place = |row: Option<&Listed>| row.map(|row| Place { id: row.id.to_string(), key: row.key.clone() });
    let newer = place(rows.first()).filter(|_| if backwards { more } else { matches!(filter.from, From::After(_)) });
    let older = place(rows.last()).filter(|_| backwards || more);
    Ok(List { rows, total, newer: newer.map(From::Before), older: older.map(From::After) })
}

/// Those changed last, the newest first.
pub fn latest(c: &mut Connection, may: &Permitted<SeeFlows>, limit: usize) -> Result<Vec<Listed>, DbError> {
    queries::latest(c, &may.workspace().id, limit)
}

/// A numbered page with definitions, and how many flows there are in all.
#[derive(Debug, Clone)]
pub struct Numbered {
    pub rows: Vec<Flow>,
    pub total: i64,
}

/// How many are never too many for one page.
const HANDFUL: usize = 10;
/// The most bytes the definitions of one page may have together: an answer is made in memory.
const TOGETHER: usize = HANDFUL * LIMIT;

/// The flows of a numbered page, weighed before their definitions are read.
#[derive(Debug, Clone)]
pub struct Weighed {
    ids: Vec<FlowId>,
    /// Bytes of their definitions.
    pub bytes: usize,
    total: i64,
}

/// In the order they were created, so that a new one moves none from page to page.
pub fn weigh(c: &mut Connection, may: &Permitted<SeeFlows>, kind: Option<&Kind>, skip: i64, size: i64) -> Result<Weighed, Error> {
    let workspace = &may.workspace().id;
    let page = queries::numbered(c, workspace, kind, skip, size)?;
    let bytes = page.iter().map(|(_, bytes)| usize::try_from(*bytes).unwrap_or_default()).sum();
    if bytes > TOGETHER {
        let why = format!("These flows are more than {} MiB together. Ask for fewer at once: {HANDFUL} are never too many.", TOGETHER >> 20);
        return Err(Error::Invalid(vec![("size", why)]));
    }
    Ok(Weighed { ids: page.into_iter().map(|(id, _)| id).collect(), bytes, total: queries::count_of_kind(c, workspace, kind)? })
}

/// The same with their definitions.
pub fn numbered(c: &mut Connection, may: &Permitted<SeeFlows>, page: &Weighed) -> Result<Numbered, Error> {
    Ok(Numbered { rows: queries::among(c, &may.workspace().id, &page.ids)?, total: page.total })
}
