//! Those who take their time, beside those who work.
//!
//! `NOXUS_TESTS_SLOW_HEADS` says how many heads drip in at once; of bodies there are a twentieth, and a hundred at least.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{Target, connect};
use crate::support::{Console, engine::on_both_databases};

/// How long a head and a body have, and how much later it may be seen here that they were cut, where ten thousand are looked after.
const HEAD: Duration = Duration::from_secs(10);
const BODY: Duration = Duration::from_secs(30);
const LATE: Duration = Duration::from_secs(15);
/// How long the heads keep coming.
const SIEGE: Duration = Duration::from_secs(34);

fn heads() -> usize {
    std::env::var("NOXUS_TESTS_SLOW_HEADS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000)
}

/// Sends `first`, then `drop` again and again. Says what came back and after how long the line was cut.
async fn drip(address: &str, first: &[u8], drop: &[u8], most: Duration) -> Option<(String, Duration)> {
    let mut line = connect(address).await;
    let began = Instant::now();
    let mut got = Vec::new();
    let _ = line.write_all(first).await;
    while began.elapsed() < most {
        let mut bytes = [0; 1024];
        match timeout(Duration::from_secs(2), line.read(&mut bytes)).await {
            Ok(Ok(n @ 1..)) => got.extend(&bytes[..n]),
            Ok(_) => return Some((String::from_utf8_lossy(&got).into_owned(), began.elapsed())),
            // An error shows when reading.
            Err(_) => drop_in(&mut line, drop).await,
        }
    }
    None
}

async fn drop_in(line: &mut TcpStream, drop: &[u8]) {
    let _ = line.write_all(drop).await;
}

/// What the besiegers saw.
#[derive(Default)]
struct Siege {
    over: AtomicBool,
    cut: AtomicUsize,
    wrong: std::sync::Mutex<Vec<String>>,
}

async fn slow_heads(siege: Arc<Siege>, address: String, n: usize) {
    // Not all in one moment.
    sleep(Duration::from_millis(n as u64 % 2_000)).await;
    while !siege.over.load(SeqCst) {
        match drip(&address, b"GET /sign-in HTTP/1.1\r\nHost: x\r\n", b"X-Slow: 1\r\n", HEAD + LATE).await {
            Some((said, after)) if said.starts_with("HTTP/1.1 408") && after >= HEAD / 2 => drop(siege.cut.fetch_add(1, SeqCst)),
            other => return siege.wrong.lock().unwrap().push(format!("a head: {other:?}")),
        }
    }
}

async fn slow_body(siege: Arc<Siege>, address: String, request: Vec<u8>) {
    match drip(&address, &request, b"a", BODY + LATE).await {
        Some((said, after)) if said.starts_with("HTTP/1.1 400") && after >= BODY / 2 => drop(siege.cut.fetch_add(1, SeqCst)),
        other => siege.wrong.lock().unwrap().push(format!("a body: {other:?}")),
    }
}

on_both_databases! {
    async fn people_and_programs_are_served_beside_slow_heads_and_bodies(console: Console) {
        let target = Target::of(&console).await;
        let heads = heads();
        let bodies = (heads / 20).max(100);
        rlimit::increase_nofile_limit(u64::MAX).expect("files");
        target.stands().await;
        let before = target.most_memory();
        let siege = Arc::new(Siege::default());
        let length = "Content-Length: 100000";
        let kinds = [
            target.request("POST", "/sign-in", &["Content-Type: application/x-www-form-urlencoded", length], b""),
            target.request("POST", "/account/profile", &[&target.with_cookie(), "Content-Type: application/x-www-form-urlencoded", length], b""),
            target.request("POST", "/v1/workflows", &[&target.with_key(), "Content-Type: application/json", length], b""),
        ];
        let mut besiegers: Vec<_> = (0..heads).map(|n| tokio::spawn(slow_heads(siege.clone(), target.address.clone(), n))).collect();
        besiegers.extend((0..bodies).map(|n| tokio::spawn(slow_body(siege.clone(), target.address.clone(), kinds[n % kinds.len()].clone()))));

        let kept = crate::support::Client::new(&target.served.base);
        let page = |path: &str| kept.bare(reqwest::Method::GET, path).header("cookie", &target.cookie);
        let call = |path: &str| kept.bare(reqwest::Method::GET, path).bearer_auth(&target.key);
        let (mut waits, began) = (Vec::new(), Instant::now());
        while began.elapsed() < SIEGE {
            for request in [target.browse("GET", "/settings/users", "", b""), target.call("GET", "/v1/workflows", b"")] {
                let answer = target.send(&request).await;
                assert_eq!(answer.status, Some(200), "{}", answer.text);
                waits.push(answer.took);
            }
            for request in [page("/settings/users"), call("/v1/workflows")] {
                let asked = Instant::now();
                kept.send(request).await.is(200);
                waits.push(asked.elapsed());
            }
            sleep(Duration::from_millis(50)).await;
        }
        siege.over.store(true, SeqCst);
        for besieger in besiegers {
            besieger.await.unwrap();
        }
        waits.sort();
        let (count, p99) = (waits.len(), waits[waits.len() * 99 / 100]);
        let grown = target.most_memory().saturating_sub(before);
        let cut = siege.cut.load(SeqCst);
        println!("{heads} heads and {bodies} bodies, {cut} cut: {count} probes, p50 {:.1?}, p99 {p99:.1?}, longest {:.1?}; memory grew by {grown} MB from {before} MB", waits[count / 2], waits[count - 1]);
        let wrong = siege.wrong.lock().unwrap().clone();
        assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n"));
        assert!(cut >= heads + bodies, "{cut} were cut");
        assert!(count >= 100 && p99 <= Duration::from_secs(1), "{count} probes, p99 {p99:.1?}");
        // A line takes some 20 KB, most of it its two buffers.
        assert!(grown as usize <= 32 + heads / 40, "memory grew by {grown} MB");
        target.stands().await;
    }
}
