//! How many there are: exactly without a search, up to a limit with one.

use super::{
    INVITATIONS, Query,
    filters::{Ended, asks_invitation, filters, narrowed},
    reach, search, source,
    words::By,
};
use crate::{
    base::ids::{RoleId, WorkspaceId},
    db::{Connection, Error},
    domain::users::{
        Status,
        list::{Column, Part, Statuses, Wanted},
    },
};

/// Counts what is wanted, exactly; `total` is everybody. By status and role the database keeps count.
pub(in crate::domain::users) fn count(c: &mut Connection, wanted: &Wanted, total: i64) -> Result<i64, Error> {
    let role = wanted.role.as_ref();
    let some = match wanted.status {
        _ if wanted.workspace.is_some() => {
            let query = those(c, wanted);
            query.number(c)?
        }
        Statuses::Any if role.is_none() => total,
        Statuses::Any => kept("<> 'removed'", role).number(c)?,
        Statuses::ActiveOrInvited => kept("IN ('active', 'invited')", role).number(c)?,
        Statuses::Active => kept("= 'active'", role).number(c)?,
        Statuses::Invited => kept("= 'invited'", role).number(c)?,
        Statuses::Deactivated => kept("= 'deactivated'", role).number(c)?,
        Statuses::Undelivered | Statuses::Expired | Statuses::Revoked | Statuses::Declined => {
            let query = those(c, wanted);
            query.number(c)?
        }
    };
    match wanted.status {
        Statuses::ActiveOrInvited | Statuses::Invited => Ok(some - ended(wanted).number(c)?),
        _ => Ok(some),
    }
}

/// Those wanted, and with them whoever [`ended`] counts.
pub(super) fn those(c: &Connection, wanted: &Wanted) -> Query {
    let mut query = Query::new("SELECT count(*) AS n");
    query.push(&source(c, wanted, By::Rows));
    if asks_invitation(wanted.status, Ended::Counted) {
        query.push(INVITATIONS);
    }
    filters(&mut query, wanted, By::Rows, Column::Name, Ended::Counted);
    query
}

/// The few whose invitation was revoked or declined, from the invitations on.
pub(super) fn ended(wanted: &Wanted) -> Query {
    let mut query = Query::new("SELECT count(*) AS n FROM invitations JOIN users ON users.id = invitations.user_id");
    if wanted.workspace.is_some() {
        query.push(" JOIN memberships AS members ON members.user_id = users.id");
    }
    query.push(
        " WHERE invitations.state IN ('revoked', 'declined') \
         AND users.status NOT IN ('active', 'deactivated', 'removed') AND users.kind = 'person'",
    );
    narrowed(&mut query, wanted);
    query
}

/// Everybody.
pub(in crate::domain) fn total(c: &mut Connection) -> Result<i64, Error> {
    kept("<> 'removed'", None).number(c)
}

/// Everybody of a status, and of a role.
pub(in crate::domain) fn of_status(c: &mut Connection, status: Status, role: Option<&RoleId>) -> Result<i64, Error> {
    kept(&format!("= '{}'", status.as_ref()), role).number(c)
}

/// Everybody with a role of the organization.
pub(in crate::domain) fn with_role(c: &mut Connection, role: &RoleId) -> Result<i64, Error> {
    kept("<> 'removed'", Some(role)).number(c)
}

/// What the database keeps count of: people of some statuses, and of a role.
fn kept(statuses: &str, role: Option<&RoleId>) -> Query {
    let mut query = Query::new(&format!("SELECT CAST(COALESCE(sum(n), 0) AS BIGINT) AS n FROM people_counts WHERE status {statuses}"));
    if let Some(role) = role {
        query.push(" AND role_id = ").text(role.as_str());
    }
    query
}

/// How many members a workspace has, of whatever status.
pub(super) fn members(workspace: &WorkspaceId) -> Query {
    let mut query = Query::new("SELECT CAST(COALESCE(sum(n), 0) AS BIGINT) AS n FROM member_counts WHERE workspace_id = ");
    query.text(workspace.as_str());
    query
}

/// Whether a workspace has more members than `n`.
pub(in crate::domain::users) fn has_more_members(c: &mut Connection, workspace: &WorkspaceId, n: i64) -> Result<bool, Error> {
    Ok(members(workspace).number(c)? > n)
}

/// Counts matches of a search, up to `limit`.
pub(in crate::domain::users) fn count_matches(c: &mut Connection, wanted: &Wanted, limit: i64) -> Result<i64, Error> {
    let by = reach(c, wanted, Part::Counted)?;
    let query = matches(c, wanted, by, limit);
    query.number(c)
}

pub(super) fn matches(c: &Connection, wanted: &Wanted, by: By, limit: i64) -> Query {
    let mut query = Query::new("SELECT count(*) AS n FROM (SELECT 1");
    query.push(&source(c, wanted, by));
    if asks_invitation(wanted.status, Ended::Apart) {
        query.push(INVITATIONS);
    }
    filters(&mut query, wanted, by, Column::Name, Ended::Apart);
    search(&mut query, c, Part::Counted, wanted, by);
    query.push(&format!(" LIMIT {limit}) AS found"));
    query
}
