//! `GET /v1/nodes`: the kinds of nodes flows are made of. The console keeps flows and does not run them, so it knows only those
//! that its example flows use: clients ask for the list when they start, and read no flow with nodes that are not in it.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{
    access::need::SignedIn,
    web::kit::{Calls, JsonAnswer, WebError, json},
};

/// Kinds, connectors and settings of nodes, as clients know them.
const NODES: &str = include_str!("nodes.json");

#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Vec<Object>)]
pub struct Nodes(&'static RawValue);

pub async fn list(calls: Calls<SignedIn>) -> JsonAnswer<Nodes> {
    calls.look_up(|_, _| Ok(())).await?;
    json(&Nodes(serde_json::from_str(NODES).map_err(|e| WebError::fault(&e))?))
}
