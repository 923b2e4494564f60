//! The question before a workspace is archived or restored: what ends, what stays, and the button that does it.

use askama::Template;

use super::{trail, way_on};
use crate::{
    access::{Permitted, grants::Place, need::WorkspaceNeed},
    domain::Error,
    web::kit::{
        Answer, May, Nav, Shell, redirect, render,
        view::{Crumb, Mark},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/workspaces/question.html")]
struct QuestionPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    mark: Mark,
    title: String,
    keep: String,
    cancel: String,
    act: Act,
}

/// What is asked about.
pub(super) struct Act {
    /// "Archive".
    pub verb: &'static str,
    pub danger: bool,
    /// What the button that leaves everything as it is says; empty: "Keep" and the name.
    pub keep: &'static str,
    pub ends: Vec<&'static str>,
    pub stays: Vec<&'static str>,
}

/// The question, for a workspace that is archived or not, as the act needs it; else where to go on.
pub(super) async fn ask<N: WorkspaceNeed>(may: May<N>, archived: bool, act: impl FnOnce(&Permitted<N>) -> Act + Send + 'static) -> Answer {
    let asked = may.page(move |_, may| {
        let place: &Place = may.workspace();
        Ok::<_, Error>((Mark::of(&place.id, &place.name, place.hue), place.archived, trail(may), way_on(may), act(may)))
    });
    let (shell, (mark, is_archived, crumbs, back, act)) = asked.await?;
    if is_archived != archived {
        return redirect(&back);
    }
    let title = format!("{} {}?", act.verb, mark.name);
    let keep = if act.keep.is_empty() { format!("Keep {}", mark.name) } else { act.keep.to_owned() };
    render(&QuestionPage { shell: shell.at(title.clone(), Nav::Workspaces), crumbs, mark, title, keep, cancel: back, act })
}
