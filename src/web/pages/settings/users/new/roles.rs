//! The second step: a role for each chosen workspace; its **Add** does everything.

use std::collections::HashMap;

use askama::Template;

use super::{details, path, result, sees_people};
use crate::{
    access::{Permitted, permission::org},
    base::ids::{DraftId, RoleId, UserId, WorkspaceId},
    db::Connection,
    domain::{
        Error,
        drafts::{self, AddUser, Details},
        invites::{self, Place},
        organization,
        roles::{self, Role, built_in},
        sessions,
    },
    web::kit::{
        Answer, At, Choice, May, Nav, Posted, Problem, Shell, WebError, redirect, render, render_unprocessable,
        view::{Crumb, Face, Mark},
    },
};

struct Row {
    mark: Mark,
    name: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "pages/settings/users/new/roles.html")]
struct RolesPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    say: String,
    face: Face,
    small: String,
    back: String,
    first: String,
    /// An organization admin: nothing is asked.
    everywhere: bool,
    rows: Vec<Row>,
    /// The roles that can be chosen, in words.
    words: Vec<(String, String)>,
    problems: Vec<Problem>,
}

/// What a draft's second step is about.
enum Step {
    Done(String),
    /// The first step needs another look.
    Details,
    Here(Box<Here>),
}

struct Here {
    user: UserId,
    details: Details,
    role: String,
    everywhere: bool,
    /// Each with the roles that can be given there.
    places: Vec<(Place, Vec<Role>)>,
    days: i32,
    sees: bool,
}

fn step(c: &mut Connection, may: &Permitted<org::UsersWrite>, draft: &DraftId) -> Result<Step, Error> {
    let sees = sees_people(may);
    let (user, details) = match drafts::find_adding(c, may, draft)?.ok_or(Error::NotFound)? {
        AddUser::Done { user } => return Ok(Step::Done(result(&user, sees))),
        AddUser::Open { user, details } => (user, details),
    };
    if !details::is_good(c, may, &details)? {
        // The address may be taken because this very draft was used in between, in another tab.
        return Ok(match drafts::find_adding(c, may, draft)? {
            Some(AddUser::Done { user }) => Step::Done(result(&user, sees)),
            _ => Step::Details,
        });
    }
    let role = roles::find(c, &details.role)?.ok_or(Error::NotFound)?;
    let everywhere = role.makes_org_admin();
    let chosen = if everywhere { Vec::new() } else { invites::chosen_places(c, may, &details.workspaces)? };
    let all = roles::of_workspaces(c)?;
    let places = chosen.into_iter().map(|place| {
        let usable = invites::workspace_roles(&all, &place).into_iter().cloned().collect();
        (place, usable)
    });
    Ok(Step::Here(Box::new(Here { user, everywhere, role: role.name, places: places.collect(), days: organization::load(c)?.invitation_days, sees, details })))
}

fn field(workspace: &WorkspaceId) -> String {
    format!("role-{workspace}")
}

fn page(may: &May<org::UsersWrite>, shell: Shell, draft: &DraftId, here: &Here, given: &HashMap<String, String>, problems: Vec<Problem>) -> RolesPage {
    let reader = built_in::reader().to_string();
    let rows = here.places.iter().map(|(place, usable)| {
        let name = field(&place.id);
        let chosen = given.get(&name).unwrap_or(&reader);
        let choices = usable.iter().map(|r| Choice::new(r.id.as_str(), &r.name, r.id.as_str() == chosen)).collect();
        Row { mark: Mark::of(&place.id, &place.name, place.hue), name, choices }
    });
    let mut words: Vec<(String, String)> = Vec::new();
    for role in here.places.iter().flat_map(|(_, usable)| usable) {
        if !words.iter().any(|(name, _)| *name == role.name) {
            words.push((role.name.clone(), role.in_words()));
        }
    }
    let (crumbs, say) = details::head(here.days, here.sees, may.tools().config.mail_folder().is_none());
    let details = &here.details;
    let title = if problems.is_empty() { "Add user: assign workspace roles" } else { "Add user: a problem with the roles" };
    RolesPage {
        shell: shell.at(title, Nav::Users),
        crumbs,
        say,
        face: Face::of(&here.user, &details.name, &details.email, None),
        small: format!("{}, {}", details.email, here.role),
        back: path(draft, "details"),
        first: details.name.split(' ').next().unwrap_or_default().to_owned(),
        everywhere: here.everywhere,
        rows: rows.collect(),
        words,
        problems,
    }
}

