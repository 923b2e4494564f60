//! Backups: everything the console keeps in one archive that either engine reads, and putting it back into an empty database.
//! The rows are [`crate::db::archive`]'s; what is void after a restoration, and who is told what came back, is said here.

mod archive;
mod queries;
mod review;

use std::io::{Read, Write};

use crate::{
    access::passes::Operator,
    base::{
        clock::Moment,
        secret::{MasterKey, random_bytes},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{Error, account, audit, invites, outbox, setup},
};

pub use archive::{Contents, Manifest};
pub use review::{LISTED, Review, come_back, reviewed};

/// Writes everything into an archive. To be run in a snapshot: all of it is of one moment.
pub fn write(c: &mut Connection, _: Operator, key: &MasterKey, scratch: &std::path::Path, out: impl Write) -> Result<Contents, Error> {
    if setup::is_open(c)? {
        return Err(Error::because("Nothing is set up yet: there is nothing to back up."));
    }
    archive::write(c, key, scratch, out)
}

/// Puts an archive back into an empty database; the first admin of it is signed in by nobody. All of it in the one transaction.
/// `keep`: does with the master key what has to be done before anything is written.
pub fn restore(tx: &mut Tx, _: Operator, from: impl Read, keep: impl FnOnce(&MasterKey) -> Result<(), Error>) -> Result<Contents, Error> {
    if !(setup::is_open(tx)? && queries::is_empty(tx)?) {
        return Err(Error::because("This database holds something already. A backup is restored into an empty one: name another folder or database."));
    }
    let contents = archive::read(tx, from, keep)?;
    settle(tx, contents.manifest.made_at)?;
    Ok(contents)
}

/// What was under way when the backup was made is over: links are void, and no mail goes out a second time.
fn settle(tx: &mut Tx, made_at: Moment) -> Result<(), DbError> {
    // Links sent since the backup was made are of generations that come right after those in it. No two restorations leap alike.
    let leap = i32::from(u16::from_be_bytes(random_bytes())) + (1 << 16);
    outbox::drop_all(tx)?;
    invites::void_all(tx, leap, "the console was restored from a backup, and links from before are void; send it again")?;
    account::void_all(tx)?;
    queries::mark(tx, made_at)?;
    audit::entry("organization.restored").by_whom(audit::By::Operator).fact("made_at", made_at.to_string()).write(tx)
}
