//! Queries written as text, for lists whose every order has to be one walk along an index.
//!
//! Values are bound in the order they stand in the text, each once: SQLite numbers `$n` by first appearance.

use diesel::{
    QueryableByName, RunQueryDsl as _,
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::{BigInt, Bool, Text, Timestamp},
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
}

impl Query {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
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
            self.text(value);
        }
        self.push(")")
    }

    /// A row of values in brackets, after a comma where it is not the first; `None` is NULL. For `INSERT` of several at once.
    pub fn row(&mut self, first: bool, values: impl IntoIterator<Item = Option<Value>>) -> &mut Self {
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
        Ok(self.bound().execute(c)?)
    }

    pub fn load<T: QueryableByName<Backend> + 'static>(self, c: &mut Connection) -> Result<Vec<T>, Error> {
        Ok(self.bound().load(c)?)
    }

    fn bound(self) -> BoxedSqlQuery<'static, Backend, SqlQuery> {
        let mut query = sql_query(self.text).into_boxed::<Backend>();
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind::<Text, _>(text),
                Value::Number(n) => query.bind::<BigInt, _>(n),
                Value::Moment(at) => query.bind::<Timestamp, _>(at),
                Value::Flag(flag) => query.bind::<Bool, _>(flag),
            };
        }
        query
    }
}

type Backend = <Connection as diesel::Connection>::Backend;
