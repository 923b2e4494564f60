//! What the sample's people did, as rows of the audit. Those made up have a shorter past.

use serde_json::{Value as Json, json};

use super::{
    flows::Flow,
    keys::Key,
    people::State,
    rows::Rows,
    sample::{Sample, Somebody, org_role, role_id},
};
use crate::{
    base::clock::{Moment, days, minutes},
    db::{Connection, Error},
};

/// Something that happened. `by`: an id, or the kind of who acted.
struct Event<'a> {
    at: Moment,
    action: &'static str,
    by: By<'a>,
    /// Kind and id.
    on: (&'static str, Option<&'a str>),
    workspace: Option<&'a str>,
    facts: Json,
    /// Whose, field, before, after.
    personal: Vec<(&'a str, &'static str, Option<&'a str>, &'a str)>,
}

#[derive(Clone, Copy)]
enum By<'a> {
    Person(&'a str),
    Nobody,
    System,
}

/// The network of those who are not in the sample by name (RFC 5737).
const ADDRESS: &str = "192.0.2.17";

pub fn write(c: &mut Connection, sample: &Sample, flows: &[Flow], keys: &[Key]) -> Result<(), Error> {
    let mut events = beginning(sample);
    events.extend(flows.iter().flat_map(of_flow));
    keys.iter().for_each(|key| of_key(key, &mut events));
    for somebody in &sample.people {
        life(sample, somebody, &mut events);
    }
    events.retain(|event| event.at <= sample.now);
    events.sort_by_key(|event| event.at);
    let mut rows = Rows::of("audit", "id, at, actor_kind, actor_id, action, subject_kind, subject_id, workspace_id, facts, request_id");
    let mut personal = Vec::new();
    for event in &events {
        let id = sample.id(event.at);
        let (kind, actor) = match event.by {
            By::Person(id) => ("person", Some(id)),
            By::Nobody => ("nobody", None),
            By::System => ("system", None),
        };
        let facts = event.facts.to_string();
        let (subject_kind, subject) = event.on;
        rows.add(
            c,
            &[
                id.as_str().into(),
                event.at.into(),
                kind.into(),
                actor.into(),
                event.action.into(),
                subject_kind.into(),
                subject.into(),
                event.workspace.into(),
                facts.as_str().into(),
                "sample".into(),
            ],
        )?;
        if !event.personal.is_empty() {
            personal.push((id, &event.personal));
        }
    }
    rows.send(c)?;
    let mut rows = Rows::of("audit_personal", "audit_id, user_id, field, before_text, after_text");
    for (id, data) in personal {
        for (whose, field, before, after) in data {
            rows.add(c, &[id.as_str().into(), (*whose).into(), (*field).into(), (*before).into(), (*after).into()])?;
        }
    }
    rows.send(c)
}

/// The organization and its workspaces.
fn beginning(sample: &Sample) -> Vec<Event<'_>> {
    let Some(grace) = sample.named("grace") else { return Vec::new() };
    let by = By::Person(&grace.id);
    let event = |at, action, on, workspace| Event { at, action, by, on, workspace, facts: json!({}), personal: Vec::new() };
    let mut events = vec![event(grace.added_at, "organization.set_up", ("organization", None), None)];
    for workspace in &sample.workspaces {
        let (on, there) = (("workspace", Some(workspace.id.as_str())), Some(workspace.id.as_str()));
        events.push(event(workspace.created_at, "workspace.created", on, there));
        if let Some(at) = workspace.archived_at {
            events.push(event(at, "workspace.archived", on, there));
        }
    }
    events
}

/// A flow was created, and edited since.
fn of_flow<'a>(flow: &'a Flow) -> Vec<Event<'a>> {
    let event = |(at, by): (Moment, &'a str), action, facts| Event {
        at,
        action,
        by: By::Person(by),
        on: ("flow", Some(flow.id.as_str())),
        workspace: Some(flow.workspace),
        facts,
        personal: Vec::new(),
    };
    let mut events = vec![event(flow.created, "flow.created", json!({ "name": flow.name, "bytes": flow.bytes() }))];
    if flow.changed.0 != flow.created.0 {
        let bytes = json!({ "before": flow.bytes(), "after": flow.bytes() });
        events.push(event(flow.changed, "flow.changed", json!({ "name": flow.name, "bytes": bytes })));
    }
    events
}

