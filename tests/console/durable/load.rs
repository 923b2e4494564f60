//! Several at once who write and read through `/v1` and the pages, and note what they were answered: done, not done, or nobody knows.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use diesel::Connection as _;
use noxus_console::{base::key::KeySecret, db::Connection};
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinHandle;

use super::{House, rows::values};
use crate::support::{Client, Page};

/// What a whole load was answered.
#[derive(Default)]
pub struct Answers {
    /// Names of what was acknowledged, of what was said not to be done, and of what may be either.
    pub done: Mutex<BTreeSet<String>>,
    not_done: Mutex<BTreeSet<String>>,
    in_doubt: Mutex<BTreeSet<String>>,
    pub read: AtomicUsize,
    /// How often it was said to come back later.
    pub later: AtomicUsize,
    longest: Mutex<Duration>,
    wrong: Mutex<Vec<String>>,
}

#[derive(Clone)]
pub struct Load {
    pub answers: Arc<Answers>,
    base: String,
    key: KeySecret,
    marketing: String,
    over: Arc<AtomicBool>,
    named: Arc<AtomicUsize>,
}

impl Load {
    pub fn on(house: &House) -> Self {
        Self::of(house, &house.value("SELECT id AS value FROM workspaces WHERE name_key = 'marketing'"))
    }

    /// Where the database is out of reach: with the id of the workspace to write into.
    pub fn of(house: &House, marketing: &str) -> Self {
        Self { answers: Arc::default(), base: house.to(""), key: house.key(), marketing: marketing.to_owned(), over: Arc::default(), named: Arc::default() }
    }

    /// The same, wherever the house is served by now.
    pub fn moved(&self, house: &House) -> Self {
        Self { base: house.to(""), ..self.clone() }
    }

    /// Begins with so many who write, and so many who read.
    pub fn begin(&self, writers: usize, readers: usize) -> Vec<JoinHandle<()>> {
        let write = (0..writers).map(|n| {
            let load = self.clone();
            tokio::spawn(async move {
                let client = Client::new("");
                while !load.over.load(SeqCst) {
                    load.write(&client, n % 2 == 0, 200).await;
                }
            })
        });
        let read = (0..readers).map(|n| {
            let load = self.clone();
            tokio::spawn(async move {
                let client = Client::new("");
                while !load.over.load(SeqCst) {
                    load.read(&client, n % 3).await;
                }
            })
        });
        write.chain(read).collect()
    }

    pub async fn end(&self, load: Vec<JoinHandle<()>>) {
        self.over.store(true, SeqCst);
        for one in load {
            one.await.expect("no panic");
        }
        self.over.store(false, SeqCst);
    }

    /// One act: a flow, or a person with their invitation. `size`: of the flow, in bytes.
    pub async fn write(&self, client: &Client, person: bool, size: usize) -> u16 {
        let name = format!("load{:07}", self.named.fetch_add(1, SeqCst));
        let (path, body) = if person {
            let place = json!([{ "id": self.marketing, "role": "Reader" }]);
            ("/v1/admin/users".to_owned(), json!({ "name": name, "email": format!("{name}@analytical.example"), "workspaces": place }))
        } else {
            let definition = json!({ "nodes": [], "edges": [], "filling": "x".repeat(size) });
            (format!("/v1/workflows?group_id={}", self.marketing), json!({ "name": name, "type": "flow", "definition": definition }))
        };
        let request = client.bare(Method::POST, &format!("{}{path}", self.base)).bearer_auth(self.key.as_str()).json(&body);
        let page = self.timed(client, request, &path).await;
        let status = page.status.as_u16();
        let noted = match status {
            200 => &self.answers.done,
            503 if page.body.contains("look before") => &self.answers.in_doubt,
            503 => &self.answers.not_done,
            _ => return status,
        };
        noted.lock().unwrap().insert(name);
        status
    }

    pub async fn read(&self, client: &Client, which: usize) -> u16 {
        let path = ["/sign-in", "/v1/admin/me", "/v1/admin/users?size=20"][which];
        let request = client.bare(Method::GET, &format!("{}{path}", self.base));
        let request = if which == 0 { request } else { request.bearer_auth(self.key.as_str()) };
        let page = self.timed(client, request, path).await;
        self.answers.read.fetch_add(usize::from(page.status == 200), SeqCst);
        page.status.as_u16()
    }

