//! Reading, transactions, migrations: [`Database`].

use std::{
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{
    RunQueryDsl as _,
    connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager},
    deserialize::QueryableByName,
    migration::{Migration, MigrationSource as _},
    r2d2::ManageConnection as _,
    result::Error as DieselError,
    sql_types::{Nullable, Text},
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::sync::Semaphore;

use super::{
    Error, Origin, Tx, dialect,
    engine::{DbConnection, Engine},
    file, one_line,
    pool::{self, Lines, Manager},
    trouble,
};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How long a request waits for a connection before it is told to come back later.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many connections are never taken by what has to wait for its turn.
const SPARE: u32 = 1;
/// How long a request waits for the whole of it: longer than each wait inside (a connection, a lock, a lost network), so that
/// it ends only what nothing else does, such as a server that stands still and whose machine still answers for it.
const LONGEST: Duration = Duration::from_secs(20);

/// The database behind the console. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
    readers: Lines,
    /// Fewer than readers: whoever has to wait for a connection mostly does so here, without a thread, and for what only looks
    /// something up one is left, however long others take.
    turns: Arc<Semaphore>,
    /// On SQLite one connection: writers queue here instead of in the file.
    writers: Lines,
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
        Manager::new(engine, url).connect().map_err(|e| Error::Unavailable(dialect::with_advice(url, &e.to_string())))?;
        let pool = |size| pool::of(engine, url, size).map_err(unavailable);
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
        at_one_moment(&mut line.connection, work)
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

    /// Reads here and now, for handing it over to another thread and back can take longer than that. Gives the work back where it would
    /// have to wait: no connection is free, or the database is elsewhere.
    pub fn read_here<T, E: From<Error>, W: FnOnce(&mut DbConnection) -> Result<T, E>>(&self, work: W) -> Result<Result<T, E>, W> {
        if self.engine == Engine::Sqlite
            && let Some(mut line) = self.readers.try_get()
        {
            return Ok(caught(move || self.look(&mut line.connection, work)));
        }
        Err(work)
    }

    /// [`Database::read`] of what is over at once, and so waits for nobody's turn: here if it can, else on a thread where waiting is allowed.
    pub async fn look_up<T, E>(&self, work: impl FnOnce(&mut DbConnection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        if self.engine == Engine::Sqlite
            && let Some(mut line) = self.readers.try_get()
        {
            // One statement or two, for which a transaction would be half as much again.
            return caught(move || work(&mut line.connection));
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
        self.look(&mut line.connection, work)
    }

    /// With SQLite at one moment: each statement of its own would take the file's lock and give it back, which costs more than most of
    /// them do. With PostgreSQL that would be one more way there and back.
    fn look<T, E: From<Error>>(&self, connection: &mut DbConnection, work: impl FnOnce(&mut DbConnection) -> Result<T, E>) -> Result<T, E> {
        match self.engine {
            Engine::Sqlite => at_one_moment(connection, work),
            Engine::Postgres => work(connection),
        }
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
                take_back(connection);
                Err(stop)
            }
        }
    }
}

/// A panic fails the work, as on another thread, and not the connection to whoever asked.
fn caught<T, E: From<Error>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::Failed("panicked".into()).into()))
}

fn turns(readers: &Lines) -> usize {
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

fn at_one_moment<T, E: From<Error>>(connection: &mut DbConnection, work: impl FnOnce(&mut DbConnection) -> Result<T, E>) -> Result<T, E> {
    begin_snapshot(connection).map_err(Error::from)?;
    let done = work(connection);
    take_back(connection);
    done
}

/// Rolls back; that it failed says less than what was done or what stopped it, and the connection is used no more.
fn take_back(connection: &mut DbConnection) {
    if let Err(e) = roll_back(connection) {
        tracing::warn!(error = one_line(&e.to_string()), "a transaction could not be rolled back");
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::written::Query;

    #[test]
    fn a_read_of_the_file_sees_one_moment_and_what_fails_in_it_is_over_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path().join("noxus.db").to_str().unwrap()).unwrap();
        let count = |c: &mut DbConnection| Query::new("SELECT count(*) AS n FROM __diesel_schema_migrations").number(c);
        let seen = database.read_now(|c| {
            let before = count(c)?;
            let newest = "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)";
            database.write_now(Origin::default(), |tx| Query::new(newest).execute(tx))?;
            Ok::<_, Error>((before, count(c)?))
        });
        let (before, meanwhile) = seen.unwrap();
        assert_eq!((meanwhile, database.read_now(count).unwrap()), (before, before - 1));
        // More often than there are connections; one that broke is none that is free.
        for _ in 0..2 * database.readers.max_size() {
            assert_eq!(database.read_now(count).unwrap(), before - 1);
            let broken = database.read_here(|c| Query::new("SELECT count(*) FROM nothing").number(c));
            assert!(matches!(broken, Ok(Err(Error::Failed(_)))));
            let panicked = database.read_here(|_| -> Result<(), Error> { panic!("within a read") });
            assert!(matches!(panicked, Ok(Err(Error::Failed(_)))));
        }
    }
}
