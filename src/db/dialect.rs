//! What SQLite and PostgreSQL say differently, all of it.

use diesel::{QueryResult, connection::SimpleConnection};

use super::engine::{DbConnection as Connection, Engine};

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

/// A PostgreSQL URL with what it does not say itself: the timeouts that end a hung call by its socket, since libpq has no cancel
/// that diesel could reach; and for another machine TLS, with a certificate that somebody vouches for.
pub(super) fn with_defaults(url: &str) -> String {
    let Ok(mut url) = url::Url::parse(url) else { return url.to_owned() };
    let mut defaults: Vec<(&str, String)> =
        [("connect_timeout", "3"), ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "2"), ("tcp_user_timeout", "5000")]
            .map(|(key, value)| (key, value.to_owned()))
            .into();
    if wants_tls(&url) {
        defaults.push(("sslmode", TLS.to_owned()));
        // Our OpenSSL knows no place by itself.
        defaults.extend(openssl_probe::probe().cert_file.map(|file| ("sslrootcert", file.display().to_string())));
    }
    let given: Vec<String> = url.query_pairs().map(|(k, _)| k.into_owned()).collect();
    for (key, value) in defaults {
        if !given.iter().any(|k| k == key) {
            url.query_pairs_mut().append_pair(key, &value);
        }
    }
    url.into()
}

/// What is asked of another machine that is named without a word about it.
const TLS: &str = "verify-full";

fn wants_tls(url: &url::Url) -> bool {
    let all = |name: &str| url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect::<Vec<_>>();
    if !all("sslmode").is_empty() {
        return false;
    }
    // libpq takes hosts from the query before those of the address, and an address before a name.
    let mut named = [all("hostaddr"), all("host")].into_iter().find(|named| !named.is_empty()).unwrap_or_default();
    named.extend(named.is_empty().then(|| url.host_str().unwrap_or_default().to_owned()));
    named.iter().flat_map(|hosts| hosts.split(',')).any(|host| !is_here(host))
}

/// A socket, or an address of this machine.
fn is_here(host: &str) -> bool {
    let host = percent_encoding::percent_decode_str(host).decode_utf8_lossy();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host.is_empty() || host.starts_with(['/', '@']) || host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Why a connection could not be made, and what to do where it is our asking for TLS.
pub(super) fn with_advice(url: &str, why: &str) -> String {
    let is_ours = url::Url::parse(url).is_ok_and(|url| wants_tls(&url)) && (why.contains("SSL") || why.contains("certificate"));
    let advice = "On another machine the certificate of PostgreSQL is checked, unless its address says otherwise: \
                  add sslrootcert=FILE for one of your own, or sslmode=disable where nobody else is on the network.";
    if is_ours { format!("{}. {advice}", why.trim_end().trim_end_matches('.')) } else { why.to_owned() }
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

/// Around a list of texts in JSON: the rows `each`, whose one column is `value`. A list that is bound whole is no other statement for
/// each length.
pub(super) fn each(engine: Engine) -> (&'static str, &'static str) {
    match engine {
        Engine::Sqlite => ("json_each(", ") AS each"),
        Engine::Postgres => ("jsonb_array_elements_text(CAST(", " AS jsonb)) AS each(value)"),
    }
}

/// The condition under which a person's name or address holds each of `words` (folded, three letters or more), on the search index,
/// and the values to bind from `$n` on.
pub fn search_condition(engine: Engine, n: usize, words: &[&str]) -> (String, Vec<String>) {
    match engine {
        Engine::Sqlite => {
            let (rows, values) = search_rows(engine, n, words);
            (format!("users.seq IN ({rows})"), values)
        }
        Engine::Postgres => like_each(n, words, "users.name_key", "users.email_key"),
    }
}

/// The same as rows of `seq`, to be put together with others.
pub fn search_rows(engine: Engine, n: usize, words: &[&str]) -> (String, Vec<String>) {
    match engine {
        Engine::Sqlite => (format!("SELECT rowid AS seq FROM users_search WHERE users_search MATCH ${n}"), vec![phrases(words)]),
        Engine::Postgres => {
            let (condition, values) = like_each(n, words, "name_key", "email_key");
            (format!("SELECT seq FROM users WHERE {condition}"), values)
        }
    }
}

/// Walking the matches of [`search_condition`] in the order people were added, without finding all of them first: what to
/// select from, the condition from `$n` on, and the column of the order. Its values are those of [`search_condition`].
pub fn search_walk(engine: Engine, n: usize, words: &[&str]) -> (&'static str, String, &'static str) {
    match engine {
        Engine::Sqlite => ("users_search CROSS JOIN users ON users.seq = users_search.rowid", format!("users_search MATCH ${n}"), "users_search.rowid"),
        Engine::Postgres => ("users", like_each(n, words, "users.name_key", "users.email_key").0, "users.seq"),
    }
}

/// Several together are all that have to match; the index skips along the rarest.
fn phrases(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect::<Vec<_>>().join(" ")
}

fn like_each(n: usize, words: &[&str], name: &str, email: &str) -> (String, Vec<String>) {
    let each = (n..).take(words.len()).map(|n| format!("({name} LIKE ${n} OR {email} LIKE ${n})")).collect::<Vec<_>>();
    (each.join(" AND "), words.iter().map(|word| format!("%{}%", like_escaped(word))).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_is_asked_for_a_certificate() {
        let wants = |url: &str| with_defaults(url).contains("sslmode=verify-full");
        for url in [
            "postgres://noxus@db.example.org/noxus",
            "postgres://noxus:secret@10.0.0.2:5432/noxus",
            "postgres://db1.example.org,localhost/noxus",
            "postgres://localhost/noxus?host=db.example.org",
            "postgres://localhost/noxus?hostaddr=10.0.0.2",
            "postgresql://[2001:db8::1]/noxus?sslrootcert=/etc/own.pem",
        ] {
            assert!(wants(url), "{url}");
        }
        for url in [
            "postgres://noxus@localhost/noxus",
            "postgres://noxus@127.0.0.1:5433/noxus",
            "postgres://[::1]/noxus",
            "postgres:///noxus",
            "postgres:///noxus?host=/var/run/postgresql",
            "postgres://%2Fvar%2Frun%2Fpostgresql/noxus",
            "postgres://db.example.org/noxus?sslmode=require",
        ] {
            assert!(!wants(url), "{url}");
        }
        let own = with_defaults("postgres://db.example.org/noxus?sslrootcert=/etc/own.pem");
        assert_eq!(own.matches("sslrootcert").count(), 1, "{own}");
    }
}
