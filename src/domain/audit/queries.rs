//! The audit's rows.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Act, By, Entry};
use crate::{
    base::{
        clock::Moment,
        ids::{AuditId, UserId, WorkspaceId},
    },
    db::{
        Connection, Error, Tx,
        schema::{api_keys, audit, audit_personal, users, workspaces},
        written::{Query, Value},
    },
};

/// How many rows a statement writes at most: SQLite takes some 32,000 values in one.
const AT_ONCE: usize = 500;

pub(super) fn insert(tx: &mut Tx, entries: &[Entry]) -> Result<(), Error> {
    for some in entries.chunks(AT_ONCE) {
        insert_some(tx, some)?;
    }
    Ok(())
}

fn insert_some(tx: &mut Tx, entries: &[Entry]) -> Result<(), Error> {
    let mut rows =
        Query::new("INSERT INTO audit (id, at, actor_kind, actor_id, action, subject_kind, subject_id, workspace_id, facts, request_id, key_id) VALUES");
    let mut personal = Query::new("INSERT INTO audit_personal (audit_id, user_id, field, before_text, after_text) VALUES");
    for (n, entry) in entries.iter().enumerate() {
        let id = AuditId::new();
        let (kind, actor) = match &entry.by {
            By::Person(user) => ("person", Some(user.as_str())),
            By::Operator => ("operator", None),
            By::Nobody => ("nobody", None),
            By::System => ("system", None),
        };
        let facts = serde_json::to_string(&entry.facts).unwrap_or_default();
        let values = [
            Some(Value::from(id.as_str())),
            Some(Value::Moment(tx.now)),
            Some(kind.into()),
            actor.map(Value::from),
            Some(entry.action.into()),
            Some(entry.subject_kind.into()),
            entry.subject.as_deref().map(Value::from),
            entry.workspace.as_ref().map(|workspace| workspace.as_str().into()),
            Some(Value::Text(facts)),
            Some(tx.origin.request_id.as_str().into()),
            tx.origin.key.as_ref().map(|key| key.as_str().into()),
        ];
        rows.row(n == 0, values);
        for datum in &entry.personal {
            let (before, after) = (datum.before.as_deref().map(Value::from), datum.after.as_deref().map(Value::from));
            let first = personal.values.is_empty();
            personal.row(first, [Some(id.as_str().into()), Some(datum.user.as_str().into()), Some(datum.field.into()), before, after]);
        }
    }
    if !entries.is_empty() {
        rows.execute(tx)?;
    }
    if !personal.values.is_empty() {
        personal.execute(tx)?;
    }
    Ok(())
}

type Row = ((AuditId, Moment, String, Option<UserId>, Option<String>), (String, Option<String>, Option<WorkspaceId>, String));

/// The last acts of somebody, the newest first; `before`: only older ones.
pub(super) fn acts_of(c: &mut Connection, user: &UserId, before: Option<&AuditId>, limit: usize) -> Result<Vec<Act>, Error> {
    let mut query = audit::table
        .left_join(api_keys::table.on(api_keys::id.nullable().eq(audit::key_id)))
        .filter(audit::actor_id.eq(user))
        .order(audit::id.desc())
        .limit(limit as i64)
        .select((
            (audit::id, audit::at, audit::action, audit::actor_id, api_keys::name.nullable()),
            (audit::subject_kind, audit::subject_id, audit::workspace_id, audit::facts),
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(audit::id.lt(before));
    }
    let rows: Vec<Row> = query.load(c)?;
    with_names(c, rows)
}

/// Of all rows at once: who and what they are about, and what is personal in them.
fn with_names(c: &mut Connection, rows: Vec<Row>) -> Result<Vec<Act>, Error> {
    let subjects = |wanted: &str| -> Vec<&str> { rows.iter().filter(|(_, (kind, ..))| kind == wanted).filter_map(|(_, (_, id, ..))| id.as_deref()).collect() };
    let people: HashMap<String, String> =
        users::table.filter(users::id.eq_any(subjects("user"))).select((users::id, users::name)).load(c)?.into_iter().collect();
    let mut places = subjects("workspace");
    places.extend(rows.iter().filter_map(|(_, (_, _, workspace, _))| workspace.as_ref().map(WorkspaceId::as_str)));
    let places: HashMap<String, String> =
        workspaces::table.filter(workspaces::id.eq_any(places)).select((workspaces::id, workspaces::name)).load(c)?.into_iter().collect();
    let ids: Vec<&AuditId> = rows.iter().map(|((id, ..), _)| id).collect();
    let data: Vec<(AuditId, String, Option<String>, Option<String>)> = audit_personal::table
        .filter(audit_personal::audit_id.eq_any(ids))
        .order((audit_personal::audit_id, audit_personal::user_id, audit_personal::field))
        .select((audit_personal::audit_id, audit_personal::field, audit_personal::before_text, audit_personal::after_text))
        .load(c)?;
    let mut personal: HashMap<AuditId, Vec<_>> = HashMap::new();
    for (id, field, before, after) in data {
        personal.entry(id).or_default().push((field, before, after));
    }
    let mut left = names_left(c, &rows, &places)?;
    let act = |((id, at, action, actor, key_name), (subject_kind, subject, workspace, facts)): Row| Act {
        left: left.remove(&id),
        subject_name: subject.as_ref().and_then(|id| match subject_kind.as_str() {
            "user" => people.get(id).cloned(),
            "workspace" => places.get(id).cloned(),
            _ => None,
        }),
        workspace_name: workspace.and_then(|id| places.get(id.as_str()).cloned()),
        facts: serde_json::from_str(&facts).unwrap_or_default(),
        personal: personal.remove(&id).unwrap_or_default(),
        id,
        at,
        action,
        actor,
        key_name,
        subject_kind,
        subject,
    };
    Ok(rows.into_iter().map(act).collect())
}

/// What the workspaces were called that somebody left, when they did: what the next renaming replaced, or their name.
fn names_left(c: &mut Connection, rows: &[Row], places: &HashMap<String, String>) -> Result<HashMap<AuditId, String>, Error> {
    let mut names = HashMap::new();
    for ((id, _, action, actor, _), (_, subject, workspace, _)) in rows {
        let Some(workspace) = workspace else { continue };
        if action != "membership.ended" || actor.as_ref().map(UserId::as_str) != subject.as_deref() {
            continue;
        }
        let renamed: Vec<String> = audit::table
            .filter(audit::subject_id.eq(workspace.as_str()))
            .filter(audit::action.eq("workspace.renamed"))
            .filter(audit::id.gt(id))
            .order(audit::id)
            .select(audit::facts)
            .load(c)?;
        let before = |facts: &String| {
            let facts: serde_json::Value = serde_json::from_str(facts).ok()?;
            Some(facts.get("name")?.get("before")?.as_str()?.to_owned())
        };
        if let Some(name) = renamed.iter().find_map(before).or_else(|| places.get(workspace.as_str()).cloned()) {
            names.insert(id.clone(), name);
        }
    }
    Ok(names)
}

pub(super) fn delete_personal(tx: &mut Tx, user: &UserId) -> Result<(), Error> {
    diesel::delete(audit_personal::table.filter(audit_personal::user_id.eq(user))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn did(c: &mut Connection, user: &UserId, action: &str, subject: &str) -> Result<bool, Error> {
    let done = audit::table.filter(audit::subject_id.eq(subject)).filter(audit::action.eq(action)).filter(audit::actor_id.eq(user));
    let found: Option<AuditId> = done.select(audit::id).first(c).optional()?;
    Ok(found.is_some())
}
