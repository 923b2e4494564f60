//! Workspace → Flows: the list, one flow, and a small form for each thing that can be done to it.

pub mod details;
pub mod examples;
pub mod flow;
mod form;
pub mod list;
pub mod new;
pub mod removal;

use crate::{
    access::grants::Place,
    base::ids::FlowId,
    web::kit::view::{Crumb, Mark},
};

/// The address of the list.
fn list_of(place: &Place) -> String {
    format!("/workspaces/{}/flows", place.id)
}

/// The address of one.
fn page_of(place: &Place, flow: &FlowId) -> String {
    format!("{}/{flow}", list_of(place))
}

fn mark(place: &Place) -> Mark {
    Mark::of(&place.id, &place.name, place.hue)
}

/// The way to a page below the list.
fn trail(place: &Place) -> Vec<Crumb> {
    vec![Crumb::link("Flows", &list_of(place))]
}
