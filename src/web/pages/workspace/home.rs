//! `/workspaces/{workspace}`: where one is, what one may do here and why, and whom to ask for more; on the first visit a tour,
//! and for who administers it the first steps.

use askama::Template;

use super::{
    checklist::{self, Step},
    tour::Offer,
};
use crate::{
    access::{
        Permitted,
        need::{ManageWorkspace, Member, Need, RestoreWorkspace, SeeFlows},
    },
    db::{Connection, Error},
    domain::{
        flows,
        tours::{self, FirstSteps, Tour},
        workspaces,
    },
    web::kit::{
        Answer, Linked, May, Nav, Shell, render,
        told::here::Here,
        tour::stops,
        view::{Crumb, Mark, When, day},
    },
};

/// How many flows are shown.
const LATEST: usize = 5;

#[derive(Template)]
#[template(path = "pages/workspace/home.html")]
struct HomePage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    description: String,
    tour: Option<Offer>,
    steps: Vec<Step>,
    here: Here,
    archived: Option<ArchivedView>,
    may_manage: bool,
    /// The last ones changed, for whoever may see flows.
    flows: Option<Vec<FlowRow>>,
}

struct FlowRow {
    name: String,
    href: String,
    by: Option<Linked>,
    changed: When,
}

struct ArchivedView {
    by: Option<Linked>,
    on: String,
    may_restore: bool,
}

struct View {
    here: Here,
    archived: Option<ArchivedView>,
    may_manage: bool,
    flows: Option<Vec<FlowRow>>,
    tour: Option<Tour>,
    first_steps: Option<(FirstSteps, checklist::Rights)>,
    name: String,
}

pub async fn show(may: May<Member>) -> Answer {
    let mails = may.tools().config.mail_folder().is_none();
    let (shell, (place, view)) = may.page(|c, may| Ok((may.workspace().clone(), view(c, may)?))).await?;
    let View { here, archived, may_manage, flows, tour, first_steps, name } = view;
    let stops = stops(&shell);
    render(&HomePage {
        tour: tour.map(|tour| Offer::of(tour, &stops, &name, &place.id)),
        steps: first_steps.map(|(taken, rights)| checklist::steps(taken, rights, mails, &shell)).unwrap_or_default(),
        shell: shell.at(format!("Home of {}", place.name), Nav::Home),
        mark: Mark::of(&place.id, &place.name, place.hue),
        crumbs: Vec::new(),
        description: place.description,
        here,
        archived,
        may_manage,
        flows,
    })
}

fn view(c: &mut Connection, may: &Permitted<Member>) -> Result<View, Error> {
    let (place, reader) = (may.workspace(), may.standing());
    let archived = match workspaces::find(c, &place.id)?.and_then(|w| w.archived) {
        Some(archived) => {
            let by = match &archived.by {
                Some(by) => Linked::to(c, reader, by)?,
                None => None,
            };
            Some(ArchivedView { by, on: day(archived.at), may_restore: RestoreWorkspace::met(reader) })
        }
        None => None,
    };
    // An archived workspace is no place to arrive in.
    let arrives = archived.is_none();
    let tour = tours::find(c, may)?;
    let offered = arrives && tours::is_offered(c, may, tour)?;
    let first_steps = if arrives { tours::first_steps(c, may)? } else { None };
    let flows = match may.also::<SeeFlows>() {
        Some(sees) => Some(latest(c, &sees)?),
        None => None,
    };
    Ok(View {
        here: Here::of(c, may)?,
        archived,
        flows,
        may_manage: ManageWorkspace::met(reader),
        tour: offered.then_some(tour),
        first_steps: first_steps.map(|taken| (taken, checklist::Rights::of(reader))),
        name: may.actor().display_name.clone(),
    })
}

fn latest(c: &mut Connection, may: &Permitted<SeeFlows>) -> Result<Vec<FlowRow>, Error> {
    let found = flows::latest(c, may, LATEST)?;
    let names = Linked::each(c, may.standing(), found.iter().map(|flow| &flow.changed_by))?;
    let href = |flow: &flows::Listed| format!("/workspaces/{}/flows/{}", may.workspace().id, flow.id);
    let row =
        |flow: flows::Listed| FlowRow { href: href(&flow), by: names.get(&flow.changed_by).cloned(), changed: When::of(flow.changed_at), name: flow.name };
    Ok(found.into_iter().map(row).collect())
}
