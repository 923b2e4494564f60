//! What SQLite and PostgreSQL say differently, all of it.

use diesel::{QueryResult, connection::SimpleConnection};

use super::backend::{DbConnection as Connection, Engine};

/// What a new connection is told first.
///
/// SQLite: WAL, so that readers never wait for the writer; FULL, so that what was acknowledged survives a power cut.
/// Each connection keeps 8 MiB of pages: of 100,000 people the inner pages of every index, and what was shown last.
///
/// PostgreSQL: the server gives up a client that is gone as soon as we give up the server. Else a transaction whose client the
/// network took away would keep its locks, the one of all acts among them, for the hours that a system's own keepalive takes.
pub(super) fn on_connect(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;"
        }
        Engine::Postgres => {
            "SET TIME ZONE 'UTC'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; \
             SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 2; SET tcp_user_timeout = 5000; \
             SET plan_cache_mode = force_custom_plan;"
        }
    }
}

/// A PostgreSQL URL with the timeouts that end a hung call by its socket: libpq has no cancel that diesel could reach.
pub(super) fn with_timeouts(url: &str) -> String {
    let Ok(mut url) = url::Url::parse(url) else { return url.to_owned() };
    let given: Vec<String> = url.query_pairs().map(|(k, _)| k.into_owned()).collect();
    for (key, value) in
        [("connect_timeout", "3"), ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "2"), ("tcp_user_timeout", "5000")]
    {
        if !given.iter().any(|k| k == key) {
            url.query_pairs_mut().append_pair(key, value);
        }
    }
    url.into()
}

/// The one lock of all acts that change who may do what. BEGIN IMMEDIATE is it on SQLite already.
pub(super) fn lock_organization(connection: &mut Connection) -> Result<(), super::Error> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(c) => c.batch_execute("SELECT 1 FROM organization FOR UPDATE").map_err(|e| match e.into() {
            // It stands for nothing but waiting, whatever language the server says so in.
            super::Error::Failed(why) => super::Error::Unavailable(why),
            other => other,
        }),
    }
}

/// The condition under which a person's name or address holds `term` (folded, three letters or more), on the search index,
/// and the value to bind at `$n`.
pub fn search_condition(engine: Engine, n: usize, term: &str) -> (String, String) {
    match engine {
        Engine::Sqlite => {
            let (rows, value) = search_rows(engine, n, term);
            (format!("users.seq IN ({rows})"), value)
        }
        Engine::Postgres => (format!("(users.name_key LIKE ${n} OR users.email_key LIKE ${n})"), format!("%{}%", like_escaped(term))),
    }
}

/// The same as rows of `seq`, to be put together with others.
pub fn search_rows(engine: Engine, n: usize, term: &str) -> (String, String) {
    match engine {
        Engine::Sqlite => (format!("SELECT rowid FROM users_search WHERE users_search MATCH ${n}"), format!("\"{}\"", term.replace('"', "\"\""))),
        Engine::Postgres => (format!("SELECT seq FROM users WHERE name_key LIKE ${n} OR email_key LIKE ${n}"), format!("%{}%", like_escaped(term))),
    }
}

/// Walking the matches of [`search_condition`] in the order people were added, without finding all of them first: what to
/// select from, the condition at `$n`, and the column of the order. Its value is that of [`search_condition`].
pub fn search_walk(engine: Engine, n: usize) -> (&'static str, String, &'static str) {
    match engine {
        Engine::Sqlite => ("users_search CROSS JOIN users ON users.seq = users_search.rowid", format!("users_search MATCH ${n}"), "users_search.rowid"),
        Engine::Postgres => ("users", format!("(users.name_key LIKE ${n} OR users.email_key LIKE ${n})"), "users.seq"),
    }
}

/// The function that says where a text holds another; 0: nowhere.
pub fn position(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "instr",
        Engine::Postgres => "strpos",
    }
}

fn like_escaped(term: &str) -> String {
    term.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Which engine a connection speaks to.
pub fn engine_of(connection: &Connection) -> Engine {
    match connection {
        Connection::Sqlite(_) => Engine::Sqlite,
        Connection::Postgres(_) => Engine::Postgres,
    }
}

/// After rows that brought their own `users.seq`: the next one goes on from the last. SQLite does so by itself.
pub fn count_on(connection: &mut Connection) -> QueryResult<()> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(c) => c.batch_execute("SELECT setval(pg_get_serial_sequence('users', 'seq'), (SELECT max(seq) FROM users))"),
    }
}

/// Until the end of the transaction a row may refer to one that comes later.
pub fn defer_references(connection: &mut Connection) -> QueryResult<()> {
    match connection {
        Connection::Sqlite(c) => c.batch_execute("PRAGMA defer_foreign_keys = ON"),
        Connection::Postgres(c) => c.batch_execute("SET CONSTRAINTS ALL DEFERRED"),
    }
}

/// Runs statements that take no values, such as those that fill a sample database.
pub fn run(connection: &mut Connection, statements: &str) -> QueryResult<()> {
    match connection {
        Connection::Sqlite(c) => c.batch_execute(statements),
        Connection::Postgres(c) => c.batch_execute(statements),
    }
}
