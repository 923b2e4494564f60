//! How many there are: exactly without a search, up to a limit with one.

use super::{
    INVITATIONS, Query,
    filters::{Ended, asks_invitation, filters, narrowed},
    from, number, reach, search,
    words::By,
};
use crate::{
    base::ids::WorkspaceId,
    db::{Connection, Error},
    domain::users::list::{Column, Part, Statuses, Wanted},
};

/// Counts what is wanted, exactly; `total` is everybody.
///
/// Nearly everybody is active, and counting them by an index costs 20 ms at 100,000: so the others are counted and taken away.
pub(in crate::domain::users) fn count(c: &mut Connection, wanted: &Wanted, total: i64) -> Result<i64, Error> {
    let some = match wanted.status {
        _ if wanted.role.is_some() || wanted.workspace.is_some() => {
            let query = those(c, wanted);
            number(c, query)?
        }
        Statuses::Any => total,
        Statuses::ActiveOrInvited => total - number(c, of_status("'deactivated'"))?,
        Statuses::Active => total - number(c, of_status("'invited', 'deactivated'"))?,
        Statuses::Invited => number(c, of_status("'invited'"))?,
        Statuses::Deactivated => number(c, of_status("'deactivated'"))?,
        Statuses::Undelivered | Statuses::Expired | Statuses::Revoked | Statuses::Declined => {
            let query = those(c, wanted);
            number(c, query)?
        }
    };
    match wanted.status {
        Statuses::ActiveOrInvited | Statuses::Invited => Ok(some - number(c, ended(wanted))?),
        _ => Ok(some),
    }
}

/// Those wanted, and with them whoever [`ended`] counts.
pub(super) fn those(c: &Connection, wanted: &Wanted) -> Query {
    let mut query = Query::new("SELECT count(*) AS n");
    query.push(&from(c, wanted, By::Rows));
    if asks_invitation(wanted.status, Ended::Counted) {
        query.push(INVITATIONS);
    }
    filters(&mut query, wanted, Column::Name, Ended::Counted);
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

/// By the index of statuses alone. It knows no kinds; but only service accounts and removed people have no address, and they
/// are few.
pub(super) fn of_status(statuses: &str) -> Query {
    Query::new(&format!(
        "SELECT (SELECT count(*) FROM users WHERE status IN ({statuses})) \
         - (SELECT count(*) FROM users WHERE email_key IS NULL AND kind <> 'person' AND status IN ({statuses})) AS n"
    ))
}

/// Everybody: all rows, without those that are no person or removed.
pub(in crate::domain::users) fn total(c: &mut Connection) -> Result<i64, Error> {
    number(c, everybody())
}

pub(super) fn everybody() -> Query {
    Query::new(
        "SELECT (SELECT count(*) FROM users) - (SELECT count(*) FROM users WHERE status = 'removed') \
         - (SELECT count(*) FROM users WHERE email_key IS NULL AND kind <> 'person' AND status <> 'removed') AS n",
    )
}

/// Whether a workspace has more members than `n`; looks at no more.
pub(in crate::domain::users) fn has_more_members(c: &mut Connection, workspace: &WorkspaceId, n: i64) -> Result<bool, Error> {
    let mut query = Query::new("SELECT count(*) AS n FROM (SELECT 1 FROM memberships WHERE workspace_id = ");
    query.text(workspace.as_str()).push(&format!(" LIMIT {}) AS members", n + 1));
    Ok(number(c, query)? > n)
}

/// Counts matches of a search, up to `limit`.
pub(in crate::domain::users) fn count_matches(c: &mut Connection, wanted: &Wanted, limit: i64) -> Result<i64, Error> {
    let by = reach(c, wanted, Part::Counted)?;
    let query = matches(c, wanted, by, limit);
    number(c, query)
}

pub(super) fn matches(c: &Connection, wanted: &Wanted, by: By, limit: i64) -> Query {
    let mut query = Query::new("SELECT count(*) AS n FROM (SELECT 1");
    query.push(&from(c, wanted, by));
    if asks_invitation(wanted.status, Ended::Apart) {
        query.push(INVITATIONS);
    }
    filters(&mut query, wanted, Column::Name, Ended::Apart);
    search(&mut query, c, Part::Counted, wanted, by);
    query.push(&format!(" LIMIT {limit}) AS found"));
    query
}
