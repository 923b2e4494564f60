//! The log, from the first line on: for a program each line is an object, whatever is said in it.

use std::path::Path;

use noxus_console::domain::roles::built_in;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    Client,
    people::PASSWORD,
    process::{Said, Served, free_port, run},
};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

/// The one line with this message.
fn one(log: &Path, message: &str) -> Value {
    let all = lines(&std::fs::read_to_string(log).expect("the log"));
    let mut found = all.into_iter().filter(|line| line["fields"]["message"] == message);
    found.next().unwrap_or_else(|| panic!("no line {message:?}"))
}

#[tokio::test]
async fn a_program_that_reads_the_log_meets_nothing_but_objects() {
    let dir = TempDir::new().expect("a folder");
    let (port, data, log) = (free_port(), dir.path().join("data"), dir.path().join("log"));
    let command = |filter: &str| {
        let mut command = run(&["serve", "--listen", &format!("127.0.0.1:{port}"), "--public-url", "https://console.example.org", "--log", filter]);
        command.arg("--data-dir").arg(&data);
        command
    };
    // The set-up link is nowhere else: it is said at every level.
    let served = Served::start(command("warn,json").stderr(std::fs::File::create(&log).expect("a file")), port).await;
    assert_eq!(served.said(), "", "nothing on standard output");
    let listens = one(&log, "the console listens");
    assert_eq!(listens["fields"]["address"], format!("127.0.0.1:{port}"));
    assert_eq!(listens["fields"]["public_url"], "https://console.example.org/");
    let link = one(&log, "open this link to finish the set-up")["fields"]["link"].as_str().expect("a link").to_owned();
    assert!(link.starts_with("https://console.example.org/setup?token="), "{link}");
    // Why it does not start is an object as well.
    let mut second = command("warn,json");
    let said = Said::of(second.env("NOXUS_DATA_DIR", dir.path().join("other")));
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    let why = &lines(&said.err)[0];
    assert_eq!(why["level"], "ERROR");
    assert!(why["fields"]["message"].as_str().is_some_and(|why| why.contains("cannot be listened on")), "{why}");
    // A command is read by who gave it.
    let mut recover = run(&["admin", "recover", "--log", "info,json"]);
    Said::of(recover.arg("--data-dir").arg(&data)).fails_saying("noxus-console: There is no organization admin yet");
}

#[tokio::test]
async fn where_no_mail_server_is_set_the_log_says_that_a_mail_was_written() {
    let dir = TempDir::new().expect("a folder");
    let (port, log) = (free_port(), dir.path().join("log"));
    let mut command = run(&["serve", "--listen", &format!("127.0.0.1:{port}"), "--log", "info,json"]);
    command.arg("--data-dir").arg(dir.path().join("data")).stderr(std::fs::File::create(&log).expect("a file"));
    let served = Served::start(&mut command, port).await;
    let link = one(&log, "open this link to finish the set-up")["fields"]["link"].as_str().expect("a link").to_owned();
    let browser = Client::new(&served.base);
    let token = link.split_once("token=").expect("a token").1;
    let form =
        [("token", token), ("organization", "O"), ("name", "Grace Hopper"), ("email", "grace@analytical.example"), ("password", PASSWORD), ("workspace", "W")];
    browser.post("/setup", &form).await.is(303);
    browser.post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD)]).await.is(303);
    let draft =
        browser.post("/settings/users/new", &[("name", "Hedy Lamarr"), ("email", "hedy@analytical.example"), ("role", built_in::org_base().as_str())]).await;
    browser.post(draft.is(303).location.as_deref().expect("a draft"), &[]).await.is(303);
    let written = "no mail server is set: a mail was written into a file";
    for _ in 0..100 {
        if std::fs::read_to_string(&log).expect("the log").contains(written) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(one(&log, written)["fields"]["kind"], "invitation");
}
