//! What somebody did, in words.

use crate::domain::audit::Act;

/// One act as a sentence without its subject: "Signed in from 10.0.3.12". `knows`: whether a workspace's name is the reader's
/// to know; `address`: whether the network address is.
pub(super) fn describe(act: &Act, knows: impl Fn(&str) -> bool, address: bool) -> String {
    let about_self = act.subject.is_some() && act.subject.as_deref() == act.actor.as_ref().map(|id| id.as_str());
    let whom = match (&act.subject_name, act.subject_kind.as_str()) {
        _ if about_self => "themselves".to_owned(),
        (Some(name), "user") => name.clone(),
        (_, "user") => "somebody".to_owned(),
        (Some(name), "workspace") if knows(name) => format!("the workspace {name}"),
        (_, "workspace") => "a workspace".to_owned(),
        (_, kind) => format!("the {kind}"),
    };
    let whose = if about_self { "their own".to_owned() } else { format!("{whom}’s") };
    let place = match &act.workspace_name {
        Some(name) if knows(name) => name.clone(),
        _ => "a workspace".to_owned(),
    };
    let network = act.personal.iter().find(|(field, _, _)| field == "network address").and_then(|(_, _, after)| after.clone());
    let from = network.filter(|_| address).map(|address| format!(" from {address}")).unwrap_or_default();
    match act.action.as_str() {
        "session.started" => format!("Signed in{from}"),
        "session.ended" => "Signed out".to_owned(),
        "session.confirmed" => "Gave their password again".to_owned(),
        "organization.set_up" => "Set up the organization".to_owned(),
        "organization.changed" => "Changed the organization’s settings".to_owned(),
        "workspace.created" => format!("Created {whom}"),
        "workspace.renamed" => format!("Renamed {whom}"),
        "workspace.changed" => format!("Changed {whom}"),
        "workspace.archived" => format!("Archived {whom}"),
        "workspace.restored" => format!("Restored {whom}"),
        "user.added" => format!("Added {whom}"),
        "user.invited" => format!("Invited {whom}"),
        "user.recovered" => format!("Recovered the account of {whom}"),
        "user.corrected" => format!("Corrected the details of {whom}"),
        "user.role_changed" => format!("Changed {whose} organization role"),
        "user.deactivated" => format!("Deactivated {whom}"),
        "user.reactivated" => format!("Reactivated {whom}"),
        "user.removed" => format!("Removed {whom}"),
        "membership.given" => format!("Added {whom} to {place}"),
        "membership.changed" => format!("Changed {whose} role in {place}"),
        "membership.ended" if about_self => format!("Left {place}"),
        "membership.ended" => format!("Removed {whom} from {place}"),
        "invitation.resent" => format!("Sent the invitation of {whom} again"),
        "invitation.revoked" => format!("Revoked the invitation of {whom}"),
        "invitation.link_shown" => format!("Copied the invitation link of {whom}"),
        "invitation.accepted" => "Accepted the invitation".to_owned(),
        "invitation.declined" => "Declined the invitation".to_owned(),
        "invitation.asked" => "Asked for a fresh invitation link".to_owned(),
        other => fallback(other, &whom, about_self),
    }
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
    use super::*;
    use crate::base::{
        clock,
        ids::{AuditId, UserId},
    };

    fn act(action: &str, subject: &UserId, actor: &UserId) -> Act {
        Act {
            id: AuditId::new(),
            at: clock::now(),
            action: action.into(),
            actor: Some(actor.clone()),
            subject_kind: "user".into(),
            subject: Some(subject.to_string()),
            subject_name: Some("Ada Lovelace".into()),
            workspace_name: Some("Research".into()),
            facts: Default::default(),
            personal: vec![("network address".into(), None, Some("10.0.3.12".into()))],
        }
    }

    #[test]
    fn acts_in_words() {
        let (ada, grace) = (UserId::new(), UserId::new());
        let say = |action, subject: &UserId, actor: &UserId| describe(&act(action, subject, actor), |_| true, true);
        assert_eq!(say("session.started", &ada, &ada), "Signed in from 10.0.3.12");
        assert_eq!(describe(&act("session.started", &ada, &ada), |_| true, false), "Signed in");
        assert_eq!(say("membership.given", &ada, &grace), "Added Ada Lovelace to Research");
        assert_eq!(describe(&act("membership.given", &ada, &grace), |_| false, true), "Added Ada Lovelace to a workspace");
        assert_eq!(say("user.role_changed", &ada, &ada), "Changed their own organization role");
        assert_eq!(say("flow.published_again", &ada, &grace), "Flow published again: Ada Lovelace");
    }
}
