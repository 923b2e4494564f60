//! `/help`: the guides to what the reader may do, where to look around, whom to ask.

use askama::Template;

use super::guides::{self, Guide};
use crate::{
    access::{WorkspacePermission, need::SignedIn},
    web::kit::{
        Answer, May, Nav, Shell, render,
        tour::{how_long, stops},
        view::Crumb,
    },
};

#[derive(Template)]
#[template(path = "pages/help/list.html")]
struct HelpPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    guides: Vec<&'static Guide>,
    /// What it is called, how long it takes, where it begins.
    tour: Option<(String, String, String)>,
    /// What one may do with them, and where.
    flows: Option<(&'static str, String)>,
}

pub async fn show(may: May<SignedIn>) -> Answer {
    let (shell, organization) = may.page(|_, may| Ok(may.organization())).await?;
    let tour = shell.workspace.as_ref().map(|here| (format!("Tour of {}", here.name), how_long(stops(&shell).len()), format!("/workspaces/{}/tour", here.id)));
    let edits = shell.may_here.has(WorkspacePermission::FlowsEdit);
    render(&HelpPage {
        crumbs: Vec::new(),
        guides: guides::all().filter(|guide| guide.is_for(&shell, organization)).collect(),
        tour,
        flows: shell
            .way_to(Nav::Flows)
            .map(|href| (if edits { "Open, create and change them" } else { "Open them, and read what they are made of" }, href.to_owned())),
        shell: shell.at("Help", Nav::Help),
    })
}
