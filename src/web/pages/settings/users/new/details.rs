//! The first step: who, with which organization role, in which workspaces.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::{address, path, result, sees_people};
use crate::{
    access::{Permitted, permission::org},
    base::{
        ids::{DraftId, WorkspaceId},
        text::{EmailAddress, PersonName},
    },
    db::Connection,
    domain::{
        Error,
        drafts::{self, AddUser, Details},
        invites, organization,
        roles::built_in,
    },
    web::kit::{
        Answer, At, Choice, Field, May, Nav, Posted, Problem, Shell, WebError,
        form::{complain, judge as judge_field},
        redirect, render, render_unprocessable,
        shell::Link,
        view::{Crumb, Mark},
    },
};

/// How many workspaces are listed; beyond, one looks for them by name.
const LISTED: usize = 200;
/// The most workspaces somebody is added to in one go.
const CHOSEN: usize = 200;

#[derive(Deserialize)]
pub struct DetailsInput {
    name: String,
    email: String,
    role: String,
    #[serde(default)]
    workspaces: Vec<WorkspaceId>,
    /// What workspaces are looked for by, where there are too many to list.
    #[serde(default)]
    find: String,
    /// Which button: only "find" is no "Next".
    #[serde(default)]
    act: String,
}

/// What the form holds, typed or kept.
#[derive(Clone, Default)]
pub(super) struct Typed {
    name: String,
    email: String,
    /// A role's id; empty: nothing was chosen yet.
    role: String,
    workspaces: Vec<WorkspaceId>,
    find: String,
}

impl Typed {
    /// Nothing yet but a workspace that is ticked already.
    pub(super) fn ticking(workspace: Option<WorkspaceId>) -> Self {
        Self { workspaces: workspace.into_iter().collect(), ..Self::default() }
    }
}

pub(super) struct DetailsForm {
    name: Field,
    email: Field,
    /// The way on where the address is taken.
    email_way: Option<Link>,
    roles: Vec<Choice>,
    role_problem: Option<String>,
    /// What each of them allows.
    role_words: Vec<(String, String)>,
    /// The role that makes an admin of every workspace, where it can be given.
    admin_role: String,
    workspaces: Vec<Item>,
    workspaces_problem: Option<String>,
    /// There are more workspaces than listed.
    more: bool,
    find: String,
}

struct Item {
    mark: Mark,
    selected: bool,
}

#[derive(Template)]
#[template(path = "pages/settings/users/new/details.html")]
struct DetailsPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    say: String,
    cancel: &'static str,
    form: DetailsForm,
    problems: Vec<Problem>,
}

/// What a form was judged to be.
struct Judged {
    form: DetailsForm,
    problems: Vec<Problem>,
    details: Option<Details>,
}

pub(super) enum Outcome {
    Good(Details),
    Again(HttpResponse),
}

pub(super) fn kept(details: &Details) -> Typed {
    Typed {
        name: details.name.clone(),
        email: details.email.clone(),
        role: details.role.to_string(),
        workspaces: details.workspaces.clone(),
        find: String::new(),
    }
}

/// Whether a draft's first step is still good.
pub(super) fn is_good(c: &mut Connection, may: &Permitted<org::UsersWrite>, details: &Details) -> Result<bool, Error> {
    Ok(examine(c, may, &kept(details))?.details.is_some())
}

fn examine(c: &mut Connection, may: &Permitted<org::UsersWrite>, typed: &Typed) -> Result<Judged, Error> {
    let mut form = fill(c, may, typed)?;
    let mut problems = Vec::new();
    let name = judge_field(&mut problems, &mut form.name, "name", "Name", PersonName::parse);
    let mut email = judge_field(&mut problems, &mut form.email, "email", "Email address", EmailAddress::parse);
    if let Some(wanted) = &email
        && let Some(taken) = invites::judge_address(c, wanted)?
    {
        let (why, way) = address::explain(&taken, may);
        complain(&mut problems, &mut form.email, "email", "Email address", why);
        form.email_way = way;
        email = None;
    }
    let role = typed.role.parse().ok().filter(|_| form.roles.iter().any(|choice| choice.value == typed.role));
    if role.is_none() {
        let why = if form.roles.is_empty() { "Your own role is too small to give one. Ask an organization admin." } else { "Choose one of these roles." };
        form.role_problem = Some(why.to_owned());
        problems.push(Problem { field: "role".into(), label: "Organization role".into(), text: why.into() });
    }
    let mut workspaces = typed.workspaces.clone();
    workspaces.sort();
    workspaces.dedup();
    let open = invites::chosen_places(c, may, &workspaces)?;
    let why = if workspaces.len() > CHOSEN {
        Some(format!("At most {CHOSEN} workspaces in one go. The person can be added to more afterwards."))
    } else if open.len() < workspaces.len() {
        Some("A workspace that was chosen is gone from this list: it was archived, or you may not add people to it any more. Check the others.".to_owned())
    } else {
        None
    };
    if let Some(why) = why {
        form.workspaces_problem = Some(why.clone());
        problems.push(Problem { field: "workspaces".into(), label: "Workspaces".into(), text: why });
    }
    let details = match (name, email, role) {
        (Some(name), Some(email), Some(role)) if problems.is_empty() => Some(Details { name: name.to_string(), email: email.to_string(), role, workspaces }),
        _ => None,
    };
    Ok(Judged { form, problems, details })
}

