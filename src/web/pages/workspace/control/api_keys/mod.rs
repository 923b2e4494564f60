//! Workspace Control → API keys: the list, a form to create one, and the question before one is revoked.

pub mod list;
pub mod new;
pub mod revocation;

use crate::{access::grants::Place, web::kit::view::Crumb};

fn href(place: &Place) -> String {
    format!("/workspaces/{}/control/api-keys", place.id)
}

/// The way to a page below the list.
fn crumbs(place: &Place) -> Vec<Crumb> {
    vec![Crumb::text("Workspace Control"), Crumb::link("API keys", &href(place))]
}
