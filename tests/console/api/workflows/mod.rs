//! Flows, as programs create, read, change and delete them.

mod definitions;
mod listing;
mod permissions;

use diesel::prelude::*;
use noxus_console::{
    base::{ids::WorkspaceId, key::KeySecret},
    db::schema::{api_keys, audit},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Console, engine::on_both_databases, flows::EMPTY};

const FLOWS: &str = "/v1/workflows";

/// Marketing, a program, and an unrestricted key of Grace Hopper's there.
async fn begin(console: &Console) -> (WorkspaceId, Client, KeySecret) {
    console.set_up().await;
    let marketing = console.workspace_named("Marketing");
    let key = console.key(&console.user_named("grace"), Some(&marketing), None);
    (marketing, console.visitor(), key)
}

/// Action, facts and key of what was done to flows, in order.
fn acts(console: &Console) -> Vec<(String, Value, Option<String>)> {
    let rows: Vec<(String, String, Option<String>)> = console.rows(|c| {
        let of_flows = audit::table.filter(audit::subject_kind.eq("flow"));
        of_flows.order(audit::id).select((audit::action, audit::facts, audit::key_id)).load(c)
    });
    rows.into_iter().map(|(action, facts, key)| (action, serde_json::from_str(&facts).expect("JSON"), key)).collect()
}

