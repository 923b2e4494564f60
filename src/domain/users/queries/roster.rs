//! Everybody, as clients of the API count through them. Service accounts and removed people are not among them.

use diesel::prelude::*;

use crate::{
    access::OrgSet,
    base::ids::UserId,
    db::{
        Connection, Error,
        schema::{roles, users},
    },
    domain::users::{Kind, Status, roster::Member},
};

type Row = (UserId, Option<String>, String, Status, String);

fn member((id, email, display_name, status, permissions): Row) -> Member {
    let organization: OrgSet = permissions.parse().unwrap_or_else(|never| match never {});
    Member { id, email: email.unwrap_or_default(), display_name, status, organization: organization.closure() }
}

pub(in crate::domain::users) fn page(c: &mut Connection, skip: i64, limit: i64) -> Result<Vec<Member>, Error> {
    let rows: Vec<Row> = users::table
        .inner_join(roles::table)
        .filter(users::kind.eq(Kind::Person))
        .filter(users::status.ne(Status::Removed))
        .order(users::seq)
        .offset(skip)
        .limit(limit)
        .select((users::id, users::email, users::display_name, users::status, roles::permissions))
        .load(c)?;
    Ok(rows.into_iter().map(member).collect())
}
