//! `/settings/roles`: every role in words and key by key, and who holds it. Read-only.

use askama::Template;

use crate::{
    access::{OrgPermission, OrgSet, Permission, Permitted, Set, WorkspacePermission, WorkspaceSet, need::Need, permission::org},
    db::{Connection, Error as DbError},
    domain::{
        roles::{self, Held, Holders, Permissions, Role, built_in},
        workspaces,
    },
    web::kit::{
        Answer, May, Nav, Shell, families, render,
        told::{named, resting, sees_every_workspace},
        view::{Crumb, Face, people, thousands},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/roles/list.html")]
struct ListPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    say: &'static str,
    organization: Vec<Row>,
    workspace: Vec<Row>,
    matrices: Vec<Matrix>,
}

/// One role in a list.
struct Row {
    name: String,
    words: String,
    /// Not built in.
    custom: bool,
    faces: Vec<Face>,
    held: String,
    /// Who was given it beside them and may not use it.
    resting: String,
    /// Empty: the holders are no link.
    href: String,
}

struct Matrix {
    title: &'static str,
    open: bool,
    columns: Vec<String>,
    groups: Vec<Group>,
}

struct Group {
    title: &'static str,
    span: usize,
    lines: Vec<Line>,
}

struct Line {
    words: String,
    key: &'static str,
    cells: Vec<bool>,
}

pub async fn show(may: May<org::SettingsRead>) -> Answer {
    let (shell, (organization, workspace, mine)) = may
        .page(|c, may| {
            let (organization, all) = roles::held(c, may)?;
            let mut workspace = Vec::new();
            for held in all {
                if is_told(c, may, &held.role)? {
                    workspace.push(held);
                }
            }
            Ok((organization, workspace, may.organization()))
        })
        .await?;
    let sees = mine.has(OrgPermission::UsersRead);
    // Who holds what in workspaces they are not in is not told to everybody, only how many do.
    let sees_places = sees && sees_every_workspace(mine);
    let admins: i64 = organization.iter().filter(|held| held.role.makes_org_admin()).map(|held| held.holders.active).sum();
    let custom = organization.iter().chain(&workspace).any(|held| !held.role.built_in);
    let matrices = vec![
        matrix(
            "Workspace roles, permission by permission",
            true,
            &sets::<WorkspacePermission>(&workspace, |role| match role.permissions {
                Permissions::Workspace(set) => set.closure(),
                Permissions::Organization(_) => WorkspaceSet::NONE,
            }),
            families::title,
        ),
        matrix(
            "Organization roles, permission by permission",
            false,
            &sets::<OrgPermission>(&organization, |role| role.in_organization().unwrap_or(OrgSet::NONE)),
            |p| match p.key() {
                key if key.starts_with("users_") => "People",
                key if key.starts_with("workspace_") => "Workspaces",
                _ => "Organization",
            },
        ),
    ];
    render(&ListPage {
        shell: shell.at("Roles", Nav::Roles),
        crumbs: vec![Crumb::text("Settings")],
        say: if custom {
            "One organization role for each person, and one role in each workspace they belong to."
        } else {
            "One organization role for each person, and one role in each workspace they belong to. These are built in."
        },
        organization: organization.iter().map(|held| row(held, sees, sees, 0)).collect(),
        workspace: workspace.iter().map(|held| row(held, sees, sees_places, if held.role.id == built_in::admin() { admins } else { 0 })).collect(),
        matrices,
    })
}

/// A role of one workspace is told to whoever may enter that.
pub(super) fn is_told<N: Need>(c: &mut Connection, may: &Permitted<N>, role: &Role) -> Result<bool, DbError> {
    Ok(match &role.workspace {
        Some(workspace) => workspaces::find_open(c, may.standing(), workspace)?.is_some(),
        None => true,
    })
}

/// `admins`: organization admins, who hold the role in every workspace without being given it.
fn row(held: &Held, sees_people: bool, names: bool, admins: i64) -> Row {
    let role = &held.role;
    let who = if role.in_organization().is_some() { format!("/settings/users?role={}&status=any", role.id) } else { format!("/settings/roles/{}", role.id) };
    Row {
        name: role.name.clone(),
        words: role.in_words(),
        custom: !role.built_in,
        faces: if names { held.some.iter().map(named).collect() } else { Vec::new() },
        held: in_words(held.holders, admins),
        resting: match held.holders {
            // Nobody looks at so many.
            Holders { more: true, .. } => String::new(),
            Holders { resting: few, .. } => resting(few),
        },
        href: if sees_people && (held.holders.more || held.holders.active + held.holders.resting.all() + admins > 0) { who } else { String::new() },
    }
}

fn in_words(holders: Holders, admins: i64) -> String {
    let admins_in_words = format!("{} organization admin{}", thousands(admins), if admins == 1 { "" } else { "s" });
    let and = |people: String| if admins == 0 { people } else { format!("{people} and {admins_in_words}") };
    match (holders.active, admins) {
        (0, _) if holders.more => and(format!("More than {} people", thousands(roles::COUNTED as i64))),
        (0, 0) if holders.resting.all() > 0 => "Nobody active".to_owned(),
        (0, 0) => "Nobody".to_owned(),
        (0, _) => admins_in_words,
        (n, _) => and(people(n)),
    }
}

/// The built-in roles, the smallest first: custom ones may be many, and are described in their row.
fn sets<P: Permission>(held: &[Held], of: impl Fn(&Role) -> Set<P>) -> Vec<(String, Set<P>)> {
    let mut sets: Vec<_> = held.iter().filter(|held| held.role.built_in).map(|held| (held.role.name.clone(), of(&held.role))).collect();
    sets.sort_by_key(|(_, set)| set.len());
    sets
}

fn matrix<P: Permission>(title: &'static str, open: bool, sets: &[(String, Set<P>)], family: impl Fn(P) -> &'static str) -> Matrix {
    let mut groups: Vec<Group> = Vec::new();
    for p in P::ALL.iter().copied() {
        let title = family(p);
        let line = Line { words: families::within(p.words()), key: p.key(), cells: sets.iter().map(|(_, set)| set.has(p)).collect() };
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group { title, span: sets.len() + 1, lines: vec![line] }),
        }
    }
    Matrix { title, open, columns: sets.iter().map(|(name, _)| name.clone()).collect(), groups }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::roles::Resting;

    #[test]
    fn beyond_what_is_counted_no_number_is_made_up() {
        let of = |active, deactivated, more| Holders { active, resting: Resting { deactivated, ..Resting::default() }, more };
        for (holders, admins, words) in [
            (of(0, 0, false), 0, "Nobody"),
            (of(0, 1, false), 0, "Nobody active"),
            (of(1, 0, false), 0, "1 person"),
            (of(1_000, 0, false), 0, "1,000 people"),
            (of(0, 0, false), 1, "1 organization admin"),
            (of(2, 0, false), 2, "2 people and 2 organization admins"),
            (of(0, 0, true), 0, "More than 1,000 people"),
            (of(0, 0, true), 3, "More than 1,000 people and 3 organization admins"),
            (of(94_120, 0, true), 0, "94,120 people"),
        ] {
            assert_eq!(in_words(holders, admins), words);
        }
    }
}
