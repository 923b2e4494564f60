//! Connections in reserve: how they are opened, and which are good no more.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use diesel::{
    Connection as _, PgConnection, SqliteConnection,
    connection::SimpleConnection as _,
    r2d2::{self, ManageConnection, Pool, R2D2Connection as _},
    result::Error as DieselError,
};

use super::{
    dialect,
    engine::{DbConnection, Engine},
    one_line,
};

/// A connection that cannot be made is tried again after half of this at most: so soon is a database noticed that is back.
const RETRY: Duration = Duration::from_secs(1);

pub(super) type Lines = Pool<Manager>;

pub(super) fn of(engine: Engine, url: &str, size: u32) -> Result<Lines, impl std::fmt::Display> {
    Pool::builder()
        .max_size(size)
        // None in reserve: a connection being opened behind our back when a short command ends crashes inside OpenSSL.
        .min_idle(Some(0))
        .connection_timeout(RETRY)
        .test_on_check_out(engine == Engine::Postgres)
        .error_handler(Box::new(OneLine))
        .build(Manager::new(engine, url))
}

/// How connections are made, and judged.
pub(super) struct Manager {
    engine: Engine,
    url: String,
    /// When a connection was found dead last.
    lost: Mutex<Option<Instant>>,
}

/// A connection, and since when it stands.
pub(super) struct Line {
    pub connection: DbConnection,
    since: Instant,
}

impl Manager {
    pub fn new(engine: Engine, url: &str) -> Self {
        Self { engine, url: url.to_owned(), lost: Mutex::new(None) }
    }

    fn is_lost(&self, line: &Line) -> bool {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| line.since <= at)
    }

    fn lose(&self) {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

impl ManageConnection for Manager {
    type Connection = Line;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<Line, r2d2::Error> {
        let since = Instant::now();
        let connection = match self.engine {
            Engine::Sqlite => SqliteConnection::establish(&self.url).map(DbConnection::Sqlite),
            Engine::Postgres => PgConnection::establish(&dialect::with_defaults(&self.url)).map(DbConnection::Postgres),
        };
        let mut connection = connection.map_err(r2d2::Error::ConnectionError)?;
        connection.batch_execute(dialect::on_connect(self.engine)).map_err(r2d2::Error::QueryError)?;
        Ok(Line { connection, since })
    }

    /// Where one is dead, those that are as old are not asked: behind a network that is gone each would take its five seconds,
    /// one after the other, for a single request.
    fn is_valid(&self, line: &mut Line) -> Result<(), r2d2::Error> {
        if self.is_lost(line) {
            return Err(r2d2::Error::QueryError(DieselError::BrokenTransactionManager));
        }
        line.connection.ping().inspect_err(|_| self.lose()).map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, line: &mut Line) -> bool {
        let broken = line.connection.is_broken();
        if broken && self.engine == Engine::Postgres {
            self.lose();
        }
        broken || std::thread::panicking()
    }
}

/// What the pool meets while it opens connections: a line each, however many the database’s own words have.
#[derive(Debug)]
struct OneLine;

impl r2d2::HandleError<r2d2::Error> for OneLine {
    fn handle_error(&self, e: r2d2::Error) {
        tracing::error!(error = one_line(&e.to_string()), "a connection to the database failed");
    }
}
