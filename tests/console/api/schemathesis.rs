//! What the API's document promises, asked for by schemathesis: it makes up requests that the document allows and such that it forbids,
//! and holds every answer against it. What it is told stands in `tests/support/schemathesis.toml`.
//! `NOXUS_TESTS_SCHEMA_EXAMPLES` says how many it makes up for each call and kind; then they are others each time.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Console, engine::on_both_databases, process::Served};

/// Who asks.
struct Asker {
    who: &'static str,
    key: Option<String>,
    /// Calls that are not refused to whoever it is; `None`: none is.
    open: Option<&'static [&'static str]>,
    /// In which ways requests are made up in the short run: whoever is refused everything has nothing to go on with.
    phases: &'static str,
}

fn examples() -> Option<u32> {
    std::env::var("NOXUS_TESTS_SCHEMA_EXAMPLES").ok().and_then(|n| n.parse().ok())
}

impl Asker {
    /// Runs it, and says which calls were answered with which statuses how often.
    fn ask(&self, served: &Served, workspace: &str) -> Value {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let program = tests.join(".cache/venv/bin/schemathesis");
        assert!(program.exists(), "{} is missing: `tests/run` makes it", program.display());
        let folder = TempDir::new().expect("a temporary folder");
        let report = folder.path().join("answers.json");
        let mut command = Command::new(program);
        command.arg("--config-file").arg(tests.join("support/schemathesis.toml")).args(["run", &format!("{}/v1/openapi.json", served.base)]);
        match examples() {
            Some(n) => command.args(["--max-examples", &n.to_string()]),
            None => command.args(["--max-examples", "8", "--seed", "1", "--generation-deterministic", "--phases", self.phases]),
        };
        if let Some(key) = &self.key {
            command.args(["--header", &format!("Authorization: Bearer {key}")]);
        }
        command.envs([("WORKSPACE", workspace), ("NO_PROXY", "127.0.0.1"), ("PYTHONDONTWRITEBYTECODE", "1")]);
        command.env("PYTHONPATH", tests.join("support")).env("ANSWERS", &report).current_dir(folder.path()).stdin(Stdio::null());
        let done = command.output().expect("it runs");
        let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "with {}:\n{said}", self.who);
        println!("with {}:\n{said}", self.who);
        serde_json::from_slice(&std::fs::read(report).expect("what was answered")).expect("JSON")
    }
}

on_both_databases! {
    async fn answers_are_as_the_document_promises(console: Console) {
        let mut console = console;
        console.stop_mail();
        console.set_up().await;
        let (grace, marketing) = (console.user_named("grace"), console.workspace_named("Marketing"));
        let served = console.served_by_the_binary(&[]).await;
        let key = |workspace, permissions| Some(console.key(&grace, workspace, Some(permissions)).as_str().to_owned());
        let askers = [
            Asker { who: "an organization admin’s key", key: key(None, "org_admin"), open: None, phases: "coverage,fuzzing,stateful" },
            Asker { who: "an empty key", key: key(Some(&marketing), ""), open: Some(&["GET /v1/nodes", "GET /v1/admin/me"]), phases: "coverage" },
            Asker { who: "no key", key: None, open: Some(&[]), phases: "fuzzing" },
        ];
        for asker in askers {
            let answers = asker.ask(&served, marketing.as_str());
            let answers = answers.as_object().expect("calls");
            assert_eq!(answers.len(), 14, "{answers:?}");
            for (call, statuses) in answers {
                let is_open = asker.open.is_none_or(|open| open.contains(&call.as_str()));
                assert_eq!(statuses["200"].is_number(), is_open, "{call} with {}: {statuses}", asker.who);
            }
        }
    }
}
