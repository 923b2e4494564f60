//! Mail on its way out: what a letter says, rendered when it is sent; how it reaches the mail server; the worker that does
//! both beside the pages. Which letters there are to send is the outbox's.

mod envelope;
mod messages;
mod transport;
mod worker;

use std::sync::{Arc, atomic::AtomicBool};

use tokio::sync::Notify;

use crate::{base::secret::MasterKey, config::Config, db::Database};

pub use worker::Worker;

/// What sending needs.
#[derive(Clone)]
pub struct Post {
    pub database: Database,
    pub config: Arc<Config>,
    /// Links are derived from it.
    pub key: MasterKey,
    /// Rung when there may be something to send.
    pub bell: Arc<Notify>,
    /// Set while the worker runs.
    pub runs: Arc<AtomicBool>,
}
