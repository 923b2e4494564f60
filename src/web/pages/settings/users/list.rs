//! `GET /settings/users`: everyone in the organization, narrowed down, sorted and searched; all of it stands in the address.

pub mod export;
mod narrowed;
pub mod place;
mod rows;

use std::collections::{HashMap, HashSet};

use askama::Template;

pub use narrowed::Narrowed;
use narrowed::{href, sorts};
use place::{Place, Unclear};
use rows::{Line, Viewer, line};

use super::KNOWN;
use crate::{
    access::{OrgPermission, OrgSet, Permitted, permission::org},
    base::{
        ids::{RoleId, UserId, WorkspaceId},
        text::fold,
    },
    db::Connection,
    domain::{
        Error, invites, people,
        roles::{self, Role},
        users::{
            Status,
            list::{self, Column, Count, Found, Listed, Order, Statuses, Wanted},
        },
        workspaces,
    },
    web::kit::{
        Answer, Choice, May, Nav, Query, Shell, Takes, redirect,
        told::{matching, sees_every_workspace},
        view::{Crumb, people as people_in_words},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/users/list.html")]
struct UsersPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    say: String,
    may_add: bool,
    /// What the export is narrowed down by, as the list is.
    filters: [(&'static str, String); 4],
    q: String,
    sorts: Vec<Choice>,
    sort_on: bool,
    count: String,
    clear: String,
    in_use: usize,
    statuses: Vec<Choice>,
    status_on: bool,
    roles: Vec<Choice>,
    role_on: bool,
    workspaces: Vec<Choice>,
    /// Instead, where they are many.
    workspace: Option<String>,
    workspace_on: bool,
    unclear: Option<Unclear>,
    name: Head,
    active: Head,
    too_many: bool,
    people: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
    nobody: String,
    /// The same search among everyone, where filters narrow it.
    everyone: Option<String>,
}

/// The head of a column that can be sorted by; without an address it cannot, now.
struct Head {
    href: String,
    order: &'static str,
}

struct Data {
    found: Found,
    roles: Vec<Role>,
    place: Place,
    viewer: Viewer,
    wanted: Wanted,
}

pub async fn show(may: May<org::UsersRead>, Query(narrowed): Query<Narrowed>) -> Answer {
    let mut wanted = narrowed.wanted();
    let q = narrowed.q;
    let mut unclear = None;
    if let Some(typed) = place::typed(&narrowed.workspace) {
        let part = fold(&typed);
        let some = may.read(move |c, may| Ok(workspaces::open_named(c, may.standing(), &part)?)).await?;
        if let [meant] = some.as_slice() {
            wanted.workspace = Some(meant.id.clone());
            // To the address that goes on meaning this one, whatever others are called later.
            return redirect(&href(&wanted, &q, wanted.order, None));
        }
        unclear = Some((typed, some));
    }
    may.show(
        if wanted.is_soon_read() { Takes::AMoment } else { Takes::AWhile },
        move |c, may| {
            let roles = roles::of_organization(c)?;
            wanted.role = wanted.role.filter(|id| roles.iter().any(|role| role.id == *id));
            let own = if sees_every_workspace(may.organization()) { None } else { Some(workspaces::open_to(c, may.standing(), KNOWN)?) };
            let place = Place::of(c, may.standing(), own.as_deref(), wanted.workspace.as_ref(), unclear)?;
            wanted.workspace = place.chosen.as_ref().map(|w| w.id.clone());
            let found = list::list(c, may, &wanted)?;
            let knows = own.map(|own| own.into_iter().map(|w| w.id).collect());
            let viewer = viewer(c, may, &found, knows)?;
            Ok(Data { found, roles, place, viewer, wanted })
        },
        move |shell, data| page(shell, &q, data),
    )
    .await
}

/// Of a role that is none of the organization nothing is offered.
fn unknown<'a>() -> (&'a str, OrgSet) {
    ("", OrgSet::all())
}

/// Roles of the organization by their id: what they are called, and what they mean.
fn in_organization(roles: &[Role]) -> HashMap<&RoleId, (&str, OrgSet)> {
    roles.iter().map(|role| (&role.id, (role.name.as_str(), role.in_organization().unwrap_or_else(OrgSet::all)))).collect()
}

fn viewer(c: &mut Connection, may: &Permitted<org::UsersRead>, found: &Found, knows: Option<HashSet<WorkspaceId>>) -> Result<Viewer, Error> {
    let invited: Vec<UserId> = found.rows.iter().filter(|row| row.status == Status::Invited).map(|row| row.id.clone()).collect();
    let could_give = if invited.is_empty() { HashSet::new() } else { invites::could_give_among(c, may, &invited)? };
    let shows_own = found.rows.iter().any(|row| row.id == *may.id());
    Ok(Viewer { id: may.id().clone(), may: may.organization(), may_step_down: shows_own && people::may_step_down(c, may)?, could_give, knows })
}

fn page(shell: Shell, q: &str, data: Data) -> UsersPage {
    let Data { found, roles, place, viewer, wanted } = data;
    let q = if wanted.search.is_empty() { "" } else { q };
    let filtered = wanted.status != Statuses::ActiveOrInvited || wanted.role.is_some() || wanted.workspace.is_some();
    let organization = in_organization(&roles);
    let one = |row: Listed| {
        let role = organization.get(&row.role).copied();
        line(row, &found.places, role.unwrap_or_else(unknown), &viewer)
    };
    let lines: Vec<Line> = found.rows.into_iter().map(one).collect();
    let place::Shown { choices: workspaces, typed: workspace, unclear } = place.shown(&wanted, q);
    let head = |column, descending_first| Head::of(column, descending_first, found.order, &wanted, q, found.count);
    UsersPage {
        say: format!("Everyone in {}. An organization admin is an admin in every workspace.", shell.organization),
        shell: shell.at("Users", Nav::Users),
        crumbs: vec![Crumb::text("Settings")],
        filters: narrowed::fields(&wanted, q),
        may_add: viewer.may.has(OrgPermission::UsersWrite),
        sorts: sorts(&wanted, found.order),
        sort_on: wanted.order.is_some(),
        count: counted(found.count, found.total),
        clear: if filtered || unclear.is_some() || !q.is_empty() { "/settings/users".to_owned() } else { String::new() },
        in_use: [wanted.status != Statuses::ActiveOrInvited, wanted.role.is_some(), wanted.workspace.is_some()].into_iter().filter(|on| *on).count(),
        statuses: narrowed::statuses(&wanted),
        status_on: wanted.status != Statuses::Any,
        roles: narrowed::roles(&wanted, &roles),
        role_on: wanted.role.is_some(),
        workspaces,
        workspace,
        workspace_on: wanted.workspace.is_some(),
        unclear,
        name: head(Column::Name, false),
        active: head(Column::Active, true),
        too_many: matches!(found.count, Count::MoreThan(_)),
        people: lines,
        first: wanted.after.is_some().then(|| href(&wanted, q, wanted.order, None)),
        next: found.next.as_ref().map(|next| href(&wanted, q, wanted.order, Some(next))),
        nobody: nobody(&wanted, q),
        everyone: everyone(&wanted, q),
        q: q.to_owned(),
    }
}

impl Head {
    /// Leads to the other way round where the list is sorted by it already, and else to the way one wants first.
    fn of(column: Column, descending_first: bool, now: Option<Order>, wanted: &Wanted, q: &str, count: Count) -> Self {
        let by_it = now.filter(|order| order.column == column);
        let descending = by_it.map_or(descending_first, |order| !order.descending);
        let order = match by_it {
            Some(Order { descending: true, .. }) => "descending",
            Some(_) => "ascending",
            None => "",
        };
        let href = if matches!(count, Count::MoreThan(_)) { String::new() } else { href(wanted, q, Some(Order { column, descending }), None) };
        Self { href, order }
    }
}

fn counted(count: Count, total: i64) -> String {
    match count {
        Count::Exactly(n) if n == total => people_in_words(n),
        _ => matching(count, &people_in_words(total)),
    }
}

fn everyone(wanted: &Wanted, q: &str) -> Option<String> {
    let narrowed = wanted.status != Statuses::Any || wanted.role.is_some() || wanted.workspace.is_some();
    let all = Wanted { status: Statuses::Any, role: None, workspace: None, after: None, ..wanted.clone() };
    (narrowed && !q.is_empty()).then(|| href(&all, q, wanted.order, None))
}

/// What to do where nobody matches.
fn nobody(wanted: &Wanted, q: &str) -> String {
    if q.is_empty() {
        return "Nobody matches these filters.".to_owned();
    }
    let elsewhere = wanted.status != Statuses::Any || wanted.role.is_some() || wanted.workspace.is_some();
    let also = if elsewhere { ", or look among everyone, whatever their status" } else { "" };
    format!("No name and no address holds “{q}”. Check the spelling, try a part of it{also}.")
}
