//! Connections: opening them, pooling them, transactions, migrations.

use std::{fs, io, time::Duration};

use diesel::{
    Connection as _, MultiConnection, PgConnection, RunQueryDsl as _, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    deserialize::QueryableByName,
    migration::{Migration, MigrationSource as _},
    r2d2::{self, ManageConnection, Pool, R2D2Connection},
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::{Nullable, Text},
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Error, Origin, Tx, dialect};

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How long a request waits for a connection before it is told to come back later.
const PATIENCE: Duration = Duration::from_secs(3);

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

#[derive(MultiConnection)]
pub enum DbConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

struct Manager {
    engine: Engine,
    url: String,
}

impl ManageConnection for Manager {
    type Connection = DbConnection;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<DbConnection, r2d2::Error> {
        let connection = match self.engine {
            Engine::Sqlite => SqliteConnection::establish(&self.url).map(DbConnection::Sqlite),
            Engine::Postgres => PgConnection::establish(&dialect::with_timeouts(&self.url)).map(DbConnection::Postgres),
        };
        let mut connection = connection.map_err(r2d2::Error::ConnectionError)?;
        connection.batch_execute(dialect::on_connect(self.engine)).map_err(r2d2::Error::QueryError)?;
        Ok(connection)
    }

    fn is_valid(&self, connection: &mut DbConnection) -> Result<(), r2d2::Error> {
        connection.ping().map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut DbConnection) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}

/// The database behind the console. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
    readers: Pool<Manager>,
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
            for_its_owner_alone(url).map_err(|e| Error::Unavailable(format!("{url}: {e}")))?;
        }
        let pool = |size| {
            Pool::builder()
                .max_size(size)
                // None in reserve: a connection being opened behind our back when a short command ends crashes inside OpenSSL.
                .min_idle(Some(0))
                .connection_timeout(PATIENCE)
                .test_on_check_out(engine == Engine::Postgres)
                .error_handler(Box::new(diesel::r2d2::LoggingErrorHandler))
                .build(Manager { engine, url: url.to_owned() })
                .map_err(|e| Error::Unavailable(e.to_string()))
        };
        Manager { engine, url: url.to_owned() }.connect().map_err(|e| Error::Unavailable(e.to_string()))?;
        Ok(match engine {
            Engine::Sqlite => Self { engine, writers: pool(1)?, readers: pool(4)? },
            Engine::Postgres => {
                let all = pool(12)?;
                Self { engine, writers: all.clone(), readers: all }
            }
        })
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
        let mut connection = self.writers.get().map_err(unavailable)?;
        let failed = |e: Box<dyn std::error::Error + Send + Sync>| Error::Failed(format!("migration: {e}"));
        match &mut *connection {
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
        let mut connection = self.readers.get().map_err(unavailable)?;
        begin_snapshot(&mut connection).map_err(Error::from)?;
        let done = work(&mut connection);
        roll_back(&mut connection).map_err(Error::from)?;
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
        let database = self.clone();
        on_a_blocking_thread(move || database.read_now(work)).await
    }

    /// [`Database::read`], here and now.
    pub fn read_now<T, E: From<Error>>(&self, work: impl FnOnce(&mut DbConnection) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.readers.get().map_err(unavailable)?;
        work(&mut connection)
    }

    /// Runs `work` in a writing transaction under the one lock; commits if it succeeds, else nothing has happened.
    pub async fn write<T, E>(&self, origin: Origin, work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let database = self.clone();
        on_a_blocking_thread(move || database.write_now(origin, work)).await
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
        on_a_blocking_thread(move || database.transaction(origin, false, work)).await
    }

    fn transaction<T, E: From<Error>>(&self, origin: Origin, lock: bool, work: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.writers.get().map_err(unavailable)?;
        begin(&mut connection).map_err(Error::from)?;
        let locked = if lock { dialect::lock_organization(&mut connection).map_err(E::from) } else { Ok(()) };
        match locked.and_then(|()| work(&mut Tx::new(&mut connection, origin))) {
            Ok(done) => {
                commit(&mut connection).map_err(Error::from)?;
                Ok(done)
            }
            Err(stop) => {
                // The rollback's own error says less than what stopped the work.
                if let Err(e) = roll_back(&mut connection) {
                    tracing::warn!(error = %e, "a transaction could not be rolled back");
                }
                Err(stop)
            }
        }
    }
}

/// Makes the file of SQLite where it is missing, and closes one that others can read: it holds addresses and hashes. What
/// SQLite writes beside it (`-wal`, `-shm`) gets the file's own mode; what lies there from before is closed too.
#[cfg(unix)]
fn for_its_owner_alone(file: &str) -> io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file)?;
    for file in ["", "-wal", "-shm"].map(|end| format!("{file}{end}")) {
        match fs::metadata(&file) {
            Ok(there) if there.permissions().mode() & 0o077 != 0 => fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?,
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn for_its_owner_alone(_: &str) -> io::Result<()> {
    Ok(())
}

async fn on_a_blocking_thread<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => Err(Error::Failed(panic.to_string()).into()),
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

impl From<DieselError> for Error {
    fn from(e: DieselError) -> Self {
        match &e {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Duplicate,
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _) => unavailable(e),
            _ => {
                let text = e.to_string();
                if text.contains("database or disk is full") || text.contains("No space left") || text.contains("cannot rollback - no transaction is active") {
                    Self::Full
                } else if text.contains("database is locked") || text.contains("server closed the connection") || text.contains("terminating connection") {
                    Self::Unavailable(text)
                } else {
                    Self::Failed(text)
                }
            }
        }
    }
}
