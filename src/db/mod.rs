//! The database, and the only place that knows engines. [`Database`] gives a connection to read with and a transaction to
//! write in; [`dialect`] holds what SQLite and PostgreSQL say differently, [`schema`] the tables, [`columns`] how our types are kept.

pub mod archive;
pub mod backend;
pub mod columns;
pub mod dialect;
mod engine;
mod file;
pub mod load;
pub mod page;
mod pool;
#[rustfmt::skip]
pub mod schema;
mod stamp;
mod trouble;
pub mod written;

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use crate::base::{
    clock::{self, Moment},
    ids::KeyId,
};

pub use backend::Database;
pub use engine::{DbConnection as Connection, Engine};
pub use stamp::Stamp;

/// Where an act comes from; the audit keeps it.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub request_id: String,
    /// The client's network address, or `console` for the machine's command line.
    pub address: String,
    /// The browser or client as it names itself, shortened.
    pub browser: String,
    /// The key that acts, once it was judged.
    pub key: Option<KeyId>,
}

/// A writing transaction. Whoever holds one also holds the one lock of all acts that change who may do what:
/// SQLite BEGIN IMMEDIATE, PostgreSQL the organization's row.
pub struct Tx<'a> {
    connection: &'a mut Connection,
    pub now: Moment,
    pub origin: Origin,
}

impl<'a> Tx<'a> {
    fn new(connection: &'a mut Connection, origin: Origin) -> Self {
        Self { connection, now: clock::now(), origin }
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection
    }
}

/// What PostgreSQL says has several lines; a log has one for each thing that happened.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why the database did not do it. None of these grants anything.
#[derive(Debug)]
pub enum Error {
    /// It cannot be reached, or is too busy: try again later.
    Unavailable(String),
    /// It went away while a transaction was committed: all of it was done, or nothing.
    InDoubt(String),
    /// The disk is full.
    Full,
    /// A row with this unique value is there already.
    Duplicate,
    /// Anything else: a fault of ours.
    Failed(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(why) => write!(f, "the database cannot be reached: {}", one_line(why)),
            Self::InDoubt(why) => write!(f, "the database went away over a commit: {}", one_line(why)),
            Self::Full => f.write_str("storage is full"),
            Self::Duplicate => f.write_str("it exists already"),
            Self::Failed(why) => write!(f, "the database failed: {}", one_line(why)),
        }
    }
}

impl std::error::Error for Error {}
