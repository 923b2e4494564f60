//! Settings → Workspaces: the list, and a small form for each thing that can be done to one.

pub mod archive;
pub mod list;
pub mod name;
pub mod new;
pub mod restoration;

use crate::{
    access::{
        Permitted,
        grants::Place,
        need::{Need, WorkspaceNeed},
        permission::org,
    },
    web::kit::{
        shell::offers,
        view::{Crumb, Mark},
    },
};

const HERE: &str = "/settings/workspaces";

/// The way to a page about one workspace, for somebody who may not open the list too.
fn trail<N: WorkspaceNeed>(may: &Permitted<N>) -> Vec<Crumb> {
    let place = may.workspace();
    let list = if offers::<org::WorkspaceRead, _>(may) { Crumb::link("Workspaces", HERE) } else { Crumb::text("Workspaces") };
    let home = if place.is_open() { Crumb::link(&place.name, &format!("/workspaces/{}", place.id)) } else { Crumb::text(&place.name) };
    vec![Crumb::text("Settings"), list, home]
}

/// Where to go on to: the workspace for those who may enter it, else the list, else the first page.
fn way_on<N: Need>(may: &Permitted<N>, place: &Place, open: bool) -> String {
    if open && place.is_open() {
        format!("/workspaces/{}", place.id)
    } else if offers::<org::WorkspaceRead, _>(may) {
        HERE.to_owned()
    } else {
        "/".to_owned()
    }
}

fn mark(place: &Place) -> Mark {
    Mark::of(&place.id, &place.name, place.hue)
}
