//! `/settings/users/{user}/role`: another organization role; for an organization admin also what they keep, workspace by workspace.

use std::collections::HashSet;

use askama::Template;
use serde::Deserialize;

use super::{crumbs, href};
use crate::{
    access::{permission::org, scope::may_grant},
    base::ids::{RoleId, UserId, WorkspaceId},
    domain::{
        Error,
        invites::Which,
        memberships,
        memberships::Membership,
        people::{self, Kept},
        roles::{self, Role},
        sessions,
        users::User,
    },
    web::kit::{
        Answer, At, Choice, Nav, Posted, Problem, Query, Shell, Sure, WebError, redirect, render, render_unprocessable,
        told::{Called, Counts, article, face, fallen},
        view::{Crumb, Face, Mark},
    },
};

/// In front of a workspace's id: the select that says what is kept there.
const KEEP: &str = "keep-";

#[derive(Deserialize, Default)]
pub struct Chosen {
    #[serde(default)]
    role: String,
}

#[derive(Template)]
#[template(path = "pages/settings/users/role.html")]
struct RolePage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    title: String,
    called: Called,
    face: Face,
    /// The built-in role that makes an organization admin: while it is chosen, nothing has to be kept.
    admin_role: String,
    choices: Vec<Choice>,
    words: Vec<(String, String)>,
    problem: Option<String>,
    problems: Vec<Problem>,
    is_admin: bool,
    /// When it counts.
    hint: String,
    keeps: Vec<Keep>,
    open: Option<fallen::Open>,
    back: String,
}

/// What somebody keeps in one workspace.
struct Keep {
    mark: Mark,
    name: String,
    choices: Vec<Choice>,
}

struct Data {
    user: User,
    roles: Vec<Role>,
    is_admin: bool,
    keeps: Vec<Keep>,
    counts: Counts,
    open: Option<fallen::Open>,
}

pub async fn show(may: Sure<org::UsersEdit>, At(user): At<UserId>, Query(chosen): Query<Chosen>) -> Answer {
    render(&page(&may, user, &chosen.role, &[]).await?)
}

async fn page(may: &Sure<org::UsersEdit>, user: UserId, chosen: &str, kept: &[Kept]) -> Result<RolePage, WebError> {
    let kept = kept.to_vec();
    let (shell, data) = may
        .page(move |c, may| {
            let user = people::within_reach(c, may, &user)?;
            let roles = people::roles_to_give(c, may)?;
            let is_admin = roles::find(c, &user.role)?.is_some_and(|role| role.makes_org_admin());
            let mut keeps = Vec::new();
            if is_admin {
                let all = roles::of_workspaces(c)?;
                for membership in memberships::of_user(c, &user.id)? {
                    let own = may.in_workspace(c, &membership.workspace)?;
                    let fits: Vec<&Role> = all.iter().filter(|role| role.in_workspace(&membership.workspace).is_some_and(|set| may_grant(own, set))).collect();
                    keeps.push(keep(&membership, &fits, kept.iter().find(|kept| kept.workspace == membership.workspace)));
                }
            }
            // An organization admin may give everything everywhere; any other role says nothing of workspaces.
            let which = if is_admin { Which::All } else { Which::Roles };
            let called = Called::of(&user, may.id());
            let open = fallen::open(c, may, std::slice::from_ref(&user.id), which, called.name())?;
            Ok(Data { open, counts: Counts::of(c, &user)?, user, roles, is_admin, keeps })
        })
        .await?;
    Ok(view(shell, data, chosen))
}

fn keep(membership: &Membership, roles: &[&Role], kept: Option<&Kept>) -> Keep {
    let now = match kept {
        Some(kept) => kept.role.clone(),
        None => Some(membership.role.clone()),
    };
    let mut choices: Vec<Choice> = Vec::new();
    for role in roles {
        let label = if role.id == membership.role { format!("Stays {}", role.name) } else { role.name.clone() };
        choices.push(Choice::new(role.id.as_str(), label, now.as_ref() == Some(&role.id)));
    }
    choices.push(Choice::new("", "No longer in it", now.is_none()));
    Keep { mark: Mark::of(&membership.workspace, &membership.workspace_name, membership.hue), name: format!("{KEEP}{}", membership.workspace), choices }
}

