//! `/account/activity`: what one did lately in every workspace, oneself and through one's keys.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        OrgPermission, Permitted,
        need::SignedIn,
        permission::org::{OrgEdit, UsersRead},
    },
    base::ids::AuditId,
    db::Connection,
    domain::{
        Error,
        audit::{self, Act},
        roles, workspaces,
    },
    web::kit::{
        Answer, May, Nav, Query, Shell, Takes,
        shell::offers,
        told::{acts, sees_every_workspace},
        view::When,
    },
};

/// Up to how many workspaces of their own a reader knows.
const KNOWN: usize = 100_000;

#[derive(Deserialize)]
pub struct From {
    /// The last act of the page before.
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "pages/account/activity.html")]
struct ActivityPage {
    shell: Shell,
    acts: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

struct Line {
    say: String,
    by_key: bool,
    at: When,
}

pub async fn show(may: May<SignedIn>, Query(from): Query<From>) -> Answer {
    let before: Option<AuditId> = from.before.parse().ok();
    let later = before.is_some();
    let page = move |shell: Shell, (acts, next): (_, Option<AuditId>)| ActivityPage {
        shell: shell.at("Activity", Nav::Activity),
        acts,
        first: later.then(|| "/account/activity".to_owned()),
        next: next.map(|id| format!("/account/activity?before={id}")),
    };
    may.show(Takes::AWhile, move |c, may| lines(c, may, before.as_ref()), page).await
}

fn lines(c: &mut Connection, may: &Permitted<SignedIn>, before: Option<&AuditId>) -> Result<(Vec<Line>, Option<AuditId>), Error> {
    let (mut acts, more) = audit::own_acts(c, may, before)?;
    let next = acts.last().filter(|_| more).map(|act| act.id.clone());
    let known = workspaces::open_to(c, may.standing(), KNOWN)?;
    let everywhere = sees_every_workspace(may.organization());
    let (organization, workspace) = (roles::of_organization(c)?, roles::of_workspaces(c)?);
    let names = acts::names(organization.iter().chain(&workspace));
    let reader = acts::Reader {
        you: true,
        knows: &|name: &str| everywhere || known.iter().any(|w| w.name == name),
        address: true,
        settings: offers::<OrgEdit, _>(may) || may.organization().has(OrgPermission::OrgAudit),
        roles: &names,
    };
    if !offers::<UsersRead, _>(may) {
        acts.iter_mut().for_each(|act| without_others(act, may));
    }
    let line = |act: &Act| Line { say: acts::describe(act, &reader), by_key: act.key_name.is_some(), at: When::of(act.at) };
    Ok((acts.iter().map(line).collect(), next))
}

/// Whoever may no longer see people is not told of others what they once did to them.
fn without_others(act: &mut Act, may: &Permitted<SignedIn>) {
    if act.subject_kind == "user" && act.subject.as_deref() != Some(may.id().as_str()) {
        act.subject_name = None;
        act.personal.retain(|(field, _, _)| field == "network address");
    }
}
