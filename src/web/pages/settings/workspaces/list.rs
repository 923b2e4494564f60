//! `/settings/workspaces`: the workspaces one belongs to; for whoever manages any, all of them.

use askama::Template;
use serde::Deserialize;

use super::HERE;
use crate::{
    access::{Permitted, grants, permission::org},
    db::{Connection, Error},
    domain::workspaces::{self, Entry, Filter, From},
    web::kit::{
        Answer, Choice, May, Nav, Query, Shell, render,
        shell::offers,
        view::{Crumb, Mark, State, When, day, members, thousands},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    status: String,
    after: String,
    before: String,
}

#[derive(Template)]
#[template(path = "pages/settings/workspaces/list.html")]
struct ListPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    say: &'static str,
    if_empty: &'static str,
    sees_all: bool,
    may_create: bool,
    q: String,
    status: Vec<Choice>,
    status_on: bool,
    in_use: u8,
    clear: &'static str,
    count: String,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
}

struct Row {
    id: String,
    mark: Mark,
    description: String,
    /// Empty: the name is no link.
    href: String,
    members: String,
    created: When,
    state: State,
    archived: bool,
    may_manage: bool,
    may_restore: bool,
    may_delete: bool,
}

impl Row {
    fn has_menu(&self) -> bool {
        !self.href.is_empty() || self.may_manage || self.may_delete
    }
}

pub async fn show(may: May<org::WorkspaceRead>, Query(asked): Query<Asked>) -> Answer {
    let from = match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => From::Start,
        ("", before) => From::Before(clean(before)),
        (after, _) => From::After(clean(after)),
    };
    let archived = match asked.status.as_str() {
        "open" => Some(false),
        "archived" => Some(true),
        _ => None,
    };
    let filter = Filter { name: asked.q.clone(), archived, from };
    let (shell, (list, rows, sees_all, may_create)) = may
        .page(move |c, may| {
            let list = workspaces::list(c, may, &filter)?;
            let rows = list.rows.iter().map(|entry| row(c, may, entry)).collect::<Result<Vec<_>, _>>()?;
            Ok((list, rows, workspaces::sees_all(may.organization()), offers::<org::WorkspaceWrite, _>(may)))
        })
        .await?;
    let status = if sees_all && archived.is_some() { asked.status.as_str() } else { "" };
    let (q, total) = (asked.q.trim(), list.total);
    let narrowed = !q.is_empty() || !status.is_empty();
    let noun = if total == 1 { "workspace" } else { "workspaces" };
    let link = |from: Option<&From>| {
        let (name, key) = match from? {
            From::Start => return None,
            From::After(key) => ("after", key),
            From::Before(key) => ("before", key),
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", q), ("status", status), (name, key)].into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        Some(format!("{HERE}?{}", query.finish()))
    };
    let (newer, older) = (link(list.newer.as_ref()), link(list.older.as_ref()));
    render(&ListPage {
        shell: shell.at("Workspaces", Nav::Workspaces),
        crumbs: vec![Crumb::text("Settings")],
        say: if sees_all { "Every workspace of the organization." } else { "The workspaces you belong to." },
        if_empty: if sees_all { "No workspace yet" } else { "You are in no workspace yet" },
        sees_all,
        may_create,
        status: [("", "Any status"), ("open", "Open"), ("archived", "Archived")].map(|(v, label)| Choice::new(v, label, v == status)).into(),
        status_on: !status.is_empty(),
        in_use: !status.is_empty() as u8,
        clear: if narrowed { HERE } else { "" },
        count: format!("{} {noun}", thousands(total)),
        q: q.to_owned(),
        rows,
        newer,
        older,
    })
}

/// A key comes back as it was given out; whatever else comes is no key.
fn clean(key: &str) -> String {
    key.replace(char::is_control, " ")
}

fn row(c: &mut Connection, may: &Permitted<org::WorkspaceRead>, entry: &Entry) -> Result<Row, Error> {
    let w = &entry.workspace;
    let state = match &w.archived {
        None => State::new("", "Open", None),
        Some(archived) => {
            let by = match &archived.by {
                Some(by) if by == may.id() => Some("you".to_owned()),
                Some(by) => grants::name_of(c, by)?,
                None => None,
            };
            let by = by.map(|name| format!(", by {name}")).unwrap_or_default();
            State::new("off", "Archived", Some(format!("{}{by}", day(archived.at))))
        }
    };
    Ok(Row {
        mark: Mark::of(&w.id, &w.name, w.hue),
        description: w.description.clone(),
        href: if entry.may_enter { format!("/workspaces/{}", w.id) } else { String::new() },
        members: members(entry.members),
        created: When::of(w.created_at),
        state,
        archived: w.archived.is_some(),
        may_manage: entry.may_manage,
        may_restore: entry.may_restore,
        may_delete: entry.may_delete,
        id: w.id.to_string(),
    })
}
