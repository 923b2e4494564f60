//! The second step: one role for everyone, then exceptions; its **Add** does everything.

use std::collections::HashMap;

use askama::Template;

use super::{choices, grantable, here, least, mark, path, people, trail};
use crate::{
    access::{
        Permitted,
        permission::{here as permission, org},
    },
    base::ids::{DraftId, RoleId, UserId, WorkspaceId},
    db::{Connection, Tx},
    domain::{
        Error,
        drafts::{self, AddMembers},
        people as acts,
        roles::{self, Role},
        sessions,
        users::{Status, User},
    },
    web::kit::{
        Answer, At, Choice, May, Nav, Posted, Problem, Shell, WebError, redirect, render, render_unprocessable,
        told::{Counts, article, face, first_name},
        view::{Crumb, Face, Mark},
    },
};

struct Row {
    face: Face,
    name: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "pages/workspace/settings/users/new/roles.html")]
struct RolesPage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    say: String,
    everyone: Vec<Choice>,
    rows: Vec<Row>,
    /// The roles that can be chosen, in words.
    words: Vec<(String, String)>,
    hint: String,
    button: String,
    back: String,
    problems: Vec<Problem>,
    problem: Option<String>,
}

/// What a draft's second step is about.
enum Step {
    Done,
    /// The first step needs another look.
    People,
    Here(Box<Here>),
}

struct Here {
    people: Vec<User>,
    roles: Vec<Role>,
    mark: Mark,
}

fn step(c: &mut Connection, may: &Permitted<permission::UsersEdit>, draft: &DraftId) -> Result<Step, Error> {
    let AddMembers::Open { chosen, .. } = drafts::find_adding_to(c, may, draft)?.ok_or(Error::NotFound)? else { return Ok(Step::Done) };
    may.require::<org::UsersRead>(c)?;
    if !people::is_good(c, may, &chosen)? {
        // They may be in because this very draft was used in between, in another tab.
        return Ok(match drafts::find_adding_to(c, may, draft)? {
            Some(AddMembers::Done { .. }) => Step::Done,
            _ => Step::People,
        });
    }
    let place = may.workspace();
    let roles = grantable(roles::of_workspaces(c)?, &place.id, place.may);
    Ok(Step::Here(Box::new(Here { people: acts::addable(c, may, &chosen)?, roles, mark: mark(place) })))
}

fn field(user: &UserId) -> String {
    format!("role-{user}")
}

type Given = HashMap<String, String>;

fn page(shell: Shell, workspace: &WorkspaceId, draft: &DraftId, here: &Here, given: &Given, why: Option<String>) -> RolesPage {
    let everyone = given.get("all").cloned().unwrap_or_else(|| least(&here.roles));
    let row = |user: &User| {
        let name = field(&user.id);
        let own = given.get(&name).map(String::as_str).unwrap_or_default();
        let mut exceptions = vec![Choice::new("", "As everyone", own.is_empty())];
        exceptions.extend(choices(&here.roles, own));
        Row { face: face(user), name, choices: exceptions }
    };
    let invited = here.people.iter().filter(|user| user.status == Status::Invited).count();
    let title = if why.is_none() { "Add users: assign roles" } else { "Add users: a problem with the roles" };
    RolesPage {
        say: format!("People of {} who should work in {} too.", shell.organization, here.mark.name),
        shell: shell.at(title, Nav::WorkspaceUsers),
        mark: here.mark.clone(),
        crumbs: trail(workspace),
        everyone: choices(&here.roles, &everyone),
        rows: here.people.iter().map(row).collect(),
        words: here.roles.iter().map(|role| (role.name.clone(), role.in_words())).collect(),
        hint: hint(here.people.len(), invited),
        button: match here.people.as_slice() {
            [one] => format!("Add {}", first_name(&one.name)),
            several => format!("Add {} people", several.len()),
        },
        back: path(workspace, draft, "people"),
        problems: why.iter().map(|text| Problem { field: String::new(), label: String::new(), text: text.clone() }).collect(),
        problem: None,
    }
}

/// What becomes of it: mails to who is here, invitations to who is not yet.
fn hint(people: usize, invited: usize) -> String {
    match (people, invited) {
        (1, 1) => "They have not accepted yet: a fresh invitation names this too, and links sent before stop working.".to_owned(),
        (_, 0) => "They get an email, and a notice the next time they are here.".to_owned(),
        (all, some) if all == some => "None of them has accepted yet: fresh invitations name this too, and links sent before stop working.".to_owned(),
        _ => "They get an email, and a notice the next time they are here. Whoever is still invited gets a fresh invitation that names everything.".to_owned(),
    }
}

