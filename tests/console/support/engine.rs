//! The two databases, and the macro that runs a test on both. Does not start consoles: that is [`super::Console`].

#![allow(dead_code, reason = "a vocabulary: not every word is in use every day")]

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Which database a console of a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A fresh, empty database. A PostgreSQL one is dropped with this value; the SQLite file goes with its folder.
#[derive(Debug)]
pub struct Database {
    url: String,
    /// Name of the PostgreSQL database to drop.
    dropped: Option<String>,
}

impl Engine {
    pub const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// Makes a database nobody else uses: a file in `folder`, or a database on the server that `tests/run` started.
    pub fn database(self, folder: &Path) -> Database {
        match self {
            Self::Sqlite => Database { url: folder.join("noxus.db").display().to_string(), dropped: None },
            Self::Postgres => {
                let name = format!("test_{}", uuid::Uuid::now_v7().simple());
                psql(&format!("CREATE DATABASE {name}"));
                let server = server();
                let (address, _) = server.rsplit_once('/').expect("NOXUS_TEST_POSTGRES ends with /postgres");
                Database { url: format!("{address}/{name}"), dropped: Some(name) }
            }
        }
    }
}

impl Database {
    /// What `NOXUS_DATABASE_URL` wants: a path for SQLite, `postgres://…` for PostgreSQL.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.dropped {
            // FORCE: the console's connections may outlive it by a moment. A failure here must not hide the test's own.
            if let Err(why) = try_psql(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")) {
                eprintln!("{why}");
            }
        }
    }
}

fn server() -> String {
    std::env::var("NOXUS_TEST_POSTGRES").expect(
        "This test needs PostgreSQL. Run it with `tests/run` (arguments select tests, as with cargo nextest): \
         it starts a server and says where in NOXUS_TEST_POSTGRES.",
    )
}

fn psql(statement: &str) {
    try_psql(statement).unwrap_or_else(|why| panic!("{why}"));
}

fn try_psql(statement: &str) -> Result<(), String> {
    let done = Command::new("psql")
        .args(["-qX", "-v", "ON_ERROR_STOP=1", "-c", statement])
        .arg(server())
        .stdin(Stdio::null())
        .output()
        .map_err(|why| format!("cannot run psql: {why}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("psql refused `{statement}`: {said}"))
}

/// What a test is given: started afresh on an engine.
pub trait Start: Sized {
    fn start(engine: Engine) -> impl Future<Output = Self>;
}

/// Runs a test with what it asks for.
pub async fn on<T: Start, Done: Future<Output = ()>>(engine: Engine, test: impl FnOnce(T) -> Done) {
    test(T::start(engine).await).await;
}

/// Runs tests on SQLite and on PostgreSQL. Each function becomes a module with the tests `sqlite` and `postgres`.
///
/// ```ignore
/// on_both_databases! {
///     async fn the_last_admin_cannot_be_demoted(console: Console) { … }
/// }
/// ```
///
/// rustfmt leaves code in braces alone. This form, which names functions written outside, keeps them formatted:
///
/// ```ignore
/// on_both_databases!(the_last_admin_cannot_be_demoted);
/// async fn the_last_admin_cannot_be_demoted(console: Console) { … }
/// ```
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            use $crate::support::engine::{Engine, on};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                on(Engine::Sqlite, super::$name).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                on(Engine::Postgres, super::$name).await;
            }
        }
    )+ };
    ($(
        $(#[$attribute:meta])*
        async fn $name:ident($($argument:tt)+) $body:block
    )+) => {
        $(
            $(#[$attribute])*
            async fn $name($($argument)+) $body
        )+
        $crate::support::engine::on_both_databases!($($name),+);
    };
}

pub(crate) use on_both_databases;

/// The same, each on one of them: for a story that is told in several ways, of which each database sees half.
macro_rules! on_one_database {
    ($(
        $engine:ident: async fn $name:ident($($argument:tt)+) $body:block
    )+) => { $(
        async fn $name($($argument)+) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_one() {
                $crate::support::engine::on($crate::support::engine::Engine::$engine, super::$name).await;
            }
        }
    )+ };
}

pub(crate) use on_one_database;
