//! Being signed in. The act writes the session's row in its own transaction, with status and password checked again there;
//! the cookie only carries the id of a row that is written already.

mod open;
mod queries;
mod throttle;

use crate::{
    access::{
        Permitted,
        need::{Need, SignedIn},
        passes::Anyone,
    },
    base::{
        clock,
        ids::{UserId, WorkspaceId},
        password::{Hasher, Verdict},
        secret,
        text::EmailAddress,
    },
    db::{Connection, Database, Error as DbError, Origin, Tx},
    domain::{
        Error, audit, organization,
        users::{self, Status},
    },
};

pub use open::{Listed, SessionMark, end, end_all_others, of_oneself};
pub(in crate::domain) use throttle::{admit, forgive, gates, gates_of};

/// What the cookie carries: 256 random bits. The database holds only their hash.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is stored of a session id.
pub fn hash_of(token: &str) -> String {
    secret::fingerprint("session", token.as_bytes())
}

/// How a sign-in ended.
pub enum SignIn {
    In(SessionToken),
    /// Wrong password, unknown address, deactivated or merely invited: one answer.
    NotRight,
    /// Too many wrong tries; how many seconds to wait.
    SlowDown(i64),
}

/// Signs in. Every path does the same work: one lookup, one hash, one row.
pub async fn sign_in(database: &Database, hasher: &Hasher, origin: Origin, _pass: Anyone, email: &str, password: String) -> Result<SignIn, Error> {
    let key = EmailAddress::parse(email).map(|e| e.key()).unwrap_or_default();
    let gates = throttle::gates(&key, &origin.address);
    // Counted before the work and forgiven after it: tries made side by side are all counted.
    let (known, wait) = {
        let (key, gates) = (key.clone(), gates.clone());
        database.write(origin.clone(), move |tx| Ok::<_, Error>((users::credentials(tx, &key)?, throttle::admit(tx, &gates)?))).await?
    };
    if wait > 0 {
        return Ok(SignIn::SlowDown(wait));
    }
    let stored = known.as_ref().and_then(|(_, _, password)| password.clone());
    let verdict = hasher.verify(password.clone(), stored.clone()).await;
    let renewed = match verdict {
        Verdict::Right { outdated: true } => Some(hasher.rehash(password).await),
        _ => None,
    };
    database
        .write(origin, move |tx| match (known, verdict) {
            (Some((user, _, _)), Verdict::Right { .. }) => {
                // The row is read again under the lock: a deactivation or a new password in between wins.
                let now = users::credentials(tx, &key)?;
                match now {
                    Some((id, Status::Active, password)) if id == user && password == stored => {}
                    _ => return fail(tx, Some(&user)),
                }
                if let Some(hash) = renewed {
                    users::set_rehashed(tx, &user, &hash)?;
                }
                throttle::forgive(tx, &gates)?;
                let token = open(tx, &user)?;
                audit::entry("session.started").by(&user).on_user(&user).write(tx)?;
                Ok(SignIn::In(token))
            }
            (known, _) => fail(tx, known.as_ref().map(|(user, _, _)| user)),
        })
        .await
}

fn fail(tx: &mut Tx, user: Option<&UserId>) -> Result<SignIn, Error> {
    let entry = audit::entry("session.refused");
    match user {
        Some(user) => entry.on_user(user),
        None => entry,
    }
    .write(tx)?;
    Ok(SignIn::NotRight)
}

/// Writes the row of a new session of somebody who is active, and returns its id.
pub(in crate::domain) fn open(tx: &mut Tx, user: &UserId) -> Result<SessionToken, DbError> {
    let token = SessionToken(secret::random_token());
    queries::insert(tx, &hash_of(token.as_str()), user)?;
    users::was_active(tx, user)?;
    Ok(token)
}

/// Ends the session a browser has let go of, if it still lives.
pub fn drop_row(tx: &mut Tx, hash: &str) -> Result<(), DbError> {
    queries::delete(tx, hash)
}

/// Signs out: the row is gone, and with it whatever the cookie could do.
pub fn sign_out(tx: &mut Tx, may: &Permitted<SignedIn>) -> Result<(), Error> {
    if let Some(session) = may.session() {
        queries::delete(tx, &session.hash)?;
    }
    audit::entry("session.ended").by(may.id()).on_user(may.id()).write(tx)?;
    Ok(())
}

/// Whose password is given again, in which session.
pub struct Confirming {
    session: String,
    user: UserId,
    email: String,
}

impl Confirming {
    /// `None`: this is no session.
    pub fn of(may: &Permitted<SignedIn>) -> Option<Self> {
        Some(Self { session: may.session()?.hash.clone(), user: may.id().clone(), email: may.actor().email.clone() })
    }

    pub(in crate::domain) fn user(&self) -> &UserId {
        &self.user
    }
}

/// How an act ended that takes the password along.
pub enum Given<T> {
    Done(T),
    NotRight,
    /// Too many wrong tries; how many seconds to wait.
    SlowDown(i64),
}

