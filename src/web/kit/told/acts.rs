//! What somebody did, in words.

use std::collections::HashMap;

use super::flows;
use crate::{
    base::ids::RoleId,
    domain::{audit::Act, roles::Role},
    web::kit::view::people,
};

/// What a reader may be told of an act.
pub struct Reader<'a> {
    /// Whether they read of themselves.
    pub you: bool,
    /// Whether a workspace's name is theirs to know.
    pub knows: &'a dyn Fn(&str) -> bool,
    /// Whether the network address is.
    pub address: bool,
    /// Whether the organization's settings are.
    pub settings: bool,
    pub roles: &'a HashMap<RoleId, String>,
}

/// The names of roles, by id.
pub fn names<'a>(roles: impl IntoIterator<Item = &'a Role>) -> HashMap<RoleId, String> {
    roles.into_iter().map(|role| (role.id.clone(), role.name.clone())).collect()
}

/// One act as a sentence without its subject: "Signed in from 10.0.3.12". What a program did says so; its key's name is for
/// whoever reads of themselves.
pub fn describe(act: &Act, reader: &Reader) -> String {
    let done = sentence(act, reader);
    match &act.key_name {
        Some(name) if reader.you => format!("{done}, through the key {name}"),
        Some(_) => format!("{done}, through an API key"),
        None => done,
    }
}

