//! `/workspaces/{workspace}/flows`: the flows of a workspace, by name.

use std::collections::HashMap;

use askama::Template;
use serde::Deserialize;

use super::{list_of, mark};
use crate::{
    access::{
        grants::Place,
        need::{Need, SeeFlows},
        permission::here,
    },
    base::ids::UserId,
    domain::flows::{self, Filter, From, Listed, Place as At},
    web::kit::{
        Answer, Linked, May, Nav, Query, Shell, render,
        view::{Crumb, Mark, When, thousands},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    after: String,
    before: String,
}

#[derive(Template)]
#[template(path = "pages/workspace/flows/list.html")]
struct ListPage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    list: String,
    clear: String,
    may_edit: bool,
    may_delete: bool,
    /// Whether some of the examples can be added.
    examples: bool,
    q: String,
    count: String,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
}

struct Row {
    name: String,
    href: String,
    by: Option<Linked>,
    changed: When,
}

struct View {
    place: Place,
    list: flows::List,
    names: HashMap<UserId, Linked>,
    may_edit: bool,
    may_delete: bool,
    examples: bool,
}

pub async fn show(may: May<SeeFlows>, Query(asked): Query<Asked>) -> Answer {
    let from = match (asked.after.as_str(), asked.before.as_str()) {
        ("", "") => From::Start,
        ("", before) => From::Before(At::parse(before)),
        (after, _) => From::After(At::parse(after)),
    };
    let filter = Filter { name: asked.q.clone(), from };
    let (shell, view) = may
        .page(move |c, may| {
            let reader = may.standing();
            let list = flows::list(c, may, &filter)?;
            let names = Linked::each(c, reader, list.rows.iter().map(|row| &row.changed_by))?;
            let may_edit = here::FlowsEdit::met(reader);
            let examples = may_edit && flows::lacks_examples(c, may)?;
            Ok(View { place: may.workspace().clone(), list, names, may_edit, may_delete: here::FlowsDelete::met(reader), examples })
        })
        .await?;
    let View { place, list, names, may_edit, may_delete, examples } = view;
    let (q, here) = (asked.q.trim().to_owned(), list_of(&place));
    let link = |from: Option<&From>| {
        let (name, at) = match from? {
            From::Start => return None,
            From::After(at) => ("after", at),
            From::Before(at) => ("before", at),
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if !q.is_empty() {
            query.append_pair("q", &q);
        }
        query.append_pair(name, &at.text());
        Some(format!("{here}?{}", query.finish()))
    };
    let row = |row: &Listed| Row {
        name: row.name.clone(),
        href: format!("{here}/{}", row.id),
        by: names.get(&row.changed_by).cloned(),
        changed: When::of(row.changed_at),
    };
    render(&ListPage {
        shell: shell.at(format!("Flows of {}", place.name), Nav::Flows),
        mark: mark(&place),
        crumbs: Vec::new(),
        newer: link(list.newer.as_ref()),
        older: link(list.older.as_ref()),
        rows: list.rows.iter().map(row).collect(),
        clear: if q.is_empty() { String::new() } else { here.clone() },
        count: format!("{} flow{}", thousands(list.total), if list.total == 1 { "" } else { "s" }),
        list: here,
        may_edit,
        may_delete,
        examples,
        q,
    })
}
