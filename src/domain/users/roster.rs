//! Everybody, in the order they were added: for programs, which count through them by number.

use super::queries;
use crate::{
    access::{OrgSet, Permitted, permission::org},
    base::ids::UserId,
    db::{Connection, Error},
    domain::users::Status,
};

#[derive(Debug, Clone)]
pub struct Member {
    pub id: UserId,
    pub email: String,
    pub display_name: String,
    pub status: Status,
    /// What their organization role means.
    pub organization: OrgSet,
}

/// Some of them, and how many there are in all.
pub fn page(c: &mut Connection, _: &Permitted<org::UsersRead>, skip: i64, size: i64) -> Result<(Vec<Member>, i64), Error> {
    Ok((queries::roster::page(c, skip, size)?, queries::list::total(c)?))
}

pub fn count(c: &mut Connection, _: &Permitted<org::UsersRead>) -> Result<i64, Error> {
    queries::list::total(c)
}

pub fn all(c: &mut Connection, _: &Permitted<org::UsersRead>) -> Result<Vec<Member>, Error> {
    queries::roster::page(c, 0, i64::MAX)
}
