//! `GET /v1/admin/me`: the key itself, and what it may do now. Every live key is answered.

use serde::Serialize;

use crate::{
    access::{OrgPermission, need::SignedIn},
    base::ids::{KeyId, WorkspaceId},
    domain::Error,
    web::kit::{Answer, Calls, json},
};

/// A key, as clients know it.
#[derive(Serialize)]
struct ApiKey {
    id: KeyId,
    name: String,
    tenant_admin: bool,
    /// The secret, where it is shown: never here.
    value: &'static str,
    permissions: Vec<&'static str>,
    group_id: Option<WorkspaceId>,
}

pub async fn read(calls: Calls<SignedIn>) -> Answer {
    let key = calls.read(|_, may| {
        let key = may.key().ok_or(Error::NotFound)?;
        let permissions = match may.standing().place() {
            Some(place) => place.may.keys(),
            None => may.organization().keys(),
        };
        Ok(ApiKey {
            id: key.id.clone(),
            name: key.name.clone(),
            tenant_admin: may.organization().has(OrgPermission::OrgAdmin),
            value: "",
            permissions,
            group_id: key.workspace.clone(),
        })
    });
    json(&key.await?)
}