fn sentence(act: &Act, reader: &Reader) -> String {
    let about_self = act.subject.is_some() && act.subject.as_deref() == act.actor.as_ref().map(|id| id.as_str());
    let knows = |name: &Option<String>| name.as_deref().is_some_and(reader.knows);
    let whom = match (&act.subject_name, act.subject_kind.as_str()) {
        _ if about_self => if reader.you { "yourself" } else { "themselves" }.to_owned(),
        (Some(name), "user") => name.clone(),
        (_, "user") => "somebody".to_owned(),
        (Some(name), "workspace") if (reader.knows)(name) => format!("the workspace {name}"),
        (_, "workspace") => "a workspace".to_owned(),
        (_, kind) => format!("the {kind}"),
    };
    let own = if reader.you { "your own" } else { "their own" };
    let role_in = |place: &str| if about_self { format!("{own} role in {place}") } else { format!("the role of {whom} in {place}") };
    let place = act.workspace_name.clone().filter(|name| (reader.knows)(name)).unwrap_or_else(|| "a workspace".to_owned());
    // A role of a workspace one does not know may tell of it.
    let roles_there = || if knows(&act.workspace_name) { reader.change_of_role(act) } else { String::new() };
    let network = act.personal.iter().find(|(field, _, _)| field == "network address").and_then(|(_, _, after)| after.clone());
    let from = network.filter(|_| reader.address).map(|address| format!(" from {address}")).unwrap_or_default();
    match act.action.as_str() {
        "session.started" => format!("Signed in{from}"),
        "session.ended" => "Signed out".to_owned(),
        "session.confirmed" => format!("Gave {} password again", if reader.you { "your" } else { "their" }),
        "session.ended_elsewhere" => format!("Signed out {} elsewhere", if reader.you { "yourself" } else { "themselves" }),
        "password.changed" => format!("Changed {own} password"),
        "password.reset" => format!("Chose {} a new password, by a link", if reader.you { "yourself" } else { "themselves" }),
        "password.reset_started" => format!("Sent {whom} a link to choose a new password"),
        "address.asked" => format!("Asked for another address{}", corrected(act)),
        "address.changed" => format!("Changed {own} address{}", corrected(act)),
        "address.withdrawn" => format!("Withdrew the change of {own} address"),
        "address.restored" => format!("Undid the change of {own} address{}", corrected(act)),
        "organization.set_up" => "Set up the organization".to_owned(),
        "organization.changed" if reader.settings => format!("Changed the organization’s settings{}", settings(act)),
        "organization.changed" => "Changed the organization’s settings".to_owned(),
        "organization.restored" => "Restored the console from a backup".to_owned(),
        "organization.restoration_reviewed" => "Looked through what came back with a backup".to_owned(),
        "workspace.created" => format!("Created {whom}"),
        "workspace.renamed" if knows(&act.subject_name) => renamed(act, &whom),
        "workspace.renamed" => "Renamed a workspace".to_owned(),
        "workspace.changed" => format!("Changed {whom}"),
        "workspace.archived" => format!("Archived {whom}"),
        "workspace.restored" => format!("Restored {whom}"),
        "workspace.deleted" => match act.facts.get("name").and_then(|name| name.as_str()).filter(|name| (reader.knows)(name)) {
            Some(name) => format!("Deleted the workspace {name}"),
            None => "Deleted a workspace".to_owned(),
        },
        "user.added" => format!("Added {whom}"),
        "user.invited" => format!("Invited {whom}"),
        "user.recovered" => format!("Recovered the account of {whom}"),
        "user.corrected" => format!("Corrected the details of {whom}{}", corrected(act)),
        "user.renamed" => format!("Changed {own} name{}", corrected(act)),
        "user.picture_changed" => format!("Changed {own} picture"),
        "user.picture_removed" => format!("Removed {own} picture"),
        "user.role_changed" if about_self => format!("Changed {own} organization role{}", reader.change_of_role(act)),
        "user.role_changed" => format!("Changed {whom}’s organization role{}", reader.change_of_role(act)),
        "user.deactivated" => format!("Deactivated {whom}"),
        "user.reactivated" => format!("Reactivated {whom}"),
        "user.removed" => format!("Removed {whom}"),
        "people.exported" => format!("Exported {} as a CSV file", exported(act)),
        "membership.given" => format!("Added {whom} to {place}{}", if knows(&act.workspace_name) { reader.given(act) } else { String::new() }),
        "membership.changed" => format!("Changed {}{}", role_in(&place), roles_there()),
        // They were there, so they may know from where they went.
        "membership.ended" if about_self => format!("Left {}", act.left.as_ref().filter(|_| reader.you && !knows(&act.workspace_name)).unwrap_or(&place)),
        "membership.ended" => format!("Removed {whom} from {place}"),
        "key.created" => format!("Created {}", key(act, knows(&act.workspace_name))),
        "key.revoked" => format!("Revoked {}", key(act, knows(&act.workspace_name))),
        "invitation.resent" => format!("Sent the invitation of {whom} again"),
        "grant.adopted" => {
            let where_ = if act.workspace_name.is_some() { place } else { "the organization".to_owned() };
            format!("Became the giver of {}", role_in(&where_))
        }
        "invitation.revoked" => format!("Revoked the invitation of {whom}"),
        "invitation.link_shown" => format!("Copied the invitation link of {whom}"),
        "invitation.accepted" => "Accepted the invitation".to_owned(),
        "invitation.declined" => "Declined the invitation".to_owned(),
        _ if act.subject_kind == "flow" => flows::say(act, knows(&act.workspace_name), &place),
        "invitation.asked" => "Asked for a fresh invitation link".to_owned(),
        other => fallback(other, &whom, about_self),
    }
}

impl Reader<'_> {
    fn role(&self, id: &str) -> Option<&str> {
        self.roles.get(&id.parse().ok()?).map(String::as_str)
    }

    /// " from Org Base to Org Admin"; nothing where the row does not say.
    fn change_of_role(&self, act: &Act) -> String {
        let Some((before, after)) = change(act, "role") else { return String::new() };
        match (self.role(&before), self.role(&after)) {
            (Some(before), Some(after)) => format!(" from {before} to {after}"),
            (Some(before), None) => format!(" from {before} to a role that was deleted since"),
            (None, Some(after)) => format!(" from a role that was deleted since to {after}"),
            (None, None) => " between roles that were deleted since".to_owned(),
        }
    }

    /// " as Editor".
    fn given(&self, act: &Act) -> String {
        let role = act.facts.get("role").and_then(|role| role.as_str()).and_then(|id| self.role(id));
        role.map(|role| format!(" as {role}")).unwrap_or_default()
    }
}

