//! What the documentation shows, run as it stands: its curl line, the README's, and the platform's own client from PyPI, each against
//! the real binary with a real mail server.

use std::{
    path::Path,
    process::{Command, Output},
};

use diesel::prelude::*;
use noxus_console::{
    base::key::KeySecret,
    db::schema::{api_keys, audit, users},
    domain::roles::built_in,
};
use serde_json::Value;

use crate::support::{
    Console,
    engine::{Engine, Start, on_both_databases},
    mailbox::MailServer,
    process::{Said, Served},
};

/// Analytical Engines with Marketing and its example flows, served by the real binary.
struct World {
    binary: Served,
    server: MailServer,
    /// As the command line made and printed it.
    system: String,
    /// Grace Hopper's of Marketing.
    workspaces: KeySecret,
    console: Console,
}

impl Start for World {
    async fn start(engine: Engine) -> Self {
        let server = MailServer::start().await;
        let mut console = Console::start(engine).await;
        console.stop_mail();
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        grace.post(&format!("/workspaces/{marketing}/flows/examples"), &[]).await.is(303);
        let binary = console.served_by_the_binary(&["--smtp-url", &server.url()]).await;
        // While it serves.
        let made = Said::of(&mut console.command(&["key", "create", "--system", "--name", "onboarding"]));
        made.ends_well();
        let system = made.out.split_whitespace().find(|word| word.starts_with("noxus_")).expect("the secret").to_owned();
        let workspaces = console.key(&console.user_named("grace"), Some(&marketing), None);
        Self { binary, server, system, workspaces, console }
    }
}

impl World {
    /// Runs a program with the keys in its environment and nothing else of ours.
    fn run(&self, command: &mut Command) -> Output {
        let told = [("NOXUS_BACKEND_URL", self.binary.base.as_str()), ("SYSTEM_KEY", &self.system), ("WORKSPACE_KEY", self.workspaces.as_str())];
        command.envs(told).env("NO_PROXY", "127.0.0.1").env_remove("NOXUS_API_KEY").output().expect("it runs")
    }

    fn python(&self) -> Command {
        let python = tests().join(".cache/venv/bin/python");
        assert!(python.exists(), "{} is missing: `tests/run` makes it", python.display());
        Command::new(python)
    }

    fn text(&self, command: &mut Command) -> String {
        let done = self.run(command);
        assert!(done.status.success(), "{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("UTF-8")
    }

    fn json(&self, command: &mut Command) -> Value {
        let text = self.text(command);
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
    }
}

fn tests() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// What stands in the README between fences of this language.
fn shown(language: &str) -> String {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README");
    let (_, rest) = readme.split_once("## People and flows through the API").expect("the section");
    let (_, rest) = rest.split_once(&format!("```{language}\n")).expect("it shows some");
    rest.split_once("```").expect("an end").0.to_owned()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|it| it["name"].as_str().expect("a name")).collect()
}

on_both_databases! {
    async fn the_documentations_curl_line_runs_as_it_stands(world: World) {
        let line = format!("curl -X GET {}/v1/workflows -H \"Authorization: Bearer {}\"", world.binary.base, world.workspaces.as_str());
        let list = world.json(Command::new("sh").args(["-c", &line]));
        assert_eq!(names(&list["items"]), ["Weekly digest", "Reply draft", "Paper summary"]);
        assert_eq!((&list["total"], &list["page"]), (&3.into(), &1.into()));
        let header = line.replace("Authorization: Bearer ", "X-API-Key: ");
        assert_eq!(world.json(Command::new("sh").args(["-c", &header])), list);
        // Revoked, it opens nothing: at the next request, in the other process.
        world.console.revoke(&world.workspaces);
        let refused = world.json(Command::new("sh").args(["-c", &line]));
        assert_eq!((&refused["status"], refused["detail"].as_str()), (&401.into(), Some("This API key was revoked. Make a new one.")));
    }

    async fn what_the_readme_shows_runs_as_it_stands(world: World) {
        let lines = shown("sh").replace("\\\n", " ");
        let answers: Vec<Value> = lines.lines().map(|line| world.json(Command::new("sh").args(["-c", &line.replace("curl ", "curl --silent --show-error --fail-with-body ")]))).collect();
        assert_eq!(answers.len(), 4, "{lines}");
        assert_eq!(names(&answers[0]), ["Marketing"]);
        assert_eq!(answers[1].as_array().map(Vec::len), Some(5));
        assert_eq!((answers[2]["email"].as_str(), answers[2]["invitation"]["state"].as_str()), (Some("sofya@analytical.example"), Some("pending")));
        assert_eq!(answers[3]["total"], 3);
        assert!(world.server.wait_for("sofya@analytical.example").await.link().starts_with(&world.binary.base));

        let said = world.text(world.python().args(["-c", &shown("python")]));
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[..2], ["grace@analytical.example is active", "sofya@analytical.example is not active"], "{said}");
        assert_eq!(lines[3], "elizebeth@analytical.example has an invitation that is pending", "{said}");
        assert!(["'Admin'", "'Editor'", "'Reader'"].iter().all(|role| lines[2].contains(role)), "{said}");
        let flows: Vec<&str> = lines[4..].iter().map(|line| line.trim_end_matches(|c: char| c.is_ascii_digit() || " nodes".contains(c))).collect();
        assert_eq!(flows.len(), 3, "{said}");
        assert!(world.server.wait_for("elizebeth@analytical.example").await.text.contains("Marketing"));
    }

    async fn the_client_works_unmodified(world: World) {
        let marketing = world.console.workspace_named("Marketing");
        let reader = world.console.key(&world.console.user_named("grace"), Some(&marketing), Some("flows_run"));
        let found = world.json(world.python().arg(tests().join("support/sdk.py")).env("READER_KEY", reader.as_str()));
        assert_eq!(found["version"], "0.6.0");
        assert_eq!(found["permissions"].as_array().map(Vec::len), Some(16));
        assert_eq!(found["flows"], serde_json::json!(["Weekly digest", "Reply draft", "Paper summary"]));
        assert!(found["limited"].as_str().unwrap().contains("needs flows_edit"), "{found}");
        assert!(found["taken"].as_str().unwrap().starts_with("Ada Lovelace is invited"), "{found}");
        assert!(found["wrong"].as_str().unwrap().starts_with("email: This is not an email address"), "{found}");

        // Who was added is there, by the service account that the command line's keys belong to, and got a mail.
        let ada = world.console.user_named("ada");
        assert_eq!(found["added"]["id"], ada.as_str());
        assert_eq!(found["added"]["workspaces"][0]["role"]["id"], built_in::reader().as_str());
        let letter = world.server.wait_for("ada@analytical.example").await;
        assert!(letter.text.contains("Marketing") && letter.subject.starts_with("Operator invites you"), "{} {}", letter.subject, letter.text);
        let id = ada.to_string();
        let (by, key): (String, String) = world.console.rows(|c| {
            let rows = audit::table.inner_join(api_keys::table.on(audit::key_id.eq(api_keys::id.nullable()))).inner_join(users::table.on(api_keys::owner_id.eq(users::id)));
            rows.filter(audit::subject_id.eq(id)).select((users::name, api_keys::name)).first(c)
        });
        assert_eq!((by.as_str(), key.as_str()), ("Operator", "onboarding"));
        let browser = world.console.visitor();
        browser.get(&letter.link().replace(&world.binary.base, &world.console.base)).await.says("Welcome, Ada").says("Marketing");
    }
}