    /// Nothing is answered but success, or 503 that says when to come back.
    async fn timed(&self, client: &Client, request: reqwest::RequestBuilder, path: &str) -> Page {
        let began = Instant::now();
        let page = client.send(request).await;
        let took = began.elapsed();
        let mut longest = self.answers.longest.lock().unwrap();
        *longest = took.max(*longest);
        let comes_back = page.status == 503 && page.headers.get("retry-after").is_some_and(|v| v == "5");
        self.answers.later.fetch_add(usize::from(comes_back), SeqCst);
        if page.status != 200 && !comes_back {
            self.answers.wrong.lock().unwrap().push(format!("{path}: {} {:?} {}", page.status, page.headers.get("retry-after"), page.body));
        }
        page
    }

    /// Waits until it writes and reads again, and says how long that took.
    pub async fn back(&self) -> Duration {
        let (client, began) = (Client::new(""), Instant::now());
        while self.read(&client, 0).await != 200 || self.write(&client, true, 10).await != 200 {
            assert!(began.elapsed() < Duration::from_secs(30), "it does not come back");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        began.elapsed()
    }

    /// What was answered is what there is; each act that there is is there whole.
    pub fn holds(&self, c: &mut Connection) {
        let wrong = self.answers.wrong.lock().unwrap();
        assert!(
            wrong.is_empty(),
            "{} answers were neither success nor 503 with Retry-After:\n{}",
            wrong.len(),
            wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n")
        );
        let people = "SELECT users.name AS value FROM users WHERE name LIKE 'load%'";
        let there: BTreeSet<String> = values(c, people).into_iter().chain(values(c, "SELECT name AS value FROM flows WHERE name LIKE 'load%'")).collect();
        let (done, not_done) = (self.answers.done.lock().unwrap(), self.answers.not_done.lock().unwrap());
        let lost: Vec<&String> = done.difference(&there).collect();
        assert!(lost.is_empty(), "{} acknowledged, and not there: {lost:?}", lost.len());
        let against_its_word: Vec<&String> = not_done.intersection(&there).collect();
        assert!(against_its_word.is_empty(), "said not to be done, and there: {against_its_word:?}");
        // A person came with membership, invitation, mail and act, a flow with its act: each once.
        let whole = "SELECT users.name AS value FROM users WHERE name LIKE 'load%' \
             AND (SELECT count(*) FROM memberships m WHERE m.user_id = users.id) = 1 AND (SELECT count(*) FROM invitations i WHERE i.user_id = users.id) = 1 \
             AND (SELECT count(*) FROM outbox o WHERE o.user_id = users.id) = 1 \
             AND (SELECT count(*) FROM audit a WHERE a.subject_id = users.id AND a.action = 'user.invited') = 1";
        let flows = "SELECT flows.name AS value FROM flows WHERE name LIKE 'load%' AND (SELECT count(*) FROM audit a WHERE a.subject_id = flows.id) = 1";
        let whole: BTreeSet<String> = values(c, whole).into_iter().chain(values(c, flows)).collect();
        assert_eq!(there.difference(&whole).collect::<Vec<_>>(), [""; 0], "done in part");
    }

    /// In a line.
    pub fn told(&self) -> String {
        let count = |names: &Mutex<BTreeSet<String>>| names.lock().unwrap().len();
        let answers = &self.answers;
        format!(
            "{} acts and {} pages answered, {} times 503 (of acts {} not done, {} in doubt), the longest answer {:.1?}",
            count(&answers.done),
            answers.read.load(SeqCst),
            answers.later.load(SeqCst),
            count(&answers.not_done),
            count(&answers.in_doubt),
            answers.longest.lock().unwrap(),
        )
    }

    /// The longest that anybody waited, from now on measured anew.
    pub fn longest(&self) -> Duration {
        std::mem::take(&mut *self.answers.longest.lock().unwrap())
    }
}

/// A SQLite file of its own, which nobody serves any more.
pub fn opened(file: &std::path::Path) -> Connection {
    Connection::Sqlite(diesel::SqliteConnection::establish(file.to_str().expect("UTF-8")).expect("the database"))
}
