//! Queries written as text, for lists whose every order has to be one walk along an index.
//!
//! Values are bound in the order they stand in the text, each once: SQLite numbers `$n` by first appearance.

use std::marker::PhantomData;

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl,
    backend::Backend,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType, Text, Timestamp, Untyped},
    sqlite::Sqlite,
};

use super::{Connection, Error, dialect, load::Load as _};
use crate::base::clock::Moment;

pub enum Value {
    Text(String),
    Number(i64),
    Moment(Moment),
    Flag(bool),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A query being written: its text, and the values in the order they stand there.
pub struct Query {
    pub text: String,
    pub values: Vec<Value>,
    /// Its text is one of very many, so that none of them is worth keeping prepared.
    varies: bool,
}

/// How long lists of values in brackets are in statements that are kept prepared: others are made so long by saying the last once
/// more, the longest vary.
const LENGTHS: [usize; 5] = [1, 4, 16, 64, 128];

impl Query {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new(), varies: false }
    }

    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub fn bind(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        let n = self.values.len();
        self.push(&format!("${n}"))
    }

    pub fn text(&mut self, value: &str) -> &mut Self {
        self.bind(Value::Text(value.to_owned()))
    }

    /// Values in brackets and parted by commas, as `IN` takes them; at least one.
    pub fn texts<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) -> &mut Self {
        let mut values: Vec<&str> = values.into_iter().collect();
        match (LENGTHS.iter().find(|length| **length >= values.len()), values.last().copied()) {
            (Some(length), Some(last)) => values.resize(*length, last),
            _ => self.varies = true,
        }
        for (n, value) in values.into_iter().enumerate() {
            self.push(if n == 0 { "(" } else { ", " }).text(value);
        }
        self.push(")")
    }

    /// Texts, each once, as rows to select from: `each`, whose one column is `value`.
    pub fn each(&mut self, c: &Connection, mut texts: Vec<&str>) -> &mut Self {
        texts.sort_unstable();
        texts.dedup();
        let (before, after) = dialect::each(dialect::engine_of(c));
        let list = serde_json::to_string(&texts).expect("texts can be written");
        self.push(before).bind(Value::Text(list)).push(after)
    }

    /// A row of values in brackets, after a comma where it is not the first; `None` is NULL. For `INSERT` of several at once.
    pub fn row(&mut self, first: bool, values: impl IntoIterator<Item = Option<Value>>) -> &mut Self {
        self.varies = true;
        self.push(if first { " (" } else { ", (" });
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                self.push(", ");
            }
            match value {
                Some(value) => self.bind(value),
                None => self.push("NULL"),
            };
        }
        self.push(")")
    }

    /// Says how many rows it was.
    pub fn execute(self, c: &mut Connection) -> Result<usize, Error> {
        Ok(match c {
            Connection::Sqlite(c) => RunQueryDsl::execute(self, c)?,
            Connection::Postgres(c) => RunQueryDsl::execute(self, c)?,
        })
    }

    /// Rows by their place: faster than by name, where there are many.
    pub fn rows_of<ST, T>(self, c: &mut Connection) -> Result<Vec<T>, Error>
    where
        Typed<ST>: for<'query> super::load::Load<'query, T>,
    {
        Typed { query: self, row: PhantomData }.rows(c)
    }

    /// The one number of a query that counts.
    pub fn number(self, c: &mut Connection) -> Result<i64, Error> {
        Ok(self.rows_of::<BigInt, i64>(c)?.first().copied().unwrap_or_default())
    }

    /// How the engine goes about it, on SQLite.
    #[cfg(test)]
    pub fn plan(mut self, c: &mut Connection) -> Vec<String> {
        use diesel::sql_types::Integer;
        self.text.insert_str(0, "EXPLAIN QUERY PLAN ");
        let steps = self.rows_of::<(Integer, Integer, Integer, Text), (i32, i32, i32, String)>(c).expect("a plan");
        steps.into_iter().map(|(.., step)| step).collect()
    }

    pub fn load<T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static>(self, c: &mut Connection) -> Result<Vec<T>, Error> {
        self.rows(c)
    }
}

/// Not diesel's own query of text: that one is prepared anew each time, which takes longer than a page of a list.
impl<DB: Backend> QueryFragment<DB> for Query
where
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    Moment: ToSql<Timestamp, DB>,
    bool: ToSql<Bool, DB>,
    DB: HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Timestamp> + HasSqlType<Bool>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.varies {
            out.unsafe_to_cache_prepared();
        }
        let mut rest = self.text.as_str();
        for (n, value) in self.values.iter().enumerate() {
            let (before, after) = at_value(rest, n + 1).expect("each value stands in the text");
            out.push_sql(before);
            match value {
                Value::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Value::Number(n) => out.push_bind_param::<BigInt, _>(n)?,
                Value::Moment(at) => out.push_bind_param::<Timestamp, _>(at)?,
                Value::Flag(flag) => out.push_bind_param::<Bool, _>(flag)?,
            }
            rest = after;
        }
        out.push_sql(rest);
        Ok(())
    }
}

/// What stands before `$n` and after it. PostgreSQL may be told of an earlier one again.
fn at_value(text: &str, n: usize) -> Option<(&str, &str)> {
    text.match_indices('$').find_map(|(at, _)| {
        let after = text[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit());
        let number = &text[at + 1..text.len() - after.len()];
        (number.parse() == Ok(n)).then_some((&text[..at], after))
    })
}

/// A query, and what its rows consist of.
pub struct Typed<ST> {
    query: Query,
    row: PhantomData<fn() -> ST>,
}

impl<DB: Backend, ST> QueryFragment<DB> for Typed<ST>
where
    Query: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }
}

impl<ST> QueryId for Typed<ST> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> diesel::query_builder::Query for Typed<ST> {
    type SqlType = ST;
}

impl<C, ST> RunQueryDsl<C> for Typed<ST> {}

impl QueryId for Query {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl diesel::query_builder::Query for Query {
    type SqlType = Untyped;
}

impl<C> RunQueryDsl<C> for Query {}
