//! Correcting name and address of somebody who has not accepted yet.

use super::find;
use crate::{
    access::{Permitted, permission::org},
    base::{
        ids::UserId,
        text::{EmailAddress, PersonName},
    },
    db::Tx,
    domain::{
        Error, Refusal, audit, invites, organization, roles, sessions,
        users::{self, Status, User},
    },
};

/// What became of it.
#[derive(Debug, Clone)]
pub struct Correction {
    pub before: User,
    /// Whether the address changed, and with it the link.
    pub address: bool,
    /// Whether a fresh invitation went out: for another address, as long as the invitation was not revoked or declined.
    pub renewed: bool,
}

/// By whoever could invite them. Another address is another mailbox: older links die, and a mail goes to the new one.
pub fn correct(tx: &mut Tx, may: &Permitted<org::UsersWrite>, user: &UserId, name: &PersonName, email: &EmailAddress) -> Result<Correction, Error> {
    let before = find(tx, user)?;
    if before.status != Status::Invited {
        return Err(Error::stale(format!("{} is not invited any more. From then on people change their name and address themselves.", before.name)));
    }
    if !invites::could_give(tx, may, user)? {
        return Err(Refusal::HoldsMore { name: before.name }.into());
    }
    if roles::find(tx, &before.role)?.is_some_and(|role| role.makes_org_admin()) {
        sessions::require_confirmed(may)?;
    }
    let address = !email.as_str().eq_ignore_ascii_case(&before.email);
    if address {
        is_free(tx, user, email)?;
    }
    let mut entry = audit::entry("user.corrected").by(may.id()).on_user(user);
    if name.as_str() != before.name {
        users::set_names(tx, user, name, &display_name(&before, name))?;
        entry = entry.personal(user, "name", Some(&before.name), Some(name.as_str()));
    }
    if email.as_str() != before.email {
        users::set_email(tx, user, email)?;
        entry = entry.personal(user, "email", Some(&before.email), Some(email.as_str()));
    }
    let renewed = address && invites::find_of(tx, user)?.is_some_and(|i| i.state == invites::State::Pending);
    if renewed {
        invites::adopt(tx, may, &before)?;
        invites::renew(tx, user, may.id())?;
    }
    entry.write(tx)?;
    Ok(Correction { before, address, renewed })
}

fn is_free(tx: &mut Tx, user: &UserId, email: &EmailAddress) -> Result<(), Error> {
    if let Some(other) = users::find_by_email(tx, email)?.filter(|other| other.id != *user) {
        return Err(Error::Invalid(vec![("email", format!("{} has this address already.", other.name))]));
    }
    let organization = organization::load(tx)?;
    if !organization.allows(email) {
        let domains = organization.allowed_domains.join(", ");
        return Err(Error::Invalid(vec![("email", format!("{} takes only addresses of {domains}.", organization.name))]));
    }
    Ok(())
}

/// The display name an invited person starts with follows the name, as long as it was taken from it.
fn display_name(before: &User, name: &PersonName) -> PersonName {
    let first = |name: &str| name.split(' ').next().unwrap_or_default().to_owned();
    let display = if before.display_name == first(&before.name) { first(name.as_str()) } else { before.display_name.clone() };
    PersonName::parse(&display).unwrap_or_else(|_| name.clone())
}
