//! Queries written as text, for lists whose every order has to be one walk along an index.
//!
//! Values are bound in the order they stand in the text, each once: SQLite numbers `$n` by first appearance.

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Text, Timestamp, Untyped},
};

use super::{Connection, Error};
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

/// The longest list of values in brackets for which a statement is kept prepared.
const KEPT: usize = 8;

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
        self.push("(");
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                self.push(", ");
            }
            self.varies |= n >= KEPT;
            self.text(value);
        }
        self.push(")")
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
        Ok(RunQueryDsl::execute(self, c)?)
    }

    pub fn load<T: QueryableByName<Backend> + 'static>(self, c: &mut Connection) -> Result<Vec<T>, Error> {
        Ok(RunQueryDsl::load(self, c)?)
    }
}

type Backend = <Connection as diesel::Connection>::Backend;

/// Not diesel's own query of text: that one is prepared anew each time, which takes longer than a page of a list.
impl QueryFragment<Backend> for Query {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        if self.varies {
            out.unsafe_to_cache_prepared();
        }
        let mut rest = self.text.as_str();
        for (n, value) in self.values.iter().enumerate() {
            let (before, after) = rest.split_once(&format!("${}", n + 1)).expect("each value stands in the text");
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

impl QueryId for Query {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl diesel::query_builder::Query for Query {
    type SqlType = Untyped;
}

impl RunQueryDsl<Connection> for Query {}
