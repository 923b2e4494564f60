//! Every table as lines of JSON, one row each, the same from both engines: what a backup is made of. The columns stand in
//! [`tables`]; what a restored row then means is the nouns' to say.

mod tables;

use std::{
    fmt,
    io::{self, BufRead, Write},
};

use diesel::QueryResult;
use serde::{Serialize, de::DeserializeOwned};

use super::{Connection, Error};

pub use tables::{LEFT_OUT, TABLES};

/// One table: its name, and how its rows are written down and read back.
pub struct Table {
    pub name: &'static str,
    write: fn(&mut Connection, &mut dyn Write) -> Result<u64, Stop>,
    read: fn(&mut Connection, &mut dyn BufRead) -> Result<u64, Stop>,
    clear: fn(&mut Connection) -> Result<(), Error>,
}

/// Why a table was not written down or read back.
#[derive(Debug)]
pub enum Stop {
    Database(Error),
    Io(io::Error),
    /// The line, from 1, and what is wrong with it.
    Line(u64, String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(e) => e.fmt(f),
            Self::Io(e) => e.fmt(f),
            Self::Line(n, why) => write!(f, "line {n}: {why}"),
        }
    }
}

impl From<Error> for Stop {
    fn from(e: Error) -> Self {
        Self::Database(e)
    }
}

impl From<diesel::result::Error> for Stop {
    fn from(e: diesel::result::Error) -> Self {
        Self::Database(e.into())
    }
}

impl From<io::Error> for Stop {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

impl Table {
    /// Writes every row as a line, as it is read: memory does not grow with the table. Returns how many.
    pub fn write(&self, c: &mut Connection, out: &mut dyn Write) -> Result<u64, Stop> {
        (self.write)(c, out)
    }

    /// Puts every line back as a row. Returns how many.
    pub fn read(&self, c: &mut Connection, lines: &mut dyn BufRead) -> Result<u64, Stop> {
        (self.read)(c, lines)
    }

    /// Deletes every row, such as those that a new database begins with.
    pub fn clear(&self, c: &mut Connection) -> Result<(), Error> {
        (self.clear)(c)
    }
}

fn write_lines<R: Serialize>(rows: impl Iterator<Item = QueryResult<R>>, out: &mut dyn Write) -> Result<u64, Stop> {
    let mut n = 0;
    for row in rows {
        serde_json::to_writer(&mut *out, &row?).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        n += 1;
    }
    Ok(n)
}

/// Reads lines in batches that are small in rows (PostgreSQL takes some 65,000 values in a statement) and in bytes.
fn read_lines<R: DeserializeOwned>(lines: &mut dyn BufRead, mut insert: impl FnMut(&[R]) -> QueryResult<usize>) -> Result<u64, Stop> {
    const ROWS: usize = 500;
    const BYTES: usize = 1 << 20;
    let (mut n, mut batch, mut bytes, mut line) = (0, Vec::with_capacity(ROWS), 0, String::new());
    loop {
        line.clear();
        let more = lines.read_line(&mut line)? > 0;
        if more {
            n += 1;
            bytes += line.len();
            batch.push(serde_json::from_str(&line).map_err(|e| Stop::Line(n, e.to_string()))?);
        }
        if !batch.is_empty() && (!more || batch.len() == ROWS || bytes > BYTES) {
            insert(&batch)?;
            batch.clear();
            bytes = 0;
        }
        if !more {
            return Ok(n);
        }
    }
}

/// Bytes in a line of JSON.
mod base64 {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}
