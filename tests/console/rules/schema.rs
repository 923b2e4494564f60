//! Both engines' migrations make the same tables, and `src/db/schema.rs` says what they are. Read from the engines themselves.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};

use super::files;
use crate::support::{
    Console,
    engine::{Engine, Start as _},
};

/// What can be told of a table on either engine, as text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// By name: type in the words of `schema.rs`.
    columns: BTreeMap<String, String>,
    defaults: BTreeMap<String, String>,
    /// Those with a name of ours by it, keys and unique columns as what they are.
    indexes: BTreeSet<String>,
    references: BTreeSet<String>,
}

type Tables = BTreeMap<String, Table>;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = Text)]
    more: String,
}

/// The questions put to an engine, each answered by a table's name, a name in it, and two things more.
struct Questions {
    /// Type, and `1` where NULL may stand.
    columns: &'static str,
    defaults: &'static str,
    /// Columns in order, and `c` for one of ours, `u` for a unique column, `pk` for the primary key.
    indexes: &'static str,
    references: &'static str,
}

const SQLITE: Questions = Questions {
    columns: "SELECT m.name AS owner, p.name AS name, p.type AS what, CAST(p.\"notnull\" = 0 AND p.pk = 0 AS TEXT) AS more \
              FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
    defaults: "SELECT m.name AS owner, p.name AS name, p.dflt_value AS what, '' AS more \
               FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.dflt_value IS NOT NULL",
    indexes: "SELECT owner, name, group_concat(part, ' ') AS what, more FROM ( \
                SELECT m.name AS owner, i.name AS name, CASE i.\"unique\" WHEN 1 THEN 'u' ELSE i.origin END AS more, x.name AS part \
                FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) x \
                WHERE m.type = 'table' AND i.origin <> 'pk' ORDER BY m.name, i.name, x.seqno) GROUP BY owner, name, more \
              UNION ALL SELECT owner, 'primary key', group_concat(part, ' '), 'pk' FROM ( \
                SELECT m.name AS owner, p.name AS part FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                WHERE m.type = 'table' AND p.pk > 0 ORDER BY m.name, p.pk) GROUP BY owner",
    references: "SELECT m.name AS owner, f.\"from\" AS name, f.\"table\" AS what, f.\"to\" AS more \
                 FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
};

const POSTGRES: Questions = Questions {
    columns: "SELECT table_name::text AS owner, column_name::text AS name, udt_name::text AS what, CASE is_nullable WHEN 'YES' THEN '1' ELSE '0' END AS more \
              FROM information_schema.columns WHERE table_schema = 'public'",
    defaults: "SELECT table_name::text AS owner, column_name::text AS name, column_default::text AS what, '' AS more \
               FROM information_schema.columns WHERE table_schema = 'public' AND column_default IS NOT NULL AND column_default NOT LIKE 'nextval%'",
    indexes: "SELECT t.relname::text AS owner, i.relname::text AS name, string_agg(a.attname::text, ' ' ORDER BY k.n) AS what, \
                CASE WHEN x.indisprimary THEN 'pk' WHEN x.indisunique THEN 'u' ELSE 'c' END AS more \
              FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace \
                CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY k (att, n) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.att \
              WHERE s.nspname = 'public' GROUP BY 1, 2, x.indisprimary, x.indisunique",
    references: "SELECT t.relname::text AS owner, a.attname::text AS name, o.relname::text AS what, b.attname::text AS more \
                 FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class o ON o.oid = f.confrelid \
                   JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = f.conkey[1] JOIN pg_attribute b ON b.attrelid = o.oid AND b.attnum = f.confkey[1] \
                 WHERE f.contype = 'f'",
};

/// How each engine searches people is its own: SQLite has tables of FTS5, PostgreSQL indexes of `pg_trgm`.
fn is_ours(row: &Row) -> bool {
    let foreign = |name: &str| name.starts_with("users_search") || name.starts_with("sqlite_sequence") || name.starts_with("__diesel");
    !foreign(&row.owner) && !foreign(&row.name)
}

fn ask(console: &Console, question: &str) -> Vec<Row> {
    let rows: Vec<Row> = console.rows(|c| sql_query(question).load(c));
    rows.into_iter().filter(is_ours).collect()
}

fn column(row: &Row) -> String {
    let kind = match row.what.to_lowercase().as_str() {
        // SQLite counts rows by 64 bits, and by that name only.
        "integer" if (row.owner.as_str(), row.name.as_str()) == ("users", "seq") => "BigInt",
        "text" => "Text",
        "integer" | "int4" => "Integer",
        "bigint" | "int8" => "BigInt",
        "timestamp" => "Timestamp",
        "boolean" | "bool" => "Bool",
        "blob" | "bytea" => "Binary",
        other => panic!("{}.{}: a type without a name here: {other}", row.owner, row.name),
    };
    if row.more == "1" { format!("Nullable<{kind}>") } else { kind.to_owned() }
}

