//! `/workspaces/{workspace}/control/api-keys/new`: a name, an end, and what it may do. The answer to the form shows the secret, once.

use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::{crumbs, href, list};
use crate::{
    access::{Permission as _, WorkspacePermission, WorkspaceSet, alias, grants::Place, need::Confirmed, permission::here},
    base::{
        clock::{self, days},
        text::KeyName,
    },
    domain::{
        Error,
        api_keys::{self, Life, NewKey},
        sessions,
    },
    web::kit::{
        Answer, Choice, Field, May, Nav, Posted, Problem, Shell, Sure, WebError, families,
        form::{complain, judge},
        redirect, render, render_unprocessable,
        view::{Crumb, Mark},
    },
};

/// The lifetimes that are offered, in days.
const OFFERED: [i64; 4] = [7, 30, 90, 365];

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct NewInput {
    form: String,
    name: String,
    expires: String,
    until: String,
    restrict: String,
    permissions: Vec<String>,
}

#[derive(Template)]
#[template(path = "pages/workspace/control/api_keys/new.html")]
struct NewPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    mark: Mark,
    back: String,
    form: NewForm,
    problems: Vec<Problem>,
}

struct NewForm {
    /// What this page is told apart by.
    token: String,
    name: Field,
    expires: Vec<Choice>,
    expires_hint: String,
    expires_problem: Option<String>,
    until: Field,
    restrict: bool,
    families: Vec<Family>,
    permissions_problem: Option<String>,
}

struct Family {
    title: &'static str,
    lines: Vec<Line>,
}

struct Line {
    key: &'static str,
    words: String,
    more: &'static str,
    ticked: bool,
}

impl NewForm {
    /// What was typed, with the choices of the moment. `longest`: the most days a key may work.
    fn of(input: &NewInput, place: &Place, longest: Option<i64>) -> Self {
        let ticked = |key: &str| input.permissions.iter().any(|ticked| ticked == key);
        let line = |p: WorkspacePermission| Line {
            key: p.key(),
            words: families::within(p.words()),
            more: if p == WorkspacePermission::WorkspaceAdmin { "Settings, roles, API keys. Includes the three above." } else { "" },
            ticked: ticked(p.key()),
        };
        Self {
            token: if is_token(&input.form) { input.form.clone() } else { api_keys::new_form() },
            name: Field::of(&input.name),
            expires: ends(&input.expires, longest),
            expires_hint: longest.map(|n| format!("At most {}.", api_keys::days_in_words(n))).unwrap_or_default(),
            expires_problem: None,
            until: Field::of(&input.until),
            restrict: !input.restrict.is_empty(),
            families: families::of(place.may).into_iter().map(|(title, all)| Family { title, lines: all.into_iter().map(line).collect() }).collect(),
            permissions_problem: None,
        }
    }

