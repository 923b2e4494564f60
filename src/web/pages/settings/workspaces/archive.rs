//! `/settings/workspaces/{workspace}/archive`: what ends and what stays, then it is closed.

use askama::Template;

use super::{mark, trail, way_on};
use crate::{
    access::{OrgPermission, need::ManageWorkspace},
    domain::{sessions, workspaces},
    web::kit::{
        Answer, May, Nav, Shell, redirect, render,
        view::{Crumb, Mark},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/workspaces/archive.html")]
struct ArchivePage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    mark: Mark,
    title: String,
    action: String,
    cancel: String,
    ends: Vec<String>,
    stays: Vec<String>,
}

pub async fn show(may: May<ManageWorkspace>) -> Answer {
    let (shell, (place, crumbs, back, organization)) =
        may.page(|_, may| Ok((may.workspace().clone(), trail(may), way_on(may, may.workspace(), true), may.organization()))).await?;
    if place.archived {
        return redirect(&back);
    }
    let restores = if organization.has(OrgPermission::WorkspaceEdit) {
        "You can restore it at any time, and everybody has there again what they had."
    } else {
        "An organization admin can restore it, and everybody has there again what they had. You cannot do that yourself."
    };
    let title = format!("Archive {}?", place.name);
    let mut ends = vec!["It is closed to everybody but organization admins, also in pages they have open.".to_owned()];
    if !organization.has(OrgPermission::OrgAdmin) {
        ends.push("You leave it too: it disappears from your switcher and your list.".into());
    }
    ends.push("Its API keys rest: services that use them are refused.".into());
    render(&ArchivePage {
        shell: shell.at(title.clone(), Nav::Workspaces),
        crumbs,
        mark: mark(&place),
        title,
        action: format!("/settings/workspaces/{}/archive", place.id),
        cancel: back,
        ends,
        stays: vec!["Nothing in it is deleted.".into(), restores.into()],
    })
}

pub async fn submit(may: May<ManageWorkspace>) -> Answer {
    let archived = may.write(|tx, may| {
        workspaces::archive(tx, may)?;
        let said = format!("{} is archived.", may.workspace().name);
        sessions::notice(tx, &may.session().hash, Some(&said))?;
        Ok(way_on(may, may.workspace(), false))
    });
    redirect(&archived.await?)
}
