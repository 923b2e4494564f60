//! What the database of a house holds, row by row, and what differs between two moments.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection, connection::SimpleConnection as _, sql_query, sql_types::Text,
};
use noxus_console::db::Connection;
use tokio::time::{Duration, sleep};

use super::House;
use crate::support::{declared::tables, engine::Engine};

/// Tables whose rows are part of acts.
const TABLES: [&str; 19] = [
    "account_links",
    "api_keys",
    "audit",
    "audit_personal",
    "avatar_drafts",
    "avatars",
    "drafts",
    "flows",
    "invitations",
    "memberships",
    "organization",
    "outbox",
    "roles",
    "sessions",
    "tours",
    "user_prefixes",
    "users",
    "withheld",
    "workspaces",
];

/// Tables whose rows are not, and why.
const LEFT_OUT: [(&str, &str); 4] = [
    ("key_counts", "the database counts it by itself: `sound` compares it with what one counts"),
    ("member_counts", "the database counts it by itself: `sound` compares it with what one counts"),
    ("people_counts", "the database counts it by itself: `sound` compares it with what one counts"),
    ("throttles", "wrong passwords are counted before an act, and not with it"),
];

/// Columns that say what was seen or sent since, and are no part of an act.
const PASSING: [(&str, &[&str]); 6] = [
    ("api_keys", &["used_at", "used_address", "used_client"]),
    ("invitations", &["mail_state", "mail_problem"]),
    ("memberships", &["announced"]),
    ("outbox", &["state", "attempts", "next_at", "problem", "sent_at"]),
    ("sessions", &["seen_at", "notice", "workspace_id"]),
    ("users", &["last_active_at"]),
];

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

/// All rows, as text.
pub struct Rows(BTreeMap<&'static str, BTreeSet<String>>);

/// Of each table that differs, how many rows went and how many came; a row that was changed went and came.
pub type Difference = BTreeMap<&'static str, (usize, usize)>;

impl Rows {
    pub fn until(&self, after: &Self) -> Difference {
        let of = |table: &&'static str| {
            let (old, new) = (&self.0[table], &after.0[table]);
            (*table, (old.difference(new).count(), new.difference(old).count()))
        };
        TABLES.iter().map(of).filter(|(_, differs)| *differs != (0, 0)).collect()
    }

    /// Rows of the audit that came.
    pub fn acts_until<'a>(&'a self, after: &'a Self) -> Vec<&'a String> {
        after.0["audit"].difference(&self.0["audit"]).collect()
    }
}

impl House {
    /// A connection of the tests' own. Of SQLite only while the console runs: putting its files in order again after a kill is
    /// the console's own task.
    pub fn connection(&self) -> Connection {
        match self.engine {
            Engine::Sqlite => {
                let mut c = SqliteConnection::establish(&self.url).expect("the database");
                c.batch_execute("PRAGMA busy_timeout = 5000").expect("it waits");
                Connection::Sqlite(c)
            }
            Engine::Postgres => Connection::Postgres(PgConnection::establish(&self.url).expect("the database")),
        }
    }

    /// The column `value` of every row.
    pub fn values(&self, query: &str) -> Vec<String> {
        values(&mut self.connection(), query)
    }

    pub fn value(&self, query: &str) -> String {
        self.values(query).into_iter().next().unwrap_or_else(|| panic!("nothing is found by {query}"))
    }

    pub fn run(&self, statement: &str) {
        sql_query(statement).execute(&mut self.connection()).expect("a statement");
    }

    pub fn rows(&self) -> Rows {
        let mut c = self.connection();
        let rows = |c: &mut Connection, table: &str| -> BTreeSet<String> {
            let passing = PASSING.iter().find(|(of, _)| *of == table).map_or(&[] as &[&str], |(_, columns)| *columns);
            let columns = values(c, &columns_of(self.engine, table)).into_iter().filter(|column| !passing.contains(&column.as_str()));
            let columns: Vec<String> = columns.collect();
            assert!(!columns.is_empty(), "{table} has no columns");
            let whole = match self.engine {
                Engine::Sqlite => columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>().join(" || ',' || "),
                Engine::Postgres => format!("ROW({})::text", columns.join(", ")),
            };
            values(c, &format!("SELECT {whole} AS value FROM {table}")).into_iter().collect()
        };
        Rows(TABLES.iter().map(|table| (*table, rows(&mut c, table))).collect())
    }