fn of_key<'a>(key: &'a Key, events: &mut Vec<Event<'a>>) {
    let mut event = |at, action, by, facts| {
        events.push(Event { at, action, by: By::Person(by), on: ("key", Some(key.id.as_str())), workspace: Some(key.workspace), facts, personal: Vec::new() });
    };
    event(key.created, "key.created", key.owner, json!({ "name": key.name, "permissions": key.permissions.unwrap_or("unrestricted") }));
    if let Some((at, by)) = key.revoked {
        event(at, "key.revoked", by, json!({ "name": key.name }));
    }
}

fn life<'a>(sample: &'a Sample, s: &'a Somebody, events: &mut Vec<Event<'a>>) {
    let me = s.id.as_str();
    let known = s.person.hue.is_some();
    let on_me = ("user", Some(me));
    let address = |whose: &'a str| if known { vec![(whose, "network address", None, ADDRESS)] } else { Vec::new() };
    let event = |at, action, by: By<'a>, facts| {
        let personal = match by {
            By::Person(id) => address(id),
            By::Nobody | By::System => Vec::new(),
        };
        Event { at, action, by, on: on_me, workspace: None, facts, personal }
    };
    if let Some(by) = sample.adder(s) {
        let given = sample.given(s);
        let at_once = given.iter().filter(|g| g.at == s.added_at || g.before.is_some());
        let workspaces: serde_json::Map<_, _> = at_once.map(|g| (g.workspace.id.clone(), role_id(g.before.unwrap_or(g.role)).as_str().into())).collect();
        for given in given.into_iter().filter(|g| known && g.at != s.added_at) {
            let (role, by) = (role_id(given.role), given.by.map_or(By::Nobody, By::Person));
            let mut gave = match given.before {
                Some(before) => event(given.at, "membership.changed", by, json!({ "role": { "before": role_id(before).as_str(), "after": role.as_str() } })),
                None => event(given.at, "membership.given", by, json!({ "role": role.as_str() })),
            };
            gave.workspace = Some(&given.workspace.id);
            events.push(gave);
        }
        let mut invited = event(s.added_at, "user.invited", By::Person(by), json!({ "role": org_role(&s.person).as_str(), "workspaces": workspaces }));
        if known {
            invited.personal.extend([(me, "name", None, s.person.name.as_str()), (me, "email", None, s.email.as_str())]);
        }
        events.push(invited);
    }
    if let (Some(at), true) = (s.accepted_at, known && s.by.is_some()) {
        let withheld = match s.person.state {
            State::Withheld(at, _) => json!([{ "workspace": sample.workspaces[at].id, "role": role_id(super::people::Role::Editor).as_str() }]),
            _ => json!([]),
        };
        events.push(event(at, "invitation.accepted", By::Person(me), json!({ "withheld": withheld })));
    }
    if let Some(seen) = s.seen_at {
        let sessions = if known { 4 } else { 1 };
        for n in 0..sessions {
            let at = seen - days(n * 2) - minutes(n * 47);
            if s.accepted_at.is_some_and(|accepted| accepted <= at) {
                events.push(event(at, "session.started", By::Person(me), json!({})));
            }
        }
    }
    let grace = sample.named("grace").map_or(By::Nobody, |s| By::Person(&s.id));
    match s.person.state {
        State::Deactivated(since, by) => {
            let by = sample.named(by).map_or(grace, |s| By::Person(&s.id));
            let facts = json!({ "status": { "before": "active", "after": "deactivated" }, "sessions": 1 });
            events.push(event(sample.ago(since), "user.deactivated", by, facts));
        }
        State::Revoked(since) => {
            let by = sample.adder(s).map_or(grace, By::Person);
            events.push(event(sample.ago(since), "invitation.revoked", by, json!({ "generation": 1 })));
        }
        State::Declined(since) => events.push(event(sample.ago(since), "invitation.declined", By::Nobody, json!({}))),
        State::Undelivered { why, .. } => {
            let mut refused = event(s.added_at + minutes(1), "mail.refused", By::System, json!({ "mail": "invitation", "attempts": 1 }));
            refused.personal.push((me, "problem", None, why));
            events.push(refused);
        }
        State::Invited { asked: true, .. } => events.push(event(s.added_at + days(7) + minutes(600), "invitation.asked", By::Nobody, json!({}))),
        _ => {}
    }
}