    /// Puts what is wrong on its field.
    fn complain(&mut self, problems: &mut Vec<Problem>, found: Vec<(&'static str, String)>) {
        for (field, why) in found {
            match field {
                "until" => complain(problems, &mut self.until, "until", "Last day", why),
                "name" => complain(problems, &mut self.name, "name", "Name", why),
                "expires" => {
                    self.expires_problem = Some(why.clone());
                    problems.push(Problem { field: "expires".into(), label: "Expires".into(), text: why });
                }
                _ => {
                    self.permissions_problem = Some(why.clone());
                    problems.push(Problem { field: "permissions".into(), label: "Permissions".into(), text: why });
                }
            }
        }
    }

    /// The key that is asked for, or what is wrong with it.
    fn read(&mut self, input: &NewInput, problems: &mut Vec<Problem>) -> Option<NewKey> {
        let name = judge(problems, &mut self.name, "name", "Name", KeyName::parse);
        let mut wrong = Vec::new();
        let life = life(input).map_err(|problem| wrong.push(problem)).ok();
        let permissions = permissions(input).map_err(|why| wrong.push(("permissions", why))).ok();
        self.complain(problems, wrong);
        Some(NewKey { name: name?, permissions: permissions?, life: life?, form: Some(self.token.clone()) })
    }
}

/// As [`api_keys::new_form`] makes them; nothing else is kept.
fn is_token(text: &str) -> bool {
    text.len() == api_keys::new_form().len() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn ends(chosen: &str, longest: Option<i64>) -> Vec<Choice> {
    let today = clock::now();
    let mut lives: Vec<i64> = OFFERED.into_iter().filter(|n| longest.is_none_or(|longest| *n <= longest)).chain(longest.filter(|n| *n < 365)).collect();
    lives.sort_unstable();
    lives.dedup();
    let suggested = api_keys::suggested_days(longest).to_string();
    let chosen = if chosen.is_empty() { suggested.as_str() } else { chosen };
    let on = |n: i64| (today + days(n)).format("%-d\u{a0}%B %Y");
    let mut choices: Vec<Choice> =
        lives.into_iter().map(|n| Choice::new(n.to_string(), format!("In {}, on {}", api_keys::days_in_words(n), on(n)), chosen == n.to_string())).collect();
    choices.push(Choice::new("day", "On a day you choose", chosen == "day"));
    if longest.is_none() {
        choices.push(Choice::new("never", "Never: it works until it is revoked", chosen == "never"));
    }
    choices
}

fn life(input: &NewInput) -> Result<Life, (&'static str, String)> {
    match input.expires.as_str() {
        "never" => Ok(Life::ForGood),
        "day" => {
            let day = NaiveDate::parse_from_str(input.until.trim(), "%Y-%m-%d").ok().filter(|_| input.until.trim().len() == 10);
            day.map(Life::Through).ok_or(("until", "Choose the last day on which it works, as 2027-01-31.".to_owned()))
        }
        days => days.parse().map(Life::Days).map_err(|_| ("expires", "Choose one of these.".to_owned())),
    }
}

fn permissions(input: &NewInput) -> Result<Option<WorkspaceSet>, String> {
    if input.restrict.is_empty() {
        return Ok(None);
    }
    let set = alias::read(input.permissions.iter().map(String::as_str)).map_err(|key| format!("There is no permission {key:?} in a workspace."))?;
    if set.is_empty() { Err("Tick what it may do, or switch “Restrict permissions” off.".to_owned()) } else { Ok(Some(set)) }
}

pub async fn show(may: Sure<here::WorkspaceAdmin>) -> Answer {
    // The least is suggested: nothing that was not ticked.
    let input = NewInput { restrict: "on".into(), ..NewInput::default() };
    let (page, archived) = page(&may, input, |form, _| form).await?;
    if archived { redirect(&page.back) } else { render(&page) }
}

/// The page with what was typed, and whether the workspace is archived.
async fn page(
    may: &May<Confirmed<here::WorkspaceAdmin>>,
    input: NewInput,
    finish: impl FnOnce(NewForm, &mut Vec<Problem>) -> NewForm,
) -> Result<(NewPage, bool), WebError> {
    let (shell, (place, longest)) = may.page(|c, may| Ok((may.workspace().clone(), api_keys::longest_days(c)?))).await?;
    let mut problems = Vec::new();
    let form = finish(NewForm::of(&input, &place, longest), &mut problems);
    let page = NewPage {
        shell: shell.at("Create key", Nav::ApiKeys),
        crumbs: crumbs(&place),
        mark: Mark::of(&place.id, &place.name, place.hue),
        back: href(&place),
        form,
        problems,
    };
    Ok((page, place.archived))
}

enum Done {
    Made(list::Ready),
    /// This very form made the key of this name before.
    Before(String),
}

pub async fn submit(may: Sure<here::WorkspaceAdmin>, Posted(input): Posted<NewInput>) -> Answer {
    let (place, longest) = may.read(|c, may| Ok((may.workspace().clone(), api_keys::longest_days(c)?))).await?;
    let (mut form, mut problems) = (NewForm::of(&input, &place, longest), Vec::new());
    let Some(new) = form.read(&input, &mut problems) else {
        return again(&may, input, form, problems).await;
    };
    let workflows = may.tools().config.link("/v1/workflows");
    let done = may.try_write(move |tx, may| {
        let form = new.form.as_deref().unwrap_or_default();
        if let Some(name) = api_keys::made_with(tx, may, form)? {
            let text = format!("{name} was created already, and its secret was shown then. Is it lost? Revoke the key and create another.");
            sessions::notice(tx, may, &text)?;
            return Ok(Done::Before(href(may.workspace())));
        }
        let made = api_keys::create(tx, may, &new)?;
        let secret = made.secret.as_str().to_owned();
        let curl = format!("curl -X GET {workflows} -H \"Authorization: Bearer {secret}\"");
        Ok(Done::Made(list::Ready { name: new.name.to_string(), secret, curl }))
    });
    match done.await? {
        // No address of its own: the secret is in this answer, and nowhere else.
        Ok(Done::Made(ready)) => list::page(&may, list::Asked::default(), Some(ready)).await,
        Ok(Done::Before(to)) => redirect(&to),
        Err(Error::Invalid(found)) => {
            form.complain(&mut problems, found);
            again(&may, input, form, problems).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn again(may: &May<Confirmed<here::WorkspaceAdmin>>, input: NewInput, form: NewForm, found: Vec<Problem>) -> Answer {
    let keep = |_: NewForm, problems: &mut Vec<Problem>| {
        *problems = found;
        form
    };
    let (page, _) = page(may, input, keep).await?;
    render_unprocessable(&page)
}
