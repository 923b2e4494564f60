//! A PostgreSQL of a test's own, to stop, freeze and cut off: the one all tests share must go on.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::House;
use crate::support::{engine::Engine, process::free_port};

pub struct Cluster {
    home: TempDir,
    port: u16,
    host: String,
    /// What stands before its programs on their command lines: another network, another view of the disks.
    before: Vec<String>,
    runs: bool,
}

impl Cluster {
    pub fn start() -> Self {
        Self::start_at("127.0.0.1", &[])
    }

    /// `before`: how its server is run where `host` is.
    pub fn start_at(host: &str, before: &[String]) -> Self {
        let mut this = Self::empty(host, before);
        let data = this.data();
        done(this.program("initdb").arg("-D").arg(&data).args(["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"]));
        let mut rules = fs::read_to_string(data.join("pg_hba.conf")).expect("its rules");
        rules.push_str("host all all 198.18.0.0/15 trust\n");
        fs::write(data.join("pg_hba.conf"), rules).expect("its rules");
        this.go_on();
        this
    }

    /// A folder that its server may write into, and nothing in it.
    fn empty(host: &str, before: &[String]) -> Self {
        let home = TempDir::new().expect("a folder");
        if is_root() {
            done(Command::new("chown").arg("postgres:").arg(home.path()));
        }
        Self { home, port: free_port(), host: host.to_owned(), before: before.to_vec(), runs: false }
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// One of its programs, as the user it runs as: a server of PostgreSQL refuses root.
    fn program(&self, name: &str) -> Command {
        let as_postgres = if is_root() { &["runuser", "-u", "postgres", "--"][..] } else { &[] };
        let path = std::env::var("PATH").unwrap_or_default();
        let env = ["env".to_owned(), format!("PATH={path}"), name.to_owned()];
        let line: Vec<String> = self.before.iter().cloned().chain(as_postgres.iter().map(|word| (*word).to_owned())).chain(env).collect();
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).current_dir(self.home.path());
        command
    }

    fn ctl(&self, arguments: &[&str]) {
        let log = self.home.path().join("log");
        // Crashes here are its processes', not the machine's: what the system has it keeps without fsync.
        let options = format!("-p {} -k {} -c listen_addresses={} -c fsync=off -c max_connections=60", self.port, self.home.path().display(), self.host);
        let mut command = self.program("pg_ctl");
        command.arg("-D").arg(self.data()).arg("-l").arg(log).args(["-w", "-s"]).args(arguments);
        if !["stop", "promote"].contains(&arguments[0]) {
            command.args(["-o", &options]);
        }
        // Its server must not keep a pipe of ours open.
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        assert!(command.status().expect("pg_ctl runs").success(), "{arguments:?}: {}", fs::read_to_string(self.home.path().join("log")).unwrap_or_default());
    }

    /// Another that follows this one and acknowledges nothing later than it: from now on this one waits for it at every commit.
    /// Step by step as the README tells an operator.
    pub fn followed(&self) -> Self {
        self.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        let mut standby = Self::empty(&self.host, &self.before);
        let primary = format!("host={} port={} user=postgres application_name=standby", self.host, self.port);
        done(standby.program("pg_basebackup").arg("-d").arg(primary).arg("-D").arg(standby.data()).args(["-R", "-X", "stream", "--no-sync", "-c", "fast"]));
        done(standby.program("sh").args(["-c", "echo \"synchronous_standby_names = ''\" >> data/postgresql.auto.conf"]));
        standby.go_on();
        let began = Instant::now();
        while self.ask("SELECT application_name, state FROM pg_stat_replication") != "standby|streaming" {
            assert!(began.elapsed() < Duration::from_secs(30), "the standby does not stream");
            thread::sleep(Duration::from_millis(50));
        }
        self.sql("SELECT pg_reload_conf()");
        standby
    }

    /// From a standby it becomes one that is written to.
    pub fn promote(&self) {
        self.ctl(&["promote"]);
    }

    /// Its machine is gone from one moment to the next.
    pub fn kill(&mut self) {
        done(Command::new("kill").arg("-KILL").args(self.processes()));
        self.runs = false;
    }

    /// One address of both, of which the one that is written to answers.
    pub fn url_of_both(&self, other: &Self, database: &str) -> String {
        format!("postgres://postgres@{},{}/{database}?port={},{}&target_session_attrs=read-write", self.host, other.host, self.port, other.port)
    }

    /// As by a crash: whatever goes on is broken off.
    pub fn crash(&mut self) {
        self.ctl(&["stop", "-m", "immediate"]);
        self.runs = false;
    }

    pub fn go_on(&mut self) {
        self.ctl(&["start"]);
        self.runs = true;
    }

    pub fn restart_at_once(&self) {
        self.ctl(&["restart", "-m", "immediate"]);
    }

    pub fn url(&self, database: &str) -> String {
        // Its network is its own.
        format!("postgres://postgres@{}:{}/{database}?sslmode=disable", self.host, self.port)
    }

    pub fn sql(&self, statement: &str) {
        done(Command::new("psql").args(["-qX", "-v", "ON_ERROR_STOP=1", "-c", statement]).arg(self.url("postgres")));
    }

    /// What a query answers, its columns parted by `|`.
    fn ask(&self, query: &str) -> String {
        let said = Command::new("psql").args(["-qXAt", "-v", "ON_ERROR_STOP=1", "-c", query]).arg(self.url("postgres")).output().expect("psql runs");
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    /// Its server's process, and those of its connections.
    fn processes(&self) -> Vec<String> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).expect("it runs");
        let server = file.lines().next().expect("its process").to_owned();
        let children = fs::read_to_string(format!("/proc/{server}/task/{server}/children")).unwrap_or_default();
        std::iter::once(server).chain(children.split_whitespace().map(str::to_owned)).collect()
    }

    /// Its machine goes on answering for it, and it does nothing; until [`Self::thaw`].
    pub fn freeze(&self) {
        done(Command::new("kill").arg("-STOP").args(self.processes()));
    }

    pub fn thaw(&self) {
        done(Command::new("kill").arg("-CONT").args(self.processes()));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.runs {
            // One that is frozen would not hear it.
            let _ = Command::new("kill").arg("-CONT").args(self.processes()).status();
            let _ = self.program("pg_ctl").arg("-D").arg(self.data()).args(["-m", "immediate", "-s", "stop"]).status();
        }
    }
}

impl House {
    /// Set up by Grace, on that database; what it logs lies beside its data.
    pub async fn on(url: &str, options: &[&str]) -> Self {
        let dir = TempDir::new().expect("a folder");
        let mut house = Self::at(Engine::Postgres, url.to_owned(), dir.path().join("data"), Box::new(dir));
        house.options = options.iter().map(|option| (*option).to_owned()).collect();
        house.serve().await;
        house.set_up().await;
        house
    }
}

pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(Path::new("/proc/self")).is_ok_and(|of| of.uid() == 0)
}

pub fn done(command: &mut Command) {
    let said = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(said.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said.stderr));
}
