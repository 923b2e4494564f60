//! `GET /settings/users`: everyone in the organization, narrowed down, sorted and searched; all of it stands in the address.

use std::collections::HashMap;

use askama::Template;
use serde::Deserialize;

use super::{OFFERED, sees_every_workspace};
use crate::{
    access::{OrgPermission, OrgSet, permission::org},
    base::{clock, ids::UserId},
    domain::{
        memberships, outbox,
        roles::{self, Role},
        users::{
            Status,
            list::{self, Column, Count, Cursor, Found, Listed, ListedInvitation, Order, Statuses, Wanted},
            search_term,
        },
        workspaces,
    },
    web::kit::{
        Answer, Choice, May, Nav, Query, Shell, render,
        view::{Crumb, Face, State, When, day, people, thousands},
    },
};

/// The address's query. A value that means nothing, such as a role that is gone, is as if it were not there.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Narrowed {
    q: String,
    status: String,
    role: String,
    workspace: String,
    sort: String,
    after: String,
}

impl Narrowed {
    fn wanted(&self) -> Wanted {
        Wanted {
            status: self.status.parse().unwrap_or(Statuses::ActiveOrInvited),
            role: self.role.parse().ok(),
            workspace: self.workspace.parse().ok(),
            search: search_term(&self.q),
            order: Order::parse(&self.sort),
            after: Cursor::parse(&self.after),
        }
    }
}

/// The address of the list as it is wanted, but for what is given.
fn href(wanted: &Wanted, q: &str, order: Option<Order>, after: Option<&Cursor>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    };
    add("q", q);
    add("status", wanted.status.as_ref());
    add("role", wanted.role.as_ref().map_or("", |id| id.as_str()));
    add("workspace", wanted.workspace.as_ref().map_or("", |id| id.as_str()));
    add("sort", &order.map(Order::text).unwrap_or_default());
    add("after", &after.map(Cursor::text).unwrap_or_default());
    match query.finish() {
        query if query.is_empty() => "/settings/users".to_owned(),
        query => format!("/settings/users?{query}"),
    }
}

#[derive(Template)]
#[template(path = "pages/settings/users/list.html")]
struct UsersPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    say: String,
    may_add: bool,
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

/// A person in the table.
struct Line {
    face: Face,
    href: String,
    admin: bool,
    role: String,
    state: State,
    workspaces: Vec<String>,
    /// Workspaces that are not the viewer's to know.
    hidden: usize,
    seen: Option<When>,
    acts: Acts,
}

/// What the viewer may do with a person.
#[derive(Default)]
struct Acts {
    role: bool,
    deactivate: bool,
    reactivate: bool,
    remove: bool,
}

struct Data {
    found: Found,
    roles: Vec<Role>,
    workspaces: Vec<workspaces::Listed>,
    belongings: HashMap<UserId, (Vec<String>, usize)>,
    viewer: UserId,
    may: OrgSet,
    wanted: Wanted,
}

pub async fn show(may: May<org::UsersRead>, Query(narrowed): Query<Narrowed>) -> Answer {
    let mut wanted = narrowed.wanted();
    let (shell, data) = may
        .page(move |c, may| {
            let roles = roles::of_organization(c)?;
            let workspaces = workspaces::open_to(c, may.standing(), OFFERED)?;
            wanted.role = wanted.role.filter(|id| roles.iter().any(|role| role.id == *id));
            wanted.workspace = wanted.workspace.filter(|id| workspaces.iter().any(|w| w.id == *id));
            let found = list::list(c, may, &wanted)?;
            let shown: Vec<UserId> = found.rows.iter().map(|row| row.id.clone()).collect();
            let all = sees_every_workspace(may.organization());
            let mut belongings: HashMap<UserId, (Vec<String>, usize)> = HashMap::new();
            for belonging in memberships::of_users(c, &shown)? {
                let (known, hidden) = belongings.entry(belonging.user).or_default();
                if all || workspaces.iter().any(|w| w.id == belonging.workspace) { known.push(belonging.name) } else { *hidden += 1 }
            }
            Ok(Data { found, roles, workspaces, belongings, viewer: may.id().clone(), may: may.organization(), wanted })
        })
        .await?;
    render(&page(shell, &narrowed.q, data))
}

