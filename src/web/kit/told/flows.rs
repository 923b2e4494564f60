//! What somebody did with flows, in words.

use crate::domain::audit::Act;

/// "Edited the flow Weekly digest in Marketing". What a flow is called is the workspace's to know.
pub fn say(act: &Act, knows: bool, place: &str) -> String {
    let fact = |name: &str| act.facts.get(name).and_then(|fact| fact.as_str()).filter(|_| knows);
    let flow = fact("name").map_or_else(|| "a flow".to_owned(), |name| format!("the flow {name}"));
    let edited = act.facts.contains_key("bytes") || act.facts.contains_key("kind");
    match act.action.as_str() {
        "flow.created" => format!("Created {flow} in {place}"),
        "flow.deleted" => format!("Deleted {flow} in {place}"),
        _ => match (fact("named_before"), fact("name")) {
            (Some(before), Some(now)) => format!("Renamed the flow {before} in {place} to {now}{}", if edited { ", and edited it" } else { "" }),
            _ if act.facts.contains_key("named_before") && !edited => format!("Renamed a flow in {place}"),
            _ => format!("Edited {flow} in {place}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::base::{
        clock,
        ids::{AuditId, FlowId, UserId},
    };

    fn both(action: &str, facts: &Value) -> [String; 2] {
        let act = Act {
            id: AuditId::new(),
            at: clock::now(),
            action: action.into(),
            actor: Some(UserId::new()),
            key_name: None,
            subject_kind: "flow".into(),
            subject: Some(FlowId::new().to_string()),
            subject_name: None,
            workspace_name: Some("Research".into()),
            left: None,
            facts: facts.as_object().cloned().unwrap_or_default(),
            personal: Vec::new(),
        };
        [say(&act, true, "Research"), say(&act, false, "a workspace")]
    }

    #[test]
    fn flows_are_named_to_whoever_knows_their_workspace() {
        let named = json!({ "name": "Digest", "bytes": 7 });
        assert_eq!(both("flow.created", &named), ["Created the flow Digest in Research", "Created a flow in a workspace"]);
        assert_eq!(both("flow.deleted", &named), ["Deleted the flow Digest in Research", "Deleted a flow in a workspace"]);
        let edited = json!({ "name": "Digest", "bytes": { "before": 7, "after": 9 } });
        assert_eq!(both("flow.changed", &edited), ["Edited the flow Digest in Research", "Edited a flow in a workspace"]);
        let renamed = json!({ "name": "Digest", "named_before": "Draft" });
        assert_eq!(both("flow.changed", &renamed), ["Renamed the flow Draft in Research to Digest", "Renamed a flow in a workspace"]);
        let all = json!({ "name": "Digest", "named_before": "Draft", "bytes": { "before": 7, "after": 9 } });
        assert_eq!(both("flow.changed", &all), ["Renamed the flow Draft in Research to Digest, and edited it", "Edited a flow in a workspace"]);
    }
}
