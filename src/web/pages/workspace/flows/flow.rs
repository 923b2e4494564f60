//! `/workspaces/{workspace}/flows/{flow}`: one flow, for whoever may see it.

use askama::Template;

use super::{mark, page_of, trail};
use crate::{
    access::{
        Permitted,
        need::{Need, SeeFlows},
        permission::here,
    },
    base::ids::FlowId,
    db::Connection,
    domain::{
        Error,
        flows::{self, Flow},
    },
    web::kit::{
        Answer, At, Linked, May, Nav, Shell, render,
        view::{Crumb, Mark, When, thousands},
    },
};

#[derive(Template)]
#[template(path = "pages/workspace/flows/flow.html")]
struct FlowPage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    href: String,
    may_edit: bool,
    may_delete: bool,
    flow: Flow,
    holds: String,
    created: Touched,
    /// Where it was changed since.
    changed: Option<Touched>,
}

/// When, and by whom.
struct Touched {
    when: When,
    by: Option<Linked>,
}

pub async fn show(may: May<SeeFlows>, At(id): At<FlowId>) -> Answer {
    let (shell, mut page) = may.page(move |c, may| page(c, may, &id)).await?;
    page.shell = shell.at(page.flow.name.clone(), Nav::Flows);
    render(&page)
}

fn page(c: &mut Connection, may: &Permitted<SeeFlows>, id: &FlowId) -> Result<FlowPage, Error> {
    let flow = flows::find(c, may, id)?.ok_or(Error::NotFound)?;
    let (place, reader) = (may.workspace(), may.standing());
    let mut names = Linked::each(c, reader, [&flow.created_by, &flow.changed_by])?;
    let changed = (flow.changed_at != flow.created_at).then(|| Touched { when: When::of(flow.changed_at), by: names.get(&flow.changed_by).cloned() });
    let created = Touched { when: When::of(flow.created_at), by: names.remove(&flow.created_by) };
    Ok(FlowPage {
        shell: Shell::bare("", ""),
        mark: mark(place),
        crumbs: trail(place),
        href: page_of(place, id),
        may_edit: here::FlowsEdit::met(reader),
        may_delete: here::FlowsDelete::met(reader),
        holds: holds(&flow),
        created,
        changed,
        flow,
    })
}

/// "4 nodes, 3 edges".
fn holds(flow: &Flow) -> String {
    let counted = |n: usize, noun: &str| format!("{} {noun}{}", thousands(n as i64), if n == 1 { "" } else { "s" });
    let (nodes, edges) = flow.definition.counts();
    format!("{}, {}", counted(nodes, "node"), counted(edges, "edge"))
}
