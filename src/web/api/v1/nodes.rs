//! `GET /v1/nodes`: the kinds of nodes flows are made of. The console keeps flows and does not run them, so it knows none;
//! clients ask for the list when they start.

use crate::{
    access::need::SignedIn,
    web::kit::{Answer, Calls, json},
};

pub async fn list(calls: Calls<SignedIn>) -> Answer {
    calls.read(|_, _| Ok(())).await?;
    json(&[(); 0])
}
