//! `/workspaces/{workspace}/settings/general`: what a workspace is called and looks like; from here it is archived or deleted.

use askama::Template;
use serde::Deserialize;

use super::{crumbs, mark};
use crate::{
    access::{
        Permitted,
        grants::Place,
        need::{DeleteWorkspace, ManageWorkspace, Need, RestoreWorkspace},
    },
    base::{
        ids::WorkspaceId,
        text::{Description, WorkspaceName},
    },
    domain::{Error, sessions, workspaces},
    web::kit::{
        Answer, At, Choice, Field, May, Nav, Posted, Problem, Shell, WebError,
        form::{complain, judge},
        redirect, render, render_unprocessable,
        view::{Crumb, Mark},
    },
};

/// What the twelve hues look like, for who does not see them.
const COLOURS: [&str; workspaces::HUES as usize] = ["Rose", "Red", "Orange", "Olive", "Moss", "Green", "Teal", "Cyan", "Blue", "Indigo", "Purple", "Magenta"];

#[derive(Deserialize)]
pub struct GeneralInput {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    /// Empty: as it is.
    #[serde(default)]
    hue: String,
}

#[derive(Clone)]
struct GeneralForm {
    name: Field,
    description: Field,
    hue: Field,
}

impl GeneralForm {
    fn of(place: &Place) -> Self {
        Self { name: Field::of(&place.name), description: Field::of(&place.description), hue: Field::of(place.hue.to_string()) }
    }
}

#[derive(Template)]
#[template(path = "pages/workspace/settings/general.html")]
struct GeneralPage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    form: GeneralForm,
    colours: Vec<Choice>,
    problems: Vec<Problem>,
    archived: bool,
    may_restore: bool,
    may_delete: bool,
    /// Where this workspace is archived, restored and deleted.
    settings: String,
}

struct Data {
    mark: Mark,
    form: GeneralForm,
    archived: bool,
    may_restore: bool,
    may_delete: bool,
    settings: String,
}

fn load(may: &Permitted<ManageWorkspace>) -> Data {
    let place = may.workspace();
    Data {
        mark: mark(place),
        form: GeneralForm::of(place),
        archived: place.archived,
        may_restore: RestoreWorkspace::met(may.standing()),
        may_delete: DeleteWorkspace::met(may.standing()),
        settings: format!("/settings/workspaces/{}", place.id),
    }
}

pub async fn show(may: May<ManageWorkspace>) -> Answer {
    // Whoever manages workspaces from outside has the small form there.
    let (shell, (data, open)) = may.page(|_, may| Ok((load(may), may.workspace().is_open()))).await?;
    if !open {
        return redirect(&format!("{}/name", data.settings));
    }
    render(&page(shell, data, None, Vec::new()))
}

fn page(shell: Shell, data: Data, form: Option<GeneralForm>, problems: Vec<Problem>) -> GeneralPage {
    let form = form.unwrap_or(data.form);
    let colours = COLOURS.iter().enumerate().map(|(hue, name)| Choice::new(hue.to_string(), *name, hue.to_string() == form.hue.value));
    GeneralPage {
        shell: shell.at(format!("General settings of {}", data.mark.name), Nav::WorkspaceGeneral),
        mark: data.mark,
        crumbs: crumbs(),
        colours: colours.collect(),
        form,
        problems,
        archived: data.archived,
        may_restore: data.may_restore,
        may_delete: data.may_delete,
        settings: data.settings,
    }
}

pub async fn submit(may: May<ManageWorkspace>, At(workspace): At<WorkspaceId>, Posted(input): Posted<GeneralInput>) -> Answer {
    let mut form = GeneralForm { name: Field::of(input.name), description: Field::of(input.description), hue: Field::of(input.hue) };
    let mut problems = Vec::new();
    let name = judge(&mut problems, &mut form.name, "name", "Name", WorkspaceName::parse);
    let description = judge(&mut problems, &mut form.description, "description", "Description", Description::parse);
    let hue = judge(&mut problems, &mut form.hue, "hue", "Colour", |text| match text {
        "" => Ok(None),
        text => text.parse::<u8>().map(Some).map_err(|_| "Choose one of these colours.".to_owned()),
    });
    let (Some(name), Some(description), Some(hue)) = (name, description, hue) else { return again(&may, form, problems).await };
    let saved = may.try_write(move |tx, may| {
        let before = may.workspace();
        workspaces::change(tx, may, &name, &description, hue.unwrap_or(before.hue))?;
        let said = if before.name == name.as_str() { "Saved.".to_owned() } else { format!("{} is now called {name}.", before.name) };
        Ok(sessions::notice(tx, may, &said)?)
    });
    match saved.await? {
        Ok(()) => redirect(&format!("/workspaces/{workspace}/settings/general")),
        Err(Error::Invalid(found)) => {
            for (field, why) in found {
                let (on, label) = match field {
                    "description" => (&mut form.description, "Description"),
                    "hue" => (&mut form.hue, "Colour"),
                    _ => (&mut form.name, "Name"),
                };
                complain(&mut problems, on, field, label, why);
            }
            again(&may, form, problems).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn again(may: &May<ManageWorkspace>, form: GeneralForm, problems: Vec<Problem>) -> Result<actix_web::HttpResponse, WebError> {
    let (shell, data) = may.page(|_, may| Ok(load(may))).await?;
    render_unprocessable(&page(shell, data, Some(form), problems))
}
