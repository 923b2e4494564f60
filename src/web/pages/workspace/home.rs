//! `/workspaces/{workspace}`: where one is, what one may do here and why, and whom to ask for more.

use askama::Template;

use crate::{
    access::{
        Permitted, explain,
        need::{ManageWorkspace, Member, Need, RestoreWorkspace},
    },
    db::{Connection, Error},
    domain::{roles, workspaces},
    web::kit::{
        Answer, Linked, May, Nav, Shell, render,
        told::{
            article,
            more::{Lack, lacks},
        },
        view::{Crumb, Mark, day},
    },
};

#[derive(Template)]
#[template(path = "pages/workspace/home.html")]
struct HomePage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    description: String,
    given: Option<Given>,
    yes: Vec<String>,
    no: Vec<Lack>,
    archived: Option<ArchivedView>,
    may_manage: bool,
}

/// "a Reader, given by Grace Hopper on 19 November"
struct Given {
    role: String,
    by: Option<Linked>,
    on: String,
}

struct ArchivedView {
    by: Option<Linked>,
    on: String,
    may_restore: bool,
}

struct View {
    given: Option<Given>,
    yes: Vec<String>,
    no: Vec<Lack>,
    archived: Option<ArchivedView>,
    may_manage: bool,
}

pub async fn show(may: May<Member>) -> Answer {
    let (shell, (place, view)) = may.page(|c, may| Ok((may.workspace().clone(), view(c, may)?))).await?;
    let View { given, yes, no, archived, may_manage } = view;
    render(&HomePage {
        shell: shell.at(format!("Home of {}", place.name), Nav::Home),
        mark: Mark::of(&place.id, &place.name, place.hue),
        crumbs: Vec::new(),
        description: place.description,
        given,
        yes,
        no,
        archived,
        may_manage,
    })
}

fn view(c: &mut Connection, may: &Permitted<Member>) -> Result<View, Error> {
    let (place, reader) = (may.workspace(), may.standing());
    let given = match &place.membership {
        Some(given) if !place.through_organization() => {
            let by = match &given.by {
                Some(by) if by != may.id() => Linked::to(c, reader, by)?,
                _ => None,
            };
            Some(Given { role: article(&given.name), by, on: day(given.at) })
        }
        _ => None,
    };
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
    let roles = roles::of_workspaces(c)?;
    let no = lacks(c, may, &place.id, place.may, &roles)?;
    Ok(View { given, yes: explain::summary(place.may).yes, no, archived, may_manage: ManageWorkspace::met(reader) })
}
