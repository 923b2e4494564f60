//! What the README tells an operator to write and to run, as it stands there: in folders of the test's own, and without another user.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

use crate::support::{
    Client,
    people::PASSWORD,
    process::{Said, Served, free_port},
};

const ENV_FILE: &str = "/etc/noxus-console.env";

/// The lines of the page on running it for real.
fn page() -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README");
    let (_, rest) = readme.split_once("\n## Running it for real\n").expect("the page");
    rest.split_once("\n## ").expect("its end").0.to_owned()
}

/// What stands between this line and the end of its fence, with it.
fn block(page: &str, first: &str) -> String {
    let at = page.find(&format!("```sh\n{first}")).unwrap_or_else(|| panic!("no block begins with {first}")) + "```sh\n".len();
    page[at..].split_once("```").expect("an end").0.to_owned()
}

/// None of the caller's settings, and a cheap hash.
fn shell(lines: &str) -> Command {
    let mut shell = Command::new("sh");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("NOXUS_")) {
        shell.env_remove(name);
    }
    shell.env("NOXUS_PASSWORD_HASH", "64,1,1").args(["-c", lines]);
    shell
}

struct Machine {
    dir: TempDir,
    page: String,
}

impl Machine {
    fn new() -> Self {
        let this = Self { dir: TempDir::new().expect("a folder"), page: page() };
        fs::create_dir(this.dir.path().join("backups")).expect("a folder");
        fs::write(this.here(ENV_FILE), this.here(&block(&this.page, &format!("# {ENV_FILE}")))).expect("the settings");
        this
    }

    /// A line of the README, for this folder.
    fn here(&self, line: &str) -> String {
        let own = |name: &str| self.dir.path().join(name).display().to_string();
        let line = line.replace(ENV_FILE, &own("env")).replace("/var/lib/noxus-console", &own("data")).replace("/var/backups/noxus-console", &own("backups"));
        line.replace("/usr/local/bin/noxus-console", env!("CARGO_BIN_EXE_noxus-console")).replace("sudo -u noxus ", "").replace("127.0.0.1:9464", "")
    }

    /// Runs a line that begins with `noxus `.
    fn runs(&self, line: &str) -> Said {
        let shown = self.page.lines().map(|shown| shown.trim_start_matches(['1', '2', '3', '4', '5', '.', ' ', '`']).trim_end_matches('`'));
        assert!(shown.clone().any(|shown| shown == line), "the README does not show {line}");
        let function = self.page.lines().find(|line| line.starts_with("noxus() {")).expect("the function");
        Said::of(&mut shell(&format!("{}\n{}", self.here(function), self.here(line))))
    }

    /// The service, with the settings of its file.
    async fn served(&self) -> Served {
        let port = free_port();
        let serve = format!("set -a; . {}; exec {} serve --listen 127.0.0.1:{port}", self.here(ENV_FILE), env!("CARGO_BIN_EXE_noxus-console"));
        Served::start(shell(&serve).stderr(fs::File::create(self.dir.path().join("log")).expect("a file")), port).await
    }
}

#[tokio::test]
async fn what_the_readme_tells_an_operator_to_run_works_as_it_stands() {
    let machine = Machine::new();
    machine.runs("noxus admin recover").fails_saying("There is no database at");
    let served = machine.served().await;
    let log = fs::read_to_string(machine.dir.path().join("log")).expect("the log");
    let token = log.split("/setup?token=").nth(1).and_then(|rest| rest.split('"').next()).expect("a link").to_owned();
    let form = [
        ("token", token.as_str()),
        ("organization", "O"),
        ("name", "Grace Hopper"),
        ("email", "grace@analytical.example"),
        ("password", PASSWORD),
        ("workspace", "W"),
    ];
    Client::new(&served.base).post("/setup", &form).await.is(303);
    let admins = machine.runs("noxus admin recover");
    admins.ends_well();
    assert!(admins.out.contains("Grace Hopper"), "{}", admins.out);
    machine.runs("noxus key list").ends_well();
    machine.runs("noxus backup /var/backups/noxus-console/$(date +%F).tar.gz").ends_well();
    served.stop();
    // From SQLite to PostgreSQL: the same settings but for the database, which is a file of another name here.
    machine.runs("noxus backup /var/backups/noxus-console/move.tar.gz").ends_well();
    let mut settings = fs::read_to_string(machine.here(ENV_FILE)).expect("the settings");
    settings.push_str(&format!("NOXUS_DATABASE_URL='{}'\n", machine.dir.path().join("data/other & more.sqlite").display()));
    fs::write(machine.here(ENV_FILE), settings).expect("the settings");
    let restored = machine.runs("noxus restore /var/backups/noxus-console/move.tar.gz");
    restored.ends_well();
    assert!(restored.out.contains(&format!("The master key was there already: {}", machine.dir.path().join("data/master.key").display())), "{}", restored.out);
    let served = machine.served().await;
    let grace = Client::new(&served.base);
    grace.post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD)]).await.is(303);
}
