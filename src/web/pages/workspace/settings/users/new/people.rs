//! The first step: who. Whoever is in already is shown, not offered.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::{CHOSEN, here, mark, path, trail};
use crate::{
    access::{
        Permitted,
        explain::list as in_words,
        permission::{here as permission, org},
    },
    base::ids::{DraftId, UserId, WorkspaceId},
    db::Connection,
    domain::{
        Error,
        drafts::{self, AddMembers},
        memberships::list::{Wanted, list},
        people, roles,
        users::{self, Status, search_term},
    },
    web::kit::{
        Answer, At, May, Nav, Posted, Problem, Shell, WebError, redirect, render, render_unprocessable,
        shell::offers,
        told::{face, status::as_what},
        view::{Crumb, Face, Mark, thousands},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct PeopleInput {
    pub(super) people: Vec<UserId>,
    /// What people are looked for by, where there are too many to list.
    find: String,
    /// Which button: only "find" is no "Next".
    act: String,
}

impl PeopleInput {
    fn kept(chosen: Vec<UserId>) -> Self {
        Self { people: chosen, ..Self::default() }
    }
}

struct Item {
    face: Face,
    selected: bool,
    end: String,
}

pub(super) struct PeopleForm {
    items: Vec<Item>,
    /// There are more than listed.
    more: bool,
    find: String,
    /// How the search went, where there is one.
    say: &'static str,
    problem: Option<String>,
    /// Who is in already, the first of them, each with their role.
    taken: Vec<(Face, String)>,
    taken_count: String,
    taken_more: bool,
    /// The way to inviting somebody new, with this workspace chosen.
    invite: Option<String>,
    list: String,
}

#[derive(Template)]
#[template(path = "pages/workspace/settings/users/new/people.html")]
struct PeoplePage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    say: String,
    form: PeopleForm,
    problems: Vec<Problem>,
}

struct Judged {
    form: PeopleForm,
    mark: Mark,
    crumbs: Vec<Crumb>,
    chosen: Option<Vec<UserId>>,
}

pub(super) enum Outcome {
    Good(Vec<UserId>),
    Again(HttpResponse),
}

/// Whether everybody a draft holds can still be added.
pub(super) fn is_good(c: &mut Connection, may: &Permitted<permission::UsersEdit>, chosen: &[UserId]) -> Result<bool, Error> {
    Ok(!chosen.is_empty() && people::addable(c, may, chosen)?.len() == chosen.len())
}

fn examine(c: &mut Connection, may: &Permitted<permission::UsersEdit>, input: &PeopleInput, complain: bool) -> Result<Judged, Error> {
    let place = may.workspace();
    if place.archived {
        return Err(Error::stale(format!("{} is archived. Restore it first, then add people.", place.name)));
    }
    let sees = may.require::<org::UsersRead>(c)?;
    let mut chosen = input.people.clone();
    chosen.sort();
    chosen.dedup();
    let too_many = chosen.len() > CHOSEN;
    chosen.truncate(CHOSEN);
    let able = people::addable(c, may, &chosen)?;
    let problem = if too_many {
        Some(format!("At most {CHOSEN} people in one go. The others can be added afterwards."))
    } else if chosen.is_empty() {
        Some("Select at least one person.".to_owned())
    } else if able.len() < chosen.len() {
        let gone: Vec<UserId> = chosen.iter().filter(|id| !able.iter().any(|user| user.id == **id)).cloned().collect();
        let names: Vec<String> = users::find_people(c, &gone)?.into_iter().map(|user| user.name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let who = if names.is_empty() { "Somebody you selected".to_owned() } else { in_words(&names) };
        Some(format!("{who} cannot be added any more: look at the others, and go on."))
    } else {
        None
    };
    let (found, more) = users::list::outside(c, &sees, &place.id, &input.find)?;
    let many = more || !input.find.trim().is_empty();
    let word = |status: Status| if status == Status::Invited { "Invited".to_owned() } else { String::new() };
    let is_chosen = |id: &UserId| able.iter().any(|user| user.id == *id);
    // Where not everybody is listed, what is ticked comes first and stays in sight, whatever is looked for.
    let first = able.iter().filter(|user| many || !found.iter().any(|row| row.id == user.id));
    let mut items: Vec<Item> = first.map(|user| Item { face: face(user), selected: true, end: word(user.status) }).collect();
    let others = found.iter().filter(|row| !(many && is_chosen(&row.id)));
    items.extend(others.map(|row| Item {
        face: Face::of(&row.id, &row.name, &row.email, row.avatar.as_ref()),
        selected: is_chosen(&row.id),
        end: word(row.status),
    }));
    let taken = list(c, may, &Wanted { search: search_term(&input.find), ..Wanted::default() })?;
    let roles = roles::of_workspaces(c)?;
    let form = PeopleForm {
        items,
        more: many,
        say: match (found.is_empty(), more) {
            (true, _) => "Nobody found who is not in already. Try fewer letters, or clear the field to see the others.",
            (_, true) => "There are more people than listed here.",
            (_, false) => "These are all who match. Clear the field to see the others.",
        },
        find: input.find.clone(),
        taken_count: thousands(taken.members + taken.admins),
        taken_more: (taken.rows.len() as i64) < taken.members + taken.admins,
        taken: taken
            .rows
            .into_iter()
            .map(|row| (Face::of(&row.id, &row.name, &row.email, row.avatar.as_ref()), as_what(&row, &roles, "Organization admin")))
            .collect(),
        invite: offers::<org::UsersWrite, _>(may).then(|| format!("/settings/users/new?workspace={}", place.id)),
        list: here(&place.id),
        problem: problem.clone().filter(|_| complain),
    };
    let chosen = problem.is_none().then_some(chosen);
    Ok(Judged { form, mark: mark(place), crumbs: trail(&place.id), chosen })
}

/// The first step as it is shown. With a draft, whatever is wrong with it by now is said at once.
pub(super) async fn page(may: &May<permission::UsersEdit>, input: PeopleInput, with_draft: bool) -> Answer {
    let (shell, judged) = may.page(move |c, may| examine(c, may, &input, with_draft)).await?;
    render(&dress(shell, judged))
}

fn dress(shell: Shell, judged: Judged) -> PeoplePage {
    let Judged { form, mark, crumbs, .. } = judged;
    let problems: Vec<Problem> = form.problem.iter().map(|text| Problem { field: "people".into(), label: text.clone(), text: text.clone() }).collect();
    let say = format!("People of {} who should work in {} too.", shell.organization, mark.name);
    let title = if problems.is_empty() { "Add users" } else { "Add users: 1 problem" };
    PeoplePage { shell: shell.at(title, Nav::WorkspaceUsers), mark, crumbs, say, form, problems }
}

/// Judges what was posted: good, or the page to show again.
pub(super) async fn judge(may: &May<permission::UsersEdit>, input: PeopleInput) -> Result<Outcome, WebError> {
    if input.act == "find" {
        return Ok(Outcome::Again(page(may, input, false).await?));
    }
    let (shell, mut judged) = may.page(move |c, may| examine(c, may, &input, true)).await?;
    match judged.chosen.take() {
        Some(chosen) => Ok(Outcome::Good(chosen)),
        None => Ok(Outcome::Again(render_unprocessable(&dress(shell, judged))?)),
    }
}

/// The step again, with what the draft holds.
pub async fn show(may: May<permission::UsersEdit>, At(workspace): At<WorkspaceId>, At(draft): At<DraftId>) -> Answer {
    let found = may.read(move |c, may| Ok(drafts::find_adding_to(c, may, &draft)?)).await?;
    match found.ok_or(WebError::NotFound)? {
        AddMembers::Done { .. } => redirect(&here(&workspace)),
        AddMembers::Open { chosen, .. } => page(&may, PeopleInput::kept(chosen), true).await,
    }
}

pub async fn submit(may: May<permission::UsersEdit>, At(workspace): At<WorkspaceId>, At(draft): At<DraftId>, Posted(input): Posted<PeopleInput>) -> Answer {
    let id = draft.clone();
    let found = may.read(move |c, may| Ok(drafts::find_adding_to(c, may, &id)?)).await?;
    if let AddMembers::Done { .. } = found.ok_or(WebError::NotFound)? {
        return redirect(&here(&workspace));
    }
    match judge(&may, input).await? {
        Outcome::Again(answer) => Ok(answer),
        Outcome::Good(chosen) => {
            let id = draft.clone();
            let open = may.write(move |tx, may| drafts::change_chosen(tx, may, &id, chosen)).await?;
            redirect(&if open { path(&workspace, &draft, "roles") } else { here(&workspace) })
        }
    }
}
