//! The list: numbered pages, as clients count through them.

use noxus_console::domain::roles::built_in;
use reqwest::Method;
use serde_json::json;

use super::{FLOWS, begin};
use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn flows_are_counted_through_page_by_page(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let list = |query: &str| {
            let (program, key, path) = (program.clone(), key.clone(), format!("{FLOWS}{query}"));
            async move {
                let page = program.call(Method::GET, &path, &key).await;
                page.is(200);
                page.json()
            }
        };
        assert_eq!(list("").await, json!({ "items": [], "total": 0, "page": 1, "size": 50, "pages": 0 }));
        let flows: Vec<String> = (0..53).map(|n| console.flow(&marketing, &format!("Flow {n:02}")).to_string()).collect();
        console.flow(&console.workspace("Elsewhere"), "Not here");
        let ids = |page: &serde_json::Value| -> Vec<String> { page["items"].as_array().expect("items").iter().map(|f| f["id"].as_str().expect("an id").to_owned()).collect() };
        // Without a query it is the first page, in the order they were created.
        let first = list("").await;
        assert_eq!((&first["total"], &first["page"], &first["size"], &first["pages"]), (&json!(53), &json!(1), &json!(50), &json!(2)));
        assert_eq!(ids(&first), flows[..50]);
        let item = &first["items"][0];
        assert_eq!(item, &json!({ "id": flows[0], "name": "Flow 00", "type": "flow", "group_id": marketing.as_str(), "definition": { "nodes": [], "edges": [] } }));
        // As the client sends it.
        let mut seen = Vec::new();
        for page in 1..=6 {
            let answer = list(&format!("?page={page}&page_size=10&type=flow&size=10")).await;
            assert_eq!((&answer["page"], &answer["size"], &answer["pages"], &answer["total"]), (&json!(page), &json!(10), &json!(6), &json!(53)));
            seen.extend(ids(&answer));
        }
        assert_eq!(seen, flows);
        assert_eq!(ids(&list("?page=3&size=20").await), flows[40..]);
        assert_eq!(ids(&list("?page_size=100").await), flows);
        let beyond = list("?page=7&size=10").await;
        assert_eq!((&beyond["items"], &beyond["total"], &beyond["pages"]), (&json!([]), &json!(53), &json!(6)));
        assert_eq!(list("?page=2147483647&size=100").await["items"], json!([]));
        // A new one moves none from page to page, whatever its type.
        let agent = json!({ "name": "An agent’s", "type": "agentflow", "definition": { "nodes": [], "edges": [] } });
        let new = program.call_with(Method::POST, FLOWS, &key, &agent).await.json()["id"].as_str().expect("an id").to_owned();
        assert_eq!(ids(&list("").await), flows[..50]);
        assert_eq!(ids(&list("?page=2").await), [&flows[50..], std::slice::from_ref(&new)].concat());
        assert_eq!((&list("?type=flow").await["total"], ids(&list("?type=agentflow").await)), (&json!(53), vec![new]));
        for none in ["?type=other", "?type=FLOW", "?type=", "?type=a%20b", "?type=%00"] {
            assert_eq!(list(none).await["total"], 0, "{none}");
        }
        for bad in ["page=0", "page=-1", "page=x", "page=", "page=1.0", "page=2147483648", "size=0", "size=101", "page_size=1000", "size=10&page_size=20"] {
            let said = program.call(Method::GET, &format!("{FLOWS}?{bad}"), &key).await.problem(422);
            assert!(said.contains("whole number") || said.contains("differ"), "{bad}: {said}");
        }
        program.call(Method::GET, &format!("{FLOWS}?page=1&page=2"), &key).await.problem(400);
    }

    async fn a_page_of_large_flows_is_bounded(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let large = format!(r#"{{"nodes":["{}"],"edges":[]}}"#, "x".repeat((1 << 20) - 100));
        for n in 0..40 {
            console.flow_with(&marketing, &format!("Large {n}"), &large);
        }
        let said = program.call(Method::GET, FLOWS, &key).await.problem(422);
        assert_eq!(said, "size: These flows are more than 10 MiB together. Ask for fewer at once: 10 are never too many.");
        for page in 1..=4 {
            let ten = program.call(Method::GET, &format!("{FLOWS}?page={page}&size=10"), &key).await;
            assert_eq!((ten.status.as_u16(), ten.body.matches(&large).count()), (200, 10));
        }
    }

    /// Whoever asks for large answers and does not fetch them holds up nobody but themselves.
    async fn large_answers_that_are_not_fetched_hold_up_their_owner_alone(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let other = console.member_of_organization("Ada Lovelace").await;
        console.membership(&other, &marketing, built_in::reader());
        let others = console.key(&other, Some(&marketing), None);
        let large = format!(r#"{{"nodes":["{}"],"edges":[]}}"#, "x".repeat((1 << 20) - 100));
        for n in 0..10 {
            console.flow_with(&marketing, &format!("Large {n}"), &large);
        }
        let ten = format!("{FLOWS}?size=10");
        let mut held = Vec::new();
        for _ in 0..4 {
            // The head is there; the body is not fetched.
            let answer = program.bare(Method::GET, &ten).bearer_auth(key.as_str()).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            held.push(answer);
        }
        let said = program.call(Method::GET, &ten, &key).await;
        assert_eq!(said.headers["retry-after"], "5");
        assert!(said.problem(429).starts_with("As many large answers as one may have at a time"));
        // What is small is answered all the same, and so is somebody else.
        program.call(Method::GET, "/v1/admin/me", &key).await.is(200);
        program.call(Method::GET, &ten, &others).await.is(200);
        drop(held);
        for _ in 0..10 {
            if program.call(Method::GET, &ten, &key).await.status == 200 {
                return;
            }
        }
        panic!("the places are not free again");
    }
}
