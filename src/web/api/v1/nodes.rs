//! `GET /v1/nodes`: the kinds of nodes flows are made of. The console keeps flows and does not run them, so it knows only those
//! that its example flows use: clients ask for the list when they start, and read no flow with nodes that are not in it.

use serde_json::value::RawValue;

use crate::{
    access::need::SignedIn,
    web::kit::{Answer, Calls, WebError, json},
};

/// Kinds, connectors and settings of nodes, as clients know them.
const NODES: &str = include_str!("nodes.json");

pub async fn list(calls: Calls<SignedIn>) -> Answer {
    calls.look_up(|_, _| Ok(())).await?;
    json(&serde_json::from_str::<&RawValue>(NODES).map_err(|e| WebError::fault(&e))?)
}