    /// Waits until whoever was killed has nothing open in the database any more: what they had sent may still be under way there.
    pub async fn settled(&self) {
        let open = "SELECT pid::text AS value FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
        while self.engine == Engine::Postgres && !self.values(open).is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until no mail to somebody is on its way: one whose link has expired by then is noted in the audit, as an act of nobody's.
    pub async fn has_been_written_to(&self, user: &str) {
        let waiting = format!("SELECT id AS value FROM outbox WHERE state = 'queued' AND user_id = '{user}'");
        let began = std::time::Instant::now();
        while !self.values(&waiting).is_empty() {
            assert!(began.elapsed() < Duration::from_secs(10), "the mail to {user} does not go out");
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Nothing is broken, and somebody can administer.
    pub fn is_sound(&self) {
        let mut c = self.connection();
        sound(&mut c, self.engine);
    }
}

pub fn sound(c: &mut Connection, engine: Engine) {
    if engine == Engine::Sqlite {
        assert_eq!(values(c, "SELECT integrity_check AS value FROM pragma_integrity_check"), ["ok"]);
        assert_eq!(values(c, "SELECT \"table\" AS value FROM pragma_foreign_key_check"), [""; 0]);
        // The search index says what the people's rows say.
        sql_query("INSERT INTO users_search (users_search, rank) VALUES ('integrity-check', 1)").execute(c).expect("a sound index");
    }
    let admins = "SELECT users.id AS value FROM users JOIN roles ON roles.id = users.role_id \
                  WHERE users.status = 'active' AND users.kind = 'person' AND roles.permissions LIKE '%org_admin%'";
    assert!(!values(c, admins).is_empty(), "no active organization admin is left");
    // What is kept count of is what one counts.
    for (kept, counted) in [
        (
            "SELECT status || ' ' || role_id || ' ' || CAST(n AS TEXT) AS value FROM people_counts WHERE n <> 0 ORDER BY status, role_id",
            "SELECT status || ' ' || role_id || ' ' || CAST(count(*) AS TEXT) AS value FROM users WHERE kind = 'person' GROUP BY status, role_id ORDER BY status, role_id",
        ),
        (
            "SELECT workspace_id || ' ' || CAST(n AS TEXT) AS value FROM member_counts WHERE n <> 0 ORDER BY workspace_id",
            "SELECT workspace_id || ' ' || CAST(count(*) AS TEXT) AS value FROM memberships GROUP BY workspace_id ORDER BY workspace_id",
        ),
        (
            "SELECT workspace_id || ' ' || CAST(n AS TEXT) || ' ' || CAST(endless AS TEXT) AS value FROM key_counts WHERE n <> 0 ORDER BY workspace_id",
            "SELECT workspace_id || ' ' || CAST(count(*) AS TEXT) || ' ' || CAST(count(*) FILTER (WHERE revoked_at IS NULL AND expires_at IS NULL) AS TEXT) AS value \
                FROM api_keys WHERE workspace_id IS NOT NULL GROUP BY workspace_id ORDER BY workspace_id",
        ),
    ] {
        assert_eq!(values(c, kept), values(c, counted));
    }
}

pub fn values(c: &mut Connection, query: &str) -> Vec<String> {
    let found: Vec<Value> = sql_query(query).load(c).unwrap_or_else(|e| panic!("{query}: {e}"));
    found.into_iter().map(|row| row.value).collect()
}

fn columns_of(engine: Engine, table: &str) -> String {
    match engine {
        Engine::Sqlite => format!("SELECT name AS value FROM pragma_table_info('{table}')"),
        Engine::Postgres => {
            format!("SELECT column_name::text AS value FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = current_schema()")
        }
    }
}

#[test]
fn every_table_is_compared_after_a_kill_or_left_out_for_a_reason() {
    assert_eq!(tables(), TABLES.into_iter().chain(LEFT_OUT.map(|(table, _)| table)).collect::<BTreeSet<_>>());
}
