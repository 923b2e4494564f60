//! Settings → Workspaces: the list, and a small form for each thing that can be done to one.

pub mod archive;
pub mod deletion;
pub mod list;
pub mod name;
pub mod new;
mod question;
pub mod restoration;

use crate::{
    access::{
        Permitted,
        need::{Need, WorkspaceNeed},
        permission::org,
    },
    web::kit::{shell::offers, view::Crumb},
};

const HERE: &str = "/settings/workspaces";

/// The way to a page about one workspace, for somebody who may not open the list too.
fn trail<N: WorkspaceNeed>(may: &Permitted<N>) -> Vec<Crumb> {
    let place = may.workspace();
    let list = if offers::<org::WorkspaceRead, _>(may) { Crumb::link("Workspaces", HERE) } else { Crumb::text("Workspaces") };
    let home = if place.is_open() { Crumb::link(&place.name, &format!("/workspaces/{}", place.id)) } else { Crumb::text(&place.name) };
    vec![Crumb::text("Settings"), list, home]
}

/// Where to go on to: the workspace for those who may enter it, else [`way_out`].
fn way_on<N: WorkspaceNeed>(may: &Permitted<N>) -> String {
    let place = may.workspace();
    if place.is_open() { format!("/workspaces/{}", place.id) } else { way_out(may) }
}

/// Where to go on to from a workspace that is left: the list, for those who may not open it the first page.
fn way_out<N: Need>(may: &Permitted<N>) -> String {
    if offers::<org::WorkspaceRead, _>(may) { HERE.to_owned() } else { "/".to_owned() }
}
