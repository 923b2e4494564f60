//! SIGKILL at a random moment of every act of the URL table. Each act is done once undisturbed, which tells what it writes and how
//! long it takes; then each in turn is begun again, and the server is killed over it. Answered, all of it is there; unanswered, all
//! or nothing.
//!
//! `NOXUS_TESTS_KILL_ROUNDS` says how many times.

use std::{
    collections::BTreeMap,
    process::Command,
    time::{Duration, Instant},
};

use diesel::RunQueryDsl as _;
use noxus_console::db::schema::throttles;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{
    BACK_WITHIN, House,
    acts::{Call, all_are_among, call_of},
    as_told, chance,
    rows::{Difference, Rows},
    some_of,
    stories::{STORIES, Story, tell},
};
use crate::support::{Client, Page, engine::on_both_databases};

/// What an act does when nothing comes between.
#[derive(Clone)]
struct Known {
    call: Call,
    what: String,
    writes: Difference,
    takes: Duration,
}

/// The server was killed, and it was as it should be: the story is over.
pub struct Over;

/// How the kills met their acts.
#[derive(Debug, Default)]
struct Seen {
    answered: usize,
    done_unanswered: usize,
    not_done: usize,
}

/// A story being told, act by act.
pub struct Run<'a> {
    pub house: &'a mut House,
    /// What is new in this telling is named by it.
    pub n: usize,
    story: Story,
    at: usize,
    killed_at: Option<usize>,
    known: &'a mut BTreeMap<(Story, usize), Known>,
    seen: &'a mut Seen,
}

impl Run<'_> {
    pub fn story(&self) -> Story {
        self.story
    }

    /// A name nobody has yet, as long as any other.
    pub fn name(&self, of: &str) -> String {
        format!("{of}{:05}", self.n)
    }

    pub fn email(&self, of: &str) -> String {
        format!("{}@analytical.example", self.name(of))
    }

    pub async fn post(&mut self, client: &Client, path: &str, form: &[(&str, &str)]) -> Result<Page, Over> {
        let request = client.request(Method::POST, &self.house.to(path)).form(form);
        self.act(client, path, request).await
    }

    /// A call of `/v1` with a key.
    pub async fn call(&mut self, method: Method, path: &str, key: &str, body: serde_json::Value) -> Result<Page, Over> {
        let client = self.house.visitor();
        let request = client.bare(method, &self.house.to(path)).bearer_auth(key);
        let request = if body.is_null() { request } else { request.json(&body) };
        self.act(&client, path, request).await
    }

    /// Somebody is invited by a program; the id.
    pub async fn invites(&mut self, of: &str, workspaces: &[(&str, &str)]) -> Result<String, Over> {
        let key = self.house.key();
        let workspaces: Vec<_> = workspaces.iter().map(|(id, role)| json!({ "id": id, "role": role })).collect();
        let body = json!({ "name": self.name(of), "email": self.email(of), "workspaces": workspaces });
        let added = self.call(Method::POST, "/v1/admin/users", key.as_str(), body).await?;
        Ok(added.json()["id"].as_str().expect("an id").to_owned())
    }

    pub async fn act(&mut self, client: &Client, path: &str, request: RequestBuilder) -> Result<Page, Over> {
        let here = (self.story, self.at);
        self.at += 1;
        if self.killed_at == Some(here.1) {
            self.kill_over(client, &self.known[&here].clone(), request).await;
            return Err(Over);
        }
        if self.killed_at.is_some() {
            // On the way to the act that is killed.
            return Ok(done(path, client.send(request).await));
        }
        let call = call_of(&request);
        let before = self.house.rows();
        let began = Instant::now();
        let page = done(path, client.send(request).await);
        let takes = began.elapsed();
        let after = self.house.rows();
        all_by(&page, &before, &after);
        let writes = before.until(&after);
        assert!(!writes.is_empty(), "{path} wrote nothing");
        self.known.insert(here, Known { call, what: format!("{:?}, act {}: {path}", here.0, here.1 + 1), writes, takes });
        Ok(page)
    }

    async fn kill_over(&mut self, client: &Client, known: &Known, request: RequestBuilder) {
        let before = self.house.rows();
        let client = client.clone();
        // What counts as an answer is its head: whoever reads that was told.
        let asked = tokio::spawn(async move { client.sent(request).await });
        let pause = some_of(known.takes + known.takes / 4 + Duration::from_millis(1));
        let pid = self.house.served.as_ref().expect("it is served").pid().to_string();
        let struck = tokio::task::spawn_blocking(move || {
            std::thread::sleep(pause);
            Command::new("kill").args(["-KILL", &pid]).status().expect("kill runs")
        });
        assert!(struck.await.expect("no panic").success());
        self.house.kill();
        let answer = tokio::time::timeout(BACK_WITHIN, asked).await.expect("a dead server keeps nobody waiting").expect("no panic");
        self.house.serve_again().await;
        self.house.settled().await;
        let after = self.house.rows();
        let written = before.until(&after);
        let whole = written == known.writes;
        let told = format!("{}\nkilled after {pause:?} of {:?}, it has written {written:?}; whole it writes {:?}", known.what, known.takes, known.writes);
        match answer {
            Some(page) => {
                assert!(whole, "it was acknowledged, and is not kept: {told}");
                all_by(&done(&known.what, page), &before, &after);
                self.seen.answered += 1;
            }
            None if whole => self.seen.done_unanswered += 1,
            None => {
                assert!(written.is_empty(), "a part of it was done: {told}");
                self.seen.not_done += 1;
            }
        }
        self.house.is_sound();
    }
}

