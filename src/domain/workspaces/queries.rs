//! Rows of workspaces.

use diesel::prelude::*;

use super::Listed;
use crate::{
    base::{
        ids::{UserId, WorkspaceId},
        text::WorkspaceName,
    },
    db::{
        Connection, Error, Tx,
        schema::{memberships, workspaces},
    },
};

fn listed((id, name, hue): (WorkspaceId, String, i32)) -> Listed {
    Listed { id, name, hue: hue as u8 }
}

pub(super) fn all_open(c: &mut Connection, limit: usize) -> Result<Vec<Listed>, Error> {
    let rows = workspaces::table
        .filter(workspaces::archived_at.is_null())
        .order(workspaces::name_key)
        .limit(limit as i64)
        .select((workspaces::id, workspaces::name, workspaces::hue))
        .load(c)?;
    Ok(rows.into_iter().map(listed).collect())
}

pub(super) fn of_member(c: &mut Connection, user: &UserId, limit: usize) -> Result<Vec<Listed>, Error> {
    let rows = memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq(user))
        .filter(workspaces::archived_at.is_null())
        .order(workspaces::name_key)
        .limit(limit as i64)
        .select((workspaces::id, workspaces::name, workspaces::hue))
        .load(c)?;
    Ok(rows.into_iter().map(listed).collect())
}

pub(super) fn insert(tx: &mut Tx, name: &WorkspaceName, description: &str, by: Option<&UserId>) -> Result<WorkspaceId, Error> {
    let id = WorkspaceId::new();
    let now = tx.now;
    diesel::insert_into(workspaces::table)
        .values((
            workspaces::id.eq(&id),
            workspaces::name.eq(name.as_str()),
            workspaces::name_key.eq(name.key()),
            workspaces::description.eq(description),
            workspaces::hue.eq(i32::from(id.hue())),
            workspaces::created_at.eq(now),
            workspaces::created_by.eq(by),
        ))
        .execute(&mut **tx)?;
    Ok(id)
}
