//! What the process has once it runs. Handlers cannot extract it: they get what they need through a door.

use std::sync::{Arc, atomic::AtomicBool};

use tokio::sync::Notify;

use super::{metrics::Metrics, refused::Refusals, room::Room};
use crate::{
    access::actor::Caller,
    base::{password::Hasher, secret::MasterKey},
    config::Config,
    db::Database,
};

#[derive(Clone)]
pub struct App {
    pub(in crate::web::kit) database: Database,
    pub hasher: Hasher,
    pub config: Arc<Config>,
    pub key: MasterKey,
    /// Rung when a mail was put into the outbox.
    pub mail: Arc<Notify>,
    /// What each session and key may read at a time: half of what can be read, so that whoever asks for much does not keep others waiting.
    pub(in crate::web::kit) reads: Arc<Room<Caller>>,
    /// Whether the mail worker runs.
    pub mail_runs: Arc<AtomicBool>,
    /// Where requests are counted, if they are.
    pub(in crate::web::kit) metrics: Option<Arc<Metrics>>,
    /// Those that the log was told of.
    pub(in crate::web::kit) refusals: Arc<Refusals>,
}

impl App {
    pub fn new(database: Database, hasher: Hasher, config: Arc<Config>, key: MasterKey) -> Self {
        let reads = Arc::new(Room::new(database.turns() / 2));
        Self { database, hasher, config, key, reads, mail: Arc::default(), mail_runs: Arc::default(), metrics: None, refusals: Arc::default() }
    }

    /// With its requests counted.
    pub fn counted(self) -> Self {
        Self { metrics: Some(Arc::default()), ..self }
    }

    pub fn is_counted(&self) -> bool {
        self.metrics.is_some()
    }

    /// For the acts that hash a password between reading and writing, and so run their own transactions behind their pass, and
    /// for what starts the process. Handlers never see an [`App`] but through a door.
    pub fn database(&self) -> &Database {
        &self.database
    }
}
