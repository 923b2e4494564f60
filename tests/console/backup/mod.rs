//! `backup` and `restore`, by the real binary: what an archive holds, in which databases it comes back, and what is void then.

mod in_doubt;
mod refused;
mod restored;
mod whole;

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::support::{
    Client, Console,
    engine::{Database, Engine},
    people::PASSWORD,
    process::{Said, Served, free_port, run},
};

/// Makes a backup of a console that runs.
fn back_up(console: &Console, name: &str) -> PathBuf {
    let file = console.data_dir().join(name);
    let said = Said::of(&mut console.command(&["backup", file.to_str().expect("UTF-8")]));
    said.ends_well();
    file
}

/// The files of an archive by name, as text.
fn files(archive: &Path) -> BTreeMap<String, String> {
    let file = std::fs::File::open(archive).expect("the archive");
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let entries = tar.entries().expect("a tar").map(|entry| {
        let mut entry = entry.expect("an entry");
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("UTF-8");
        (entry.path().expect("a path").display().to_string(), text)
    });
    entries.collect()
}

/// A folder and an empty database to restore into.
struct Elsewhere {
    dir: TempDir,
    database: Database,
}

impl Elsewhere {
    fn new(engine: Engine) -> Self {
        let dir = TempDir::new().expect("a folder");
        Self { database: engine.database(dir.path()), dir }
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = run(arguments);
        command.args(["--data-dir", self.data().to_str().expect("UTF-8"), "--database-url", self.database.url()]);
        command
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn restore(&self, archive: &Path) -> Said {
        Said::of(&mut self.command(&["restore", archive.to_str().expect("UTF-8")]))
    }

    fn restored(archive: &Path, engine: Engine) -> Self {
        let place = Self::new(engine);
        place.restore(archive).ends_well();
        place
    }

    fn back_up(&self, name: &str) -> PathBuf {
        let file = self.dir.path().join(name);
        Said::of(&mut self.command(&["backup", file.to_str().expect("UTF-8")])).ends_well();
        file
    }

    async fn served(&self) -> Served {
        let port = free_port();
        Served::start(self.command(&["serve"]).args(["--listen", &format!("127.0.0.1:{port}")]), port).await
    }
}

async fn sign_in(served: &Served, first: &str) -> Client {
    let client = Client::new(&served.base);
    client.post("/sign-in", &[("email", &format!("{first}@analytical.example")), ("password", PASSWORD)]).await.is(303);
    client
}
