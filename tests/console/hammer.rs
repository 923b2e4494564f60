//! A key that is used from eight connections while its end comes: its owner is demoted, deactivated, removed from the workspace,
//! or the key is revoked. No request that starts after the change was answered succeeds.
//!
//! `NOXUS_TESTS_HAMMER_ROUNDS` says how many times; each round has a fresh workspace, owner and key, and the four ends take turns.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use diesel::prelude::*;
use noxus_console::{
    base::{
        ids::{KeyId, UserId, WorkspaceId},
        key::KeySecret,
    },
    db::schema::api_keys,
    domain::roles::built_in,
};
use reqwest::Method;
use serde_json::json;
use tokio::{sync::Semaphore, task::JoinHandle};

use crate::support::{
    Client, Console,
    engine::{Engine, Start as _, on_both_databases},
    people::PASSWORD,
    process::{Served, free_port, run},
};

const CONNECTIONS: usize = 8;
/// Requests of each connection that begin after the change was answered.
const AFTER: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Demoted,
    Deactivated,
    RemovedFromTheWorkspace,
    Revoked,
}

const ENDS: [End; 4] = [End::Demoted, End::Deactivated, End::RemovedFromTheWorkspace, End::Revoked];

fn rounds() -> usize {
    std::env::var("NOXUS_TESTS_HAMMER_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(25)
}

/// What a whole run saw.
#[derive(Default)]
struct Seen {
    /// Requests that succeeded before the change was answered, and requests that were refused after.
    succeeded: AtomicUsize,
    refused: AtomicUsize,
    secrets: std::sync::Mutex<Vec<KeySecret>>,
    wrong: std::sync::Mutex<Vec<String>>,
}

/// Where the organization admin acts, and where the key is used.
struct Field<'a> {
    console: &'a Console,
    grace: Client,
    bases: Vec<String>,
}

impl Field<'_> {
    /// The change, as a person makes it in a browser.
    async fn end(&self, end: End, workspace: &WorkspaceId, owner: &UserId, key: &KeyId) {
        let membership = format!("/settings/users/{owner}/workspaces/{workspace}");
        let reader = built_in::reader();
        let answer = match end {
            End::Demoted => self.grace.post(&membership, &[("role", reader.as_str())]).await,
            End::RemovedFromTheWorkspace => self.grace.post(&membership, &[("end", "")]).await,
            End::Deactivated => self.grace.post(&format!("/settings/users/{owner}/deactivation"), &[]).await,
            End::Revoked => self.grace.post(&format!("/workspaces/{workspace}/control/api-keys/{key}/revocation"), &[]).await,
        };
        answer.is(303);
    }

    async fn round(&self, n: usize, seen: &Arc<Seen>) {
        let end = ENDS[n % ENDS.len()];
        let owner = self.console.member_of_organization(&format!("O{n} Owner")).await;
        let workspace = self.console.workspace(&format!("Workspace {n}"));
        self.console.membership(&owner, &workspace, built_in::admin());
        let key = self.console.key(&owner, Some(&workspace), None);
        seen.secrets.lock().unwrap().push(key.clone());
        let (answered, warm) = (Arc::new(AtomicBool::new(false)), Arc::new(Semaphore::new(0)));
        let connections: Vec<JoinHandle<()>> = (0..CONNECTIONS)
            .map(|connection| {
                let program = Client::new(&self.bases[connection % self.bases.len()]);
                let path = format!("/v1/admin/groups/{workspace}/api-keys");
                // Most look, and two make keys: what they write is refused as what the others read.
                let makes = connection >= CONNECTIONS - 2;
                tokio::spawn(hammer(program, path, key.clone(), makes, answered.clone(), warm.clone(), seen.clone(), format!("round {n}, {end:?}")))
            })
            .collect();
        // Every connection has got through, and goes on.
        warm.acquire_many(CONNECTIONS as u32).await.unwrap().forget();
        self.end(end, &workspace, &owner, &self.console.key_id(&key)).await;
        answered.store(true, SeqCst);
        for connection in connections {
            connection.await.unwrap();
        }
        if end == End::Revoked {
            let parent = self.console.key_id(&key);
            let left: i64 =
                self.console.rows(move |c| api_keys::table.filter(api_keys::parent_id.eq(parent)).filter(api_keys::revoked_at.is_null()).count().get_result(c));
            assert_eq!(left, 0, "keys that were made through it outlive it");
        }
    }
}