/// "the API key export of Marketing"; of a workspace one does not know, only what it was.
fn key(act: &Act, knows: bool) -> String {
    let name = act.facts.get("name").and_then(|name| name.as_str());
    match (name, &act.workspace_name) {
        (Some(name), Some(place)) if knows => format!("the API key {name} of {place}"),
        _ => "an API key".to_owned(),
    }
}

/// What a fact was before and after.
fn change(act: &Act, fact: &str) -> Option<(String, String)> {
    let text = |side: &str| act.facts.get(fact)?.get(side)?.as_str().map(str::to_owned);
    Some((text("before")?, text("after")?))
}

fn renamed(act: &Act, whom: &str) -> String {
    let described = change(act, "description").is_some();
    match change(act, "name") {
        Some((before, after)) => format!("Renamed the workspace {before} to {after}{}", if described { ", and changed its description" } else { "" }),
        None if described => format!("Changed the description of {whom}"),
        None => format!("Renamed {whom}"),
    }
}

fn corrected(act: &Act) -> String {
    let one = |field: &str, words: &str| {
        let (_, before, after) = act.personal.iter().find(|(name, _, _)| name == field)?;
        Some(format!("{words} from {} to {}", before.as_ref()?, after.as_ref()?))
    };
    after_colon([one("name", "name"), one("display name", "display name"), one("email", "address")].into_iter().flatten().collect())
}

fn settings(act: &Act) -> String {
    let fields = [
        ("name", "name", ""),
        ("allowed_domains", "allowed email domains", ""),
        ("invitation_days", "invitation lifetime", "day"),
        ("session_idle_hours", "sign-out after inactivity", "hour"),
        ("session_max_hours", "longest session", "hour"),
        ("key_max_days", "longest life of a key", "day"),
        ("support", "support address", ""),
    ];
    let one = |(fact, words, unit): (&str, &str, &str)| change(act, fact).map(|(before, after)| format!("{words} {}", between(&before, &after, unit)));
    after_colon(fields.into_iter().filter_map(one).collect())
}

/// "from 7 to 14 days", "from no limit to 1 day", "from none to example.com".
fn between(before: &str, after: &str, unit: &str) -> String {
    let counted = |n: &str| match n {
        "" if unit.is_empty() => "none".to_owned(),
        "" => "no limit".to_owned(),
        n if unit.is_empty() => n.to_owned(),
        "1" => format!("1 {unit}"),
        n => format!("{n} {unit}s"),
    };
    let shared = !(unit.is_empty() || before.is_empty() || after.is_empty());
    format!("from {} to {}", if shared { before.to_owned() } else { counted(before) }, counted(after))
}

/// "38 people", "people".
fn exported(act: &Act) -> String {
    act.facts.get("people").and_then(serde_json::Value::as_i64).map_or_else(|| "people".to_owned(), people)
}

fn after_colon(parts: Vec<String>) -> String {
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) }
}

