//! `/settings/workspaces/{workspace}/restoration`: an archived workspace is opened again.

use askama::Template;

use super::{mark, trail, way_on};
use crate::{
    access::need::RestoreWorkspace,
    domain::{sessions, workspaces},
    web::kit::{
        Answer, May, Nav, Shell, redirect, render,
        view::{Crumb, Mark},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/workspaces/restoration.html")]
struct RestorationPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    mark: Mark,
    title: String,
    action: String,
    cancel: String,
    ends: Vec<String>,
    stays: [&'static str; 2],
}

pub async fn show(may: May<RestoreWorkspace>) -> Answer {
    let (shell, (place, crumbs, back)) = may.page(|_, may| Ok((may.workspace().clone(), trail(may), way_on(may, may.workspace(), true)))).await?;
    if !place.archived {
        return redirect(&back);
    }
    let title = format!("Restore {}?", place.name);
    render(&RestorationPage {
        shell: shell.at(title.clone(), Nav::Workspaces),
        crumbs,
        mark: mark(&place),
        title,
        action: format!("/settings/workspaces/{}/restoration", place.id),
        cancel: back,
        ends: Vec::new(),
        stays: [
            "It is open again to everybody who belonged to it, with the roles they had.",
            "Its API keys work again, unless they were revoked or have expired.",
        ],
    })
}

pub async fn submit(may: May<RestoreWorkspace>) -> Answer {
    let restored = may.write(|tx, may| {
        workspaces::restore(tx, may)?;
        let said = format!("{} is open again.", may.workspace().name);
        sessions::notice(tx, &may.session().hash, Some(&said))?;
        Ok(way_on(may, may.workspace(), true))
    });
    redirect(&restored.await?)
}