fn tables(console: &Console) -> Tables {
    let questions = if console.engine == Engine::Sqlite { SQLITE } else { POSTGRES };
    let mut tables = Tables::new();
    for row in ask(console, questions.columns) {
        tables.entry(row.owner.clone()).or_default().columns.insert(row.name.clone(), column(&row));
    }
    for row in ask(console, questions.defaults) {
        let plain = row.what.split("::").next().unwrap_or_default().to_lowercase();
        tables.entry(row.owner).or_default().defaults.insert(row.name, plain);
    }
    for row in ask(console, questions.indexes) {
        let index = match row.more.as_str() {
            "c" => format!("{} ({})", row.name, row.what),
            kind => format!("{kind} ({})", row.what),
        };
        tables.entry(row.owner).or_default().indexes.insert(index);
    }
    for row in ask(console, questions.references) {
        tables.entry(row.owner).or_default().references.insert(format!("{} → {}.{}", row.name, row.what, row.more));
    }
    tables
}

/// The columns as `schema.rs` has them.
fn written() -> BTreeMap<String, BTreeMap<String, String>> {
    let file = files("src/db", "rs").into_iter().find(|f| f.path == "src/db/schema.rs").expect("the schema");
    let mut tables = BTreeMap::<String, BTreeMap<String, String>>::new();
    let mut table = String::new();
    for line in file.text.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix('{').and_then(|l| l.split_once(" (")) {
            table = name.to_owned();
        } else if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ")
            && !line.contains("joinable")
        {
            tables.entry(table.clone()).or_default().insert(name.to_owned(), kind.to_owned());
        }
    }
    tables
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_have_the_same_tables_and_the_code_knows_them() {
    let (sqlite, postgres) = (Console::start(Engine::Sqlite).await, Console::start(Engine::Postgres).await);
    let (sqlite_tables, postgres_tables) = (tables(&sqlite), tables(&postgres));
    for name in sqlite_tables.keys().chain(postgres_tables.keys()) {
        assert_eq!(sqlite_tables.get(name), postgres_tables.get(name), "SQLite (left) and PostgreSQL (right) differ in {name}");
    }
    assert!(sqlite_tables.len() > 10, "{:?}", sqlite_tables.keys());
    // The questions find something.
    let (users, memberships) = (&sqlite_tables["users"], &sqlite_tables["memberships"]);
    assert!(users.indexes.contains("users_by_name (name_key seq status kind)") && users.indexes.contains("u (email_key)"), "{:?}", users.indexes);
    assert!(memberships.indexes.contains("pk (user_id workspace_id)"), "{:?}", memberships.indexes);
    assert!(memberships.references.contains("role_id → roles.id"), "{:?}", memberships.references);
    assert!(users.defaults.contains_key("last_active_at"), "{:?}", users.defaults);
    let columns: BTreeMap<_, _> = sqlite_tables.into_iter().map(|(name, table)| (name, table.columns)).collect();
    let written = written();
    for name in columns.keys().chain(written.keys()) {
        assert_eq!(columns.get(name), written.get(name), "the database (left) and src/db/schema.rs (right) differ in {name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_compares_every_text_by_its_bytes_as_sqlite_does() {
    let postgres = Console::start(Engine::Postgres).await;
    let question = "SELECT table_name::text AS owner, column_name::text AS name, coalesce(collation_name::text, 'that of the database') AS what, '' AS more \
                    FROM information_schema.columns WHERE table_schema = 'public' AND udt_name = 'text'";
    let rows = ask(&postgres, question);
    assert!(rows.len() > 50);
    let breaches: Vec<_> = rows.iter().filter(|row| row.what != "C").map(|row| format!("{}.{}: {}", row.owner, row.name, row.what)).collect();
    super::assert_none(&breaches);
}

/// Diesel tells migrations apart by what stands before the first `_`: of two with one number it would run one, and say nothing.
#[test]
fn each_migration_has_a_number_of_its_own() {
    for engine in ["migrations/sqlite", "migrations/postgres"] {
        let folders = std::fs::read_dir(engine).expect("the folder").map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
        let mut numbers: Vec<String> = folders.map(|name| name.split('_').next().unwrap_or_default().to_owned()).collect();
        let all = numbers.len();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), all, "{engine}: two migrations share a number");
    }
}
