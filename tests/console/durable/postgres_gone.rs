//! A PostgreSQL that is not there, crashes under load, stands still, or is cut off by the network.
//!
//! `NOXUS_TESTS_RESTART_ROUNDS` says how many crashes, `NOXUS_TESTS_NETWORK_SECONDS` how long the network is gone.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{BACK_WITHIN, House, as_told, load::Load, network::Away, own_postgres::Cluster, some_of};
use crate::support::{
    Client,
    mailbox::MailServer,
    process::{Said, free_port, run},
};

#[test]
fn without_its_database_it_does_not_start_and_says_which_setting() {
    let nobody = format!("postgres://console@127.0.0.1:{}/console", free_port());
    let dir = tempfile::TempDir::new().expect("a folder");
    let file = dir.path().join("no-such-folder/noxus.db").display().to_string();
    // Somebody who takes connections and never says a word.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let mute = format!("postgres://console@{}/console", mute.local_addr().expect("its address"));
    for url in [nobody, file, mute] {
        let began = Instant::now();
        let data = dir.path().join("data").display().to_string();
        let said = Said::of(&mut run(&["--database-url", &url, "--data-dir", &data, "--listen", &format!("127.0.0.1:{}", free_port())]));
        said.fails_saying("noxus-console: NOXUS_DATABASE_URL: the database cannot be reached: ");
        assert!(began.elapsed() < Duration::from_secs(10), "{url}: {:?}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_crashes_under_load_costs_nothing_that_was_acknowledged() {
    let cluster = Cluster::start();
    let house = House::on(&cluster.url("postgres"), &[]).await;
    let load = Load::on(&house);
    let rounds = as_told("NOXUS_TESTS_RESTART_ROUNDS", 3);
    let under_way = load.begin(6, 6);
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        sleep(Duration::from_millis(300) + some_of(Duration::from_millis(500))).await;
        tokio::task::block_in_place(|| cluster.restart_at_once());
        let back = load.back().await;
        assert!(back < BACK_WITHIN, "after crash {round} it was back after {back:?}");
        slowest = slowest.max(back);
    }
    load.end(under_way).await;
    // A page of nobody, and of somebody signed in.
    house.grace().await.get(&house.to("/settings/users")).await.is(200);
    load.holds(&mut house.connection());
    house.is_sound();
    house.did_not_panic();
    house.logged_in_lines();
    println!("{rounds} crashes: {}; back after at most {slowest:.1?}", load.told());
    assert!(load.longest() < Duration::from_secs(12));
}

/// Reached, and cut off: by the network, or, where the machine lends us none, by standing still.
async fn away(away: Away, longest: Duration) {
    let seconds = as_told("NOXUS_TESTS_NETWORK_SECONDS", 8) as u64;
    let house = House::on(&away.cluster().url("postgres"), &[]).await;
    let load = Load::on(&house);
    let grace = house.grace().await;
    let under_way = load.begin(6, 6);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(load.answers.later.load(std::sync::atomic::Ordering::SeqCst), 0, "all is well so far");
    away.goes();
    let began = Instant::now();
    // Whoever comes while it is away is told so in bounded time: with a page, too, and without having been anybody's guest before.
    sleep(Duration::from_millis(500)).await;
    for (client, path) in [(&house.visitor(), "/sign-in"), (&grace, "/settings/users"), (&grace, "/")] {
        let asked = Instant::now();
        let page = client.get(&house.to(path)).await;
        assert_eq!(page.headers.get("retry-after").and_then(|v| v.to_str().ok()), Some("5"), "{path}");
        page.is(503).says("The database cannot be reached");
        assert!(asked.elapsed() < longest, "{path} was answered after {:?}", asked.elapsed());
    }
    let out = grace.post(&house.to("/sign-out"), &[]).await;
    assert_eq!(out.headers.get("retry-after").and_then(|v| v.to_str().ok()), Some("5"));
    out.is(503);
    sleep(Duration::from_secs(seconds).saturating_sub(began.elapsed())).await;
    away.comes_back();
    let back = load.back().await;
    load.end(under_way).await;
    // Not as who signed out: whether that was done may be in doubt.
    house.grace().await.get(&house.to("/settings/users")).await.is(200);
    load.holds(&mut house.connection());
    house.is_sound();
    house.did_not_panic();
    println!("{away} for {:.1?}: {}; back after {back:.1?}", began.elapsed(), load.told());
    assert!(back < BACK_WITHIN, "it was back after {back:?}");
    assert!(load.longest() < longest, "somebody waited too long");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_network_to_postgres_is_gone_everybody_is_told_and_it_is_back_at_once() {
    away(Away::by_the_network(), Duration::from_secs(12)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_stands_still_everybody_is_told_and_it_is_back_at_once() {
    away(Away::by_standing_still(), Duration::from_secs(24)).await;
}

/// The database crashes between a mail and the note that it is out. The note is made up for; the mail is not sent twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_went_out_as_postgres_crashed_is_not_sent_again() {
    let mut cluster = Cluster::start();
    let mail = MailServer::start().await;
    let house = House::on(&cluster.url("postgres"), &["--smtp-url", &mail.url()]).await;
    let load = Load::on(&house);
    mail.behave("slow");
    assert_eq!(load.write(&Client::new(""), true, 0).await, 200);
    while mail.letters().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
    tokio::task::block_in_place(|| cluster.crash());
    sleep(Duration::from_secs(as_told("NOXUS_TESTS_NETWORK_SECONDS", 8) as u64 * 4)).await;
    mail.behave("accept");
    tokio::task::block_in_place(|| cluster.go_on());
    load.back().await;
    // Its lease is over; whoever takes what is due would take it.
    house.run("UPDATE outbox SET next_at = created_at WHERE state = 'queued'");
    load.back().await;
    let deadline = Instant::now() + Duration::from_secs(20);
    while !house.values("SELECT id AS value FROM outbox WHERE state = 'queued'").is_empty() {
        assert!(Instant::now() < deadline, "mails stay in the outbox");
        sleep(Duration::from_millis(100)).await;
    }
    let first = mail.letters().remove(0);
    let same = mail.letters().iter().filter(|letter| letter.message_id == first.message_id).count();
    assert_eq!(same, 1, "it went out more than once");
    house.logged_in_lines();
    assert!(house.complaints().contains("a connection to the database failed"), "{}", house.complaints());
    house.did_not_panic();
}
