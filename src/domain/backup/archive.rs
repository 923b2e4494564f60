//! The archive: a gzipped tar of a manifest, the master key, one file of JSON Lines a table, and at its end how many rows each
//! has, so that one that was cut off is told from a whole one.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, BufWriter, Read, Seek as _, Write},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use tar::{Builder, Entry, EntryType, Header};

use crate::{
    base::{
        clock::{self, Moment},
        secret::MasterKey,
    },
    db::{
        Connection, Database, Error as DbError, Tx,
        archive::{Stop, TABLES},
        dialect,
    },
    domain::{Error, organization},
};

/// How the archive is laid out. Another number: it is not for this release.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const KEY: &str = "master.key";
const ROWS: &str = "rows.json";
/// More than a small file of an archive ever has, in bytes.
const SMALL: u64 = 64 * 1024;

/// What stands at the beginning of an archive.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The release that made it.
    pub release: String,
    /// The newest migration of its database.
    schema: String,
    pub made_at: Moment,
    pub organization: String,
}

/// What an archive holds.
#[derive(Debug)]
pub struct Contents {
    pub manifest: Manifest,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
}

pub(super) fn write(c: &mut Connection, key: &MasterKey, scratch: &Path, out: impl Write) -> Result<Contents, Error> {
    let (schema, known) = Database::schema(c)?;
    if schema != known {
        return Err(Error::because(format!(
            "The database has the schema of another release ({schema}; this one has {known}). Make the backup with the release that runs."
        )));
    }
    let organization = organization::load(c)?.name;
    let manifest = Manifest { format: FORMAT, release: env!("CARGO_PKG_VERSION").into(), schema, made_at: clock::now(), organization };
    let mut tar = Builder::new(GzEncoder::new(out, Compression::fast()));
    append(&mut tar, MANIFEST, &json(&manifest))?;
    append(&mut tar, KEY, STANDARD.encode(key.bytes()).as_bytes())?;
    let mut rows = BTreeMap::new();
    for table in TABLES {
        // A tar says how long a file is before it begins.
        let mut file = tempfile::tempfile_in(scratch).map_err(unwritten)?;
        let mut lines = BufWriter::new(&mut file);
        let n = table.write(c, &mut lines).map_err(|e| stopped(table.name, e))?;
        lines.flush().map_err(unwritten)?;
        drop(lines);
        let length = file.stream_position().map_err(unwritten)?;
        file.rewind().map_err(unwritten)?;
        tar.append_data(&mut header(length), format!("{}.jsonl", table.name), file).map_err(unwritten)?;
        rows.insert(table.name.to_owned(), n);
    }
    append(&mut tar, ROWS, &json(&rows))?;
    let mut out = tar.into_inner().and_then(GzEncoder::finish).map_err(unwritten)?;
    out.flush().map_err(unwritten)?;
    Ok(Contents { manifest, rows })
}

pub(super) fn read(tx: &mut Tx, from: impl Read, keep: impl FnOnce(&MasterKey) -> Result<(), Error>) -> Result<Contents, Error> {
    let mut tar = tar::Archive::new(GzDecoder::new(BufReader::new(from)));
    let mut files = tar.entries().map_err(unreadable)?;
    let mut next = |name: &str| match files.next() {
        Some(Ok(file)) if file.header().entry_type() == EntryType::Regular && file.path_bytes() == name.as_bytes() => Ok(file),
        Some(Ok(_)) => Err(Error::because(format!("This is not a backup of noxus-console: where {name} should be there is something else."))),
        Some(Err(e)) => Err(unreadable(e)),
        None => Err(Error::because("The backup is not whole: its end is missing. Nothing was restored.")),
    };
    let manifest: Manifest = small(next(MANIFEST)?, MANIFEST)?;
    let (_, known) = Database::schema(tx)?;
    if manifest.format != FORMAT || manifest.schema != known {
        return Err(Error::because(format!(
            "The backup was made by release {} with schema {}, and this one has schema {known}. Restore it with the release that made it, then upgrade.",
            manifest.release, manifest.schema
        )));
    }
    let mut text = String::new();
    next(KEY)?.take(SMALL).read_to_string(&mut text).map_err(unreadable)?;
    let key = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok()).map(MasterKey::new);
    keep(&key.ok_or_else(|| Error::because("The backup’s master key cannot be read. Nothing was restored."))?)?;
    dialect::defer_references(tx).map_err(DbError::from)?;
    for table in TABLES.iter().rev() {
        table.clear(tx)?;
    }
    let mut rows = BTreeMap::new();
    for table in TABLES {
        let file = next(&format!("{}.jsonl", table.name))?;
        let n = table.read(tx, &mut BufReader::new(file)).map_err(|e| stopped(table.name, e))?;
        rows.insert(table.name.to_owned(), n);
    }
    dialect::count_on(tx).map_err(DbError::from)?;
    let counted: BTreeMap<String, u64> = small(next(ROWS)?, ROWS)?;
    // To the very end, where the checksum is.
    let rest = files.next().is_some();
    let mut gzip = BufReader::new(tar.into_inner());
    let ended = loop {
        match gzip.fill_buf() {
            Ok([]) => break Ok(()),
            Ok(more) => {
                let n = more.len();
                gzip.consume(n);
            }
            Err(e) => break Err(unreadable(e)),
        }
    };
    ended?;
    if rest || counted != rows {
        return Err(Error::because("The backup is not whole: its files do not hold what its end says. Nothing was restored."));
    }
    Ok(Contents { manifest, rows })
}

fn append(tar: &mut Builder<impl Write>, name: &str, bytes: &[u8]) -> Result<(), Error> {
    tar.append_data(&mut header(bytes.len() as u64), name, bytes).map_err(unwritten)
}

fn header(length: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    header
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain values are JSON")
}

fn small<T: serde::de::DeserializeOwned>(file: Entry<impl Read>, name: &str) -> Result<T, Error> {
    let mut bytes = Vec::new();
    file.take(SMALL).read_to_end(&mut bytes).map_err(unreadable)?;
    serde_json::from_slice(&bytes).map_err(|e| Error::because(format!("This is not a backup that can be read: {name}: {e}. Nothing was restored.")))
}

fn stopped(table: &str, e: Stop) -> Error {
    match e {
        Stop::Database(e) => Error::Database(e),
        other => Error::because(format!("{table}.jsonl: {other}.")),
    }
}

fn unwritten(e: std::io::Error) -> Error {
    Error::because(format!("The backup cannot be written: {e}."))
}

fn unreadable(e: std::io::Error) -> Error {
    Error::because(format!("The backup cannot be read: {e}. Nothing was restored."))
}
