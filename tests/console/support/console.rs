//! A console of a test's own: the real server on a free port, with a fresh database.

use std::{net::TcpListener, path::PathBuf};

use clap::Parser as _;
use noxus_console::{config::Cli, mail::Worker, server, start, web::kit::App};
use tempfile::TempDir;

use super::{
    client::Client,
    engine::{Database, Engine, Start},
    process::{Served, free_port, run},
    statements::can_be_told,
};

pub struct Console {
    pub base: String,
    pub app: App,
    pub engine: Engine,
    handle: actix_web::dev::ServerHandle,
    // Dropped in this order: first the server's connections and the mail worker, then the database, then the folder.
    mail: Option<Worker>,
    database: Option<Database>,
    dir: TempDir,
}

/// Nothing is set up yet.
impl Start for Console {
    async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }
}

impl Console {
    /// With options of the command line, such as `--smtp-url`.
    pub async fn start_with(engine: Engine, options: &[&str]) -> Self {
        can_be_told();
        let dir = TempDir::new().expect("a temporary folder");
        let database = engine.database(dir.path());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let data = dir.path().join("data");
        // A cheap hash: the tests sign in often, and measure no cost.
        let fixed = [
            "noxus-console",
            "--data-dir",
            data.to_str().expect("UTF-8"),
            "--database-url",
            database.url(),
            "--public-url",
            &base,
            "--password-hash",
            "64,1,1",
        ];
        let cli = Cli::try_parse_from(fixed.iter().chain(options)).expect("options that are understood");
        let mut config = cli.settings.check().expect("settings that are good");
        // What runs apart is the console's own program, not that of the tests.
        config.program = env!("CARGO_BIN_EXE_noxus-console").into();
        let app = start::open(config).expect("the console opens");
        let (send, handle) = tokio::sync::oneshot::channel();
        let serving = app.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = server::serve(serving, listener, 2).expect("the server starts");
                let _ = send.send(server.handle());
                let _ = server.await;
            });
        });
        let handle = handle.await.expect("the server runs");
        let mail = Some(start::mail(&app).expect("the mail worker starts"));
        Self { base, app, engine, handle, mail, database: Some(database), dir }
    }

    /// Sends no mail from now on.
    pub fn stop_mail(&mut self) {
        drop(self.mail.take());
    }

    /// A browser of nobody.
    pub fn visitor(&self) -> Client {
        Client::new(&self.base)
    }

    /// The folder of its data.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Where its database is.
    pub fn database_url(&self) -> &str {
        self.database.as_ref().expect("it is there until the console ends").url()
    }

    /// A command of the real binary that uses the same database and the same data folder.
    pub fn command(&self, arguments: &[&str]) -> std::process::Command {
        let database = self.database.as_ref().expect("it is there until the console ends");
        let mut command = run(arguments);
        command.args(["--data-dir", self.data_dir().to_str().expect("UTF-8"), "--database-url", database.url()]);
        command
    }

    /// The real binary in a process of its own, serving the same.
    pub async fn served_by_the_binary(&self, options: &[&str]) -> Served {
        let port = free_port();
        let mut command = self.command(&["serve"]);
        command.args(["--listen", &format!("127.0.0.1:{port}")]).args(options);
        Served::start(&mut command, port).await
    }

    /// A fresh set-up link's path and query.
    pub fn setup_link(&self) -> String {
        let link = start::setup_link(&self.app).expect("the link is made").expect("nothing is set up yet");
        link.trim_start_matches(&self.base).to_owned()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        drop(self.mail.take());
        drop(self.database.take());
    }
}
