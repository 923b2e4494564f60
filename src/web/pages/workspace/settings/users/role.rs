//! `/workspaces/{workspace}/settings/users/role`: another role for one member or for several.

use askama::Template;
use serde::Deserialize;

use super::{Selected, choices, grantable, here, least, mark, trail, who};
use crate::{
    access::{Permitted, permission::here as permission},
    base::ids::{RoleId, UserId, WorkspaceId},
    db::Connection,
    domain::{
        Error,
        invites::Which,
        people,
        roles::{self, Role},
        sessions,
        users::{Status, User},
    },
    web::kit::{
        Answer, At, Choice, May, Nav, Posted, Query, Shell, WebError, redirect, render, render_unprocessable,
        told::{Called, Counts, article, face, fallen},
        view::{Crumb, Face, Mark},
    },
};

#[derive(Deserialize)]
pub struct RoleInput {
    #[serde(default)]
    user: Vec<UserId>,
    #[serde(default)]
    role: String,
}

#[derive(Template)]
#[template(path = "pages/workspace/settings/users/role.html")]
struct RolePage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    title: String,
    /// Each with what stands under the name.
    people: Vec<(Face, String)>,
    choices: Vec<Choice>,
    hint: String,
    open: Option<fallen::Open>,
    problem: Option<String>,
    back: String,
}

struct Data {
    members: Vec<(User, String)>,
    /// The role they all have, if it is one.
    now: Option<String>,
    roles: Vec<Role>,
    hint: String,
    open: Option<fallen::Open>,
    mark: Mark,
}

pub async fn show(may: May<permission::UsersEdit>, At(workspace): At<WorkspaceId>, Query(selected): Query<Selected>) -> Answer {
    match selected.some() {
        Some(some) => render(&page(&may, some, workspace, None).await?),
        None => {
            may.read(|_, _| Ok(())).await?;
            redirect(&here(&workspace))
        }
    }
}

fn load(c: &mut Connection, may: &Permitted<permission::UsersEdit>, some: &[UserId]) -> Result<Data, Error> {
    let place = may.workspace();
    let members = people::reachable(c, may, some)?;
    let first = members.first().map(|(_, m)| m.role.clone());
    let now = first.filter(|role| members.iter().all(|(_, m)| m.role == *role)).map(|role| role.to_string());
    let hint = match members.as_slice() {
        [(user, _)] => Counts::of(c, user)?.hint(&Called::of(user, may.id())),
        several => {
            let invited = several.iter().any(|(user, _)| user.status == Status::Invited);
            let invited = if invited { " Whoever has not accepted yet gets a fresh invitation that names it." } else { "" };
            format!("It takes effect on their next request.{invited}")
        }
    };
    let givers: Vec<UserId> = members.iter().map(|(user, _)| user.id.clone()).collect();
    let who = match members.as_slice() {
        [(user, _)] => Called::of(user, may.id()).name().to_owned(),
        _ => "they".to_owned(),
    };
    let open = fallen::open(c, may, &givers, Which::In(&place.id), &who)?;
    Ok(Data {
        open,
        roles: grantable(roles::of_workspaces(c)?, &place.id, place.may),
        members: members.into_iter().map(|(user, m)| (user, m.role_name)).collect(),
        now,
        hint,
        mark: mark(place),
    })
}

async fn page(may: &May<permission::UsersEdit>, some: Vec<UserId>, workspace: WorkspaceId, problem: Option<String>) -> Result<RolePage, WebError> {
    let (shell, Data { members, now, roles, hint, open, mark }) = may.page(move |c, may| load(c, may, &some)).await?;
    let title = match members.as_slice() {
        [(user, _)] => format!("Change {} role in {}", Called::in_shell(user, &shell).whose(), mark.name),
        several => format!("Change the role of {} people in {}", several.len(), mark.name),
    };
    let chosen = now.filter(|now| roles.iter().any(|role| role.id.as_str() == now)).unwrap_or_else(|| least(&roles));
    let mut choices = choices(&roles, &chosen);
    for (choice, role) in choices.iter_mut().zip(&roles) {
        choice.hint = role.in_words();
    }
    Ok(RolePage {
        shell: shell.at(&title, Nav::WorkspaceUsers),
        crumbs: trail(&workspace),
        people: members.iter().map(|(user, role)| (face(user), format!("{}, {role} here", user.email))).collect(),
        choices,
        hint,
        open,
        problem,
        back: here(&workspace),
        title,
        mark,
    })
}

pub async fn submit(may: May<permission::UsersEdit>, At(workspace): At<WorkspaceId>, Posted(input): Posted<RoleInput>) -> Answer {
    let Some(some) = Selected::of(input.user).some() else {
        may.read(|_, _| Ok(())).await?;
        return redirect(&here(&workspace));
    };
    let Ok(role) = input.role.parse::<RoleId>() else {
        return render_unprocessable(&page(&may, some, workspace, Some("Choose a role.".to_owned())).await?);
    };
    may.write(move |tx, may| {
        let (role, changed) = people::change_members(tx, may, &some, &role)?;
        let place = &may.workspace().name;
        let text = match changed.as_slice() {
            [] => format!("Nothing to change: that is {} already.", article(&role.name)),
            [one] => {
                let counts = Counts::of(tx, one)?;
                let verb = if counts == Counts::Now { "is" } else { "will be" };
                format!("{} {verb} {} in {place}{}.{}", one.name, article(&role.name), if counts == Counts::Now { " now" } else { "" }, counts.told())
            }
            several => {
                let names: Vec<&str> = several.iter().map(|user| user.name.as_str()).collect();
                format!("{} have the role {} in {place} now.", who(&names), role.name)
            }
        };
        Ok(sessions::notice(tx, may, &text)?)
    })
    .await?;
    redirect(&here(&workspace))
}
