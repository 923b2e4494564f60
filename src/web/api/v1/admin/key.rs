//! A key, as clients know it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::ids::{KeyId, WorkspaceId},
    domain::api_keys::Entry,
};

/// A key.
#[derive(Serialize, ToSchema)]
pub struct ApiKey {
    pub id: KeyId,
    pub name: String,
    pub tenant_admin: bool,
    /// The secret, in the one answer that shows it; else empty.
    pub value: String,
    /// What it may do now.
    pub permissions: Vec<&'static str>,
    /// `None`: a system key.
    pub group_id: Option<WorkspaceId>,
}

impl ApiKey {
    pub fn of(key: &Entry, workspace: &WorkspaceId) -> Self {
        Self {
            id: key.id.clone(),
            name: key.name.clone(),
            tenant_admin: false,
            value: String::new(),
            permissions: key.may.keys(),
            group_id: Some(workspace.clone()),
        }
    }
}
