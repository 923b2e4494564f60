//! A workspace's own settings: what it is called and looks like, and who is in it.

pub mod general;
pub mod users;

use crate::{
    access::grants::Place,
    web::kit::view::{Crumb, Mark},
};

fn mark(place: &Place) -> Mark {
    Mark::of(&place.id, &place.name, place.hue)
}

fn crumbs() -> Vec<Crumb> {
    vec![Crumb::text("Workspace settings")]
}
