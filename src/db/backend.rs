//! Connections: opening them, pooling them, transactions, migrations.

use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{
    Connection as _, MultiConnection, PgConnection, RunQueryDsl as _, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    deserialize::QueryableByName,
    migration::{Migration, MigrationSource as _},
    r2d2::{self, ManageConnection, Pool, R2D2Connection},
    result::Error as DieselError,
    sql_types::{Nullable, Text},
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::sync::Semaphore;

use super::{Error, Origin, Tx, dialect, file, one_line, trouble};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How long a request waits for a connection before it is told to come back later.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many connections are never taken by what has to wait for its turn.
const SPARE: u32 = 1;
/// A connection that cannot be made is tried again after half of this at most: so soon is a database noticed that is back.
const RETRY: Duration = Duration::from_secs(1);
/// How long a request waits for the whole of it: longer than each wait inside (a connection, a lock, a lost network), so that
/// it ends only what nothing else does, such as a server that stands still and whose machine still answers for it.
const LONGEST: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Which engine a database URL names; anything that is no PostgreSQL URL is a SQLite file.
    pub fn of(url: &str) -> Self {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") { Self::Postgres } else { Self::Sqlite }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

#[derive(MultiConnection)]
pub enum DbConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

struct Manager {
    engine: Engine,
    url: String,
    /// When a connection was found dead last.
    lost: Mutex<Option<Instant>>,
}

/// A connection, and since when it stands.
struct Line {
    connection: DbConnection,
    since: Instant,
}

impl Manager {
    fn new(engine: Engine, url: &str) -> Self {
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

/// The database behind the console. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
    readers: Pool<Manager>,
    /// Fewer than readers: whoever has to wait for a connection mostly does so here, without a thread, and for what only looks
    /// something up one is left, however long others take.
    turns: Arc<Semaphore>,
    /// On SQLite one connection: writers queue here instead of in the file.
    writers: Pool<Manager>,
}

impl Database {
    /// Connects, and brings the schema up to date. `url`: `postgres://…`, or the path of a SQLite file in an existing folder.
    pub fn open(url: &str) -> Result<Self, Error> {
        let database = Self::connect(url)?;
        database.migrate()?;
        Ok(database)
    }

    /// Connects to a database as it is, whatever release its schema is of.
    pub fn connect(url: &str) -> Result<Self, Error> {
        let engine = Engine::of(url);
        if engine == Engine::Sqlite {
            file::for_its_owner_alone(url).map_err(|e| Error::Unavailable(format!("{url}: {e}")))?;
        }
        let pool = |size| {
            Pool::builder()
                .max_size(size)
                // None in reserve: a connection being opened behind our back when a short command ends crashes inside OpenSSL.
                .min_idle(Some(0))
                .connection_timeout(RETRY)
                .test_on_check_out(engine == Engine::Postgres)
                .error_handler(Box::new(OneLine))
                .build(Manager::new(engine, url))
                .map_err(|e| Error::Unavailable(e.to_string()))
        };
        Manager::new(engine, url).connect().map_err(|e| Error::Unavailable(dialect::with_advice(url, &e.to_string())))?;
        let (readers, writers) = match engine {
            Engine::Sqlite => (pool(4 + SPARE)?, pool(1)?),
            Engine::Postgres => {
                let all = pool(12)?;
                (all.clone(), all)
            }
        };
        let turns = Arc::new(Semaphore::new(turns(&readers)));
        Ok(Self { engine, readers, turns, writers })
    }

    /// How much can be read at a time.
    pub fn turns(&self) -> usize {
        turns(&self.readers)
    }

    /// The file that a database URL names; `None`: it names a server.
    pub fn file(url: &str) -> Option<&Path> {
        match Engine::of(url) {
            Engine::Sqlite => Some(Path::new(url)),
            Engine::Postgres => None,
        }
    }

    /// How many connections are open.
    pub fn connections(&self) -> u32 {
        let writers = if self.engine == Engine::Sqlite { self.writers.state().connections } else { 0 };
        self.readers.state().connections + writers
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    fn migrate(&self) -> Result<(), Error> {
        let mut connection = self.writers.get_timeout(PATIENCE).map_err(unavailable)?;
        let failed = |e: Box<dyn std::error::Error + Send + Sync>| Error::Failed(format!("migration: {e}"));
        match &mut connection.connection {
            DbConnection::Sqlite(c) => c.run_pending_migrations(SQLITE_MIGRATIONS).map(|_| ()).map_err(failed),
            DbConnection::Postgres(c) => {
                c.batch_execute("SELECT pg_advisory_lock(7106)")?;
                let done = c.run_pending_migrations(POSTGRES_MIGRATIONS).map(|_| ()).map_err(failed);
                c.batch_execute("SELECT pg_advisory_unlock(7106)")?;
                done
            }
        }
    }

    /// [`Database::read_now`] that sees one moment of the database from its first look to its last, however much is written
    /// meanwhile.
    pub fn snapshot_now<T, E: From<Error>>(&self, work: impl FnOnce(&mut DbConnection) -> Result<T, E>) -> Result<T, E> {
        let mut line = self.readers.get_timeout(PATIENCE).map_err(unavailable)?;
        begin_snapshot(&mut line.connection).map_err(Error::from)?;
        let done = work(&mut line.connection);
        roll_back(&mut line.connection).map_err(Error::from)?;
        done
    }

    /// The newest migration that the database has seen, and the newest that this release knows.
    pub fn schema(c: &mut DbConnection) -> Result<(String, String), Error> {
        #[derive(QueryableByName)]
        struct Newest {
            #[diesel(sql_type = Nullable<Text>)]
            version: Option<String>,
        }
        // As text, so that a standby, which takes no writes, is asked too.
        let newest: Vec<Newest> = diesel::sql_query("SELECT max(version) AS version FROM __diesel_schema_migrations").load(c)?;
        let known: Vec<Box<dyn Migration<Sqlite>>> = SQLITE_MIGRATIONS.migrations().map_err(|e| Error::Failed(format!("migrations: {e}")))?;
        let known = known.iter().map(|m| m.name().version().to_string()).max();
        Ok((newest.into_iter().find_map(|row| row.version).unwrap_or_default(), known.unwrap_or_default()))
    }

    /// Runs `work` on a thread where waiting is allowed, with a connection to read with.
    pub async fn read<T, E>(&self, work: impl FnOnce(&mut DbConnection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (database, begun) = (self.clone(), Instant::now());
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await.map_err(unavailable)?.map_err(unavailable)?;
        on_a_blocking_thread(Error::Unavailable, move || {
            let done = database.read_within(PATIENCE.saturating_sub(begun.elapsed()), work);
            drop(turn);
            done
        })
        .await
    }

    /// [`Database::read`] of what is over at once, and so waits for nobody's turn: with SQLite here and now, for handing it over to
    /// another thread takes longer than looking up a row. Where no connection is free, and with PostgreSQL, on a thread where waiting is
    /// allowed.
    pub async fn look_up<T, E>(&self, work: impl FnOnce(&mut DbConnection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        if self.engine == Engine::Sqlite
            && let Some(mut line) = self.readers.try_get()
        {
            return work(&mut line.connection);
        }
        let database = self.clone();
        on_a_blocking_thread(Error::Unavailable, move || database.read_now(work)).await
    }

    /// [`Database::read`], here and now.
    pub fn read_now<T, E: From<Error>>(&self, work: impl FnOnce(&mut DbConnection) -> Result<T, E>) -> Result<T, E> {
        self.read_within(PATIENCE, work)
    }

    fn read_within<T, E: From<Error>>(&self, patience: Duration, work: impl FnOnce(&mut DbConnection) -> Result<T, E>) -> Result<T, E> {
        let mut line = self.readers.get_timeout(patience).map_err(unavailable)?;
        work(&mut line.connection)
    }

    /// Runs `work` in a writing transaction under the one lock; commits if it succeeds, else nothing has happened.
    pub async fn write<T, E>(&self, origin: Origin, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let database = self.clone();
        on_a_blocking_thread(Error::InDoubt, move || database.write_now(origin, work)).await
    }

    /// [`Database::write`], here and now.
    pub fn write_now<T, E: From<Error>>(&self, origin: Origin, work: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        self.transaction(origin, true, work)
    }

    /// A writing transaction without the lock, for what changes nobody's rights: a session was seen, a mail was sent.
    pub async fn touch<T, E>(&self, origin: Origin, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let database = self.clone();
        on_a_blocking_thread(Error::InDoubt, move || database.transaction(origin, false, work)).await
    }

    fn transaction<T, E: From<Error>>(&self, origin: Origin, lock: bool, work: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let mut line = self.writers.get_timeout(PATIENCE).map_err(unavailable)?;
        let connection = &mut line.connection;
        begin(connection).map_err(Error::from)?;
        let locked = if lock { dialect::lock_organization(connection).map_err(E::from) } else { Ok(()) };
        match locked.and_then(|()| work(&mut Tx::new(connection, origin))) {
            Ok(done) => {
                commit(connection).map_err(trouble::at_commit)?;
                Ok(done)
            }
            Err(stop) => {
                // The rollback's own error says less than what stopped the work.
                if let Err(e) = roll_back(connection) {
                    tracing::warn!(error = one_line(&e.to_string()), "a transaction could not be rolled back");
                }
                Err(stop)
            }
        }
    }
}

fn turns(readers: &Pool<Manager>) -> usize {
    (readers.max_size() - SPARE) as usize
}

/// `late`: what it is called when nothing was heard for the longest time. What has not begun by then never does.
async fn on_a_blocking_thread<T, E>(late: fn(String) -> Error, work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let given_up = Arc::new(AtomicBool::new(false));
    let seen = given_up.clone();
    let begun = tokio::task::spawn_blocking(move || if seen.load(Ordering::SeqCst) { Err(Error::Unavailable("too late".into()).into()) } else { work() });
    match tokio::time::timeout(LONGEST, begun).await {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => Err(Error::Failed(panic.to_string()).into()),
        Err(_) => {
            given_up.store(true, Ordering::SeqCst);
            Err(late(format!("no answer within {} s", LONGEST.as_secs())).into())
        }
    }
}

/// Immediate on SQLite: a deferred transaction that starts to write later fails at once where it should have waited.
fn begin(connection: &mut DbConnection) -> Result<(), DieselError> {
    match connection {
        DbConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        DbConnection::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

/// In WAL mode a SQLite transaction sees what stood when it first looked; of PostgreSQL one has to ask for that.
fn begin_snapshot(connection: &mut DbConnection) -> Result<(), DieselError> {
    match connection {
        DbConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction(c),
        DbConnection::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
    }
}

fn commit(connection: &mut DbConnection) -> Result<(), DieselError> {
    match connection {
        DbConnection::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
        DbConnection::Postgres(c) => AnsiTransactionManager::commit_transaction(c),
    }
}

fn roll_back(connection: &mut DbConnection) -> Result<(), DieselError> {
    match connection {
        DbConnection::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c),
        DbConnection::Postgres(c) => AnsiTransactionManager::rollback_transaction(c),
    }
}

fn unavailable(e: impl std::fmt::Display) -> Error {
    Error::Unavailable(e.to_string())
}
