//! Flows: what a workspace keeps of each is its name, its kind, and its definition as JSON. They are kept here, not run.

mod definition;
mod examples;
mod list;
mod queries;

use std::{fmt, str::FromStr};

use crate::{
    access::{
        Permitted,
        need::{SeeFlows, WorkspaceNeed},
        permission::here,
    },
    base::{
        clock::Moment,
        ids::{FlowId, UserId, WorkspaceId},
        text::FlowName,
    },
    db::{Connection, Error as DbError, Tx},
    domain::{Error, audit},
};

pub use definition::{Definition, LIMIT, Wrong};
pub use examples::ALL as EXAMPLES;
pub use list::{Filter, From, List, Listed, Numbered, Place, Weighed, latest, list, numbered, weigh};

/// What sort of flow it is, as clients call it: `flow` unless they say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind(String);

impl Default for Kind {
    fn default() -> Self {
        Self("flow".to_owned())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let good = (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if good { Ok(Self(text.to_owned())) } else { Err("A type is a short word of a–z, 0–9, _ and -, such as flow.".into()) }
    }
}

impl AsRef<str> for Kind {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::text_column!(Kind);

#[derive(Debug, Clone)]
pub struct Flow {
    pub id: FlowId,
    pub name: String,
    pub kind: Kind,
    pub definition: Definition,
    pub created_at: Moment,
    pub created_by: UserId,
    pub changed_at: Moment,
    pub changed_by: UserId,
}

/// A flow that is not there yet.
#[derive(Debug, Clone)]
pub struct NewFlow {
    pub name: FlowName,
    pub kind: Kind,
    pub definition: Definition,
}

/// What shall be another; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub name: Option<FlowName>,
    pub kind: Option<Kind>,
    pub definition: Option<Definition>,
}

/// Needs of those who change flows: each of them may see them, too.
pub trait WritesFlows: WorkspaceNeed {}
impl WritesFlows for here::FlowsEdit {}
impl WritesFlows for here::FlowsDelete {}

impl Change {
    /// Whether a flow is so already.
    pub fn is_nothing_for(&self, flow: &Flow) -> bool {
        let name = self.name.as_ref().is_none_or(|name| name.as_str() == flow.name);
        let kind = self.kind.as_ref().is_none_or(|kind| *kind == flow.kind);
        let definition = self.definition.as_ref().is_none_or(|definition| *definition == flow.definition);
        name && kind && definition
    }
}

/// A flow of the workspace of the proof. One of another workspace is none.
pub fn find(c: &mut Connection, may: &Permitted<SeeFlows>, id: &FlowId) -> Result<Option<Flow>, DbError> {
    queries::find(c, &may.workspace().id, id)
}

/// The same for whoever edits it, as it is now; for one who deletes it, too.
pub fn read_back<N: WritesFlows>(c: &mut Connection, may: &Permitted<N>, id: &FlowId) -> Result<Flow, Error> {
    queries::find(c, &may.workspace().id, id)?.ok_or(Error::NotFound)
}

pub fn create(tx: &mut Tx, may: &Permitted<here::FlowsEdit>, new: &NewFlow) -> Result<FlowId, Error> {
    let workspace = &may.workspace().id;
    let id = queries::insert(tx, workspace, new, may.id())?;
    audit::entry("flow.created")
        .by(may.id())
        .on("flow", &id)
        .in_workspace(workspace)
        .fact("name", new.name.as_str())
        .fact("bytes", new.definition.as_str().len())
        .write(tx)?;
    Ok(id)
}

/// Changes what is given; where that is what it was already, nothing has happened.
pub fn change(tx: &mut Tx, may: &Permitted<here::FlowsEdit>, id: &FlowId, change: &Change) -> Result<(), Error> {
    let before = read_back(tx, may, id)?;
    if change.is_nothing_for(&before) {
        return Ok(());
    }
    let name = change.name.as_ref().filter(|name| name.as_str() != before.name);
    let kind = change.kind.as_ref().filter(|kind| **kind != before.kind);
    let definition = change.definition.as_ref().filter(|definition| **definition != before.definition);
    // The name it has now says which one it is; what it was called before stands beside.
    let called = name.map_or(before.name.as_str(), FlowName::as_str);
    let mut entry = audit::entry("flow.changed").by(may.id()).on("flow", id).in_workspace(&may.workspace().id).fact("name", called);
    if name.is_some() {
        entry = entry.fact("named_before", before.name.as_str());
    }
    if let Some(kind) = kind {
        entry = entry.changed("kind", before.kind.as_ref(), kind.as_ref());
    }
    if let Some(definition) = definition {
        entry = entry.changed("bytes", before.definition.as_str().len(), definition.as_str().len());
    }
    queries::update(tx, id, name, kind, definition, may.id())?;
    entry.write(tx)?;
    Ok(())
}

/// Deletes a flow for good. Says what it was called.
pub fn delete(tx: &mut Tx, may: &Permitted<here::FlowsDelete>, id: &FlowId) -> Result<String, Error> {
    let flow = read_back(tx, may, id)?;
    queries::delete(tx, id)?;
    audit::entry("flow.deleted").by(may.id()).on("flow", id).in_workspace(&may.workspace().id).fact("name", flow.name.as_str()).write(tx)?;
    Ok(flow.name)
}

/// How many flows the workspace of the proof has.
pub fn count<N: WorkspaceNeed>(c: &mut Connection, may: &Permitted<N>) -> Result<i64, DbError> {
    queries::count_of_kind(c, &may.workspace().id, None)
}

/// Deletes the flows of a workspace that is deleted; says how many there were.
pub(in crate::domain) fn forget_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<usize, DbError> {
    queries::delete_of_workspace(tx, workspace)
}

/// Adds the example flows whose names are not in the workspace yet. Says how many that were.
pub fn add_examples(tx: &mut Tx, may: &Permitted<here::FlowsEdit>) -> Result<usize, Error> {
    let mut added = 0;
    for new in examples::all()? {
        if !queries::has_name(tx, &may.workspace().id, &new.name)? {
            create(tx, may, &new)?;
            added += 1;
        }
    }
    Ok(added)
}

/// Whether [`add_examples`] would add some.
pub fn lacks_examples(c: &mut Connection, may: &Permitted<SeeFlows>) -> Result<bool, Error> {
    for new in examples::all()? {
        if !queries::has_name(c, &may.workspace().id, &new.name)? {
            return Ok(true);
        }
    }
    Ok(false)
}
