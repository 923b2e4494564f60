//! `/settings/workspaces/{workspace}/name`: another name and description.

use askama::Template;
use serde::Deserialize;

use super::{
    new::{NewForm, way_to_namesake},
    trail, way_on,
};
use crate::{
    access::need::ManageWorkspace,
    base::text::WorkspaceName,
    domain::{Error, sessions, workspaces},
    web::kit::{Answer, Field, May, Nav, Posted, Problem, Shell, WebError, redirect, render, render_unprocessable, shell::Link, view::Crumb},
};

#[derive(Deserialize)]
pub struct NameInput {
    name: String,
    description: String,
}

#[derive(Template)]
#[template(path = "pages/settings/workspaces/name.html")]
struct NamePage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    action: String,
    cancel: String,
    title: String,
    form: NewForm,
    taken: Option<Link>,
    problems: Vec<Problem>,
}

pub async fn show(may: May<ManageWorkspace>) -> Answer {
    render(&page(&may, None, Vec::new(), None).await?)
}

/// Without a form: the values as they are.
async fn page(may: &May<ManageWorkspace>, form: Option<NewForm>, problems: Vec<Problem>, name: Option<WorkspaceName>) -> Result<NamePage, WebError> {
    let (shell, mut page) = may
        .page(move |c, may| {
            let place = may.workspace();
            let taken = match &name {
                Some(name) => way_to_namesake(c, may.standing(), name)?,
                None => None,
            };
            let as_it_is = || NewForm { name: Field::of(&place.name), description: Field::of(&place.description) };
            Ok(NamePage {
                shell: Shell::bare("", ""),
                crumbs: trail(may),
                action: format!("/settings/workspaces/{}/name", place.id),
                cancel: way_on(may),
                title: format!("Rename {}", place.name),
                form: form.unwrap_or_else(as_it_is),
                taken,
                problems,
            })
        })
        .await?;
    page.shell = shell.at(page.title.clone(), Nav::Workspaces);
    Ok(page)
}

pub async fn submit(may: May<ManageWorkspace>, Posted(input): Posted<NameInput>) -> Answer {
    let mut form = NewForm { name: Field::of(input.name), description: Field::of(input.description) };
    let mut problems = Vec::new();
    let Some((name, description)) = form.read(&mut problems) else {
        return render_unprocessable(&page(&may, Some(form), problems, None).await?);
    };
    let wanted = name.clone();
    let renamed = may.try_write(move |tx, may| {
        workspaces::rename(tx, may, &name, &description)?;
        let before = &may.workspace().name;
        let said = if before == name.as_str() { "Saved.".to_owned() } else { format!("{before} is now called {name}.") };
        sessions::notice(tx, may, &said)?;
        Ok(way_on(may))
    });
    match renamed.await? {
        Ok(to) => redirect(&to),
        Err(Error::Invalid(found)) => {
            form.complain(&mut problems, found);
            render_unprocessable(&page(&may, Some(form), problems, Some(wanted)).await?)
        }
        Err(e) => Err(e.into()),
    }
}