/// Runs an act for which the password is given along with it, under the lock, if it is right. The session goes on under a new
/// id, which the act is told.
pub(in crate::domain) async fn with_password<T: Send + 'static>(
    database: &Database,
    hasher: &Hasher,
    origin: Origin,
    who: Confirming,
    password: String,
    act: impl FnOnce(&mut Tx, &SessionToken) -> Result<T, Error> + Send + 'static,
) -> Result<Given<T>, Error> {
    let Confirming { session: hash, user, email } = who;
    let gates = throttle::gates(&email.to_ascii_lowercase(), &origin.address);
    let (stored, wait) = {
        let (user, gates) = (user.clone(), gates.clone());
        database.write(origin.clone(), move |tx| Ok::<_, Error>((users::password_of(tx, &user)?, throttle::admit(tx, &gates)?))).await?
    };
    if wait > 0 {
        return Ok(Given::SlowDown(wait));
    }
    let right = matches!(hasher.verify(password, stored.clone()).await, Verdict::Right { .. });
    database
        .write(origin, move |tx| {
            if !right || users::password_of(tx, &user)? != stored {
                fail(tx, Some(&user))?;
                return Ok(Given::NotRight);
            }
            throttle::forgive(tx, &gates)?;
            let token = SessionToken(secret::random_token());
            // It ended meanwhile, or its person was shut out.
            if !queries::renew(tx, &hash, &hash_of(token.as_str()))? {
                return Ok(Given::NotRight);
            }
            act(tx, &token).map(Given::Done)
        })
        .await
}

/// The password given again. The session goes on under a new id.
pub async fn confirm(database: &Database, hasher: &Hasher, origin: Origin, who: Confirming, password: String) -> Result<SignIn, Error> {
    let user = who.user.clone();
    let given = with_password(database, hasher, origin, who, password, move |tx, token| {
        audit::entry("session.confirmed").by(&user).on_user(&user).write(tx)?;
        Ok(token.clone())
    });
    Ok(match given.await? {
        Given::Done(token) => SignIn::In(token),
        Given::NotRight => SignIn::NotRight,
        Given::SlowDown(seconds) => SignIn::SlowDown(seconds),
    })
}

/// For an act that only in some cases is sensitive: refuses with [`Error::Unconfirmed`] if the password was not given lately.
pub(in crate::domain) fn require_confirmed<N: Need>(may: &Permitted<N>) -> Result<(), Error> {
    if may.is_confirmed() { Ok(()) } else { Err(Error::Unconfirmed) }
}

/// Ends every session of a user. Part of deactivating, removing and changing a password.
pub(in crate::domain) fn end_all(tx: &mut Tx, user: &UserId) -> Result<usize, DbError> {
    queries::delete_of(tx, user)
}

/// Ends every session of a user but the one with this id.
pub(in crate::domain) fn end_others(tx: &mut Tx, user: &UserId, kept: &str) -> Result<usize, DbError> {
    queries::delete_others(tx, user, kept)
}

/// How many sessions of a user live.
pub fn count(c: &mut Connection, user: &UserId) -> Result<i64, DbError> {
    queries::count(c, user)
}

/// Notes that a session was used, at most once a minute; keeps where, and forgets a notice that was shown.
pub fn seen(tx: &mut Tx, session: &str, user: &UserId) -> Result<(), DbError> {
    queries::seen(tx, session)?;
    users::was_active(tx, user)
}

/// Puts a sentence on the actor's next page.
pub fn notice<N: Need>(tx: &mut Tx, may: &Permitted<N>, text: &str) -> Result<(), DbError> {
    match may.session() {
        Some(session) => notice_in(tx, &session.hash, Some(text)),
        None => Ok(()),
    }
}

/// [`notice`] with a link at its end: the next thing one may want to do.
pub fn notice_with_link<N: Need>(tx: &mut Tx, may: &Permitted<N>, text: &str, label: &str, href: &str) -> Result<(), DbError> {
    notice(tx, may, &with_link(text, label, href))
}

/// How a notice with a link is kept.
pub fn with_link(text: &str, label: &str, href: &str) -> String {
    format!("{text}\t{label}\t{href}")
}

/// Puts a sentence on the next page of a session, or takes it away.
pub fn notice_in(tx: &mut Tx, session: &str, text: Option<&str>) -> Result<(), DbError> {
    queries::set_notice(tx, session, text)
}

/// Remembers the workspace one is in.
pub fn enter(tx: &mut Tx, session: &str, workspace: &WorkspaceId) -> Result<(), DbError> {
    queries::set_workspace(tx, session, workspace)
}

/// No session remembers a workspace that is deleted.
pub(in crate::domain) fn forget_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<(), DbError> {
    queries::forget_workspace(tx, workspace)
}

/// Deletes sessions that the organization's lifetimes have ended, and counts of failures that are over.
pub fn sweep(tx: &mut Tx) -> Result<(), DbError> {
    let lifetimes = organization::load(tx)?;
    let now = tx.now;
    queries::delete_older(tx, now - clock::hours(lifetimes.session_max_hours.into()), now - clock::hours(lifetimes.session_idle_hours.into()))?;
    throttle::sweep(tx)
}
