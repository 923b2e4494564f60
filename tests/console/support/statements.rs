//! What a console asks its database, statement by statement: how many a page or an act needs is told by counting.

use std::{
    collections::BTreeMap,
    sync::{Mutex, Once},
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::Console;

/// By the database's address, as long as somebody listens.
static ASKED: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

/// A connection that tells what it is asked.
#[derive(Default)]
struct Telling {
    database: String,
}

impl Instrumentation for Telling {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.database = without_options(url),
            InstrumentationEvent::StartQuery { query, .. } => {
                if let Some(asked) = ASKED.lock().expect("a lock").get_mut(&self.database) {
                    asked.push(query.to_string());
                }
            }
            _ => {}
        }
    }
}

fn without_options(url: &str) -> String {
    url.split('?').next().unwrap_or_default().to_owned()
}

/// Before a console's first connection.
pub fn can_be_told() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| set_default_instrumentation(|| Some(Box::<Telling>::default())).expect("it can be set"));
}

impl Console {
    /// What is asked of the database while `work` lasts. Call it once before: what a first visit notes is no part of a page.
    pub async fn asked_by<T>(&self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        let database = without_options(self.database_url());
        ASKED.lock().expect("a lock").insert(database.clone(), Vec::new());
        let done = work.await;
        (done, ASKED.lock().expect("a lock").remove(&database).expect("nobody else listens"))
    }
}

/// Fails with what was asked where it is more than `most`.
#[track_caller]
pub fn at_most(most: usize, asked: &[String]) {
    assert!(asked.len() <= most, "{} statements, and {most} are enough:\n{}", asked.len(), asked.join("\n"));
    assert!(!asked.is_empty(), "nobody listened");
}
