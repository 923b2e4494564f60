//! Deactivating, reactivating, removing.

use super::{an_admin_stays, another_within_reach, queries};
use crate::{
    access::{Permitted, need::Confirmed, permission::org},
    base::ids::UserId,
    db::Tx,
    domain::{
        Error, api_keys, audit, avatars,
        invites::{self, State},
        memberships, sessions, tours,
        users::{self, Status, User},
    },
};

/// Ends every session now; memberships are kept.
pub fn deactivate(tx: &mut Tx, may: &Permitted<Confirmed<org::UsersEdit>>, user: &UserId) -> Result<User, Error> {
    let target = another_within_reach(tx, may, user, "deactivate")?;
    match target.status {
        Status::Active => {}
        Status::Invited => return Err(Error::stale(format!("{} has not accepted yet. Revoke the invitation instead.", target.name))),
        _ => return Err(Error::stale(format!("{} is deactivated already.", target.name))),
    }
    let ended = set(tx, may.id(), &target, Status::Deactivated)?;
    an_admin_stays(tx, &target.name)?;
    audit::entry("user.deactivated")
        .by(may.id())
        .on_user(user)
        .changed("status", target.status.as_ref(), Status::Deactivated.as_ref())
        .fact("sessions", ended)
        .write(tx)?;
    Ok(target)
}

fn set(tx: &mut Tx, by: &UserId, target: &User, status: Status) -> Result<usize, Error> {
    // In the order in which a request that is seen writes them: sessions, then the person. Else each could wait for the other.
    let ended = sessions::end_all(tx, &target.id)?;
    users::set_status(tx, &target.id, status, Some(by))?;
    Ok(ended)
}

/// Lets somebody in again, with the memberships they had.
pub fn reactivate(tx: &mut Tx, may: &Permitted<Confirmed<org::UsersEdit>>, user: &UserId) -> Result<User, Error> {
    let target = another_within_reach(tx, may, user, "reactivate")?;
    if target.status != Status::Deactivated {
        return Err(Error::stale(format!("{} is not deactivated.", target.name)));
    }
    set(tx, may.id(), &target, Status::Active)?;
    audit::entry("user.reactivated").by(may.id()).on_user(user).changed("status", target.status.as_ref(), Status::Active.as_ref()).write(tx)?;
    Ok(target)
}

/// Ends everything somebody has here and deletes what is personal; a tombstone with a pseudonym is left. `typed` is their
/// address, typed to confirm.
pub fn remove(tx: &mut Tx, may: &Permitted<Confirmed<org::UsersDelete>>, user: &UserId, typed: &str) -> Result<(), Error> {
    let target = another_within_reach(tx, may, user, "remove")?;
    if !typed.trim().eq_ignore_ascii_case(&target.email) {
        return Err(Error::Invalid(vec![("email", format!("This is not their address. Type {} to confirm.", target.email))]));
    }
    // The mails first, then the invitation, as the mail worker does: else each could wait for the other.
    queries::delete_traces(tx, user, &target.email.to_ascii_lowercase())?;
    if let Some(invitation) = invites::find_of(tx, user)?.filter(|i| i.state == State::Pending) {
        invites::end(tx, &invitation.id, State::Revoked, Some(may.id()))?;
    }
    let sessions = sessions::end_all(tx, user)?;
    let keys = api_keys::end_all_of(tx, user, may.id())?;
    let memberships = memberships::end_all(tx, user)?;
    avatars::forget(tx, user)?;
    tours::forget(tx, user)?;
    audit::forget(tx, user)?;
    users::bury(tx, user, may.id())?;
    an_admin_stays(tx, &target.name)?;
    audit::entry("user.removed")
        .by(may.id())
        .on_user(user)
        .changed("status", target.status.as_ref(), Status::Removed.as_ref())
        .fact("sessions", sessions)
        .fact("memberships", memberships)
        .fact("keys", keys)
        .write(tx)?;
    Ok(())
}
