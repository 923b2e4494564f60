//! The API's document: whether it has every call, and what it says of each.

use std::collections::BTreeSet;

use noxus_console::web::routes;
use reqwest::Method;
use serde_json::Value;

use crate::support::{Console, engine::on_both_databases};

async fn document(console: &Console) -> Value {
    let visitor = console.visitor();
    let answer = visitor.send(visitor.bare(Method::GET, "/v1/openapi.json")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Method, path, call of all that the document has.
fn calls(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let of_path = paths.iter().flat_map(|(path, item)| item.as_object().expect("an item").iter().map(move |(verb, call)| (path, verb, call)));
    of_path.map(|(path, verb, call)| (verb.to_uppercase(), path.clone(), call)).collect()
}

/// Every `$ref` in it.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(all) => {
            all.iter().flat_map(|(name, value)| if name == "$ref" { vec![value.as_str().expect("text")] } else { references(value) }).collect()
        }
        Value::Array(all) => all.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

on_both_databases! {
    async fn the_document_has_every_call_and_nothing_else(console: Console) {
        let document = document(&console).await;
        assert_eq!(document["openapi"], "3.1.0");
        let told: BTreeSet<String> = calls(&document).into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        let there: BTreeSet<String> = routes::table().iter().filter(|line| line.path.starts_with("/v1")).map(|line| format!("{} {}", line.method, line.path)).collect();
        assert_eq!(told, there);
        let ids: BTreeSet<&str> = calls(&document).into_iter().map(|(.., call)| call["operationId"].as_str().expect("an id")).collect();
        assert_eq!(ids.len(), told.len(), "{ids:?}");
        for reference in references(&document) {
            let pointer = reference.strip_prefix('#').expect("within the document");
            assert!(document.pointer(pointer).is_some(), "{reference} is not there");
        }
    }

    async fn each_call_says_what_it_takes_and_answers(console: Console) {
        let document = document(&console).await;
        for (method, path, call) in calls(&document) {
            let answers: Vec<&str> = call["responses"].as_object().expect("answers").keys().map(String::as_str).collect();
            let says = |status: &str| answers.contains(&status);
            assert!(call["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{method} {path}");
            assert!(says("200"), "{method} {path}: {answers:?}");
            let keys: Vec<&str> = call["security"].as_array().expect("a list").iter().flat_map(|way| way.as_object().expect("a way").keys().map(String::as_str)).collect();
            if path == "/v1/openapi.json" {
                assert_eq!((keys.len(), answers), (0, vec!["200"]));
                continue;
            }
            assert_eq!(keys, ["bearer", "header"], "{method} {path}");
            assert!(["400", "401", "503"].into_iter().all(says), "{method} {path}: {answers:?}");
            assert_eq!(says("403"), path != "/v1/nodes" && path != "/v1/admin/me", "{method} {path}: {answers:?}");
            assert_eq!(says("409"), method != "GET", "{method} {path}: {answers:?}");
            assert_eq!(call["requestBody"].is_object(), method == "POST" || method == "PATCH", "{method} {path}");
            assert_eq!(says("429"), method == "GET" && (path.starts_with("/v1/workflows") || path == "/v1/admin/users"), "{method} {path}: {answers:?}");
            let parameters: Vec<&str> = call["parameters"].as_array().into_iter().flatten().map(|parameter| parameter["name"].as_str().expect("a name")).collect();
            for hole in path.split(['{', '}']).skip(1).step_by(2) {
                assert!(parameters.contains(&hole), "{method} {path}: {parameters:?}");
            }
        }
    }

    /// It is the same for everybody, so whoever fetches it may keep it for a while.
    async fn the_document_needs_no_key_and_may_be_kept(console: Console) {
        let visitor = console.visitor();
        let answer = visitor.send(visitor.bare(Method::GET, "/v1/openapi.json")).await;
        let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().expect("ASCII"));
        assert_eq!((header("content-type"), header("cache-control")), (Some("application/json"), Some("public, max-age=3600")));
        assert_eq!(header("set-cookie"), None);
        assert!(answer.body.len() < 64 << 10, "{} bytes", answer.body.len());
        let wrong = visitor.send(visitor.bare(Method::POST, "/v1/openapi.json")).await;
        wrong.problem(405);
        assert_eq!(wrong.headers.get("allow").map(|value| value.to_str().expect("ASCII")), Some("GET, HEAD"));
    }
}
