//! `/v1/admin/groups/{workspace}/api-keys`: the keys of a workspace, by a key that administers it. One made here is owned by
//! the owner of the key that makes it, may do no more than that one, and ends with it.

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Number;
use utoipa::{
    ToSchema,
    openapi::schema::{Array, ArrayBuilder, Object, ObjectBuilder, SchemaType, Type},
};

use super::key::ApiKey;
use crate::{
    access::{Permission as _, WorkspacePermission, WorkspaceSet, alias, need::Confirmed, permission::here},
    base::{ids::KeyId, text::KeyName},
    domain::{
        Error,
        api_keys::{self, Life, NewKey},
    },
    web::{
        api::v1::{Done, name},
        kit::{At, Calls, Json, JsonAnswer, WebError, json},
    },
};

/// A key to be made.
#[derive(Deserialize, ToSchema)]
pub struct KeyInput {
    #[schema(schema_with = name)]
    name: String,
    /// A key of a workspace is good for that workspace alone.
    #[serde(default)]
    #[schema(schema_with = never)]
    tenant_admin: bool,
    /// Absent: whatever its owner may, as far as the key that makes it.
    #[schema(schema_with = permissions)]
    permissions: Option<Vec<String>>,
    /// Absent: 90 days, or as long as the organization lets a key work.
    #[serde(default, deserialize_with = "whole")]
    #[schema(schema_with = days)]
    expires_in_days: Option<i64>,
}

/// A whole number, also where it is written as 90.0 or 9e1: to JSON these are one number.
fn whole<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<Number>::deserialize(reader)? else { return Ok(None) };
    let whole = number.as_i64().or_else(|| number.as_f64().filter(|float| float.fract() == 0.0).map(|float| float as i64));
    whole.map(Some).ok_or_else(|| D::Error::custom(format!("{number} is not a whole number")))
}

fn days() -> Object {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Integer, Type::Null])).minimum(Some(1)).build()
}

fn never() -> Object {
    ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([false])).build()
}

fn permissions() -> Array {
    let keys = WorkspacePermission::ALL.iter().map(|permission| permission.key());
    let key = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(keys));
    let kind = SchemaType::from_iter([Type::Array, Type::Null]);
    ArrayBuilder::new().schema_type(kind).items(key).min_items(Some(1)).build()
}

/// Those that have not ended, the newest first.
pub async fn list(calls: Calls<here::WorkspaceAdmin>) -> JsonAnswer<Vec<ApiKey>> {
    let keys = calls.read(|c, may| {
        let here = &may.workspace().id;
        Ok(api_keys::live(c, may)?.iter().map(|key| ApiKey::of(key, here)).collect::<Vec<_>>())
    });
    json(&keys.await?)
}

pub async fn create(calls: Calls<Confirmed<here::WorkspaceAdmin>>, Json(input): Json<KeyInput>) -> JsonAnswer<ApiKey> {
    let (name, permissions) = judge(&input)?;
    let made = calls.write(move |tx, may| {
        let longest = api_keys::longest_days(tx)?;
        let life = Life::Days(input.expires_in_days.unwrap_or_else(|| api_keys::suggested_days(longest)));
        let new = NewKey { name, permissions, life, form: None };
        let made = api_keys::create(tx, may, &new).map_err(as_asked)?;
        let may = may.require::<here::WorkspaceAdmin>(tx)?;
        let key = api_keys::find(tx, &may, &made.id)?.ok_or(Error::NotFound)?;
        Ok(ApiKey { value: made.secret.as_str().to_owned(), ..ApiKey::of(&key, &may.workspace().id) })
    });
    json(&made.await?)
}

/// Everything that is wrong, at once.
fn judge(input: &KeyInput) -> Result<(KeyName, Option<WorkspaceSet>), WebError> {
    let mut wrong = Vec::new();
    let name = KeyName::parse(&input.name).map_err(|why| wrong.push(("name".to_owned(), why))).ok();
    if input.tenant_admin {
        wrong.push(("tenant_admin".to_owned(), "A key of a workspace is good for that workspace alone: only system keys are organization-wide.".to_owned()));
    }
    let read = |keys: &Vec<String>| alias::read(keys.iter().map(String::as_str)).map_err(|key| format!("There is no permission {key:?} in a workspace."));
    let permissions = match input.permissions.as_ref().map(read).transpose() {
        Ok(Some(set)) if WorkspaceSet::is_empty(set) => {
            wrong.push(("permissions".to_owned(), "Name at least one, or leave permissions out.".to_owned()));
            None
        }
        Ok(set) => Some(set),
        Err(why) => {
            wrong.push(("permissions".to_owned(), why));
            None
        }
    };
    match (name, permissions) {
        (Some(name), Some(permissions)) if wrong.is_empty() => Ok((name, permissions)),
        _ => Err(WebError::Unprocessable(wrong)),
    }
}

/// What is wrong, by the name of the field that was sent.
fn as_asked(e: Error) -> Error {
    match e {
        Error::Invalid(found) => {
            Error::Invalid(found.into_iter().map(|(field, why)| (if field == "expires" { "expires_in_days" } else { field }, why)).collect())
        }
        other => other,
    }
}

pub async fn remove(calls: Calls<here::WorkspaceAdmin>, At(key): At<KeyId>) -> JsonAnswer<Done> {
    calls.write(move |tx, may| api_keys::revoke(tx, may, &key).map(drop)).await?;
    json(&Done::DONE)
}
