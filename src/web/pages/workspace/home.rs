//! `/workspaces/{workspace}`: where one is, what one may do here and why, and whom to ask for more.

use askama::Template;

use crate::{
    access::{
        Permitted, WorkspaceSet, explain, grants,
        need::{ManageWorkspace, Member, Need, RestoreWorkspace, SeeFlows},
    },
    db::{Connection, Error},
    domain::{
        flows,
        roles::{self, Role},
        workspaces,
    },
    web::kit::{
        Answer, Linked, May, Nav, Shell, render,
        view::{Crumb, Mark, When, day},
    },
};

/// How many people a line names.
const NAMED: usize = 2;
/// How many are looked at to find those who hold enough.
const ASKED: usize = 12;
/// How many flows are shown.
const LATEST: usize = 5;

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
    /// The last ones changed, for whoever may see flows.
    flows: Option<Vec<FlowRow>>,
}

struct FlowRow {
    name: String,
    href: String,
    by: Option<Linked>,
    changed: When,
}

/// "a Reader, given by Grace Hopper on 19 November"
struct Given {
    role: String,
    by: Option<Linked>,
    on: String,
}

/// What one may not do here, and who can change that.
struct Lack {
    what: Vec<String>,
    ask: Vec<Linked>,
    role: String,
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
    flows: Option<Vec<FlowRow>>,
}

pub async fn show(may: May<Member>) -> Answer {
    let (shell, (place, view)) = may.page(|c, may| Ok((may.workspace().clone(), view(c, may)?))).await?;
    let View { given, yes, no, archived, may_manage, flows } = view;
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
        flows,
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
            Some(Given { role: with_article(&given.name), by, on: day(given.at) })
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
    let no = lacks(c, may)?;
    let flows = match may.also::<SeeFlows>() {
        Some(sees) => Some(latest(c, &sees)?),
        None => None,
    };
    Ok(View { given, yes: explain::summary(place.may).yes, no, archived, may_manage: ManageWorkspace::met(reader), flows })
}

fn latest(c: &mut Connection, may: &Permitted<SeeFlows>) -> Result<Vec<FlowRow>, Error> {
    let found = flows::latest(c, may, LATEST)?;
    let names = Linked::each(c, may.standing(), found.iter().map(|flow| &flow.changed_by))?;
    let href = |flow: &flows::Listed| format!("/workspaces/{}/flows/{}", may.workspace().id, flow.id);
    let row =
        |flow: flows::Listed| FlowRow { href: href(&flow), by: names.get(&flow.changed_by).cloned(), changed: When::of(flow.changed_at), name: flow.name };
    Ok(found.into_iter().map(row).collect())
}

fn lacks(c: &mut Connection, may: &Permitted<Member>) -> Result<Vec<Lack>, Error> {
    let place = may.workspace();
    let roles = roles::of_workspaces(c)?;
    let ways = roles::ways_up(place.may, &place.id, &roles);
    if ways.is_empty() {
        return Ok(Vec::new());
    }
    // What each of them holds is compared: nobody gives what they do not hold.
    let mut givers = Vec::new();
    for giver in grants::givers(c, Some(&place.id), ASKED)? {
        if giver.id != *may.id() {
            givers.push((grants::in_workspace(c, &giver.id, &place.id, false)?, giver.id));
        }
    }
    ways.into_iter().map(|(role, lacking)| lack(c, may, &givers, role, lacking)).collect()
}

fn lack(
    c: &mut Connection,
    may: &Permitted<Member>,
    givers: &[(WorkspaceSet, crate::base::ids::UserId)],
    role: Option<&Role>,
    lacking: WorkspaceSet,
) -> Result<Lack, Error> {
    let what = explain::summary(lacking).yes;
    let Some((role, needed)) = role.and_then(|role| Some((role, role.in_workspace(&may.workspace().id)?))) else {
        return Ok(Lack { what, ask: Vec::new(), role: String::new() });
    };
    let able = givers.iter().filter(|(holds, _)| holds.covers(needed)).take(NAMED);
    let mut ask = Vec::new();
    for (_, giver) in able {
        ask.extend(Linked::to(c, may.standing(), giver)?);
    }
    Ok(Lack { what, ask, role: with_article(&role.name) })
}

/// "an Editor", "a Reader".
fn with_article(role: &str) -> String {
    let vowel = role.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    format!("{} {role}", if vowel { "an" } else { "a" })
}
