//! Rows of flows. Each is looked for in a workspace, never by its id alone.

use diesel::prelude::*;

use super::{
    Definition, Flow, Kind, NewFlow,
    list::{From, Listed},
};
use crate::{
    base::{
        clock::Moment,
        ids::{FlowId, UserId, WorkspaceId},
        text::FlowName,
    },
    db::{Connection, Error, Tx, page::PAGE, schema::flows},
};

type Row = (FlowId, String, Kind, String, (Moment, UserId), (Moment, UserId));

macro_rules! columns {
    () => {
        (flows::id, flows::name, flows::kind, flows::definition, (flows::created_at, flows::created_by), (flows::changed_at, flows::changed_by))
    };
}

fn flow((id, name, kind, definition, (created_at, created_by), (changed_at, changed_by)): Row) -> Flow {
    Flow { id, name, kind, definition: Definition::stored(definition), created_at, created_by, changed_at, changed_by }
}

pub(super) fn find(c: &mut Connection, workspace: &WorkspaceId, id: &FlowId) -> Result<Option<Flow>, Error> {
    let row: Option<Row> = flows::table.find(id).filter(flows::workspace_id.eq(workspace)).select(columns!()).first(c).optional()?;
    Ok(row.map(flow))
}

pub(super) fn has_name(c: &mut Connection, workspace: &WorkspaceId, name: &FlowName) -> Result<bool, Error> {
    let found: Option<FlowId> =
        flows::table.filter(flows::workspace_id.eq(workspace)).filter(flows::name_key.eq(name.key())).select(flows::id).first(c).optional()?;
    Ok(found.is_some())
}

type Boxed<'a> = flows::BoxedQuery<'a, <Connection as diesel::Connection>::Backend>;

/// `name`: a part of the folded name; empty: all.
fn narrowed<'a>(workspace: &'a WorkspaceId, name: &str) -> Boxed<'a> {
    let query = flows::table.filter(flows::workspace_id.eq(workspace)).into_boxed();
    if name.is_empty() {
        return query;
    }
    let literal = name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    query.filter(flows::name_key.like(format!("%{literal}%")).escape('\\'))
}

pub(super) fn count(c: &mut Connection, workspace: &WorkspaceId, name: &str) -> Result<i64, Error> {
    Ok(narrowed(workspace, name).count().get_result(c)?)
}

type ListedRow = (FlowId, String, Moment, UserId, String);

fn listed((id, name, changed_at, changed_by, key): ListedRow) -> Listed {
    Listed { id, name, changed_at, changed_by, key }
}

macro_rules! listed_columns {
    () => {
        (flows::id, flows::name, flows::changed_at, flows::changed_by, flows::name_key)
    };
}

/// A page and one more; backwards from [`From::Before`].
pub(super) fn page(c: &mut Connection, workspace: &WorkspaceId, name: &str, from: &From) -> Result<Vec<Listed>, Error> {
    let query = narrowed(workspace, name);
    // Written so that both engines begin at the right place of the index.
    let query = match from {
        From::Start => query.order((flows::name_key.asc(), flows::id.asc())),
        From::After(at) => {
            query.filter(flows::name_key.ge(&at.key).and(flows::name_key.gt(&at.key).or(flows::id.gt(&at.id)))).order((flows::name_key.asc(), flows::id.asc()))
        }
        From::Before(at) => query
            .filter(flows::name_key.le(&at.key).and(flows::name_key.lt(&at.key).or(flows::id.lt(&at.id))))
            .order((flows::name_key.desc(), flows::id.desc())),
    };
    let rows: Vec<ListedRow> = query.limit(PAGE as i64 + 1).select(listed_columns!()).load(c)?;
    Ok(rows.into_iter().map(listed).collect())
}

