use diesel::prelude::*;
use noxus_console::db::schema::sessions;
use reqwest::Method;

use crate::support::{Console, engine::Engine, people::PASSWORD};

/// The address a sign-in is recorded from, with the given forwarding headers.
async fn recorded(console: &Console, headers: &[(&str, &str)]) -> String {
    let visitor = console.visitor();
    let request = visitor.request(Method::POST, "/sign-in").form(&[("email", "grace@analytical.example"), ("password", PASSWORD)]);
    let answer = visitor.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await;
    assert_eq!(answer.status, 303);
    console.rows(|c| sessions::table.order(sessions::created_at.desc()).select(sessions::address).first(c))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_configured_proxies_forwarding_headers_are_nothing() {
    let console = Console::start_with(Engine::Sqlite, &[]).await;
    console.set_up().await;
    assert_eq!(recorded(&console, &[("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=203.0.113.9")]).await, "127.0.0.1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_configured_proxy_the_last_address_that_is_no_proxy_is_the_client() {
    let console = Console::start_with(Engine::Sqlite, &["--trusted-proxies", "127.0.0.1, 10.0.0.0/8"]).await;
    console.set_up().await;
    for (name, value, client) in [
        ("x-forwarded-for", "203.0.113.9", "203.0.113.9"),
        ("x-forwarded-for", "198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("x-forwarded-for", "not an address, 10.1.2.3", "10.1.2.3"),
        ("forwarded", "for=198.51.100.1, for=\"[2001:db8::7]:4711\"", "2001:db8::7"),
        ("x-forwarded-for", "203.0.113.9:4711", "203.0.113.9"),
        ("x-forwarded-for", "[2001:db8::7]:4711", "2001:db8::7"),
        ("x-forwarded-for", "[2001:db8::7]", "2001:db8::7"),
        ("forwarded", "for=_hidden", "127.0.0.1"),
        ("x-forwarded-for", "", "127.0.0.1"),
    ] {
        assert_eq!(recorded(&console, &[(name, value)]).await, client, "{name}: {value}");
    }
}

/// A proxy that writes one of the headers may pass the client's own other one on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_that_disagree_are_both_nothing() {
    let console = Console::start_with(Engine::Sqlite, &["--trusted-proxies", "127.0.0.1"]).await;
    console.set_up().await;
    let both = |forwarded: &'static str| [("x-forwarded-for", "203.0.113.9"), ("forwarded", forwarded)];
    assert_eq!(recorded(&console, &both("for=198.51.100.1")).await, "127.0.0.1");
    assert_eq!(recorded(&console, &both("nonsense;;")).await, "127.0.0.1");
    assert_eq!(recorded(&console, &both("for=203.0.113.9")).await, "203.0.113.9");
}
