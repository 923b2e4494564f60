//! Rows of memberships.

use diesel::prelude::*;

use crate::{
    base::ids::{RoleId, UserId, WorkspaceId},
    db::{
        Error, Tx,
        schema::{memberships, users},
    },
};

pub(super) fn put(tx: &mut Tx, user: &UserId, workspace: &WorkspaceId, role: &RoleId, by: Option<&UserId>) -> Result<(), Error> {
    let now = tx.now;
    let row = memberships::table.find((user, workspace));
    let changed = diesel::update(row).set((memberships::role_id.eq(role), memberships::given_by.eq(by), memberships::given_at.eq(now))).execute(&mut **tx)?;
    if changed == 0 {
        let name_key: String = users::table.filter(users::id.eq(user)).select(users::name_key).first(&mut **tx)?;
        diesel::insert_into(memberships::table)
            .values((
                memberships::user_id.eq(user),
                memberships::workspace_id.eq(workspace),
                memberships::role_id.eq(role),
                memberships::given_by.eq(by),
                memberships::given_at.eq(now),
                memberships::name_key.eq(name_key),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}
