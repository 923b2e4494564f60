use diesel::prelude::*;
use noxus_console::{base::clock, db::schema::throttles};
use reqwest::Method;

use crate::support::{Client, Console, Page, engine::Engine, people::PASSWORD};

async fn console() -> Console {
    Console::start_with(Engine::Sqlite, &["--trusted-proxies", "127.0.0.1"]).await
}

async fn attempt(client: &Client, from: &str, email: &str, password: &str) -> Page {
    client.send(client.request(Method::POST, "/sign-in").header("x-forwarded-for", from).form(&[("email", email), ("password", password)])).await
}

const GRACE: &str = "grace@analytical.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_wrong_tries_of_an_account_slow_its_address_down_and_not_the_owner_elsewhere() {
    let console = console().await;
    console.set_up().await;
    let visitor = console.visitor();
    for _ in 0..10 {
        attempt(&visitor, "203.0.113.1", GRACE, "wrong").await.is(422);
    }
    attempt(&visitor, "203.0.113.1", GRACE, PASSWORD).await.is(429).says("too many wrong tries");
    attempt(&visitor, "203.0.113.2", GRACE, PASSWORD).await.is(303);
    // The wait passes.
    console.rows(|c| diesel::update(throttles::table).set(throttles::last_at.eq(clock::now() - clock::minutes(1))).execute(c));
    attempt(&console.visitor(), "203.0.113.1", GRACE, PASSWORD).await.is(303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_wrong_tries_from_an_address_slow_it_down_for_every_account() {
    let console = console().await;
    console.set_up().await;
    let visitor = console.visitor();
    for n in 0..20 {
        attempt(&visitor, "203.0.113.1", &format!("person{n}@analytical.example"), "wrong").await.is(422);
    }
    attempt(&visitor, "203.0.113.1", GRACE, PASSWORD).await.is(429);
    attempt(&visitor, "203.0.113.2", GRACE, PASSWORD).await.is(303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tries_made_side_by_side_are_all_counted() {
    let console = console().await;
    console.set_up().await;
    let tries: Vec<_> = (0..40)
        .map(|_| {
            let visitor = console.visitor();
            tokio::spawn(async move { attempt(&visitor, "203.0.113.1", GRACE, "wrong").await.status.as_u16() })
        })
        .collect();
    let mut judged = 0;
    for one in tries {
        judged += usize::from(one.await.unwrap() == 422);
    }
    assert_eq!(judged, 10);
    attempt(&console.visitor(), "203.0.113.1", GRACE, PASSWORD).await.is(429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_rightly_never_slows_down() {
    let console = console().await;
    console.set_up().await;
    for _ in 0..25 {
        attempt(&console.visitor(), "203.0.113.1", GRACE, PASSWORD).await.is(303);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attack_from_many_places_does_not_lock_the_owner_out() {
    let console = console().await;
    console.set_up().await;
    let visitor = console.visitor();
    for n in 0..30 {
        attempt(&visitor, &format!("203.0.113.{n}"), GRACE, "wrong").await.is(422);
    }
    for _ in 0..3 {
        attempt(&visitor, "198.51.100.1", GRACE, "wrong").await.is(422);
    }
    attempt(&visitor, "198.51.100.1", GRACE, "wrong").await.is(429);
    attempt(&visitor, "192.0.2.7", GRACE, PASSWORD).await.is(303);
}
