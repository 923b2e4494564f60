//! The password: changing one's own, and a link to choose a new one for who has forgotten it. Nobody chooses another's.

use super::{Kind, RESET_MINUTES, queries};
use crate::{
    access::{
        Permitted,
        need::Confirmed,
        passes::{Anyone, LinkHolder},
        permission::org,
    },
    base::{
        clock,
        ids::{LinkId, UserId},
        password::{Hasher, Password},
        text::EmailAddress,
        token::PasswordReset,
    },
    db::{Database, Origin, Tx},
    domain::{
        Error, audit,
        outbox::{self, NewLetter},
        people,
        sessions::{self, Confirming, Given, SessionToken},
        users::{self, Status, User},
    },
};

/// Changes one's own password, the one of now given along. This session goes on under a new id; the others end, unless they
/// are to be kept.
pub async fn change(
    database: &Database,
    hasher: &Hasher,
    origin: Origin,
    who: Confirming,
    current: String,
    chosen: &Password,
    keep_others: bool,
) -> Result<Given<SessionToken>, Error> {
    let (user, hash) = (who.user().clone(), hasher.hash(chosen).await);
    let given = sessions::with_password(database, hasher, origin, who, current, move |tx, token| {
        let this = sessions::hash_of(token.as_str());
        let ended = if keep_others { 0 } else { sessions::end_others(tx, &user, &this)? };
        users::set_password(tx, &user, &hash)?;
        tell(tx, &user)?;
        audit::entry("password.changed").by(&user).on_user(&user).fact("sessions", ended).write(tx)?;
        let with = match ended {
            0 => String::new(),
            1 => " The other session is over.".to_owned(),
            n => format!(" The {n} other sessions are over."),
        };
        sessions::notice_in(tx, &this, Some(&format!("Your password is changed.{with}")))?;
        Ok(token.clone())
    });
    given.await
}

/// It says so by mail, whoever did it and however.
fn tell(tx: &mut Tx, user: &UserId) -> Result<(), Error> {
    outbox::put(tx, &NewLetter::new(outbox::Kind::PasswordChanged, user))?;
    Ok(())
}

/// How asking for a link ended, as far as anybody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// If there is an account, a mail is on its way.
    Noted,
    /// Too many from here; how many seconds to wait.
    SlowDown(i64),
}

/// Asks for a link to a new password. For an address of nobody, of somebody invited or deactivated the same statements run and
/// find nothing. Somebody who got a few links within the hour gets no more: the last one goes on working.
pub fn ask(tx: &mut Tx, _: Anyone, email: &EmailAddress) -> Result<Asked, Error> {
    let key = email.key();
    let wait = sessions::admit(tx, &sessions::gates_of("throttle reset", &key, &tx.origin.address.clone()))?;
    if wait > 0 {
        return Ok(Asked::SlowDown(wait));
    }
    let known = users::credentials(tx, &key)?.map(|(id, ..)| id);
    let whom = known.clone().unwrap_or_else(UserId::new);
    let whom = if outbox::is_full(tx, &whom, outbox::Kind::Reset)? { UserId::new() } else { whom };
    send(tx, &whom, None)?;
    let entry = audit::entry("password.asked");
    match known {
        Some(user) => entry.on_user(&user),
        None => entry,
    }
    .write(tx)?;
    Ok(Asked::Noted)
}

/// A fresh link; older ones are dead.
fn send(tx: &mut Tx, user: &UserId, by: Option<&UserId>) -> Result<(), Error> {
    let (id, until) = (LinkId::new(), tx.now + clock::minutes(RESET_MINUTES));
    queries::end(tx, user, Kind::Reset)?;
    queries::insert_reset(tx, &id, user, by, until)?;
    outbox::put_link(tx, outbox::Kind::Reset, &id)?;
    Ok(())
}

/// Sends somebody else the link they could ask for themselves. It goes to their address, and only they choose the password.
pub fn start_reset(tx: &mut Tx, may: &Permitted<Confirmed<org::UsersEdit>>, user: &UserId) -> Result<User, Error> {
    if user == may.id() {
        return Err(Error::because("You change your own password under Password and sessions."));
    }
    let target = people::within_reach(tx, may, user)?;
    match target.status {
        Status::Active => {}
        Status::Invited => return Err(Error::stale(format!("{} has no password yet: they choose one when they accept. Resend the invitation.", target.name))),
        _ => return Err(Error::stale(format!("{} is deactivated. Reactivate them first.", target.name))),
    }
    send(tx, user, Some(may.id()))?;
    audit::entry("password.reset_started").by(may.id()).on_user(user).write(tx)?;
    Ok(target)
}

/// The new password, chosen behind the link. Every session ends, also those of whoever knew the old one.
pub fn reset(tx: &mut Tx, pass: LinkHolder<PasswordReset>, hash: &str) -> Result<User, Error> {
    let user = people::find(tx, pass.user())?;
    let ended = sessions::end_all(tx, &user.id)?;
    users::set_password(tx, &user.id, hash)?;
    queries::set_used(tx, pass.link())?;
    // Wrong tries of before the reset do not hold the owner up now.
    sessions::forgive(tx, &sessions::gates(&user.email.to_ascii_lowercase(), &tx.origin.address.clone()))?;
    tell(tx, &user.id)?;
    audit::entry("password.reset").by(&user.id).on_user(&user.id).fact("sessions", ended).write(tx)?;
    Ok(user)
}
