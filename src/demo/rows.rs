//! Rows in bulk, as SQL text. Only for what the sample makes up itself: nothing that a person typed comes this way.

use crate::{
    base::clock::Moment,
    db::{Connection, Error, dialect},
};

/// How much text is sent at a time, in bytes.
const ENOUGH: usize = 400_000;

/// A value of a row.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    Text(&'a str),
    Number(i64),
    At(Moment),
    Null,
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<Moment> for Value<'_> {
    fn from(at: Moment) -> Self {
        Self::At(at)
    }
}

impl From<i64> for Value<'_> {
    fn from(n: i64) -> Self {
        Self::Number(n)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Rows of one table that were not sent yet.
pub struct Rows {
    head: String,
    text: String,
}

impl Rows {
    pub fn of(table: &str, columns: &str) -> Self {
        Self { head: format!("INSERT INTO {table} ({columns}) VALUES "), text: String::new() }
    }

    pub fn add(&mut self, c: &mut Connection, values: &[Value]) -> Result<(), Error> {
        self.text.push_str(if self.text.is_empty() { "(" } else { ",\n(" });
        for (n, value) in values.iter().enumerate() {
            if n > 0 {
                self.text.push(',');
            }
            push(&mut self.text, *value);
        }
        self.text.push(')');
        if self.text.len() > ENOUGH { self.send(c) } else { Ok(()) }
    }

    /// Sends what is left.
    pub fn send(&mut self, c: &mut Connection) -> Result<(), Error> {
        if !self.text.is_empty() {
            dialect::run(c, &format!("{}{}", self.head, self.text)).map_err(Error::from)?;
            self.text.clear();
        }
        Ok(())
    }
}

fn push(out: &mut String, value: Value) {
    use std::fmt::Write as _;
    let written = match value {
        Value::Null => write!(out, "NULL"),
        Value::Number(n) => write!(out, "{n}"),
        // As diesel writes it on SQLite, where moments are compared as text.
        Value::At(at) => write!(out, "'{}'", at.format("%F %T%.f")),
        Value::Text(text) => {
            assert!(!text.contains(['\\', '\0']), "the sample holds no such text");
            write!(out, "'{}'", text.replace('\'', "''"))
        }
    };
    written.expect("a text takes more text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stay_inside() {
        let mut out = String::new();
        push(&mut out, Value::Text("O'Hara'); DROP TABLE users; --"));
        assert_eq!(out, "'O''Hara''); DROP TABLE users; --'");
    }
}