/// An act that has no sentence yet: "Flow published: the workspace Marketing".
fn fallback(action: &str, whom: &str, about_self: bool) -> String {
    let words = action.replace(['.', '_'], " ");
    let mut chars = words.chars();
    let words: String = chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
    if about_self { words } else { format!("{words}: {whom}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        base::{
            clock,
            ids::{AuditId, UserId},
        },
        domain::roles::built_in,
    };

    fn act(action: &str, subject: &UserId, actor: &UserId, facts: serde_json::Value) -> Act {
        Act {
            id: AuditId::new(),
            at: clock::now(),
            action: action.into(),
            actor: Some(actor.clone()),
            key_name: None,
            subject_kind: "user".into(),
            subject: Some(subject.to_string()),
            subject_name: Some("Ada Lovelace".into()),
            workspace_name: Some("Research".into()),
            left: None,
            facts: facts.as_object().cloned().unwrap_or_default(),
            personal: vec![("network address".into(), None, Some("10.0.3.12".into()))],
        }
    }

    fn say(act: &Act, knows: bool, all: bool, you: bool) -> String {
        let (base, admin) = (built_in::org_base(), built_in::org_admin());
        let roles = HashMap::from([(base, "Org Base".to_owned()), (admin, "Org Admin".to_owned()), (built_in::editor(), "Editor".to_owned())]);
        describe(act, &Reader { you, knows: &|_| knows, address: all, settings: all, roles: &roles })
    }

    #[test]
    fn acts_in_words() {
        let (ada, grace) = (UserId::new(), UserId::new());
        let plain = |action, subject: &UserId, actor: &UserId| act(action, subject, actor, json!({}));
        assert_eq!(say(&plain("session.started", &ada, &ada), true, true, false), "Signed in from 10.0.3.12");
        assert_eq!(say(&plain("session.started", &ada, &ada), true, false, false), "Signed in");
        assert_eq!(say(&plain("membership.given", &ada, &grace), true, true, false), "Added Ada Lovelace to Research");
        assert_eq!(say(&plain("membership.given", &ada, &grace), false, true, false), "Added Ada Lovelace to a workspace");
        assert_eq!(say(&plain("user.role_changed", &ada, &ada), true, true, false), "Changed their own organization role");
        assert_eq!(say(&plain("user.role_changed", &ada, &ada), true, true, true), "Changed your own organization role");
        let mut by_key = act("people.exported", &ada, &grace, json!({ "people": 38 }));
        by_key.key_name = Some("deploy-bot".into());
        assert_eq!(say(&by_key, true, true, true), "Exported 38 people as a CSV file, through the key deploy-bot");
        assert_eq!(say(&by_key, true, true, false), "Exported 38 people as a CSV file, through an API key");
        assert_eq!(say(&plain("flow.published_again", &ada, &grace), true, true, false), "Flow published again: Ada Lovelace");
    }

    #[test]
    fn from_what_to_what() {
        let (ada, grace) = (UserId::new(), UserId::new());
        let gone = RoleId::new();
        let change = |before: &RoleId, after: &RoleId| json!({ "role": { "before": before, "after": after } });
        let of = |action, facts| act(action, &ada, &grace, facts);
        let (base, admin, editor) = (built_in::org_base(), built_in::org_admin(), built_in::editor());
        let said = say(&of("user.role_changed", change(&base, &admin)), true, true, false);
        assert_eq!(said, "Changed Ada Lovelace’s organization role from Org Base to Org Admin");
        let said = say(&of("user.role_changed", change(&gone, &admin)), true, true, false);
        assert_eq!(said, "Changed Ada Lovelace’s organization role from a role that was deleted since to Org Admin");
        let there = of("membership.changed", change(&gone, &editor));
        assert_eq!(say(&there, true, true, false), "Changed the role of Ada Lovelace in Research from a role that was deleted since to Editor");
        assert_eq!(say(&there, false, true, false), "Changed the role of Ada Lovelace in a workspace");
        assert_eq!(say(&of("membership.given", json!({ "role": editor })), true, true, false), "Added Ada Lovelace to Research as Editor");
        let settings = json!({ "invitation_days": { "before": "7", "after": "14" }, "key_max_days": { "before": "", "after": "1" },
            "support": { "before": "a@b.example", "after": "" } });
        let settings = of("organization.changed", settings);
        assert_eq!(
            say(&settings, true, true, false),
            "Changed the organization’s settings: invitation lifetime from 7 to 14 days; longest life of a key from no limit to 1 day; support address from a@b.example to none"
        );
        assert_eq!(say(&settings, true, false, false), "Changed the organization’s settings");
        let mut renamed = of("workspace.renamed", json!({ "name": { "before": "X", "after": "Y" } }));
        renamed.subject_kind = "workspace".into();
        assert_eq!(say(&renamed, true, true, false), "Renamed the workspace X to Y");
        assert_eq!(say(&renamed, false, true, false), "Renamed a workspace");
    }
}
