//! What is posted is what is answered, byte for byte; what is no definition is refused, and nothing of it stored.

use noxus_console::domain::flows::LIMIT;
use reqwest::Method;

use super::{FLOWS, acts, begin};
use crate::support::{Console, engine::on_both_databases, flows::EMPTY};

/// Each is JSON, and would become something else if it were read and written again.
const FAITHFUL: [&str; 12] = [
    EMPTY,
    r#"{"z":1,"edges":[],"a":2,"nodes":[],"m":3}"#,
    "{\r\n\t\"nodes\" :\t[ ] ,\r\n\r\n  \"edges\": [\n]\n}",
    r#"{"nodes":[1.0,1,1.10,1e0,1E+2,1e-0,-0,-0.0,0.1e1],"edges":[]}"#,
    r#"{"nodes":[1e400,-1e400,1e-400,123456789012345678901234567890,0.30000000000000004441],"edges":[]}"#,
    r#"{"nodes":[{"a":1,"a":2}],"edges":[],"x":1,"x":{"y":2,"y":3}}"#,
    r#"{"nodes":[1],"edges":[],"nodes":[2,3]}"#,
    r#"{"nodes":["\u0000\u0041\u00e4\ud83d\ude00\/\b\f\n\r\t\"\\"],"edges":[]}"#,
    r#"{"nodes":["\ud800","\udc00"],"edges":[],"\ud800":"half"}"#,
    r#"{"\u006eodes":[],"\u0065dges":[]}"#,
    "{\"nodes\":[\"ä😀\u{2028}\u{2029}\u{7f}\u{85}\u{feff}\u{202e}\u{fffd}</textarea><script>\"],\"edges\":[]}",
    r#"{"nodes":[null,true,false,"",{},[]],"edges":[{"":{"":[]}}]}"#,
];

/// The definition in an answer, as the bytes it has there.
fn definition_in(body: &str) -> &str {
    let (_, rest) = body.split_once("\"definition\":").expect("a definition");
    rest.strip_suffix('}').expect("it stands last")
}