fn fill(c: &mut Connection, may: &Permitted<org::UsersWrite>, typed: &Typed) -> Result<DetailsForm, Error> {
    let roles = invites::organization_roles(c, may)?;
    // The least is chosen already; whoever may not give Org Base chooses themselves.
    let chosen = if typed.role.is_empty() { built_in::org_base().to_string() } else { typed.role.clone() };
    let admin = built_in::org_admin();
    let admin_role = roles.iter().find(|r| r.id == admin).map(|r| r.id.to_string()).unwrap_or_default();
    let found = invites::places(c, may, &typed.find, LISTED)?;
    // What is ticked stays in sight, whatever is looked for.
    let mut list = invites::chosen_places(c, may, &typed.workspaces[..typed.workspaces.len().min(CHOSEN)])?;
    let many = found.more || !typed.find.trim().is_empty();
    if many {
        list.extend(found.list.into_iter().filter(|p| !typed.workspaces.contains(&p.id)));
    } else {
        list = found.list;
    }
    Ok(DetailsForm {
        name: Field::of(&typed.name),
        email: Field::of(&typed.email),
        email_way: None,
        roles: roles.iter().map(|r| Choice::new(r.id.as_str(), &r.name, r.id.as_str() == chosen)).collect(),
        role_problem: None,
        role_words: roles.iter().map(|r| (r.name.clone(), r.in_words())).collect(),
        admin_role,
        workspaces: list.iter().map(|p| Item { mark: Mark::of(&p.id, &p.name, p.hue), selected: typed.workspaces.contains(&p.id) }).collect(),
        workspaces_problem: None,
        more: many,
        find: typed.find.clone(),
    })
}

/// The first step as it is shown. With a draft, whatever is wrong with it by now is said at once.
pub(super) async fn page(may: &May<org::UsersWrite>, typed: Typed, draft: Option<&Details>) -> Answer {
    let with_draft = draft.is_some();
    let (shell, (judged, days, sees)) = may
        .page(move |c, may| {
            let judged = if with_draft { examine(c, may, &typed)? } else { Judged { form: fill(c, may, &typed)?, problems: Vec::new(), details: None } };
            Ok((judged, organization::load(c)?.invitation_days, sees_people(may)))
        })
        .await?;
    render(&dress(shell, judged, days, sees, may.tools().config.mail_folder().is_none()))
}

fn dress(shell: Shell, judged: Judged, days: i32, sees: bool, mailed: bool) -> DetailsPage {
    let title = match judged.problems.len() {
        0 => "Add user".to_owned(),
        1 => "Add user: 1 problem".to_owned(),
        n => format!("Add user: {n} problems"),
    };
    let (crumbs, say) = head(days, sees, mailed);
    let cancel = if sees { "/settings/users" } else { "/" };
    DetailsPage { shell: shell.at(title, Nav::Users), crumbs, say, cancel, form: judged.form, problems: judged.problems }
}

/// What stands above both steps. `mailed`: there is a mail server.
pub(super) fn head(days: i32, sees: bool, mailed: bool) -> (Vec<Crumb>, String) {
    let users = if sees { Crumb::link("Users", "/settings/users") } else { Crumb::text("Users") };
    let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let say = if mailed {
        format!("They get an email with a link that works for {days}. Nothing is sent before the last step.")
    } else {
        format!("There is no mail server here: after the last step you copy their link, which works for {days}, and pass it on.")
    };
    (vec![Crumb::text("Settings"), users], say)
}

/// Judges what was posted: good, or the page to show again.
pub(super) async fn judge(may: &May<org::UsersWrite>, input: DetailsInput) -> Result<Outcome, WebError> {
    let typed = Typed { name: input.name, email: input.email, role: input.role, workspaces: input.workspaces, find: input.find };
    if input.act == "find" {
        return Ok(Outcome::Again(page(may, typed, None).await?));
    }
    let (shell, (mut judged, days, sees)) =
        may.page(move |c, may| Ok((examine(c, may, &typed)?, organization::load(c)?.invitation_days, sees_people(may)))).await?;
    match judged.details.take() {
        Some(details) => Ok(Outcome::Good(details)),
        None => Ok(Outcome::Again(render_unprocessable(&dress(shell, judged, days, sees, may.tools().config.mail_folder().is_none()))?)),
    }
}

/// The step again, with what the draft holds.
pub async fn show(may: May<org::UsersWrite>, At(draft): At<DraftId>) -> Answer {
    let (found, sees) = may.read(move |c, may| Ok((drafts::find_adding(c, may, &draft)?, sees_people(may)))).await?;
    match found.ok_or(WebError::NotFound)? {
        AddUser::Done { user } => redirect(&result(&user, sees)),
        AddUser::Open { details, .. } => page(&may, kept(&details), Some(&details)).await,
    }
}

pub async fn submit(may: May<org::UsersWrite>, At(draft): At<DraftId>, Posted(input): Posted<DetailsInput>) -> Answer {
    let id = draft.clone();
    let (found, sees) = may.read(move |c, may| Ok((drafts::find_adding(c, may, &id)?, sees_people(may)))).await?;
    if let AddUser::Done { user } = found.ok_or(WebError::NotFound)? {
        return redirect(&result(&user, sees));
    }
    match judge(&may, input).await? {
        Outcome::Again(answer) => Ok(answer),
        Outcome::Good(details) => {
            let id = draft.clone();
            match may.write(move |tx, may| drafts::change_details(tx, may, &id, details)).await? {
                Some(user) => redirect(&result(&user, sees)),
                None => redirect(&path(&draft, "roles")),
            }
        }
    }
}
