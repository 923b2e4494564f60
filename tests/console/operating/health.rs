//! `/healthz` and `/readyz`.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use noxus_console::db::schema::organization;

use crate::support::{
    Console,
    engine::{Engine, Start as _, on_both_databases},
};

on_both_databases! {
    async fn it_is_ready_from_the_start(console: Console) {
        let visitor = console.visitor();
        let alive = visitor.get("/healthz").await;
        alive.is(200);
        assert_eq!(alive.body, "ok\n");
        let ready = visitor.get("/readyz").await;
        assert_eq!(ready.is(200).json(), serde_json::json!({ "ready": true }));
        assert_eq!(ready.headers["cache-control"], "no-store");
    }

    async fn what_is_missing_is_said(console: Console) {
        let mut console = console;
        let missing = async |console: &Console, words: &str| {
            let answer = console.visitor().get("/readyz").await;
            let said = answer.is(503).json();
            assert!(answer.headers.contains_key("retry-after"));
            assert_eq!(said["ready"], false);
            assert!(said["missing"].to_string().contains(words), "{said}");
            assert_eq!(console.visitor().get("/healthz").await.status, 200, "the process itself is well");
        };
        console.stop_mail();
        missing(&console, "The mail worker has stopped").await;
        console.rows(|c| diesel::update(organization::table).set(organization::master_key.eq("another")).execute(c));
        missing(&console, "The database was made with another master key").await;
        console.rows(|c| diesel::sql_query("DELETE FROM __diesel_schema_migrations WHERE version > '0002'").execute(c));
        missing(&console, "The database has schema 0002, and this release needs").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_database_it_is_not_ready_and_says_so_soon() {
    let console = Console::start(Engine::Postgres).await;
    console.visitor().get("/readyz").await.is(200);
    let done = std::process::Command::new("psql")
        .args(["-qX", "-c", &format!("DROP DATABASE {} WITH (FORCE)", console.database_url().rsplit('/').next().unwrap())])
        .arg(std::env::var("NOXUS_TEST_POSTGRES").unwrap())
        .status();
    assert!(done.unwrap().success());
    let began = Instant::now();
    let said = console.visitor().get("/readyz").await;
    assert_eq!(said.is(503).json()["missing"][0], "The database does not answer.");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let page = console.visitor().get("/sign-in").await;
    page.is(503);
    assert!(page.headers.contains_key("retry-after"));
}
