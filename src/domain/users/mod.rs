//! People and service accounts: who they are, their status, their organization role. A person exists from the invitation on.

pub mod export;
pub mod list;
mod own;
pub mod roster;
mod queries;
mod rules;

use crate::{
    base::{
        clock::Moment,
        ids::{RoleId, UserId},
        picture::AvatarHash,
        text::{EmailAddress, PersonName},
    },
    db::{Connection, Error as DbError, Tx},
};

pub use own::rename;
pub(in crate::domain) use queries::list::{
    Apart, By, Details, INVITATIONS, INVITATIONS_SHOWN, after_steps, begins, few_steps, holds, of_status, rarer, total, walked, with_role,
};
pub use rules::{Kind, Status, prefixes, search_term};

/// A person as their page and every act on them needs them.
#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub kind: Kind,
    pub status: Status,
    pub name: String,
    pub display_name: String,
    /// Empty for a service account.
    pub email: String,
    pub avatar: Option<AvatarHash>,
    pub role: RoleId,
    pub role_given_by: Option<UserId>,
    pub role_given_at: Moment,
    pub created_at: Moment,
    pub created_by: Option<UserId>,
    /// `None`: never.
    pub last_active_at: Option<Moment>,
    pub status_changed_at: Moment,
    pub status_changed_by: Option<UserId>,
}

/// Somebody named among others.
#[derive(Debug, Clone)]
pub struct Named {
    pub id: UserId,
    pub name: String,
    pub avatar: Option<AvatarHash>,
}

impl Named {
    pub(in crate::domain) fn of((id, name, avatar): (UserId, String, Option<AvatarHash>)) -> Self {
        Self { id, name, avatar }
    }
}

/// Somebody who is not there yet.
pub struct NewUser<'a> {
    pub id: &'a UserId,
    pub kind: Kind,
    pub status: Status,
    pub name: &'a PersonName,
    pub display_name: &'a str,
    /// `None` for a service account.
    pub email: Option<&'a EmailAddress>,
    pub role: &'a RoleId,
    /// Who gives the role and adds the person; `None`: the set-up or the command line.
    pub by: Option<&'a UserId>,
    /// The PHC string, where there is a password already.
    pub password: Option<&'a str>,
}

/// The service account that stands for the machine's command line.
pub fn operator() -> UserId {
    "00000000-0000-7000-8000-000000000021".parse().expect("a UUID")
}

/// Adds the row. The address must be free: the index refuses a second one.
pub(in crate::domain) fn add(tx: &mut Tx, new: &NewUser) -> Result<(), DbError> {
    queries::insert(tx, new)
}

/// Anybody but a removed person.
pub fn find(c: &mut Connection, id: &UserId) -> Result<Option<User>, DbError> {
    queries::find(c, id)
}

/// Those of some ids who are people and not removed, by name.
pub fn find_people(c: &mut Connection, ids: &[UserId]) -> Result<Vec<User>, DbError> {
    queries::find_people(c, ids)
}

/// Whoever has this address, in whatever case it is written.
pub fn find_by_email(c: &mut Connection, email: &EmailAddress) -> Result<Option<User>, DbError> {
    queries::find_by_email(c, email)
}

/// What signing in needs: the account and its password's hash.
pub(in crate::domain) fn credentials(c: &mut Connection, email_key: &str) -> Result<Option<(UserId, Status, Option<String>)>, DbError> {
    queries::credentials(c, email_key)
}

pub(in crate::domain) fn password_of(c: &mut Connection, id: &UserId) -> Result<Option<String>, DbError> {
    queries::password_of(c, id)
}

pub(in crate::domain) fn set_password(tx: &mut Tx, id: &UserId, hash: &str) -> Result<(), DbError> {
    queries::set_password(tx, id, hash)
}

/// The password opens nothing any more: its person chooses another by a link.
pub(in crate::domain) fn forget_password(tx: &mut Tx, id: &UserId) -> Result<(), DbError> {
    queries::forget_password(tx, id)
}

/// The same password at another cost: nobody chose a new one.
pub(in crate::domain) fn set_rehashed(tx: &mut Tx, id: &UserId, hash: &str) -> Result<(), DbError> {
    queries::set_rehashed(tx, id, hash)
}

/// When the password was chosen that somebody has now.
pub(in crate::domain) fn password_chosen_at(c: &mut Connection, id: &UserId) -> Result<Option<Moment>, DbError> {
    queries::password_chosen_at(c, id)
}

pub(in crate::domain) fn set_status(tx: &mut Tx, id: &UserId, status: Status, by: Option<&UserId>) -> Result<(), DbError> {
    queries::set_status(tx, id, status, by)
}

pub(in crate::domain) fn set_role(tx: &mut Tx, id: &UserId, role: &RoleId, by: Option<&UserId>) -> Result<(), DbError> {
    queries::set_role(tx, id, role, by)
}

pub(in crate::domain) fn set_names(tx: &mut Tx, id: &UserId, name: &PersonName, display_name: &PersonName) -> Result<(), DbError> {
    queries::set_names(tx, id, name, display_name)
}

pub(in crate::domain) fn set_email(tx: &mut Tx, id: &UserId, email: &EmailAddress) -> Result<(), DbError> {
    queries::set_email(tx, id, email)
}

/// Says what was there before.
pub(in crate::domain) fn set_avatar(tx: &mut Tx, id: &UserId, avatar: Option<&AvatarHash>) -> Result<Option<AvatarHash>, DbError> {
    queries::set_avatar(tx, id, avatar)
}

pub(in crate::domain) fn was_active(tx: &mut Tx, id: &UserId) -> Result<(), DbError> {
    queries::set_last_active(tx, id)
}

/// Active people whose organization role makes them an organization admin.
pub(in crate::domain) fn count_active_admins(c: &mut Connection) -> Result<i64, DbError> {
    queries::count_active_admins(c)
}

/// Takes everything personal out of the row: what is left is a tombstone with a pseudonym.
pub(in crate::domain) fn bury(tx: &mut Tx, id: &UserId, by: &UserId) -> Result<(), DbError> {
    queries::removal::bury(tx, id, by)
}
