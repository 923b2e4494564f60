//! The address: asking for another one, taking it from its own mailbox, and undoing that from the old one.

use super::{ADDRESS_HOURS, Kind, UNDO_DAYS, queries};
use crate::{
    access::{
        OrgPermission, Permitted,
        need::{Confirmed, SignedIn},
        passes::LinkHolder,
    },
    base::{
        clock,
        text::EmailAddress,
        token::{AddressChange, AddressUndo},
    },
    db::Tx,
    domain::{Error, audit, organization, outbox, people, sessions, users},
};

fn problem(why: String) -> Error {
    Error::Invalid(vec![("email", why)])
}

/// Asks for another address of one's own: a link goes to it, older ones are dead. Whether somebody has it already is told to
/// those alone who may see people; for the others nothing is sent then, and the answer is the same.
pub fn ask_address(tx: &mut Tx, may: &Permitted<Confirmed<SignedIn>>, email: &EmailAddress) -> Result<(), Error> {
    let me = people::find(tx, may.id())?;
    if email.as_str().eq_ignore_ascii_case(&me.email) {
        return Err(problem("This is your address already.".into()));
    }
    is_allowed(tx, email)?;
    if may.organization().has(OrgPermission::UsersRead)
        && let Some(other) = users::find_by_email(tx, email)?
    {
        return Err(problem(format!("{} has this address already.", other.name)));
    }
    if outbox::is_full(tx, &me.id, outbox::Kind::Address)? {
        return Err(problem("You asked for several addresses within the hour. Wait an hour, then try again.".into()));
    }
    let (password_at, until) = (users::password_chosen_at(tx, &me.id)?, tx.now + clock::hours(ADDRESS_HOURS));
    queries::end(tx, &me.id, Kind::Address)?;
    let link = queries::insert(tx, Kind::Address, &me.id, email.as_str(), &me.email, password_at, until)?;
    outbox::put_link(tx, outbox::Kind::Address, &link)?;
    audit::entry("address.asked").by(&me.id).on_user(&me.id).personal(&me.id, "email", Some(&me.email), Some(email.as_str())).write(tx)?;
    Ok(())
}

/// Keeps the address: the link to another one, if one works, opens nothing any more. Says where that one went.
pub fn withdraw_address(tx: &mut Tx, may: &Permitted<SignedIn>) -> Result<Option<String>, Error> {
    let Some((to, _)) = super::pending_address(tx, may.id())? else { return Ok(None) };
    queries::end(tx, may.id(), Kind::Address)?;
    audit::entry("address.withdrawn").by(may.id()).on_user(may.id()).personal(may.id(), "email", Some(&to), None).write(tx)?;
    Ok(Some(to))
}

fn is_allowed(tx: &mut Tx, email: &EmailAddress) -> Result<(), Error> {
    let organization = organization::load(tx)?;
    if organization.allows(email) {
        return Ok(());
    }
    Err(problem(format!("{} takes only addresses of {}.", organization.name, organization.allowed_domains.join(", "))))
}

/// Takes the address whose mailbox the link was in. The account must be signed in too: a mistyped address is somebody else's
/// mailbox. The old address is told, with a way to undo it. Says the new address.
pub fn change_address(tx: &mut Tx, may: &Permitted<SignedIn>, pass: &LinkHolder<AddressChange>) -> Result<String, Error> {
    if may.id() != pass.user() {
        return Err(Error::NotFound);
    }
    let me = people::find(tx, may.id())?;
    let email = free(tx, pass.link())?;
    is_allowed(tx, &email)?;
    users::set_email(tx, &me.id, &email)?;
    queries::set_used(tx, pass.link())?;
    let until = tx.now + clock::days(UNDO_DAYS);
    let undo = queries::insert(tx, Kind::Undo, &me.id, &me.email, email.as_str(), None, until)?;
    outbox::put_link(tx, outbox::Kind::AddressChanged, &undo)?;
    audit::entry("address.changed").by(&me.id).on_user(&me.id).personal(&me.id, "email", Some(&me.email), Some(email.as_str())).write(tx)?;
    Ok(email.as_str().to_owned())
}

/// The address a link went to, if nobody else has it by now.
fn free(tx: &mut Tx, link: &crate::base::ids::LinkId) -> Result<EmailAddress, Error> {
    let link = queries::find(tx, link)?.ok_or(Error::NotFound)?;
    let email = EmailAddress::parse(&link.email).map_err(problem)?;
    match users::find_by_email(tx, &email)?.filter(|other| other.id != link.user) {
        Some(_) => Err(problem(format!("Somebody else here has the address {email} by now."))),
        None => Ok(email),
    }
}

/// What undoing did.
#[derive(Debug, Clone)]
pub struct Undone {
    pub email: String,
    pub sessions: usize,
}

/// Gives the account its old address back, from the old mailbox. Whoever changed it knew the password: so that opens nothing
/// any more, every session ends, and so does every other link of the account, but for those back to an address of before.
pub fn undo_address(tx: &mut Tx, pass: &LinkHolder<AddressUndo>) -> Result<Undone, Error> {
    let user = people::find(tx, pass.user())?;
    let email = free(tx, pass.link())?;
    let ended = sessions::end_all(tx, &user.id)?;
    users::set_email(tx, &user.id, &email)?;
    queries::set_used(tx, pass.link())?;
    users::forget_password(tx, &user.id)?;
    for kind in [Kind::Reset, Kind::Address] {
        queries::end(tx, &user.id, kind)?;
    }
    // An older one went to whoever had the account earlier: a thief's own change, undone by the thief, must not end it.
    queries::end_later(tx, pass.link())?;
    audit::entry("address.restored")
        .by(&user.id)
        .on_user(&user.id)
        .fact("sessions", ended)
        .personal(&user.id, "email", Some(&user.email), Some(email.as_str()))
        .write(tx)?;
    Ok(Undone { email: email.as_str().to_owned(), sessions: ended })
}
