//! Acknowledged means kept: the real binary, killed and started again on the same data, on a disk that is full, beside a
//! database that goes away. What it acknowledged is there; what it did not is there whole or not at all.
//!
//! Each test has few rounds, and more where a variable says so: the README names them.

mod acts;
mod crowd;
mod disk;
mod full_disk;
mod killed;
mod load;
mod mail;
mod network;
mod own_postgres;
mod postgres_gone;
mod rows;
mod set_up;
mod standby;
mod stories;

use std::{
    any::Any,
    fs::File,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use noxus_console::base::{key::KeySecret, secret, secret::MasterKey};
use tempfile::TempDir;

use crate::support::{
    Client,
    engine::{Engine, Start},
    people::PASSWORD,
    process::{Said, Served, free_port, run},
};

/// How soon it is back once nothing is in its way.
const BACK_WITHIN: Duration = Duration::from_secs(5);

/// A number of rounds or seconds: what the variable says, or few.
fn as_told(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// A random number below another.
fn chance(below: u64) -> u64 {
    u64::from_le_bytes(secret::random_bytes()) % below.max(1)
}

fn some_of(longest: Duration) -> Duration {
    Duration::from_nanos(chance(longest.as_nanos() as u64))
}

/// A console that is killed and started again, always on the same folder and the same database.
struct House {
    engine: Engine,
    url: String,
    data: PathBuf,
    /// What stands before the binary on its command line.
    before: Vec<String>,
    options: Vec<String>,
    served: Option<Served>,
    log: PathBuf,
    /// Of the whole organization, and unbounded.
    key: Option<KeySecret>,
    // Dropped after the process has ended.
    _kept: Box<dyn Any + Send>,
}

/// Set up by Grace, and served.
impl Start for House {
    async fn start(engine: Engine) -> Self {
        let mut house = Self::empty(engine);
        house.serve().await;
        house.set_up().await;
        house
    }
}

impl House {
    /// A folder and a database with nothing in them; nobody serves.
    fn empty(engine: Engine) -> Self {
        let dir = TempDir::new().expect("a folder");
        let database = engine.database(dir.path());
        let (url, data) = (database.url().to_owned(), dir.path().join("data"));
        Self::at(engine, url, data, Box::new((database, dir)))
    }

    fn at(engine: Engine, url: String, data: PathBuf, kept: Box<dyn Any + Send>) -> Self {
        let log = data.with_extension("log");
        Self { engine, url, data, before: Vec::new(), options: Vec::new(), served: None, log, key: None, _kept: kept }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let plain = run(arguments);
        let mut command = match self.before.split_first() {
            None => plain,
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(plain.get_program()).args(plain.get_args());
                for (name, value) in plain.get_envs() {
                    match value {
                        Some(value) => command.env(name, value),
                        None => command.env_remove(name),
                    };
                }
                command
            }
        };
        command.arg("--data-dir").arg(&self.data).args(["--database-url", &self.url]);
        command
    }

    /// Starts it, at a port of its own each time: the last one may be somebody's by now.
    async fn serve(&mut self) {
        let port = free_port();
        let log = File::options().append(true).create(true).open(&self.log).expect("a log");
        let mut command = self.command(&["serve"]);
        command.args(["--listen", &format!("127.0.0.1:{port}"), "--log", "warn"]).args(&self.options).stderr(log);
        self.served = Some(Served::start(&mut command, port).await);
    }

    /// Nothing is flushed, nothing is finished.
    fn kill(&mut self) {
        drop(self.served.take());
    }

    /// Starts it after a kill. Now and then it is killed while it starts, too.
    async fn serve_again(&mut self) {
        if chance(4) == 0 {
            let mut command = self.command(&["serve"]);
            command.args(["--listen", &format!("127.0.0.1:{}", free_port())]).args(&self.options);
            let mut child = command.stdout(std::process::Stdio::null()).spawn().expect("it starts");
            tokio::time::sleep(some_of(Duration::from_millis(200))).await;
            let _ = child.kill();
            let _ = child.wait();
        }
        let began = Instant::now();
        self.serve().await;
        assert!(began.elapsed() < BACK_WITHIN, "it was back after {:?}", began.elapsed());
    }

    /// The whole address of a path, wherever it is served now.
    fn to(&self, path: &str) -> String {
        format!("{}{path}", self.served.as_ref().expect("it is served").base)
    }

    async fn set_up(&mut self) {
        let said = self.served.as_ref().expect("it is served").said();
        let token = said.split("/setup?token=").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a set-up link").to_owned();
        let form = [
            ("token", token.as_str()),
            ("organization", "Analytical Engines"),
            ("name", "Grace Hopper"),
            ("email", "grace@analytical.example"),
            ("password", PASSWORD),
            ("workspace", "Marketing"),
        ];
        self.visitor().post(&self.to("/setup"), &form).await.is(303);
        let made = Said::of(&mut self.command(&["key", "create", "--system", "--name", "all"]));
        made.ends_well();
        let at = made.out.find("noxus_").expect("a secret");
        self.key = KeySecret::parse(&made.out[at..at + 48]);
    }

    fn key(&self) -> KeySecret {
        self.key.clone().expect("it is set up")
    }

    /// Links in mails are derived from it.
    fn master_key(&self) -> MasterKey {
        use base64::Engine as _;
        let text = std::fs::read_to_string(self.data.join("master.key")).expect("the master key");
        let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).expect("base64");
        MasterKey::new(bytes.try_into().expect("32 bytes"))
    }

    /// A browser of nobody. It is told whole addresses: see [`Self::to`].
    fn visitor(&self) -> Client {
        Client::new("")
    }

    async fn signed_in(&self, email: &str, password: &str) -> Client {
        let client = self.visitor();
        client.post(&self.to("/sign-in"), &[("email", email), ("password", password)]).await.is(303);
        client
    }

    async fn grace(&self) -> Client {
        self.signed_in("grace@analytical.example", PASSWORD).await
    }

    /// What it complained of last.
    fn complaints(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().filter(|line| line.contains("ERROR")).collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }

    /// Whatever PostgreSQL said in several lines is one in the log.
    fn logged_in_lines(&self) {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let torn = log.lines().find(|line| !line.starts_with("20"));
        assert_eq!(torn, None, "each line begins with its time");
    }

    /// Whatever went on, nothing of it was a panic.
    fn did_not_panic(&self) {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        assert!(!log.contains("panicked"), "{log}");
    }
}
