//! What would cross a network in the clear.

use std::time::Duration;

use crate::support::{
    Console,
    engine::{Engine, Start as _},
    process::{Said, Served, free_port, run},
};

#[tokio::test]
async fn a_public_address_without_tls_is_warned_of() {
    let dir = tempfile::TempDir::new().expect("a folder");
    for (url, warned) in [("http://console.example.org", true), ("https://console.example.org", false)] {
        let (port, log) = (free_port(), dir.path().join("log"));
        let mut command = run(&["--public-url", url, "--log", "warn", "--listen", &format!("127.0.0.1:{port}")]);
        command.args(["--data-dir", dir.path().join("data").to_str().expect("UTF-8")]).stderr(std::fs::File::create(&log).expect("a file"));
        Served::start(&mut command, port).await.stop();
        let said = std::fs::read_to_string(&log).expect("the log");
        assert_eq!(said.contains("NOXUS_PUBLIC_URL begins with http:"), warned, "{url}: {said}");
    }
}

/// 0.0.0.0 leads to this machine, and nothing says so: to the console it is another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_on_another_machine_has_to_show_a_certificate() {
    let console = Console::start(Engine::Postgres).await;
    let url = console.database_url().replace("127.0.0.1", "0.0.0.0");
    assert_ne!(url, console.database_url());
    let began = std::time::Instant::now();
    let said = |url: &str| Said::of(&mut run(&["admin", "recover", "--database-url", url]));
    said(&url).fails_saying("add sslrootcert=FILE for one of your own, or sslmode=disable");
    assert!(began.elapsed() < Duration::from_secs(10));
    // Where it is said that it is to be without, it is.
    said(&format!("{url}?sslmode=disable")).fails_saying("There is no organization admin yet");
}
