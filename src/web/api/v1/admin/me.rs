//! `GET /v1/admin/me`: the key itself, and what it may do now. Every live key is answered.

use super::key::ApiKey;
use crate::{
    access::{OrgPermission, need::SignedIn},
    domain::Error,
    web::kit::{Calls, JsonAnswer, json},
};

pub async fn read(calls: Calls<SignedIn>) -> JsonAnswer<ApiKey> {
    let key = calls.look_up(|_, may| {
        let key = may.key().ok_or(Error::NotFound)?;
        let permissions = match may.standing().place() {
            Some(place) => place.may.keys(),
            None => may.organization().keys(),
        };
        Ok(ApiKey {
            id: key.id.clone(),
            name: key.name.clone(),
            tenant_admin: may.organization().has(OrgPermission::OrgAdmin),
            value: String::new(),
            permissions,
            group_id: key.workspace.clone(),
        })
    });
    json(&key.await?)
}
