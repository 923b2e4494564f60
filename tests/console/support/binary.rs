//! The real binary in a process of its own, as an operator starts it.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

use super::engine::{Database, Engine};

pub struct Binary {
    pub base: String,
    /// The set-up link it printed.
    pub setup_link: String,
    process: Child,
    // Dropped after the process has ended.
    _database: Database,
    _dir: TempDir,
}

impl Binary {
    /// Starts it with an empty database and a mail server, and reads the set-up link from its output.
    pub async fn start(engine: Engine, smtp_url: &str) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let database = engine.database(dir.path());
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let base = format!("http://127.0.0.1:{port}");
        let mut process = Command::new(env!("CARGO_BIN_EXE_noxus-console"))
            .env("NOXUS_DATABASE_URL", database.url())
            .env("NOXUS_SMTP_URL", smtp_url)
            .arg("--data-dir")
            .arg(dir.path().join("data"))
            .args(["--listen", &format!("127.0.0.1:{port}"), "--log", "warn", "--password-hash", "64,1,1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        let (send, link) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut send = Some(send);
            for line in output.lines().map_while(Result::ok) {
                if let (true, Some(send)) = (line.contains("/setup?token="), send.take_if(|_| line.contains("/setup?token="))) {
                    let _ = send.send(line.trim().to_owned());
                }
            }
        });
        let setup_link = tokio::time::timeout(Duration::from_secs(20), link).await.expect("a set-up link within 20 s").expect("a set-up link");
        let this = Self { base, setup_link, process, _database: database, _dir: dir };
        this.answers().await;
        this
    }

    /// Waits until it answers.
    async fn answers(&self) {
        for _ in 0..100 {
            if reqwest::get(format!("{}/sign-in", self.base)).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the binary does not answer");
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
