//! The audit's rows.

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
    },
};

pub(super) fn insert(tx: &mut Tx, entry: &Entry) -> Result<AuditId, Error> {
    let id = AuditId::new();
    let (kind, actor) = match &entry.by {
        By::Person(user) => ("person", Some(user)),
        By::Operator => ("operator", None),
        By::Nobody => ("nobody", None),
        By::System => ("system", None),
    };
    let (now, request, key) = (tx.now, tx.origin.request_id.clone(), tx.origin.key.clone());
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(&id),
            audit::at.eq(now),
            audit::actor_kind.eq(kind),
            audit::actor_id.eq(actor),
            audit::action.eq(entry.action),
            audit::subject_kind.eq(entry.subject_kind),
            audit::subject_id.eq(&entry.subject),
            audit::workspace_id.eq(&entry.workspace),
            audit::facts.eq(serde_json::to_string(&entry.facts).unwrap_or_default()),
            audit::request_id.eq(request),
            audit::key_id.eq(key),
        ))
        .execute(&mut **tx)?;
    for datum in &entry.personal {
        diesel::insert_into(audit_personal::table)
            .values((
                audit_personal::audit_id.eq(&id),
                audit_personal::user_id.eq(&datum.user),
                audit_personal::field.eq(datum.field),
                audit_personal::before_text.eq(&datum.before),
                audit_personal::after_text.eq(&datum.after),
            ))
            .execute(&mut **tx)?;
    }
    Ok(id)
}

type Row = ((AuditId, Moment, String, Option<UserId>, Option<String>), (String, Option<String>, Option<WorkspaceId>, String));

pub(super) fn last_acts_of(c: &mut Connection, user: &UserId, limit: usize) -> Result<Vec<Act>, Error> {
    let rows: Vec<Row> = audit::table
        .left_join(api_keys::table.on(api_keys::id.nullable().eq(audit::key_id)))
        .filter(audit::actor_id.eq(user))
        .order(audit::id.desc())
        .limit(limit as i64)
        .select((
            (audit::id, audit::at, audit::action, audit::actor_id, api_keys::name.nullable()),
            (audit::subject_kind, audit::subject_id, audit::workspace_id, audit::facts),
        ))
        .load(c)?;
    let mut acts = Vec::with_capacity(rows.len());
    for ((id, at, action, actor, key_name), (subject_kind, subject, workspace, facts)) in rows {
        let subject_name = match (subject_kind.as_str(), &subject) {
            ("user", Some(id)) => users::table.filter(users::id.eq(id)).select(users::name).first(c).optional()?,
            ("workspace", Some(id)) => workspaces::table.filter(workspaces::id.eq(id)).select(workspaces::name).first(c).optional()?,
            _ => None,
        };
        let workspace_name = match &workspace {
            Some(id) => workspaces::table.find(id).select(workspaces::name).first(c).optional()?,
            None => None,
        };
        let personal = audit_personal::table
            .filter(audit_personal::audit_id.eq(&id))
            .select((audit_personal::field, audit_personal::before_text, audit_personal::after_text))
            .load(c)?;
        acts.push(Act {
            id,
            at,
            action,
            actor,
            key_name,
            subject_kind,
            subject,
            subject_name,
            workspace_name,
            facts: serde_json::from_str(&facts).unwrap_or_default(),
            personal,
        });
    }
    Ok(acts)
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
