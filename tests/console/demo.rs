//! The sample organization, as the real binary fills and serves it.

use std::process::Command;

use noxus_console::domain::roles::built_in;
use tempfile::TempDir;

use crate::support::{
    Client, Console,
    engine::Engine,
    process::{Said, Served, free_port, run},
};

const EVERYBODY: [&str; 4] = ["Grace Hopper", "Hedy Lamarr", "Ada Lovelace", "Claude Shannon"];

/// The command with a folder, a database and a cheap hash.
fn demo(dir: &TempDir, database: Option<&str>) -> Command {
    let mut command = run(&["demo", "--data-dir", dir.path().join("sample").to_str().expect("UTF-8")]);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    command
}

fn password_in(text: &str) -> String {
    let (_, rest) = text.split_once("with the password ").unwrap_or_else(|| panic!("no password in {text}"));
    rest.split(':').next().expect("a word").to_owned()
}

async fn is_filled_and_serves(engine: Engine) {
    let dir = TempDir::new().expect("a folder");
    let database = engine.database(dir.path());
    let url = (engine == Engine::Postgres).then(|| database.url());
    let first = Said::of(demo(&dir, url).arg("--fill-only"));
    first.ends_well();
    for name in EVERYBODY {
        assert!(first.out.contains(name), "{}", first.out);
    }
    // Again, on the same folder: nothing is filled, the password is the same, and it serves.
    let port = free_port();
    let served = Served::start(demo(&dir, url).args(["--listen", &format!("127.0.0.1:{port}")]), port).await;
    let again = served.said();
    assert!(!again.contains("Filling"), "{again}");
    let password = password_in(&first.out);
    assert_eq!(password_in(&again), password);
    for first in ["grace", "hedy", "ada", "claude"] {
        let client = Client::new(&served.base);
        let answer = client.post("/sign-in", &[("email", &format!("{first}@analytical.example")), ("password", &password)]).await;
        assert_eq!(answer.status, 303, "{first}: {}", answer.text());
    }
    let grace = Client::new(&served.base);
    grace.post("/sign-in", &[("email", "grace@analytical.example"), ("password", &password)]).await.is(303);
    let users = grace.get("/settings/users?status=any").await;
    users.is(200).says("30").says("Maria Margaretha Winkelmann-Kirch").says("mailbox not found").says("Deactivated").says("Konrad Zuse");
    // Search finds them by part of a name, and by a beginning.
    grace.get("/settings/users?q=lovel").await.says("Ada Lovelace").does_not_say("Tony");
    grace.get("/settings/users?q=ed").await.says("Edsger Dijkstra").does_not_say("Ada Lovelace");
    // Somebody added now gets the next number: the sequence goes on.
    let role = built_in::org_base();
    let draft = grace.post("/settings/users/new", &[("name", "New Person"), ("email", "new@analytical.example"), ("role", role.as_str())]).await;
    draft.is(303);
    grace.post(draft.location.as_deref().expect("the next step"), &[]).await.is(303);
    grace.get("/settings/users?q=new").await.says("New Person");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_filled_and_serves_on_sqlite() {
    is_filled_and_serves(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_filled_and_serves_on_postgres() {
    is_filled_and_serves(Engine::Postgres).await;
}

#[test]
fn a_larger_one_is_made_up() {
    let dir = TempDir::new().expect("a folder");
    Said::of(demo(&dir, None).args(["--people", "500", "--workspaces", "30", "--fill-only"])).ends_well();
}

#[test]
fn few_people_are_enough() {
    let dir = TempDir::new().expect("a folder");
    Said::of(demo(&dir, None).args(["--people", "1", "--workspaces", "1", "--fill-only"])).ends_well();
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let dir = TempDir::new().expect("a folder");
    let sample = dir.path().join("sample");
    std::fs::create_dir(&sample).expect("a folder");
    std::fs::write(sample.join("noxus.sqlite"), "real").expect("a file");
    let said = Said::of(demo(&dir, None).arg("--fill-only"));
    said.fails_saying("holds other data");
    assert_eq!(std::fs::read_dir(&sample).expect("the folder").count(), 1);
}

#[test]
fn the_password_is_its_owners() {
    use std::os::unix::fs::MetadataExt as _;
    let dir = TempDir::new().expect("a folder");
    Said::of(demo(&dir, None).args(["--people", "4", "--fill-only"])).ends_well();
    let mode = |path: &str| std::fs::metadata(dir.path().join(path)).expect("it is there").mode() & 0o777;
    assert_eq!((mode("sample"), mode("sample/demo"), mode("sample/master.key")), (0o700, 0o600, 0o600));
}

crate::support::engine::on_both_databases! {
    async fn a_database_that_is_no_sample_is_left_alone(console: Console) {
        console.set_up().await;
        let dir = TempDir::new().expect("a folder");
        let said = Said::of(demo(&dir, Some(&console.app.config.database_url)).arg("--fill-only"));
        said.fails_saying("NOXUS_DATABASE_URL: this database holds an organization that is no sample");
        assert!(!dir.path().join("sample").exists());
        console.sign_in("grace").await;
    }
}
