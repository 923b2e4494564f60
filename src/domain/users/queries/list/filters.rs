//! Which people are wanted, as conditions.

use super::{By, Query, Value};
use crate::{
    base::{clock, ids::RoleId},
    domain::users::list::{Column, Outside, Statuses, Wanted},
};

/// What becomes of people whose invitation was revoked or declined, where the status asked for leaves them out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Left out by a condition, which looks at the invitation of each.
    Apart,
    /// In, to be taken away from a count: they are few, and an index knows them.
    Counted,
}

/// SQLite takes an index for `=` and `IN` on the status even where it then has to sort everybody, or to leave a search's own
/// index aside; for `NOT IN` it does not.
fn status(query: &mut Query, statuses: Statuses, by_index: bool) {
    use Statuses::{Active, ActiveOrInvited, Any, Deactivated, Declined, Expired, Invited, Revoked, Undelivered};
    query.push(match (statuses, by_index) {
        (ActiveOrInvited, _) => " AND users.status NOT IN ('deactivated', 'removed')",
        (Any, _) => " AND users.status <> 'removed'",
        (Active, true) => " AND users.status = 'active'",
        (Active, false) => " AND users.status NOT IN ('invited', 'deactivated', 'removed')",
        (Invited | Undelivered | Expired | Revoked | Declined, true) => " AND users.status = 'invited'",
        (Invited | Undelivered | Expired | Revoked | Declined, false) => " AND users.status NOT IN ('active', 'deactivated', 'removed')",
        (Deactivated, true) => " AND users.status = 'deactivated'",
        (Deactivated, false) => " AND users.status NOT IN ('active', 'invited', 'removed')",
    });
}

/// Whether the status asked for is told by the invitation, so that it has to be joined.
pub(super) fn asks_invitation(statuses: Statuses, ended: Ended) -> bool {
    match statuses {
        Statuses::Undelivered | Statuses::Expired | Statuses::Revoked | Statuses::Declined => true,
        Statuses::Invited => ended == Ended::Apart,
        Statuses::ActiveOrInvited | Statuses::Any | Statuses::Active | Statuses::Deactivated => false,
    }
}

fn invitation(query: &mut Query, statuses: Statuses, ended: Ended) {
    match statuses {
        Statuses::Undelivered => query.push(" AND invitations.state = 'pending' AND invitations.mail_state = 'failed'"),
        Statuses::Expired => query
            .push(" AND invitations.state = 'pending' AND invitations.mail_state <> 'failed' AND invitations.expires_at <= ")
            .bind(Value::Moment(clock::now())),
        Statuses::Revoked => query.push(" AND invitations.state = 'revoked'"),
        Statuses::Declined => query.push(" AND invitations.state = 'declined'"),
        // Somebody without an invitation's row is judged by their status alone.
        Statuses::Invited if ended == Ended::Apart => query.push(" AND COALESCE(invitations.state, '') NOT IN ('revoked', 'declined')"),
        Statuses::ActiveOrInvited if ended == Ended::Apart => {
            // Asked of the few who are invited alone: a join would look at everybody's.
            query.push(" AND (users.status <> 'invited' OR NOT EXISTS (SELECT 1 FROM invitations AS theirs WHERE theirs.user_id = users.id AND theirs.state IN ('revoked', 'declined')))")
        }
        _ => query,
    };
}

pub(super) fn filters(query: &mut Query, wanted: &Wanted, by: By, order: Column, ended: Ended) {
    query.push(" WHERE users.kind = 'person'");
    // Few are invited or deactivated, so those may be sorted; the active are nearly everybody.
    let few = !matches!(wanted.status, Statuses::Active);
    let begins_here = wanted.search.is_empty() || by == By::Rows && wanted.workspace.is_none();
    status(query, wanted.status, begins_here && (few || order == Column::Name));
    invitation(query, wanted.status, ended);
    narrowed(query, wanted);
}

/// By role and workspace, in it or outside of it.
pub(super) fn narrowed(query: &mut Query, wanted: &Wanted) {
    if let Some(role) = &wanted.role {
        query.push(" AND users.role_id = ").text(role.as_str());
    }
    if let Some(workspace) = &wanted.workspace {
        query.push(" AND members.user_id = users.id AND members.workspace_id = ").text(workspace.as_str());
    }
    if let Some(Outside { workspace, admins }) = &wanted.outside {
        query.push(" AND NOT EXISTS (SELECT 1 FROM memberships WHERE memberships.user_id = users.id AND memberships.workspace_id = ");
        query.text(workspace.as_str()).push(")");
        if !admins.is_empty() {
            query.push(" AND users.role_id NOT IN ").texts(admins.iter().map(RoleId::as_str));
        }
    }
}
