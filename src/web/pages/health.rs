//! `/healthz` and `/readyz`: what a supervisor and a load balancer ask. Neither says anything about the organization.

use actix_web::{HttpResponse, http::header};
use serde_json::json;

use crate::web::kit::{Answer, Visitor};

/// The process answers.
pub async fn alive(_: Visitor) -> Answer {
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n"))
}

/// Whether it can do its work; if not, what is missing.
pub async fn ready(visitor: Visitor) -> Answer {
    let missing = visitor.missing().await;
    Ok(if missing.is_empty() {
        HttpResponse::Ok().json(json!({ "ready": true }))
    } else {
        HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "5")).json(json!({ "ready": false, "missing": missing }))
    })
}
