//! The list: everybody in the workspace, narrowed down and searched; all of it stands in the address.

mod narrowed;
mod rows;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use askama::Template;

pub use narrowed::Narrowed;
use narrowed::{href, roles, statuses};
use rows::{Giver, Line, Viewer, line};

use super::{crumbs, here, mark};
use crate::{
    access::{
        Permitted, WorkspacePermission, WorkspaceSet,
        need::Member,
        permission::{here as permission, org},
    },
    base::ids::{RoleId, UserId},
    db::Connection,
    domain::{
        Error, invites,
        memberships::list::{Found, Listed, Wanted, list},
        roles as workspace_roles,
        users::Status,
    },
    web::kit::{
        Answer, Choice, Linked, May, Nav, Query, Shell, Takes,
        shell::offers,
        told::matching,
        view::{Crumb, Mark, members_and_admins, people},
    },
};

#[derive(Template)]
#[template(path = "pages/workspace/settings/users/list.html")]
struct UsersPage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    here: String,
    /// The way to adding people, and what it is called.
    add: Option<(&'static str, String)>,
    q: String,
    count: String,
    clear: String,
    in_use: usize,
    statuses: Vec<Choice>,
    status_on: bool,
    roles: Vec<Choice>,
    role_on: bool,
    people: Vec<Line>,
    /// Whether some can be selected, and what can be done with them.
    picks: bool,
    may_change: bool,
    may_remove: bool,
    first: Option<String>,
    next: Option<String>,
    nobody: String,
}

struct Data {
    found: Found,
    roles: Vec<workspace_roles::Role>,
    viewer: Viewer,
    add: Option<(&'static str, String)>,
    mark: Mark,
    wanted: Wanted,
}

pub async fn show(may: May<Member>, Query(narrowed): Query<Narrowed>) -> Answer {
    let mut wanted = narrowed.wanted();
    may.show(
        if wanted.is_narrowed() { Takes::AWhile } else { Takes::AMoment },
        move |c, may| {
            let place = may.workspace();
            let roles: Vec<_> = workspace_roles::of_workspaces(c)?.into_iter().filter(|role| role.in_workspace(&place.id).is_some()).collect();
            wanted.role = wanted.role.filter(|id| roles.iter().any(|role| role.id == *id));
            let found = list(c, may, &wanted)?;
            let viewer = viewer(c, may, &found)?;
            Ok(Data { add: add(may), mark: mark(place), found, roles, viewer, wanted })
        },
        move |shell, data| page(shell, narrowed.q.trim(), data),
    )
    .await
}

fn page(shell: Shell, q: &str, data: Data) -> UsersPage {
    let Data { found, roles: all, viewer, add, mark, wanted } = data;
    let here = viewer.here.clone();
    let q = if wanted.search.is_empty() { "" } else { q };
    let (may_change, may_remove) = (viewer.may.has(WorkspacePermission::UsersEdit), viewer.may.has(WorkspacePermission::UsersDelete));
    let count = counted(&found);
    let next = found.next.as_ref().map(|next| href(&here, &wanted, q, Some(next)));
    let meant: HashMap<&RoleId, (&str, WorkspaceSet)> =
        all.iter().filter_map(|role| Some((&role.id, (role.name.as_str(), role.in_workspace(&viewer.workspace)?)))).collect();
    let one = |row: Listed| {
        let role = match &row.here {
            Some(here) => meant.get(&here.role).copied().unwrap_or_else(|| ("", WorkspaceSet::all())),
            // Here through the organization, without a role to act on.
            None => ("Admin", WorkspaceSet::all()),
        };
        line(row, role, &viewer)
    };
    let people: Vec<Line> = found.rows.into_iter().map(one).collect();
    UsersPage {
        shell: shell.at(format!("Users of {}", mark.name), Nav::WorkspaceUsers),
        mark,
        crumbs: crumbs(),
        add,
        count,
        clear: if wanted.is_narrowed() { here.clone() } else { String::new() },
        in_use: [!wanted.status().as_ref().is_empty(), wanted.role.is_some() || wanted.through].into_iter().filter(|on| *on).count(),
        status_on: !wanted.status().as_ref().is_empty(),
        statuses: statuses(&wanted),
        role_on: wanted.role.is_some() || wanted.through,
        roles: roles(&wanted, &all),
        picks: people.iter().any(|line| line.pick),
        people,
        may_change,
        may_remove,
        first: wanted.after.is_some().then(|| href(&here, &wanted, q, None)),
        next,
        nobody: if q.is_empty() { "Nobody here matches these filters.".to_owned() } else { format!("No name and no address here holds “{q}”.") },
        q: q.to_owned(),
        here,
    }
}

/// People of the organization are selected by whoever may see them; who may only invite, invites.
fn add(may: &Permitted<Member>) -> Option<(&'static str, String)> {
    let place = may.workspace();
    if place.archived || may.also::<permission::UsersEdit>().is_none() {
        return None;
    }
    if offers::<org::UsersRead, _>(may) {
        return Some(("Add users", format!("{}/new", here(&place.id))));
    }
    offers::<org::UsersWrite, _>(may).then(|| ("Invite user", format!("/settings/users/new?workspace={}", place.id)))
}

fn viewer(c: &mut Connection, may: &Permitted<Member>, found: &Found) -> Result<Viewer, Error> {
    let place = may.workspace();
    let invited: Vec<UserId> = found.rows.iter().filter(|row| row.status == Status::Invited).map(|row| row.id.clone()).collect();
    let could_give = if invited.is_empty() { HashSet::new() } else { invites::could_give_among(c, may, &invited)? };
    let givers = found.rows.iter().filter_map(|row| row.here.as_ref()?.given_by.as_ref());
    Ok(Viewer {
        givers: Linked::each(c, may.standing(), givers)?.into_iter().map(|(id, by)| (id, Arc::new(by))).collect(),
        id: may.id().clone(),
        here: here(&place.id),
        workspace: place.id.clone(),
        may: place.may,
        sees_people: offers::<org::UsersRead, _>(may),
        leaves: place.membership.is_some() && !place.through_organization(),
        could_give,
    })
}

/// "7 members and 2 organization admins", "3 of 9 people".
fn counted(found: &Found) -> String {
    match found.matches {
        Some(matches) => matching(matches, &people(found.members + found.admins)),
        None => members_and_admins(found.members, found.admins),
    }
}