/// Each row that came into the audit is of this request.
fn all_by(page: &Page, before: &Rows, after: &Rows) {
    let id = page.headers["x-request-id"].to_str().expect("ASCII");
    for act in before.acts_until(after) {
        assert!(act.contains(id), "{act} is not of {id}");
    }
}

fn done(what: &str, page: Page) -> Page {
    assert!(page.status == 303 || page.status == 200, "{what}: {}, {}{}", page.status, page.text(), if page.text().is_empty() { &page.body } else { "" });
    page
}

fn forget_tries(house: &House) {
    diesel::delete(throttles::table).execute(&mut house.connection()).expect("the tries are forgotten");
}

on_both_databases! {
    async fn a_server_killed_over_any_act_keeps_what_it_acknowledged_and_no_part_of_an_act(house: House) {
        let mut house = house;
        let rounds = as_told("NOXUS_TESTS_KILL_ROUNDS", 20);
        let (mut known, mut seen) = (BTreeMap::new(), Seen::default());
        let began = Instant::now();
        for (n, story) in STORIES.into_iter().enumerate() {
            let run = Run { house: &mut house, n, story, at: 0, killed_at: None, known: &mut known, seen: &mut seen };
            assert!(tell(run).await.is_ok(), "nobody kills it yet");
        }
        all_are_among(&known.values().map(|known| known.call.clone()).collect());
        let acts: Vec<(Story, usize)> = known.keys().copied().collect();
        let learned = began.elapsed();
        // From anywhere on, so that few rounds are other ones each time.
        let first = chance(acts.len() as u64) as usize;
        let step = if rounds < acts.len() { acts.len() / rounds.max(1) } else { 1 };
        for round in 0..rounds {
            let (story, at) = acts[(first + round * step) % acts.len()];
            let n = STORIES.len() + round;
            // One address asks for a new password more often than anybody may.
            forget_tries(&house);
            let run = Run { house: &mut house, n, story, at: 0, killed_at: Some(at), known: &mut known, seen: &mut seen };
            assert!(tell(run).await.is_err(), "{story:?} has no act {at}");
        }
        house.did_not_panic();
        println!("{} acts learned in {learned:.0?}, {rounds} kills in {:.0?}: {seen:?}", acts.len(), began.elapsed() - learned);
        assert_eq!(seen.answered + seen.done_unanswered + seen.not_done, rounds);
        assert!(rounds < 20 || seen.not_done > 0 && seen.not_done < rounds, "the kills came too early or too late: {seen:?}");
    }
}