pub(super) fn latest(c: &mut Connection, workspace: &WorkspaceId, limit: usize) -> Result<Vec<Listed>, Error> {
    let rows: Vec<ListedRow> = flows::table
        .filter(flows::workspace_id.eq(workspace))
        .order((flows::changed_at.desc(), flows::id.desc()))
        .limit(limit as i64)
        .select(listed_columns!())
        .load(c)?;
    Ok(rows.into_iter().map(listed).collect())
}

fn of_kind<'a>(workspace: &'a WorkspaceId, kind: Option<&'a Kind>) -> Boxed<'a> {
    let query = flows::table.filter(flows::workspace_id.eq(workspace)).into_boxed();
    match kind {
        Some(kind) => query.filter(flows::kind.eq(kind)),
        None => query,
    }
}

pub(super) fn count_of_kind(c: &mut Connection, workspace: &WorkspaceId, kind: Option<&Kind>) -> Result<i64, Error> {
    Ok(of_kind(workspace, kind).count().get_result(c)?)
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Both engines answer it without reading the text itself.
    fn octet_length(text: diesel::sql_types::Text) -> diesel::sql_types::Integer;
}

/// Each with how many bytes its definition has. What is skipped is walked in the index alone.
pub(super) fn numbered(c: &mut Connection, workspace: &WorkspaceId, kind: Option<&Kind>, skip: i64, size: i64) -> Result<Vec<(FlowId, i32)>, Error> {
    Ok(of_kind(workspace, kind).order(flows::id).offset(skip).limit(size).select((flows::id, octet_length(flows::definition))).load(c)?)
}

/// Those of these ids that are there, in the order they were created.
pub(super) fn among(c: &mut Connection, workspace: &WorkspaceId, ids: &[FlowId]) -> Result<Vec<Flow>, Error> {
    let rows: Vec<Row> = flows::table.filter(flows::id.eq_any(ids)).filter(flows::workspace_id.eq(workspace)).order(flows::id).select(columns!()).load(c)?;
    Ok(rows.into_iter().map(flow).collect())
}

pub(super) fn insert(tx: &mut Tx, workspace: &WorkspaceId, new: &NewFlow, by: &UserId) -> Result<FlowId, Error> {
    let id = FlowId::new();
    let now = tx.now;
    diesel::insert_into(flows::table)
        .values((
            (flows::id.eq(&id), flows::workspace_id.eq(workspace), flows::kind.eq(&new.kind)),
            (flows::name.eq(new.name.as_str()), flows::name_key.eq(new.name.key()), flows::definition.eq(new.definition.as_str())),
            (flows::created_at.eq(now), flows::created_by.eq(by), flows::changed_at.eq(now), flows::changed_by.eq(by)),
        ))
        .execute(&mut **tx)?;
    Ok(id)
}

#[derive(AsChangeset)]
#[diesel(table_name = flows)]
struct Changed<'a> {
    name: Option<&'a str>,
    name_key: Option<String>,
    kind: Option<&'a str>,
    definition: Option<&'a str>,
    changed_at: Moment,
    changed_by: &'a str,
}

pub(super) fn update(
    tx: &mut Tx,
    id: &FlowId,
    name: Option<&FlowName>,
    kind: Option<&Kind>,
    definition: Option<&Definition>,
    by: &UserId,
) -> Result<(), Error> {
    let changed = Changed {
        name: name.map(FlowName::as_str),
        name_key: name.map(FlowName::key),
        kind: kind.map(Kind::as_ref),
        definition: definition.map(Definition::as_str),
        changed_at: tx.now,
        changed_by: by.as_str(),
    };
    diesel::update(flows::table.find(id)).set(changed).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_of_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<usize, Error> {
    Ok(diesel::delete(flows::table.filter(flows::workspace_id.eq(workspace))).execute(&mut **tx)?)
}

pub(super) fn delete(tx: &mut Tx, id: &FlowId) -> Result<(), Error> {
    diesel::delete(flows::table.find(id)).execute(&mut **tx)?;
    Ok(())
}
