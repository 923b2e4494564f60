//! `GET /settings/users`: everyone in the organization, narrowed down, sorted and searched; all of it stands in the address.

pub mod export;
mod narrowed;
mod rows;

use std::collections::{HashMap, HashSet};

use askama::Template;

pub use narrowed::Narrowed;
use narrowed::{href, sorts};
use rows::{Line, Viewer, line};

use super::{KNOWN, OFFERED};
use crate::{
    access::{OrgPermission, OrgSet, Permitted, permission::org},
    base::{
        ids::{RoleId, UserId},
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
        Answer, Choice, May, Nav, Query, Shell, Takes,
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
    workspace_on: bool,
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

/// The names of the workspaces somebody belongs to that the reader knows, and how many others there are.
type Belongs = (Vec<String>, usize);

struct Data {
    found: Found,
    roles: Vec<Role>,
    workspaces: Vec<workspaces::Listed>,
    /// Of each row.
    belongings: Vec<Belongs>,
    viewer: Viewer,
    wanted: Wanted,
}

pub async fn show(may: May<org::UsersRead>, Query(narrowed): Query<Narrowed>) -> Answer {
    let mut wanted = narrowed.wanted();
    may.show(
        if wanted.is_soon_read() { Takes::AMoment } else { Takes::AWhile },
        move |c, may| {
            let roles = roles::of_organization(c)?;
            let all = sees_every_workspace(may.organization());
            // Whose own workspaces alone are known, of them all are.
            let mut workspaces = workspaces::open_to(c, may.standing(), if all { OFFERED } else { KNOWN })?;
            wanted.role = wanted.role.filter(|id| roles.iter().any(|role| role.id == *id));
            let chosen = match &wanted.workspace {
                Some(id) => workspaces::find_open(c, may.standing(), id)?,
                None => None,
            };
            wanted.workspace = chosen.as_ref().map(|w| w.id.clone());
            // One that is not among those offered was chosen by a link.
            workspaces.extend(chosen.filter(|chosen| !workspaces.iter().any(|w| w.id == chosen.id)));
            let found = list::list(c, may, &wanted)?;
            let belongings = belongings(c, &found.rows, &workspaces, all)?;
            let viewer = viewer(c, may, &found)?;
            Ok(Data { found, roles, workspaces, belongings, viewer, wanted })
        },
        move |shell, data| page(shell, &narrowed.q, data),
    )
    .await
}

/// The workspaces of some people that the reader knows, by name, and how many others there are. `known`: those that are offered; who sees
/// all of them is told the names of others too.
fn belongings(c: &mut Connection, rows: &[Listed], known: &[workspaces::Listed], all: bool) -> Result<Vec<Belongs>, Error> {
    let mut names: HashMap<&str, (usize, &str)> = known.iter().enumerate().map(|(at, w)| (w.id.as_str(), (at, w.name.as_str()))).collect();
    let rest: HashSet<&str> = rows.iter().flat_map(Listed::workspaces).filter(|id| !names.contains_key(id)).collect();
    let rest = workspaces::open_among(c, rest)?;
    let others: HashSet<&str> = rest.iter().map(|w| w.id.as_str()).collect();
    if all {
        names.extend(rest.iter().enumerate().map(|(at, w)| (w.id.as_str(), (known.len() + at, w.name.as_str()))));
    }
    let of = |row: &Listed| {
        // With the place of each name in the order.
        let mut known: Vec<(usize, &str)> = row.workspaces().filter_map(|id| names.get(id).copied()).collect();
        let hidden = row.workspaces().filter(|id| !names.contains_key(id) && others.contains(id)).count();
        known.sort_unstable();
        let mut known: Vec<String> = known.into_iter().map(|(_, name)| name.to_owned()).collect();
        if !rest.is_empty() {
            known.sort_by_cached_key(|name| fold(name));
        }
        (known, hidden)
    };
    Ok(rows.iter().map(of).collect())
}

/// Of a role that is none of the organization nothing is offered.
fn unknown<'a>() -> (&'a str, OrgSet) {
    ("", OrgSet::all())
}

/// Roles of the organization by their id: what they are called, and what they mean.
fn in_organization(roles: &[Role]) -> HashMap<&RoleId, (&str, OrgSet)> {
    roles.iter().map(|role| (&role.id, (role.name.as_str(), role.in_organization().unwrap_or_else(OrgSet::all)))).collect()
}

fn viewer(c: &mut Connection, may: &Permitted<org::UsersRead>, found: &Found) -> Result<Viewer, Error> {
    let invited: Vec<UserId> = found.rows.iter().filter(|row| row.status == Status::Invited).map(|row| row.id.clone()).collect();
    let could_give = if invited.is_empty() { HashSet::new() } else { invites::could_give_among(c, may, &invited)? };
    let shows_own = found.rows.iter().any(|row| row.id == *may.id());
    Ok(Viewer { id: may.id().clone(), may: may.organization(), may_step_down: shows_own && people::may_step_down(c, may)?, could_give })
}

fn page(shell: Shell, q: &str, data: Data) -> UsersPage {
    let Data { found, roles, workspaces, belongings, viewer, wanted } = data;
    let q = if wanted.search.is_empty() { "" } else { q };
    let filtered = wanted.status != Statuses::ActiveOrInvited || wanted.role.is_some() || wanted.workspace.is_some();
    let organization = in_organization(&roles);
    let one = |(row, belongs): (Listed, _)| {
        let role = organization.get(&row.role).copied();
        line(row, role.unwrap_or_else(unknown), belongs, &viewer)
    };
    let lines: Vec<Line> = found.rows.into_iter().zip(belongings).map(one).collect();
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
        clear: if filtered || !q.is_empty() { "/settings/users".to_owned() } else { String::new() },
        in_use: [wanted.status != Statuses::ActiveOrInvited, wanted.role.is_some(), wanted.workspace.is_some()].into_iter().filter(|on| *on).count(),
        statuses: narrowed::statuses(&wanted),
        status_on: wanted.status != Statuses::Any,
        roles: narrowed::roles(&wanted, &roles),
        role_on: wanted.role.is_some(),
        workspaces: narrowed::workspaces(&wanted, workspaces),
        workspace_on: wanted.workspace.is_some(),
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