on_both_databases! {
    async fn a_definition_comes_back_byte_for_byte(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let browser = console.sign_in("grace").await;
        let first = console.flow(&marketing, "Changed");
        for (n, definition) in FAITHFUL.into_iter().enumerate() {
            // Space around it is not part of it.
            let body = format!("{{ \"definition\": \n {definition} \t , \"name\" : \"Flow {n}\" }}\n");
            let made = program.call_raw(Method::POST, FLOWS, &key, body).await;
            made.is(200);
            assert_eq!(definition_in(&made.body), definition);
            // Not every program reads every number: this test looks at the text.
            let id = made.body["{\"id\":\"".len()..][..36].to_owned();
            let read = program.call(Method::GET, &format!("{FLOWS}/{id}"), &key).await;
            assert_eq!(definition_in(&read.body), definition);
            let id = id.parse().expect("an id");
            assert_eq!(console.stored_flow(&id).2, definition);

            let changed = program.call_raw(Method::PATCH, &format!("{FLOWS}/{first}"), &key, format!("{{\"definition\":{definition}}}")).await;
            assert_eq!(definition_in(&changed.body), definition);
            let listed = program.call(Method::GET, FLOWS, &key).await;
            assert!(listed.body.contains(&format!("\"definition\":{definition}}}")), "{definition}");

            // The page shows it as it is, and saving a new name leaves it so, though a form sends other line ends.
            let form = format!("/workspaces/{marketing}/flows/{id}/details");
            let shown = browser.get(&form).await;
            let as_a_browser_reads = definition.replace("\r\n", "\n");
            assert_eq!(shown.html().select(&scraper::Selector::parse("#definition").unwrap()).next().unwrap().text().collect::<String>(), as_a_browser_reads);
            let (seen, sent) = (shown.attributes("input[name=seen]", "value").remove(0), as_a_browser_reads.replace('\n', "\r\n"));
            browser.post(&form, &[("seen", &seen), ("name", &format!("Renamed {n}")), ("definition", &sent)]).await.leads_to(&format!("/workspaces/{marketing}/flows/{id}"));
            assert_eq!(console.stored_flow(&id), (format!("Renamed {n}"), "flow".into(), definition.into()));
        }
    }

    async fn the_largest_definition_is_kept_and_one_byte_more_is_not(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let of = |bytes: usize| format!(r#"{{"nodes":["{}"],"edges":[]}}"#, "x".repeat(bytes - r#"{"nodes":[""],"edges":[]}"#.len()));
        let body = |bytes: usize| format!(r#"{{"name":"Large","definition":{}}}"#, of(bytes));
        let made = program.call_raw(Method::POST, FLOWS, &key, body(LIMIT)).await;
        made.is(200);
        assert_eq!(definition_in(&made.body), of(LIMIT));
        let said = program.call_raw(Method::POST, FLOWS, &key, body(LIMIT + 1)).await.problem(422);
        assert!(said.contains("1048577 bytes, at most 1048576"), "{said}");
        let path = format!("/workspaces/{marketing}/flows/new");
        let browser = console.sign_in("grace").await;
        browser.post(&path, &[("name", "Of a page"), ("definition", &of(LIMIT))]).await.is(303);
        browser.post(&path, &[("name", "Of a page"), ("definition", &of(LIMIT + 1))]).await.is(422).says("at most 1048576 (1 MiB)");
        assert_eq!(acts(&console).len(), 2);
    }

    async fn what_is_no_definition_is_refused(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let flow = console.flow(&marketing, "Digest");
        let deep = |n: usize| format!(r#"{{"nodes":[{}{}],"edges":[]}}"#, "[".repeat(n), "]".repeat(n));
        for (definition, says) in [
            ("{}", "lacks the lists “nodes” and “edges”"),
            (r#"{"nodes":[]}"#, "lacks the list “edges”"),
            (r#"{"edges":[]}"#, "lacks the list “nodes”"),
            (r#"{"nodes":{},"edges":[]}"#, "lacks the list “nodes”"),
            (r#"{"nodes":[],"edges":null}"#, "lacks the list “edges”"),
            (r#"{"nodes":"[]","edges":[]}"#, "lacks the list “nodes”"),
            (r#"{"nodes":[],"edges":[],"nodes":1}"#, "lacks the list “nodes”"),
            (r#"{"Nodes":[],"edges":[]}"#, "lacks the list “nodes”"),
            (r#"{"definition":{"nodes":[],"edges":[]}}"#, "lacks the lists"),
            ("[]", "is not an object"),
            ("7", "is not an object"),
            ("true", "is not an object"),
            (r#""{\"nodes\":[],\"edges\":[]}""#, "is not an object"),
            (&deep(99), "more than 100 deep"),
            (&deep(250_000), "more than 100 deep"),
            (&format!(r#"{}1{}"#, r#"{"a":"#.repeat(101), "}".repeat(101)), "more than 100 deep"),
        ] {
            let short = &definition[..definition.len().min(60)];
            let body = format!(r#"{{"name":"Other","definition":{definition}}}"#);
            let said = program.call_raw(Method::POST, FLOWS, &key, body.clone()).await.problem(422);
            assert!(said.starts_with("definition: ") && said.contains(says), "{short}: {said}");
            program.call_raw(Method::PATCH, &format!("{FLOWS}/{flow}"), &key, body).await.problem(422);
        }
        // What is deep elsewhere in a body costs nothing, and what is not JSON is not judged at all.
        let elsewhere = format!(r#"{{"name":"Deep","definition":{EMPTY},"other":{}{}}}"#, "[".repeat(250_000), "]".repeat(250_000));
        program.call_raw(Method::POST, FLOWS, &key, elsewhere).await.is(200);
        for broken in ["NaN", "01", "1.", "+1", ".5", "'a'", "\"\n\"", "\"\0\"", "\"\\u12\"", "\"\\x\"", "[1,]", "[1 2]", "Infinity", "tru"] {
            let body = format!(r#"{{"name":"Broken","definition":{{"nodes":[{broken}],"edges":[]}}}}"#);
            program.call_raw(Method::POST, FLOWS, &key, body).await.problem(400);
        }
        assert_eq!(console.stored_flow(&flow), ("Digest".into(), "flow".into(), EMPTY.into()));
        assert_eq!(acts(&console).len(), 1, "only the one that was good");
    }
}