pub async fn show(may: May<permission::UsersEdit>, At(workspace): At<WorkspaceId>, At(draft): At<DraftId>) -> Answer {
    let id = draft.clone();
    let (shell, step) = may.page(move |c, may| step(c, may, &id)).await?;
    match step {
        Step::Done => redirect(&here(&workspace)),
        Step::People => redirect(&path(&workspace, &draft, "people")),
        Step::Here(found) => render(&page(shell, &workspace, &draft, &found, &Given::new(), None)),
    }
}

pub async fn submit(
    may: May<permission::UsersEdit>,
    At(workspace): At<WorkspaceId>,
    At(draft): At<DraftId>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Answer {
    let given = once_each(pairs)?;
    let id = draft.clone();
    let (shell, step) = may.page(move |c, may| step(c, may, &id)).await?;
    let found = match step {
        Step::Done => return redirect(&here(&workspace)),
        Step::People => return redirect(&path(&workspace, &draft, "people")),
        Step::Here(found) => found,
    };
    let Some(chosen) = judge(&found, &given) else {
        let why = Some("Choose one of these roles for everyone.".to_owned());
        return render_unprocessable(&page(shell, &workspace, &draft, &found, &given, why));
    };
    let id = draft.clone();
    let done = may.try_write(move |tx, may| {
        if let Some(added) = drafts::add_all(tx, may, &id, &chosen)? {
            let text = told(tx, &may.workspace().name, &added)?;
            sessions::notice(tx, may, &text)?;
        }
        Ok(())
    });
    match done.await {
        Ok(Ok(())) => redirect(&here(&workspace)),
        // Something changed between the look and the act: the step that needs another look says what.
        Ok(Err(Error::Refusal(why))) => again(&may, &workspace, draft, &given, why.to_string()).await,
        Ok(Err(e)) => Err(e.into()),
        Err(e) => Err(e),
    }
}

async fn again(may: &May<permission::UsersEdit>, workspace: &WorkspaceId, draft: DraftId, given: &Given, why: String) -> Answer {
    let id = draft.clone();
    let (shell, step) = may.page(move |c, may| step(c, may, &id)).await?;
    match step {
        Step::Done => redirect(&here(workspace)),
        Step::People => redirect(&path(workspace, &draft, "people")),
        Step::Here(found) => render_unprocessable(&page(shell, workspace, &draft, &found, given, Some(why))),
    }
}

/// "Edsger Dijkstra is an Editor in Marketing now.", "3 people were added to Marketing."
fn told(tx: &mut Tx, place: &str, added: &[(User, Role)]) -> Result<String, Error> {
    let counts = Counts::of_each(tx, &added.iter().map(|(user, _)| user).collect::<Vec<_>>())?;
    let over = counts.iter().filter(|counts| **counts == Counts::OnceInvited).count();
    Ok(match (added, counts.as_slice()) {
        ([(user, role)], [counts]) => match counts {
            Counts::Now => format!("{} is {} in {place} now.", user.name, article(&role.name)),
            counts => format!("{} will be {} in {place}.{}", user.name, article(&role.name), counts.told()),
        },
        (several, _) => {
            let over = match over {
                0 => String::new(),
                1 => " The invitation of one of them has ended: send a fresh one.".to_owned(),
                n => format!(" The invitations of {n} of them have ended: send fresh ones."),
            };
            format!("{} people were added to {place}.{over}", several.len())
        }
    })
}

fn once_each(pairs: Vec<(String, String)>) -> Result<Given, WebError> {
    let mut given = Given::new();
    for (name, value) in pairs {
        if given.insert(name, value).is_some() {
            return Err(WebError::bad_request("The form holds a field twice."));
        }
    }
    Ok(given)
}

/// A role for each; `None` where one was chosen that cannot be given.
fn judge(here: &Here, given: &Given) -> Option<Vec<(UserId, RoleId)>> {
    let role = |value: &str| here.roles.iter().find(|role| role.id.as_str() == value).map(|role| role.id.clone());
    let everyone = given.get("all").map(String::as_str).unwrap_or_default();
    let one = |user: &User| {
        let own = given.get(&field(&user.id)).map(String::as_str).filter(|own| !own.is_empty());
        Some((user.id.clone(), role(own.unwrap_or(everyone))?))
    };
    here.people.iter().map(one).collect()
}
