//! Where one is signed in, and ending it elsewhere.

use std::{fmt, str::FromStr};

use super::queries;
use crate::{
    access::{Permitted, Refused, need::SignedIn},
    base::{
        clock::{self, Moment},
        secret,
    },
    db::{Connection, Tx},
    domain::{Error, audit, organization},
};

/// What a session is called in an address: neither its id nor what is stored of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionMark(String);

const LETTERS: usize = 32;

impl SessionMark {
    fn of(hash: &str) -> Self {
        Self(secret::fingerprint("session mark", hash.as_bytes())[..LETTERS].to_owned())
    }
}

impl FromStr for SessionMark {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let good = text.len() == LETTERS && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if good { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

impl fmt::Display for SessionMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A session as its person sees it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub mark: SessionMark,
    /// As the browser names itself.
    pub browser: String,
    pub address: String,
    pub since: Moment,
    pub seen_at: Moment,
    /// The one the page is asked for in.
    pub this: bool,
}

/// One's own sessions: this one, then the others, the one used last before the rest.
pub fn of_oneself(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<Vec<Listed>, Error> {
    let mut all: Vec<Listed> = rows(c, may)?.into_iter().map(|(_, listed)| listed).collect();
    all.sort_by_key(|listed| !listed.this);
    Ok(all)
}

fn rows(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<Vec<(String, Listed)>, Error> {
    let own = &may.session().ok_or(Refused::NotSignedIn)?.hash;
    let lifetimes = organization::load(c)?;
    let now = clock::now();
    let (began, used) = (now - clock::hours(lifetimes.session_max_hours.into()), now - clock::hours(lifetimes.session_idle_hours.into()));
    let listed = |(hash, since, seen_at, address, browser): queries::Row| {
        let this = hash == *own;
        let listed = Listed { mark: SessionMark::of(&hash), browser, address, since, seen_at, this };
        (hash, listed)
    };
    Ok(queries::of(c, may.id(), began, used)?.into_iter().map(listed).collect())
}

/// Ends one of one's other sessions. `false`: it had ended already, or never was.
pub fn end(tx: &mut Tx, may: &Permitted<SignedIn>, mark: &SessionMark) -> Result<bool, Error> {
    let Some((hash, _)) = rows(tx, may)?.into_iter().find(|(_, listed)| listed.mark == *mark && !listed.this) else { return Ok(false) };
    queries::delete(tx, &hash)?;
    audit::entry("session.ended_elsewhere").by(may.id()).on_user(may.id()).fact("sessions", 1).write(tx)?;
    Ok(true)
}

/// Ends all of them but the one this is asked in. Says how many there were.
pub fn end_all_others(tx: &mut Tx, may: &Permitted<SignedIn>) -> Result<usize, Error> {
    let own = may.session().ok_or(Refused::NotSignedIn)?.hash.clone();
    let ended = queries::delete_others(tx, may.id(), &own)?;
    if ended > 0 {
        audit::entry("session.ended_elsewhere").by(may.id()).on_user(may.id()).fact("sessions", ended).write(tx)?;
    }
    Ok(ended)
}
