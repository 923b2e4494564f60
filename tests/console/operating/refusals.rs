//! What the log tells of refusals: who, what was missing, in which request; and of many alike how many.

use std::path::Path;

use noxus_console::domain::roles::built_in;
use reqwest::Method;
use serde_json::Value;

use crate::support::{
    Client, Console,
    engine::on_both_databases,
    people::PASSWORD,
    process::{Served, free_port},
};

/// A node beside the console that logs as programs read it, one JSON object a line.
async fn node(console: &Console, log: &Path) -> Served {
    let port = free_port();
    let mut command = console.command(&["--listen", &format!("127.0.0.1:{port}"), "--log", "info,json"]);
    command.stderr(std::fs::File::create(log).expect("a file"));
    Served::start(&mut command, port).await
}

fn lines(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).expect("the log");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

/// What is told of one request.
fn told(log: &Path, id: &str) -> Value {
    let all: Vec<Value> = lines(log).into_iter().filter(|line| line["span"]["request_id"] == id).collect();
    assert_eq!(all.len(), 1, "{id}: {all:?}");
    all.into_iter().next().expect("one")
}

on_both_databases! {
    async fn each_refusal_is_a_line_with_who_and_what_was_missing(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &console.workspace_named("Marketing"), built_in::reader());
        let elsewhere = console.workspace("Elsewhere");
        let (good, revoked) = (console.key(&ada, Some(&console.workspace_named("Marketing")), None), console.key(&ada, None, None));
        console.revoke(&revoked);
        let log = console.data_dir().join("log");
        let server = node(&console, &log).await;
        let browser = Client::new(&server.base);
        browser.post("/sign-in", &[("email", "ada@analytical.example"), ("password", PASSWORD)]).await.is(303);
        let (actor, id) = (ada.as_str(), |page: &crate::support::Page| page.headers["x-request-id"].to_str().expect("an id").to_owned());
        // Signed in, without the permission.
        let line = told(&log, &id(browser.get("/settings/users/new").await.is(403)));
        assert_eq!((line["level"].as_str(), line["fields"]["message"].as_str()), (Some("INFO"), Some("a permission was missing")), "{line}");
        assert_eq!((line["fields"]["missing"].as_str(), line["span"]["actor"].as_str()), (Some("users_write"), Some(actor)), "{line}");
        assert_eq!(line["span"]["route"], "/settings/users/new");
        assert!(line["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{line}");
        // What is hidden is told with who looked for it, and where.
        let line = told(&log, &id(browser.get(&format!("/workspaces/{elsewhere}")).await.is(404)));
        assert_eq!((line["span"]["actor"].as_str(), line["span"]["workspace"].as_str()), (Some(actor), Some(elsewhere.as_str())), "{line}");
        // A link's token is a guess; an address that nobody has is none.
        let line = told(&log, &id(browser.get("/invitation/a-guess-of-somebody").await.is(404)));
        assert!(line["span"]["route"] == "/invitation/{token}" && !line.to_string().contains("a-guess"), "{line}");
        let nowhere = id(browser.get("/nowhere/a-guess").await.is(404));
        assert!(lines(&log).iter().all(|line| line["span"]["request_id"] != nowhere));
        // From another site.
        let forged = browser.send(browser.bare(Method::POST, "/sign-out").header("sec-fetch-site", "cross-site")).await;
        assert_eq!(told(&log, &id(forged.is(403)))["level"], "WARN");
        // Keys: one that was revoked is named, one that never was is not, and a good one may do too little.
        let line = told(&log, &id(browser.call(Method::GET, "/v1/admin/me", &revoked).await.is(401)));
        assert_eq!((line["fields"]["message"].as_str(), line["span"]["key"].as_str()), (Some("a key was refused"), Some(console.key_id(&revoked).as_str())), "{line}");
        assert!(line["fields"]["missing"].as_str().is_some_and(|why| why.contains("revoked")), "{line}");
        let line = told(&log, &id(browser.call(Method::GET, "/v1/admin/users", &good).await.is(403)));
        assert_eq!((line["fields"]["missing"].as_str(), line["span"]["key"].as_str()), (Some("users_read"), Some(console.key_id(&good).as_str())), "{line}");
        // A wrong password is told with where it came from, and without whose it was to be.
        let wrong = browser.post("/sign-in", &[("email", "grace@analytical.example"), ("password", "wrong")]).await;
        let line = told(&log, &id(wrong.is(422)));
        assert_eq!((line["fields"]["message"].as_str(), line["fields"]["address"].as_str()), (Some("a password was not right"), Some("127.0.0.1")), "{line}");
        assert!(!line.to_string().contains("grace") && !line.to_string().contains("wrong"), "{line}");
        let again = browser.post("/sign-in/again", &[("password", "wrong")]).await;
        assert_eq!(told(&log, &id(again.is(422)))["span"]["actor"], actor);
        // What is let in is no refusal.
        let fine = id(browser.get("/").await.is(303));
        let fine = [fine, id(browser.call(Method::GET, "/v1/workflows", &good).await.is(200))];
        assert!(lines(&log).iter().all(|line| fine.iter().all(|id| line["span"]["request_id"] != id.as_str())));
    }

    async fn tries_that_come_by_the_hundred_are_counted_and_not_repeated(console: Console) {
        console.set_up().await;
        let log = console.data_dir().join("log");
        let server = node(&console, &log).await;
        let program = Client::new(&server.base);
        let guess = |n: usize| program.request(Method::GET, "/v1/admin/me").bearer_auth(format!("noxus_{n:042}"));
        let (began, tries) = (std::time::Instant::now(), 600);
        for n in 0..tries {
            program.send(guess(n)).await.is(401);
        }
        let seconds = began.elapsed().as_secs() as usize + 1;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        program.send(guess(tries)).await.is(401);
        let told: Vec<Value> = lines(&log).into_iter().filter(|line| line["fields"]["message"] == "a key was refused").collect();
        assert!(told.len() <= 10 * seconds + 1, "{} lines in {seconds} s", told.len());
        let left_out: u64 = told.iter().map(|line| line["fields"]["left_out"].as_u64().expect("a number")).sum();
        assert_eq!(told.len() + left_out as usize, tries + 1, "each is told or counted");
        assert!(left_out > 0, "600 in {seconds} s are more than a few");
        // Many of one kind hide none of another; whoever has to wait is told of, too.
        for _ in 0..11 {
            program.post("/sign-in", &[("email", "grace@analytical.example"), ("password", "wrong")]).await;
        }
        assert!(lines(&log).iter().any(|line| line["fields"]["message"] == "somebody was told to wait"));
    }
}