pub async fn show(may: May<org::UsersWrite>, At(draft): At<DraftId>) -> Answer {
    let id = draft.clone();
    let (shell, step) = may.page(move |c, may| step(c, may, &id)).await?;
    match step {
        Step::Done(to) => redirect(&to),
        Step::Details => redirect(&path(&draft, "details")),
        Step::Here(here) => render(&page(&may, shell, &draft, &here, &HashMap::new(), Vec::new())),
    }
}

pub async fn submit(may: May<org::UsersWrite>, At(draft): At<DraftId>, Posted(pairs): Posted<Vec<(String, String)>>) -> Answer {
    let given = once_each(pairs)?;
    let id = draft.clone();
    let (shell, step) = may.page(move |c, may| step(c, may, &id)).await?;
    let here = match step {
        Step::Done(to) => return redirect(&to),
        Step::Details => return redirect(&path(&draft, "details")),
        Step::Here(here) => here,
    };
    let (chosen, problems) = judge(&here, &given);
    if !problems.is_empty() {
        return render_unprocessable(&page(&may, shell, &draft, &here, &given, problems));
    }
    let (id, mail) = (draft.clone(), may.tools().config.mail_folder().map(|folder| folder.display().to_string()));
    let (name, email) = (here.details.name.clone(), here.details.email.clone());
    let done = may.try_write(move |tx, may| {
        let (user, now) = drafts::add(tx, may, &id, &chosen)?;
        if now {
            let text = match mail {
                None => format!("{name} is invited. The email is on its way to {email}."),
                Some(folder) => {
                    format!("{name} is invited. Mails are files in {} here: copy the link and pass it on.", folder.trim_start_matches("./"))
                }
            };
            sessions::notice_with_link(tx, may, &text, "Add another", "/settings/users/new")?;
        }
        Ok(user)
    });
    match done.await {
        Ok(Ok(user)) => redirect(&result(&user, here.sees)),
        // Something changed between the look and the act: the step that needs another look says what.
        Ok(Err(Error::Refusal(why))) => again(&may, draft, &given, why.to_string()).await,
        Ok(Err(e)) => Err(e.into()),
        Err(WebError::NotFound) => again(&may, draft, &given, "A workspace or a role is gone meanwhile.".into()).await,
        Err(e) => Err(e),
    }
}

async fn again(may: &May<org::UsersWrite>, draft: DraftId, given: &HashMap<String, String>, why: String) -> Answer {
    let id = draft.clone();
    let (shell, step) = may.page(move |c, may| step(c, may, &id)).await?;
    match step {
        Step::Done(to) => redirect(&to),
        Step::Details => redirect(&path(&draft, "details")),
        Step::Here(here) => {
            let problems = vec![Problem { field: String::new(), label: String::new(), text: why }];
            render_unprocessable(&page(may, shell, &draft, &here, given, problems))
        }
    }
}

fn once_each(pairs: Vec<(String, String)>) -> Result<HashMap<String, String>, WebError> {
    let mut given = HashMap::new();
    for (name, value) in pairs {
        if given.insert(name, value).is_some() {
            return Err(WebError::bad_request("The form holds a field twice."));
        }
    }
    Ok(given)
}

/// A role for each workspace, and a problem where there is none that can be given.
fn judge(here: &Here, given: &HashMap<String, String>) -> (Vec<(WorkspaceId, RoleId)>, Vec<Problem>) {
    let (mut chosen, mut problems) = (Vec::new(), Vec::new());
    for (place, usable) in &here.places {
        let name = field(&place.id);
        match given.get(&name).and_then(|value| usable.iter().find(|r| r.id.as_str() == value)) {
            Some(role) => chosen.push((place.id.clone(), role.id.clone())),
            None => {
                let text = format!("Choose a role in {}.", place.name);
                problems.push(Problem { field: name, label: text.clone(), text });
            }
        }
    }
    (chosen, problems)
}
