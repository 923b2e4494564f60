//! `/settings/roles/{role}`: who holds a workspace role, in each workspace the reader may enter.

use askama::Template;

use super::list::is_told;
use crate::{
    access::{OrgPermission, permission::org},
    base::ids::RoleId,
    domain::{
        Error,
        memberships::{self, Holders},
        roles::{self, Permissions, built_in},
    },
    web::kit::{
        Answer, At, May, Nav, Shell, render,
        told::{named, resting},
        view::{Crumb, Face, Mark, people, thousands},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/roles/holders.html")]
struct HoldersPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    name: String,
    say: String,
    /// The people who are Admins everywhere, where the role is Admin and the reader may see people.
    admins: String,
    /// The role is Admin.
    is_admin: bool,
    rows: Vec<Row>,
    /// There are more workspaces than were looked at.
    more: bool,
}

struct Row {
    mark: Mark,
    href: String,
    faces: Vec<Face>,
    held: String,
    /// Who was given it beside them and may not use it.
    resting: String,
    /// The people of the workspace; empty: no link.
    people: String,
}

pub async fn show(may: May<org::SettingsRead>, At(id): At<RoleId>) -> Answer {
    let (shell, (role, held, more, sees)) = may
        .page(move |c, may| {
            let role = roles::find(c, &id)?.filter(|role| matches!(role.permissions, Permissions::Workspace(_))).ok_or(Error::NotFound)?;
            if !is_told(c, may, &role)? {
                return Err(Error::NotFound);
            }
            let (held, more) = memberships::holders(c, may, &role)?;
            Ok((role, held, more, may.organization().has(OrgPermission::UsersRead)))
        })
        .await?;
    let is_admin = role.id == built_in::admin();
    let admins = sees && is_admin;
    render(&HoldersPage {
        shell: shell.at(format!("Who holds {}", role.name), Nav::Roles),
        crumbs: vec![Crumb::text("Settings"), Crumb::link("Roles", "/settings/roles")],
        say: role.in_words(),
        admins: if admins { format!("/settings/users?role={}&status=any", built_in::org_admin()) } else { String::new() },
        rows: held.iter().map(|holders| row(holders, sees)).collect(),
        is_admin,
        more,
        name: role.name,
    })
}

fn row(holders: &Holders, sees_people: bool) -> Row {
    let workspace = &holders.workspace;
    let (names, others) = (&holders.some, holders.count - holders.some.len() as i64);
    let names: Vec<&str> = names.iter().map(|who| who.name.as_str()).collect();
    let held = match (sees_people, others) {
        _ if holders.count == 0 => "Nobody active".to_owned(),
        (false, _) => people(holders.count),
        (true, ..=0) => crate::access::explain::list(&names),
        (true, n) => format!("{} and {} more", names.join(", "), thousands(n)),
    };
    Row {
        mark: Mark::of(&workspace.id, &workspace.name, workspace.hue),
        href: format!("/workspaces/{}", workspace.id),
        faces: if sees_people { holders.some.iter().map(named).collect() } else { Vec::new() },
        held,
        resting: resting(holders.resting),
        people: if sees_people { format!("/settings/users?workspace={}&status=any", workspace.id) } else { String::new() },
    }
}
