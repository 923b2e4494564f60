//! Errors of the API: `application/problem+json` (RFC 9457), whose `detail` is one sentence that says what to do.

use actix_web::{HttpResponse, HttpResponseBuilder, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::WebError;
use crate::{
    access::{actor::DeadKey, explain::Denial, need::Missing},
    base::text::lower_first,
};

/// Where the API lives.
const PATH: &str = "/v1";

/// Whether an address is the API's, and so its errors are JSON.
pub fn is_api(path: &str) -> bool {
    path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
pub struct Problem<'a> {
    /// RFC 9457: the title says all there is about the kind.
    r#type: &'static str,
    title: &'static str,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// One sentence, which says what to do.
    detail: String,
    request_id: &'a str,
    /// Each value that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Wrong<'a>>,
}

/// One value that is wrong.
#[derive(Serialize, ToSchema)]
struct Wrong<'a> {
    /// Its name; empty where it is the whole.
    field: &'a str,
    detail: &'a str,
}

/// The answer. `bones` has status and headers.
pub fn answer(mut bones: HttpResponseBuilder, status: StatusCode, error: &WebError, request_id: &str) -> HttpResponse {
    let errors: Vec<Wrong> = match error {
        WebError::Unprocessable(problems) => problems.iter().map(|(field, detail)| Wrong { field, detail }).collect(),
        _ => Vec::new(),
    };
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: detail(error),
        request_id,
        errors,
    };
    let body = serde_json::to_string(&problem).unwrap_or_else(|_| "{}".to_owned());
    bones.content_type("application/problem+json").body(body)
}

fn detail(error: &WebError) -> String {
    match error {
        WebError::Unauthorized(why) | WebError::Refusal(why) | WebError::BadRequest(why) => why.clone(),
        WebError::Unprocessable(problems) => match problems.as_slice() {
            [(field, text)] if field.is_empty() => text.clone(),
            _ => problems.iter().map(|(field, text)| format!("{field}: {text}")).collect::<Vec<_>>().join(" "),
        },
        WebError::Denied(denial) => denied(denial),
        WebError::NotFound => "There is nothing at this address, or nothing that this key may know of.".into(),
        WebError::Unavailable(_) => "The database cannot be reached. Nothing was changed; try again in a few seconds.".into(),
        WebError::InDoubt(_) => "The database went away while this was saved. It was done whole or not at all: look before you ask again.".into(),
        WebError::Busy(why) => format!("{why} Try again in a few seconds."),
        WebError::Full => "Storage is full. Nothing was changed.".into(),
        WebError::Forged => "This request came from another site.".into(),
        WebError::SignIn { .. } | WebError::Confirm { .. } => "Give an API key.".into(),
        WebError::Fault(_) => "Something went wrong on our side, and nothing was changed. Tell support the request_id.".into(),
    }
}

fn denied(denial: &Denial) -> String {
    let (standing, key) = (&denial.standing, denial.missing.key());
    let what = lower_first(denial.missing.words());
    match (denial.missing, standing.place()) {
        (Missing::Workspace(permission), Some(place)) => {
            let why = if place.archived {
                "the workspace is archived, and its keys rest".to_owned()
            } else if place.owner_may.has(permission) {
                "it is limited to other permissions".to_owned()
            } else {
                format!("its owner, {}, does not hold it there", standing.actor.name)
            };
            format!("In {} this key may not {what}: that needs {key}, and {why}.", place.name)
        }
        (Missing::Organization(_), _) if !standing.is_system_key() => {
            format!("This key belongs to one workspace, and may not {what}: that needs a system key with {key}.")
        }
        (Missing::Nothing, place) => format!("The owner of this key is not in {}.", place.map_or("this workspace", |place| &place.name)),
        _ => format!("This key may not {what}: that needs {key}."),
    }
}

/// Why a key opens nothing.
pub fn dead(key: DeadKey) -> WebError {
    let why = match key {
        DeadKey::Unknown => "Nobody has made this API key here, or it is gone.",
        DeadKey::Revoked => "This API key was revoked. Make a new one.",
        DeadKey::Expired => "This API key has expired. Make a new one.",
        DeadKey::OwnerInactive => "The owner of this API key is not active, so it opens nothing.",
    };
    WebError::Unauthorized(why.to_owned())
}