on_both_databases! {
    async fn a_program_creates_reads_changes_and_deletes_a_flow(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let new = json!({ "name": "  Weekly   digest ", "type": "flow", "definition": { "flow_version": "v1", "nodes": [], "edges": [] }, "error_handler": null });
        let made = program.call_with(Method::POST, FLOWS, &key, &new).await;
        made.is(200);
        let flow = made.json();
        let id = flow["id"].as_str().expect("an id").to_owned();
        let expected = json!({ "id": id, "name": "Weekly digest", "type": "flow", "group_id": marketing.as_str(), "definition": new["definition"] });
        assert_eq!(flow, expected, "no more and no less than clients know");
        let path = format!("{FLOWS}/{id}");
        assert_eq!(program.call(Method::GET, &path, &key).await.json(), expected);

        // A client puts this query behind every change.
        let renamed = program.call_with(Method::PATCH, &format!("{path}?force=False"), &key, &json!({ "name": "Digest" })).await;
        assert_eq!((renamed.json()["name"].as_str(), &renamed.json()["definition"]), (Some("Digest"), &new["definition"]));
        let other = json!({ "type": "report", "definition": { "nodes": [{ "id": "a" }], "edges": [] }, "name": null });
        let changed = program.call_with(Method::PATCH, &path, &key, &other).await.json();
        assert_eq!((changed["name"].as_str(), changed["type"].as_str(), &changed["definition"]), (Some("Digest"), Some("report"), &other["definition"]));
        // What is so already is no act, and neither is nothing.
        for same in [other.clone(), json!({}), json!({ "name": "Digest" })] {
            assert_eq!(program.call_with(Method::PATCH, &path, &key, &same).await.json(), changed);
        }

        let gone = program.call(Method::DELETE, &path, &key).await;
        gone.is(200);
        assert_eq!(gone.json(), json!({ "success": true }));
        for method in [Method::GET, Method::DELETE] {
            program.call(method, &path, &key).await.problem(404);
        }
        program.call_with(Method::PATCH, &path, &key, &json!({ "name": "Back" })).await.problem(404);

        let hash = key.hash();
        let key_id: String = console.rows(|c| api_keys::table.filter(api_keys::secret_hash.eq(hash)).select(api_keys::id).first(c));
        let done = acts(&console);
        assert!(done.iter().all(|(_, _, by)| by.as_ref() == Some(&key_id)), "each says through which key: {done:?}");
        let told: Vec<(&str, &Value)> = done.iter().map(|(action, facts, _)| (action.as_str(), facts)).collect();
        let size = new["definition"].to_string().len();
        let [created, renamed, edited, deleted] = [
            json!({ "name": "Weekly digest", "bytes": size }),
            json!({ "name": "Digest", "named_before": "Weekly digest" }),
            json!({ "name": "Digest", "kind": { "before": "flow", "after": "report" }, "bytes": { "before": size, "after": other["definition"].to_string().len() } }),
            json!({ "name": "Digest" }),
        ];
        assert_eq!(told, [("flow.created", &created), ("flow.changed", &renamed), ("flow.changed", &edited), ("flow.deleted", &deleted)]);
    }

    async fn either_header_carries_the_key(console: Console) {
        let (_, program, key) = begin(&console).await;
        for (name, value) in [("Authorization", format!("Bearer {}", key.as_str())), ("X-API-Key", key.as_str().to_owned())] {
            let ask = |method: Method, path: &str| program.bare(method, path).header(name, &value);
            let new = json!({ "name": name, "definition": { "nodes": [], "edges": [] } });
            let id = program.send(ask(Method::POST, FLOWS).json(&new)).await.json()["id"].as_str().expect("an id").to_owned();
            let path = format!("{FLOWS}/{id}");
            program.send(ask(Method::PATCH, &path).json(&json!({ "name": "Other" }))).await.is(200);
            program.send(ask(Method::GET, &path)).await.is(200);
            assert_eq!(program.send(ask(Method::GET, FLOWS)).await.json()["total"], 1);
            program.send(ask(Method::DELETE, &path)).await.is(200);
        }
        // HEAD answers as GET does, without a body.
        let head = program.send(program.bare(Method::HEAD, FLOWS).bearer_auth(key.as_str())).await;
        assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    }

    async fn what_goes_wrong_is_a_problem_with_one_sentence(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let path = format!("{FLOWS}/{}", console.flow(&marketing, "Digest"));
        for nowhere in ["/v1", "/v1/", "/v1/nothing", "/v1/workflows/", "/v1/workflows/1/2", "/v1/workflows/%ff", "/v1/workflows/%00", "/v1/workflows/not-an-id"] {
            let said = program.call(Method::GET, nowhere, &key).await.problem(404);
            assert!(said.contains("nothing at this address"), "{nowhere}: {said}");
        }
        for (method, path) in [(Method::PUT, FLOWS), (Method::DELETE, FLOWS), (Method::PUT, path.as_str()), (Method::POST, path.as_str()), (Method::OPTIONS, FLOWS)] {
            program.call_with(method, path, &key, &json!({})).await.problem(405);
        }
        program.send(program.bare(Method::GET, FLOWS)).await.problem(401);
        program.call(Method::GET, &format!("{FLOWS}?type=%ff"), &key).await.problem(400);
        for (method, path) in [(Method::POST, FLOWS), (Method::PATCH, path.as_str())] {
            let sends = |kind: &'static str, body: Vec<u8>| program.send(program.bare(method.clone(), path).bearer_auth(key.as_str()).header("Content-Type", kind).body(body));
            let good = format!(r#"{{"name":"A","definition":{EMPTY}}}"#);
            for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"] {
                assert!(sends(kind, good.clone().into()).await.problem(400).contains("takes JSON"), "{kind}");
            }
            for bad in ["", "{", "{\"name\":", "nothing", "{\"name\":\"A\",}", "\u{feff}{}", "{} {}", "{'name':'A'}"] {
                let said = program.call_raw(method.clone(), path, &key, bad).await.problem(400);
                assert!(said.starts_with("The body is not JSON"), "{bad}: {said}");
            }
            program.call_raw(method.clone(), path, &key, b"{\"name\":\"\xff\"}".to_vec()).await.problem(400);
            for odd in ["null", "7", "\"name\"", "[]", "[\"A\"]", r#"{"name":7}"#, r#"{"name":{}}"#, r#"{"name":"A","name":"B"}"#] {
                let said = program.call_raw(method.clone(), path, &key, odd).await.problem(422);
                assert!(said.starts_with("The JSON does not fit"), "{odd}: {said}");
            }
            let large = format!(r#"{{"name":"A","definition":{EMPTY},"padding":"{}"}}"#, "x".repeat((1 << 20) + (64 << 10)));
            assert!(program.call_raw(method.clone(), path, &key, large).await.problem(400).contains("too large"));
            // Every value that is wrong is told, each by its field.
            let wrong = json!({ "name": "https://evil.example", "type": "No Word", "definition": {}, "group_id": "elsewhere" });
            let answer = program.call_with(method.clone(), path, &key, &wrong).await;
            answer.problem(422);
            let fields: Vec<String> = answer.json()["errors"].as_array().expect("errors").iter().map(|e| e["field"].as_str().unwrap_or_default().to_owned()).collect();
            assert_eq!(fields, ["name", "type", "definition", "group_id"]);
        }
        let lacking = program.call_with(Method::POST, FLOWS, &key, &json!({})).await.problem(422);
        assert!(lacking.contains("name is missing") && lacking.contains("definition is missing"), "{lacking}");
        assert!(acts(&console).is_empty(), "nothing of this was done");
        assert_eq!(program.call(Method::GET, FLOWS, &key).await.json()["total"], 1);
    }
}
