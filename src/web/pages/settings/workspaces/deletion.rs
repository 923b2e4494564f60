//! `/settings/workspaces/{workspace}/deletion`: deleting a workspace for good; its name is typed to confirm.

use askama::Template;
use serde::Deserialize;

use super::{trail, way_on, way_out};
use crate::{
    access::need::{DeleteWorkspace, SignedIn},
    base::ids::WorkspaceId,
    domain::{Error, api_keys, deletion, flows, memberships, sessions},
    web::kit::{
        Answer, At, Field, May, Nav, Posted, Problem, Shell, Sure, WebError,
        form::complain,
        redirect, render, render_unprocessable,
        view::{Crumb, Mark, thousands},
    },
};

#[derive(Deserialize)]
pub struct DeletionInput {
    #[serde(default)]
    name: String,
}

#[derive(Template)]
#[template(path = "pages/settings/workspaces/deletion.html")]
struct DeletionPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    mark: Mark,
    title: String,
    ends: Vec<String>,
    stays: Vec<String>,
    name: Field,
    problems: Vec<Problem>,
    back: String,
}

pub async fn show(may: Sure<DeleteWorkspace>) -> Answer {
    render(&page(&may).await?)
}

async fn page(may: &Sure<DeleteWorkspace>) -> Result<DeletionPage, WebError> {
    let asked = may.page(|c, may| {
        let place = may.workspace();
        let (population, keys, flows) = (memberships::population(c, &place.id)?, api_keys::count_in(c, &place.id)?, flows::count(c, may)?);
        Ok((Mark::of(&place.id, &place.name, place.hue), place.archived, population, keys, flows, trail(may), way_on(may)))
    });
    let (shell, (mark, archived, population, keys, flows, crumbs, back)) = asked.await?;
    let title = format!("Delete {} for good?", mark.name);
    let members = match population.members {
        0 => "Nobody is a member of it.".to_owned(),
        1 => "Its one member loses access now, also in pages they have open.".to_owned(),
        n => format!("Its {} members lose access now, also in pages they have open.", thousands(n)),
    };
    let keys = match keys {
        0 => None,
        1 => Some("Its API key is deleted: the service that uses it is refused.".to_owned()),
        n => Some(format!("Its {} API keys are deleted: services that use them are refused.", thousands(n))),
    };
    let only = match population.only_here {
        0 => None,
        1 => Some("For one of them it is the only workspace: they are told so, and whom to ask.".to_owned()),
        n => Some(format!("For {} of them it is the only workspace: they are told so, and whom to ask.", thousands(n))),
    };
    let mut stays = vec![format!("The people stay in {}.", shell.organization), "The audit keeps what was done in it.".to_owned()];
    if !archived {
        stays.push("To close it and keep everything, archive it instead.".to_owned());
    }
    let flows = match flows {
        0 => String::new(),
        1 => "its one flow, ".to_owned(),
        n => format!("its {} flows, ", thousands(n)),
    };
    let everything = format!("Everything in it is deleted: {flows}its settings, and the roles made for it alone. This cannot be undone.");
    Ok(DeletionPage {
        ends: [Some(everything), Some(members), only, keys].into_iter().flatten().collect(),
        stays,
        crumbs,
        name: Field::default(),
        problems: Vec::new(),
        back,
        shell: shell.at(&title, Nav::Workspaces),
        title,
        mark,
    })
}

pub async fn submit(may: Sure<DeleteWorkspace>, me: May<SignedIn>, At(id): At<WorkspaceId>, Posted(input): Posted<DeletionInput>) -> Answer {
    let typed = input.name.clone();
    let deleted = may.try_write(move |tx, may| {
        deletion::delete(tx, may, &typed)?;
        sessions::notice(tx, may, &format!("{} is deleted.", may.workspace().name))?;
        Ok(way_out(may))
    });
    match deleted.await {
        Ok(Ok(to)) => redirect(&to),
        Ok(Err(Error::Invalid(found))) => {
            let mut page = page(&may).await?;
            page.name = Field::of(input.name);
            for (field, why) in found {
                complain(&mut page.problems, &mut page.name, field, "Its name", why);
            }
            render_unprocessable(&page)
        }
        Ok(Err(e)) => Err(e.into()),
        // A double click: whoever deleted it finds the way on.
        Err(WebError::NotFound) => {
            let to = me.read(move |c, me| Ok(deletion::deleted_by(c, me, &id)?.then(|| way_out(me)))).await?;
            to.map_or(Err(WebError::NotFound), |to| redirect(&to))
        }
        Err(e) => Err(e),
    }
}
