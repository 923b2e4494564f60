//! The answer to the restoration's COMMIT is lost: whether it was done nobody can say, and the key is kept for when it was.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

use url::Url;

use super::{Elsewhere, back_up};
use crate::support::{
    Console,
    engine::{Engine, Start as _},
    process::Said,
};

/// What PostgreSQL is sent last before the restoration begins: the schema is up to date.
const BEFORE: &[u8] = b"pg_advisory_unlock";
const COMMIT: &[u8] = b"COMMIT\0";

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Stands before a PostgreSQL, and hangs up at the restoration's COMMIT: after it was done (`passes`), or without having passed it on.
/// Gives the address of the database by way of it.
fn hangs_up(url: &str, passes: bool) -> String {
    let mut url = Url::parse(url).expect("an address");
    let there = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    url.set_ip_host("127.0.0.1".parse().expect("an address")).expect("a host");
    url.set_port(Some(listener.local_addr().expect("its address").port())).expect("a port");
    url.set_query(Some("sslmode=disable"));
    let begun = Arc::new(AtomicBool::new(false));
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.expect("a client"), TcpStream::connect(&there).expect("the database"));
            let begun = begun.clone();
            thread::spawn(move || pass(client, server, &begun, passes));
        }
    });
    url.into()
}

fn pass(mut client: TcpStream, mut server: TcpStream, begun: &AtomicBool, passes: bool) {
    let (mut answers, mut to_client) = (server.try_clone().expect("a socket"), client.try_clone().expect("a socket"));
    let lost = Arc::new(AtomicBool::new(false));
    let is_lost = lost.clone();
    let answering = thread::spawn(move || {
        let mut bytes = [0; 1 << 14];
        while let Ok(n @ 1..) = answers.read(&mut bytes) {
            if is_lost.load(SeqCst) || to_client.write_all(&bytes[..n]).is_err() {
                break;
            }
        }
    });
    let (mut bytes, mut lately) = ([0; 1 << 14], Vec::new());
    while let Ok(n @ 1..) = client.read(&mut bytes) {
        lately.extend_from_slice(&bytes[..n]);
        if begun.load(SeqCst) && holds(&lately, COMMIT) {
            lost.store(true, SeqCst);
            if passes {
                server.write_all(&bytes[..n]).expect("the database");
                // Once it has answered it is done.
                answering.join().expect("no panic");
            }
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.shutdown(Shutdown::Both);
            return;
        }
        if holds(&lately, BEFORE) {
            begun.store(true, SeqCst);
            lately.clear();
        }
        // What was cut in two by reading is found all the same.
        lately.drain(..lately.len().saturating_sub(BEFORE.len()));
        if server.write_all(&bytes[..n]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_stays_where_nobody_knows_whether_the_backup_is_in() {
    let console = Console::start(Engine::Postgres).await;
    console.set_up().await;
    let archive = back_up(&console, "backup.tar.gz");
    for passes in [true, false] {
        let place = Elsewhere::new(Engine::Postgres);
        let by_way = hangs_up(place.database.url(), passes);
        let mut command = crate::support::process::run(&["restore", archive.to_str().expect("UTF-8"), "--database-url", &by_way]);
        let said = tokio::task::block_in_place(|| Said::of(command.arg("--data-dir").arg(place.data())));
        said.fails_saying("in it whole or not at all");
        let key = place.data().join("master.key");
        assert!(said.err.contains(&format!("The master key is in {} and stays there", key.display())), "{}", said.err);
        assert!(key.exists(), "the key of what may be in the database");
        // What it says to do.
        assert!(said.err.contains("admin recover"), "{}", said.err);
        let look = || Said::of(&mut place.command(&["admin", "recover"]));
        if passes {
            look().ends_well();
        } else {
            look().fails_saying("There is no organization admin yet");
            let again = place.restore(&archive);
            again.ends_well();
            assert!(again.out.contains(&format!("The master key was there already: {}", key.display())), "{}", again.out);
        }
        // The key is the database's: it makes a link.
        Said::of(&mut place.command(&["admin", "recover", "--email", "grace@analytical.example"])).ends_well();
    }
}
