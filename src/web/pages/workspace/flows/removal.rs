//! `/workspaces/{workspace}/flows/{flow}/removal`: what ends and what stays, then the flow is deleted.

use askama::Template;

use super::{list_of, mark, page_of, trail};
use crate::{
    access::permission::here,
    base::ids::FlowId,
    domain::{flows, sessions},
    web::kit::{
        Answer, At, May, Nav, Shell, redirect, render,
        view::{Crumb, Mark},
    },
};

#[derive(Template)]
#[template(path = "pages/workspace/flows/removal.html")]
struct RemovalPage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    title: String,
    ends: Vec<String>,
    stays: Vec<String>,
    back: String,
}

pub async fn show(may: May<here::FlowsDelete>, At(id): At<FlowId>) -> Answer {
    let asked = may.page(move |c, may| Ok((may.workspace().clone(), flows::read_back(c, may, &id)?)));
    let (shell, (place, flow)) = asked.await?;
    let mut crumbs = trail(&place);
    crumbs.push(Crumb::link(&flow.name, &page_of(&place, &flow.id)));
    let title = format!("Delete {}?", flow.name);
    render(&RemovalPage {
        shell: shell.at(title.clone(), Nav::Flows),
        mark: mark(&place),
        crumbs,
        title,
        ends: vec![
            "Its name and its definition are gone for good. It can’t be undone.".to_owned(),
            "Programs that ask for it through the API are told that it is not there.".to_owned(),
        ],
        stays: vec![format!("The other flows of {} stay as they are.", place.name)],
        back: page_of(&place, &flow.id),
    })
}

pub async fn submit(may: May<here::FlowsDelete>, At(id): At<FlowId>) -> Answer {
    let deleted = may.write(move |tx, may| {
        let name = flows::delete(tx, may, &id)?;
        sessions::notice(tx, may, &format!("{name} is deleted."))?;
        Ok(list_of(may.workspace()))
    });
    redirect(&deleted.await?)
}
