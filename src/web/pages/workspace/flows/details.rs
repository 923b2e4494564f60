//! `/workspaces/{workspace}/flows/{flow}/details`: another name, another definition.

use super::{
    form::{FlowForm, FlowInput, version},
    mark,
    new::FormPage,
    page_of, trail,
};
use crate::{
    access::permission::here,
    base::{ids::FlowId, text::FlowName},
    domain::{
        flows::{self, Change, Definition, Flow},
        sessions,
    },
    web::kit::{
        Answer, At, Linked, May, Nav, Posted, PostedLong, Problem, Shell, WebError, redirect, render, render_unprocessable, told::in_a_sentence, view::Crumb,
    },
};

pub async fn show(may: May<here::FlowsEdit>, At(id): At<FlowId>) -> Answer {
    render(&page(&may, id, None, Vec::new()).await?)
}

/// Without a form: the flow as it is.
async fn page(may: &May<here::FlowsEdit>, id: FlowId, form: Option<FlowForm>, problems: Vec<Problem>) -> Result<FormPage, WebError> {
    let (shell, mut page) = may
        .page(move |c, may| {
            let flow = flows::read_back(c, may, &id)?;
            let (place, href) = (may.workspace(), page_of(may.workspace(), &id));
            let mut crumbs = trail(place);
            crumbs.push(Crumb::link(&flow.name, &href));
            Ok(FormPage {
                shell: Shell::bare("", ""),
                mark: mark(place),
                crumbs,
                title: "Edit flow".to_owned(),
                say: "Everybody here, and every program with a key, has what you save at once.",
                action: format!("{href}/details"),
                cancel: href,
                button: "Save",
                form: form.unwrap_or_else(|| FlowForm::as_it_is(&flow)),
                problems,
            })
        })
        .await?;
    page.shell = shell.at(page.title.clone(), Nav::Flows);
    Ok(page)
}

/// How saving ended.
enum Saved {
    Done(String),
    /// Somebody changed it since it was opened.
    Meanwhile {
        sentence: String,
        seen: String,
    },
}

pub async fn submit(may: May<here::FlowsEdit>, At(id): At<FlowId>, Posted(input): PostedLong<FlowInput>) -> Answer {
    let mut form = FlowForm::of(input);
    let mut problems = Vec::new();
    let Some((name, definition)) = form.read(&mut problems) else {
        return render_unprocessable(&page(&may, id, Some(form), problems).await?);
    };
    let (seen, flow_id) = (form.seen.clone(), id.clone());
    let saved = may.write(move |tx, may| {
        let flow = flows::read_back(tx, may, &flow_id)?;
        let change = change(&flow, name, definition);
        let newer = version(&flow);
        if !seen.is_empty() && seen != newer && !change.is_nothing_for(&flow) {
            let by = Linked::to(tx, may.standing(), &flow.changed_by)?.map_or_else(|| "Somebody".to_owned(), |by| by.name);
            let by = if flow.changed_by == *may.id() { "You".to_owned() } else { by };
            let sentence = format!("{by} changed this flow {} while it was open here. Save again to put yours in its place.", in_a_sentence(flow.changed_at));
            return Ok(Saved::Meanwhile { sentence, seen: newer });
        }
        flows::change(tx, may, &flow_id, &change)?;
        sessions::notice(tx, may, "Saved.")?;
        Ok(Saved::Done(page_of(may.workspace(), &flow_id)))
    });
    match saved.await? {
        Saved::Done(to) => redirect(&to),
        Saved::Meanwhile { sentence, seen } => {
            problems.push(Problem { field: String::new(), label: String::new(), text: sentence });
            form.seen = seen;
            render_unprocessable(&page(&may, id, Some(form), problems).await?)
        }
    }
}

/// A form sends other line ends than were shown: where nothing else differs, what is kept stays as it is.
fn change(flow: &Flow, name: FlowName, definition: Definition) -> Change {
    let definition = Some(definition).filter(|new| !flow.definition.is_but_for_line_ends(new));
    Change { name: Some(name), kind: None, definition }
}
