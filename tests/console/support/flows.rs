//! Flows that are simply there: rows written past the acts.

use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{FlowId, UserId, WorkspaceId},
        text::fold,
    },
    db::schema::{flows, users},
};

use super::Console;

/// The smallest definition.
pub const EMPTY: &str = r#"{"nodes":[],"edges":[]}"#;

impl Console {
    /// A flow with the smallest definition, made by Grace Hopper.
    pub fn flow(&self, workspace: &WorkspaceId, name: &str) -> FlowId {
        self.flow_with(workspace, name, EMPTY)
    }

    pub fn flow_with(&self, workspace: &WorkspaceId, name: &str, definition: &str) -> FlowId {
        let (id, workspace, name, definition) = (FlowId::new(), workspace.clone(), name.to_owned(), definition.to_owned());
        let row = id.clone();
        self.rows(move |c| {
            let by: UserId = users::table.filter(users::email_key.eq("grace@analytical.example")).select(users::id).first(c)?;
            let now = clock::now();
            diesel::insert_into(flows::table)
                .values((
                    (flows::id.eq(&row), flows::workspace_id.eq(&workspace), flows::kind.eq("flow")),
                    (flows::name.eq(&name), flows::name_key.eq(fold(&name)), flows::definition.eq(&definition)),
                    (flows::created_at.eq(now), flows::created_by.eq(&by), flows::changed_at.eq(now), flows::changed_by.eq(&by)),
                ))
                .execute(c)
                .map(drop)
        });
        id
    }

    /// The first flow of a workspace.
    pub fn flow_of(&self, workspace: &WorkspaceId) -> FlowId {
        let workspace = workspace.clone();
        self.rows(move |c| flows::table.filter(flows::workspace_id.eq(workspace)).order(flows::id).select(flows::id).first(c))
    }

    pub fn flow_named(&self, workspace: &WorkspaceId, name: &str) -> FlowId {
        let (workspace, name) = (workspace.clone(), name.to_owned());
        self.rows(move |c| flows::table.filter(flows::workspace_id.eq(workspace)).filter(flows::name.eq(name)).select(flows::id).first(c))
    }

    /// A flow as it is stored: name, kind, definition.
    pub fn stored_flow(&self, id: &FlowId) -> (String, String, String) {
        let id = id.clone();
        self.rows(move |c| flows::table.find(id).select((flows::name, flows::kind, flows::definition)).first(c))
    }
}