fn page(shell: Shell, q: &str, data: Data) -> UsersPage {
    let Data { found, roles, workspaces, mut belongings, viewer, may, wanted } = data;
    let q = if wanted.search.is_empty() { "" } else { q };
    let status_choices = [
        (Statuses::ActiveOrInvited, "Active or invited"),
        (Statuses::Active, "Active"),
        (Statuses::Invited, "Invited"),
        (Statuses::Undelivered, "Invitation not delivered"),
        (Statuses::Deactivated, "Deactivated"),
        (Statuses::Any, "Any status"),
    ];
    let statuses = status_choices.into_iter().map(|(status, label)| Choice::new(status.as_ref(), label, status == wanted.status)).collect();
    let role_choices = std::iter::once(Choice::new("", "Any role", wanted.role.is_none()))
        .chain(roles.iter().map(|role| Choice::new(role.id.as_str(), &role.name, wanted.role.as_ref() == Some(&role.id))))
        .collect();
    let workspace_choices = std::iter::once(Choice::new("", "Any workspace", wanted.workspace.is_none()))
        .chain(workspaces.iter().map(|w| Choice::new(w.id.as_str(), &w.name, wanted.workspace.as_ref() == Some(&w.id))))
        .collect();
    let filtered = wanted.status != Statuses::ActiveOrInvited || wanted.role.is_some() || wanted.workspace.is_some();
    let lines: Vec<Line> = found
        .rows
        .into_iter()
        .map(|row| {
            let (known, hidden) = belongings.remove(&row.id).unwrap_or_default();
            line(row, known, hidden, &viewer, may)
        })
        .collect();
    let head = |column, descending_first| Head::of(column, descending_first, found.order, &wanted, q, found.count);
    UsersPage {
        say: format!("Everyone in {}. An organization admin is an admin in every workspace.", shell.organization),
        shell: shell.at("Users", Nav::Users),
        crumbs: vec![Crumb::text("Settings")],
        may_add: may.has(OrgPermission::UsersWrite),
        sorts: sorts(&wanted, found.order),
        sort_on: wanted.order.is_some(),
        count: counted(found.count, found.total),
        clear: if filtered || !q.is_empty() { "/settings/users".to_owned() } else { String::new() },
        in_use: [wanted.status != Statuses::ActiveOrInvited, wanted.role.is_some(), wanted.workspace.is_some()].into_iter().filter(|on| *on).count(),
        statuses,
        status_on: wanted.status != Statuses::Any,
        roles: role_choices,
        role_on: wanted.role.is_some(),
        workspaces: workspace_choices,
        workspace_on: wanted.workspace.is_some(),
        name: head(Column::Name, false),
        active: head(Column::Active, true),
        too_many: found.count == Count::Many,
        people: lines,
        first: wanted.after.is_some().then(|| href(&wanted, q, wanted.order, None)),
        next: found.next.as_ref().map(|next| href(&wanted, q, wanted.order, Some(next))),
        nobody: nobody(&wanted, q),
        everyone: everyone(&wanted, q),
        q: q.to_owned(),
    }
}

/// Every order in words: on a phone the table has no head to sort by.
fn sorts(wanted: &Wanted, now: Option<Order>) -> Vec<Choice> {
    let searching = !wanted.search.is_empty();
    let mut all = vec![if searching { ("", "Best match first") } else { ("", "Name, A to Z") }];
    if searching {
        all.push(("name", "Name, A to Z"));
    }
    all.extend([("-name", "Name, Z to A"), ("-added", "Added last"), ("added", "Added first"), ("-active", "Active last"), ("active", "Longest away")]);
    let now = now.filter(|order| searching || *order != Order::BY_NAME).map(Order::text).unwrap_or_default();
    all.into_iter().map(|(value, label)| Choice::new(value, label, value == now)).collect()
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
        let href = if count == Count::Many { String::new() } else { href(wanted, q, Some(Order { column, descending }), None) };
        Self { href, order }
    }
}

fn counted(count: Count, total: i64) -> String {
    match count {
        Count::Exactly(n) if n == total => people(n),
        Count::Exactly(n) => format!("{} of {}", thousands(n), people(total)),
        Count::Many => format!("More than {} of {}", thousands(list::COUNTED), people(total)),
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

fn line(row: Listed, known: Vec<String>, mut hidden: usize, viewer: &UserId, may: OrgSet) -> Line {
    let admin = row.organization.has(OrgPermission::OrgAdmin);
    let acts = acts(&row, viewer, may);
    let mut workspaces = known;
    if workspaces.len() >= 2 {
        workspaces.extend(std::iter::repeat_n("a workspace you are not in".to_owned(), hidden));
        hidden = 0;
    }
    Line {
        href: format!("/settings/users/{}", row.id),
        face: Face::of(&row.id, &row.name, &row.email),
        admin,
        role: row.role.clone(),
        state: state(&row),
        workspaces,
        hidden,
        seen: row.last_active_at.map(When::of),
        acts,
    }
}

/// The same rules as the acts' own, so that nothing is offered that is then refused.
fn acts(row: &Listed, viewer: &UserId, may: OrgSet) -> Acts {
    if !may.covers(row.organization) {
        return Acts::default();
    }
    let (edits, other) = (may.has(OrgPermission::UsersEdit), row.id != *viewer);
    Acts {
        role: edits,
        deactivate: edits && other && row.status == Status::Active,
        reactivate: edits && other && row.status == Status::Deactivated,
        remove: may.has(OrgPermission::UsersDelete) && other,
    }
}

fn state(row: &Listed) -> State {
    match (row.status, &row.invitation) {
        (Status::Active, _) => State::new("", "Active", None),
        (Status::Invited, Some(invitation)) => invited(invitation),
        (Status::Invited, None) => State::new("wait", "Invited", None),
        (Status::Deactivated | Status::Removed, _) => {
            let by = row.status_changed_by.as_deref().map(|name| format!(", by {}", super::first_name(name))).unwrap_or_default();
            State::new("off", "Deactivated", Some(format!("on {}{by}", day(row.status_changed_at))))
        }
    }
}

fn invited(invitation: &ListedInvitation) -> State {
    match invitation.state.as_str() {
        "revoked" => State::new("off", "Invitation revoked", None),
        "declined" => State::new("off", "Invitation declined", None),
        _ if invitation.mail == outbox::State::Failed => State::new("bad", "Invitation not delivered", invitation.mail_problem.clone()),
        _ if clock::now() >= invitation.expires_at => State::new("wait", "Invitation expired", Some(format!("on {}", day(invitation.expires_at)))),
        _ => State::new("wait", "Invited", Some(format!("expires {}", When::of(invitation.expires_at).relative))),
    }
}