/// One connection: asks again and again, until it was refused often enough after the change.
#[allow(clippy::too_many_arguments)]
async fn hammer(program: Client, path: String, key: KeySecret, makes: bool, answered: Arc<AtomicBool>, warm: Arc<Semaphore>, seen: Arc<Seen>, round: String) {
    let (mut succeeded, mut after) = (0, 0);
    while after < AFTER {
        // Read before the request begins: what begins later began after the answer.
        let began_after = answered.load(SeqCst);
        let answer =
            if makes { program.call_with(Method::POST, &path, &key, &json!({ "name": "made" })).await } else { program.call(Method::GET, &path, &key).await };
        match answer.status.as_u16() {
            200 if began_after => {
                seen.wrong.lock().unwrap().push(format!("{round}: a request that began after the answer succeeded"));
                return;
            }
            200 => {
                succeeded += 1;
                seen.succeeded.fetch_add(1, SeqCst);
                if makes {
                    seen.secrets.lock().unwrap().extend(answer.secrets());
                }
                if succeeded == 2 {
                    warm.add_permits(1);
                }
            }
            401 | 403 | 404 if succeeded >= 2 => {
                after += usize::from(began_after);
                seen.refused.fetch_add(usize::from(began_after), SeqCst);
            }
            other => {
                seen.wrong.lock().unwrap().push(format!("{round}: {other}: {}", answer.body));
                warm.add_permits(1);
                return;
            }
        }
    }
}

async fn hammered(field: &Field<'_>, rounds: usize) -> Arc<Seen> {
    let seen = Arc::new(Seen::default());
    let began = std::time::Instant::now();
    for n in 0..rounds {
        field.round(n, &seen).await;
    }
    let wrong = seen.wrong.lock().unwrap().clone();
    assert!(wrong.is_empty(), "{} of {rounds} rounds:\n{}", wrong.len(), wrong.join("\n"));
    let (succeeded, refused) = (seen.succeeded.load(SeqCst), seen.refused.load(SeqCst));
    assert_eq!(refused, rounds * CONNECTIONS * AFTER);
    println!("{rounds} rounds in {:.0?}: {succeeded} requests succeeded before, {refused} that began after were refused", began.elapsed());
    seen
}

on_both_databases! {
    async fn no_request_that_starts_after_a_change_was_answered_succeeds(console: Console) {
        let grace = console.set_up().await;
        let field = Field { console: &console, grace, bases: vec![console.base.clone()] };
        hammered(&field, rounds()).await;
    }
}

/// Two processes of the real binary on one PostgreSQL: the change is made at one, the key is used at both. What they logged,
/// and what the database holds, has none of the secrets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_with_two_servers_on_one_database_and_no_secret_is_logged_or_kept() {
    let console = Console::start(Engine::Postgres).await;
    console.set_up().await;
    let url = console.app.config.database_url.clone();
    let data = console.data_dir();
    let (mut servers, mut logs) = (Vec::new(), Vec::new());
    for n in 0..2 {
        let port = free_port();
        let log = data.join(format!("{n}.log"));
        let mut command = run(&["--data-dir", data.to_str().unwrap(), "--database-url", &url, "--listen", &format!("127.0.0.1:{port}")]);
        command.env("NOXUS_LOG", "debug").stderr(std::fs::File::create(&log).unwrap());
        servers.push(Served::start(&mut command, port).await);
        logs.push(log);
    }
    let grace = Client::new(&servers[0].base);
    grace.post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD)]).await.is(303);
    let field = Field { console: &console, grace, bases: servers.iter().map(|s| s.base.clone()).collect() };
    let seen = hammered(&field, rounds()).await;
    // One that is shown on a page, too.
    let ready =
        field.grace.post(&format!("/workspaces/{}/control/api-keys/new", console.workspace_named("Marketing")), &[("name", "shown"), ("expires", "7")]).await;
    let mut secrets = seen.secrets.lock().unwrap().clone();
    secrets.extend(ready.is(200).secrets());
    assert!(secrets.len() > rounds());
    let said: Vec<String> = servers.iter().map(Served::said).collect();
    for server in servers {
        server.stop();
    }
    let mut places: Vec<(String, String)> = logs.iter().map(|log| (log.display().to_string(), std::fs::read_to_string(log).unwrap())).collect();
    assert!(places.iter().all(|(_, log)| log.contains("/v1/admin/groups/{workspace}/api-keys")), "the logs tell of the requests");
    places.extend(said.into_iter().map(|said| ("what was printed".to_owned(), said)));
    let dump = Command::new("pg_dump").args(["--inserts", &url]).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let dump = String::from_utf8_lossy(&dump.stdout).into_owned();
    assert!(secrets.iter().all(|secret| dump.contains(&secret.hash())), "the dump holds what is kept of each");
    places.push(("the database".to_owned(), dump));
    for (place, text) in places {
        let found = secrets.iter().filter(|secret| text.contains(secret.as_str())).count();
        assert_eq!(found, 0, "secrets in {place}");
    }
}
