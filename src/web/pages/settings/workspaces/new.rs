//! `/settings/workspaces/new`: a name and a sentence; whoever creates it is its Admin.

use askama::Template;
use serde::Deserialize;

use super::HERE;
use crate::{
    access::{grants::Standing, permission::org},
    base::text::{Description, WorkspaceName},
    db::Connection,
    domain::{Error, memberships, sessions, workspaces},
    web::kit::{
        Answer, Field, May, Nav, Posted, Problem, Shell,
        form::{complain, judge},
        redirect, render, render_unprocessable,
        shell::{Link, offers},
        view::Crumb,
    },
};

#[derive(Deserialize)]
pub struct NewInput {
    name: String,
    description: String,
}

#[derive(Default, Clone)]
pub(super) struct NewForm {
    pub name: Field,
    pub description: Field,
}

#[derive(Template)]
#[template(path = "pages/settings/workspaces/new.html")]
struct NewPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    form: NewForm,
    taken: Option<Link>,
    problems: Vec<Problem>,
    cancel: &'static str,
}

impl NewForm {
    pub fn read(&mut self, problems: &mut Vec<Problem>) -> Option<(WorkspaceName, Description)> {
        let name = judge(problems, &mut self.name, "name", "Name", WorkspaceName::parse);
        let description = judge(problems, &mut self.description, "description", "Description", Description::parse);
        Some((name?, description?))
    }

    /// Puts what the act found wrong on its field.
    pub fn complain(&mut self, problems: &mut Vec<Problem>, found: Vec<(&'static str, String)>) {
        for (field, why) in found {
            let (on, label) = if field == "description" { (&mut self.description, "Description") } else { (&mut self.name, "Name") };
            complain(problems, on, field, label, why);
        }
    }
}

/// Where the workspace is that has the name already, for those who may enter it or see it in the list.
pub(super) fn way_to_namesake(c: &mut Connection, reader: &Standing, name: &WorkspaceName) -> Result<Option<Link>, Error> {
    let Some(other) = workspaces::find_by_name(c, name)? else { return Ok(None) };
    if workspaces::find_open(c, reader, &other.id)?.is_some() {
        return Ok(Some(Link { label: format!("Open {}", other.name), href: format!("/workspaces/{}", other.id) }));
    }
    let listed = workspaces::sees_all(reader.organization) && reader.organization.has(crate::access::OrgPermission::WorkspaceRead);
    let query: String = url::form_urlencoded::byte_serialize(other.name.as_bytes()).collect();
    Ok(listed.then(|| Link { label: format!("Find {} in the list", other.name), href: format!("{HERE}?q={query}") }))
}

pub async fn show(may: May<org::WorkspaceWrite>) -> Answer {
    let page = page(&may, NewForm::default(), Vec::new(), None).await?;
    render(&page)
}

async fn page(
    may: &May<org::WorkspaceWrite>,
    form: NewForm,
    problems: Vec<Problem>,
    name: Option<WorkspaceName>,
) -> Result<NewPage, crate::web::kit::WebError> {
    let (shell, (taken, lists)) = may
        .page(move |c, may| {
            let taken = match &name {
                Some(name) => way_to_namesake(c, may.standing(), name)?,
                None => None,
            };
            Ok((taken, offers::<org::WorkspaceRead, _>(may)))
        })
        .await?;
    let list = if lists { Crumb::link("Workspaces", HERE) } else { Crumb::text("Workspaces") };
    Ok(NewPage {
        shell: shell.at("Create workspace", Nav::Workspaces),
        crumbs: vec![Crumb::text("Settings"), list],
        form,
        taken,
        problems,
        cancel: if lists { HERE } else { "/" },
    })
}

pub async fn submit(may: May<org::WorkspaceWrite>, Posted(input): Posted<NewInput>) -> Answer {
    let mut form = NewForm { name: Field::of(input.name), description: Field::of(input.description) };
    let mut problems = Vec::new();
    let Some((name, description)) = form.read(&mut problems) else {
        return render_unprocessable(&page(&may, form, problems, None).await?);
    };
    let wanted = name.clone();
    let created = may.try_write(move |tx, may| {
        let id = memberships::create_workspace(tx, may, &name, &description)?;
        sessions::notice(tx, may, &format!("{name} is created, and you are its Admin."))?;
        Ok(id)
    });
    match created.await? {
        Ok(id) => redirect(&format!("/workspaces/{id}")),
        Err(Error::Invalid(found)) => {
            form.complain(&mut problems, found);
            render_unprocessable(&page(&may, form, problems, Some(wanted)).await?)
        }
        Err(e) => Err(e.into()),
    }
}
