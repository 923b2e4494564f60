//! Behind an answer: whoever goes on dripping in the rest of something is not held on to.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use super::{Target, connect};
use crate::support::{
    Console,
    engine::{Engine, Start as _},
};

/// What is sent, what drips in every half second after it, what comes back, and between which seconds the line ends.
struct Held {
    name: &'static str,
    first: Vec<u8>,
    drop: &'static [u8],
    says: &'static str,
    ends: std::ops::Range<u64>,
}

async fn hold(address: &str, held: Held) -> Option<String> {
    let mut line = connect(address).await;
    let began = Instant::now();
    line.write_all(&held.first).await.expect("it is taken");
    let mut got = Vec::new();
    while began.elapsed() < Duration::from_secs(held.ends.end + 5) {
        let mut bytes = [0; 4096];
        match timeout(Duration::from_millis(500), line.read(&mut bytes)).await {
            Ok(Ok(n @ 1..)) => got.extend(&bytes[..n]),
            Ok(_) => {
                let (said, after) = (String::from_utf8_lossy(&got).into_owned(), began.elapsed());
                let good = said.starts_with(held.says) && held.ends.contains(&after.as_secs());
                return (!good).then(|| format!("{}: {after:.1?}: {said:.60}", held.name));
            }
            Err(_) => drop(line.write_all(held.drop).await),
        }
    }
    Some(format!("{}: the line is still there: {:.60}", held.name, String::from_utf8_lossy(&got)))
}

/// No database has a part in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_ends_though_something_still_drips_in() {
    let console = Console::start(Engine::Sqlite).await;
    let target = Target::of(&console).await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let ask = |head: &str, more: &str| format!("{head} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", target.address).into_bytes();
    let chunked = "Transfer-Encoding: chunked\r\n";
    let with_key = format!("{}\r\n", target.with_key());
    let (chunk, byte, header): (&[u8], &[u8], &[u8]) = (b"1\r\na\r\n", b"a", b"X-Slow: 1\r\n");
    let half = |more: &str| [ask("GET /sign-in", ""), more.as_bytes().to_vec()].concat();
    let held = |name, first, drop, says, ends| Held { name, first, drop, says, ends };
    let all = vec![
        held("nothing", Vec::new(), b"", "HTTP/1.1 408", 9..13),
        held("half a head", b"GET / HTTP/1.1\r\n".to_vec(), header, "HTTP/1.1 408", 8..13),
        held("half a second head", half("GET / HTTP/1.1\r\n"), header, "HTTP/1.1 200", 29..41),
        held("half a second head, and silence", half("GET / HTTP/1.1\r\n"), b"", "HTTP/1.1 200", 29..41),
        held("one letter of a second head", half("G"), b"", "HTTP/1.1 200", 29..41),
        held("nothing after an answer", half(""), b"", "HTTP/1.1 200", 29..41),
        held("pieces for nobody", ask("POST /nowhere", chunked), chunk, "HTTP/1.1 404", 0..8),
        held("pieces for nobody, and silence", ask("POST /nowhere", chunked), b"", "HTTP/1.1 404", 0..8),
        held("pieces behind a page", ask("GET /sign-in", chunked), chunk, "HTTP/1.1 200", 0..8),
        held("pieces without a key", ask("POST /v1/workflows", chunked), chunk, "HTTP/1.1 401", 0..8),
        held("bytes for nobody", ask("POST /nowhere", "Content-Length: 1000000\r\n"), byte, "HTTP/1.1 404", 0..8),
        held("bytes behind a page", ask("GET /sign-in", "Content-Length: 1000000\r\n"), byte, "HTTP/1.1 200", 0..8),
        held("a form in pieces", ask("POST /sign-in", &format!("{form}{chunked}")), chunk, "HTTP/1.1 400", 29..41),
        held("a form", ask("POST /sign-in", &format!("{form}Content-Length: 1000\r\n")), byte, "HTTP/1.1 400", 29..37),
        held("a form that was promised", ask("POST /sign-in", &format!("{form}Expect: 100-continue\r\nContent-Length: 1000\r\n")), b"", "HTTP/1.1 100", 29..37),
        held("JSON in pieces", ask("POST /v1/workflows", &format!("{with_key}Content-Type: application/json\r\n{chunked}")), chunk, "HTTP/1.1 400", 29..41),
    ];
    let holding: Vec<_> = all
        .into_iter()
        .map(|held| {
            tokio::spawn({
                let address = target.address.clone();
                async move { hold(&address, held).await }
            })
        })
        .collect();
    let mut wrong = Vec::new();
    for line in holding {
        wrong.extend(line.await.expect("it holds to the end"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    target.stands().await;
}
