//! `/workspaces/{workspace}/flows/new`: a name and a definition.

use askama::Template;

use super::{
    form::{FlowForm, FlowInput},
    list_of, mark, page_of, trail,
};
use crate::{
    access::permission::here,
    domain::{
        flows::{self, Kind, NewFlow},
        sessions,
    },
    web::kit::{
        Answer, May, Nav, Posted, PostedLong, Problem, Shell, WebError, redirect, render, render_unprocessable,
        view::{Crumb, Mark},
    },
};

#[derive(Template)]
#[template(path = "pages/workspace/flows/form.html")]
pub(super) struct FormPage {
    pub shell: Shell,
    pub mark: Mark,
    pub crumbs: Vec<Crumb>,
    pub title: String,
    pub say: &'static str,
    pub action: String,
    pub cancel: String,
    pub button: &'static str,
    pub form: FlowForm,
    pub problems: Vec<Problem>,
}

/// What stands in the form of a new one.
const EMPTY: &str = "{\n  \"nodes\": [],\n  \"edges\": []\n}";

pub async fn show(may: May<here::FlowsEdit>) -> Answer {
    let mut form = FlowForm::default();
    form.definition.value = EMPTY.to_owned();
    render(&page(&may, form, Vec::new()).await?)
}

async fn page(may: &May<here::FlowsEdit>, form: FlowForm, problems: Vec<Problem>) -> Result<FormPage, WebError> {
    let (shell, place) = may.page(|_, may| Ok(may.workspace().clone())).await?;
    Ok(FormPage {
        shell: shell.at("Create flow", Nav::Flows),
        mark: mark(&place),
        crumbs: trail(&place),
        title: "Create flow".to_owned(),
        say: "Whoever may see flows here sees it at once, and so do programs with a key.",
        action: format!("{}/new", list_of(&place)),
        cancel: list_of(&place),
        button: "Create flow",
        form,
        problems,
    })
}

pub async fn submit(may: May<here::FlowsEdit>, Posted(input): PostedLong<FlowInput>) -> Answer {
    let mut form = FlowForm::of(input);
    let mut problems = Vec::new();
    let Some((name, definition)) = form.read(&mut problems) else {
        return render_unprocessable(&page(&may, form, problems).await?);
    };
    let created = may.write(move |tx, may| {
        let new = NewFlow { name, kind: Kind::default(), definition };
        let id = flows::create(tx, may, &new)?;
        sessions::notice(tx, may, &format!("{} is created.", new.name))?;
        Ok(page_of(may.workspace(), &id))
    });
    redirect(&created.await?)
}