fn view(shell: Shell, data: Data, chosen: &str) -> RolePage {
    let Data { user, roles, is_admin, keeps, counts, open } = data;
    let called = Called::in_shell(&user, &shell);
    let title = format!("Change {} organization role", called.whose());
    let known = roles.iter().any(|role| role.id.as_str() == chosen);
    let selected = if known { chosen } else { user.role.as_str() };
    let admin = roles.iter().find(|role| role.makes_org_admin() && role.built_in).map(|role| role.id.to_string()).unwrap_or_default();
    RolePage {
        crumbs: crumbs(&user),
        face: face(&user),
        admin_role: admin,
        choices: roles.iter().map(|role| Choice::new(role.id.as_str(), &role.name, role.id.as_str() == selected)).collect(),
        words: roles.iter().map(|role| (role.name.clone(), role.description.clone())).collect(),
        problem: None,
        problems: Vec::new(),
        is_admin,
        hint: counts.hint(&called),
        called,
        open,
        keeps,
        back: href(&user),
        shell: shell.at(&title, Nav::Users),
        title,
    }
}

/// The form: `role`, and `keep-<workspace>` for each workspace. A name twice, or an id that is none, is refused.
struct RoleInput {
    role: Option<RoleId>,
    kept: Vec<Kept>,
}

fn read(fields: &[(String, String)]) -> Result<RoleInput, WebError> {
    let refused = || WebError::bad_request("The form names something twice, or holds an id that is none.");
    let mut input = RoleInput { role: None, kept: Vec::new() };
    let mut seen = HashSet::new();
    for (name, value) in fields {
        if !seen.insert(name) {
            return Err(refused());
        }
        if name == "role" {
            input.role = value.parse().ok();
        } else if let Some(workspace) = name.strip_prefix(KEEP) {
            let workspace: WorkspaceId = workspace.parse().map_err(|_| refused())?;
            let role = if value.is_empty() { None } else { Some(value.parse().map_err(|_| refused())?) };
            input.kept.push(Kept { workspace, role });
        }
    }
    Ok(input)
}

pub async fn submit(may: Sure<org::UsersEdit>, At(user): At<UserId>, Posted(fields): Posted<Vec<(String, String)>>) -> Answer {
    let RoleInput { role, kept } = read(&fields)?;
    let back = format!("/settings/users/{user}");
    let done = match role.clone() {
        None => Err(Error::because("Choose a role.")),
        Some(role) => {
            let (user, kept) = (user.clone(), kept.clone());
            may.try_write(move |tx, may| {
                let (target, role) = people::change_role(tx, may, &user, &role, &kept)?;
                let counts = Counts::of(tx, &target)?;
                sessions::notice(tx, may, &told(&target, &role, counts))?;
                Ok(())
            })
            .await?
        }
    };
    match done {
        // Whoever demotes themselves may not be shown people any more; the way there says so.
        Ok(()) => redirect(&back),
        Err(Error::Refusal(why)) => {
            let chosen = role.map(|role| role.to_string()).unwrap_or_default();
            let mut page = page(&may, user, &chosen, &kept).await?;
            page.problems.push(Problem { field: String::new(), label: String::new(), text: why.to_string() });
            page.problem = Some(why.to_string());
            render_unprocessable(&page)
        }
        Err(other) => Err(other.into()),
    }
}

fn told(target: &User, role: &Role, counts: Counts) -> String {
    if counts == Counts::Now {
        return format!("{} has the organization role {} now.", target.name, role.name);
    }
    format!("{} will be {} in the organization.{}", target.name, article(&role.name), counts.told())
}
