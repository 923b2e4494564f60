//! What the status of few tells: until when an invitation holds, or who deactivated somebody. Looked up once for the rows of a page,
//! most of which have no such person; a join would be made for each row.

use std::collections::HashMap;

use diesel::sql_types::{Nullable, Text, Timestamp};

use super::{Deactivated, ListedInvitation, Query, Status};
use crate::{
    base::ids::UserId,
    db::{Connection, Error, Stamp},
    domain::outbox,
};

/// Joined from the left, and for those alone who are invited.
pub(in crate::domain) const INVITATIONS_SHOWN: &str = " LEFT JOIN invitations ON invitations.user_id = CASE WHEN users.status = 'invited' THEN users.id END";
const CHANGERS: &str = " LEFT JOIN users AS changers ON changers.id = CASE WHEN users.status NOT IN ('active', 'invited') THEN users.status_changed_by END";

/// What is told of somebody who is not active.
#[derive(Default)]
pub(in crate::domain) struct Details {
    pub deactivated: Option<Deactivated>,
    pub invitation: Option<ListedInvitation>,
}

/// Of whom, and with which status, as it was when this was read: perhaps a moment after their row.
#[derive(Default)]
pub(in crate::domain) struct Apart(HashMap<UserId, (Status, Details)>);

type Deactivation = (Nullable<Timestamp>, Nullable<Text>);
type Invitation = (Nullable<Text>, Nullable<Timestamp>, Nullable<Text>, Nullable<Text>, Nullable<Timestamp>);
/// In the order of those types.
type Found = (UserId, Status, (Option<Stamp>, Option<String>), (Option<String>, Option<Stamp>, Option<outbox::State>, Option<String>, Option<Stamp>));

fn details((id, status, (at, by), (state, expires_at, mail, mail_problem, asked_at)): Found) -> (UserId, (Status, Details)) {
    let deactivated = at.map(|Stamp(at)| Deactivated { at, by });
    let invitation = state.zip(expires_at).zip(mail).map(|((state, Stamp(expires_at)), mail)| ListedInvitation {
        state,
        expires_at,
        mail,
        mail_problem,
        asked_at: asked_at.map(|Stamp(at)| at),
    });
    (id, (status, Details { deactivated, invitation }))
}

impl Apart {
    /// `CROSS JOIN` has SQLite begin with those who are given.
    pub fn of<'a>(c: &mut Connection, people: impl Iterator<Item = (&'a UserId, Status)>) -> Result<Self, Error> {
        let ids: Vec<&str> = people.filter(|(_, status)| *status != Status::Active).map(|(id, _)| id.as_str()).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let mut query = Query::new(
            "SELECT users.id, users.status, CASE WHEN users.status NOT IN ('active', 'invited') THEN users.status_changed_at END, changers.name, \
             invitations.state, invitations.expires_at, invitations.mail_state, invitations.mail_problem, invitations.asked_at FROM ",
        );
        query.each(c, ids).push(" CROSS JOIN users").push(CHANGERS).push(INVITATIONS_SHOWN).push(" WHERE users.id = each.value");
        let rows: Vec<Found> = query.rows_of::<(Text, Text, Deactivation, Invitation), _>(c)?;
        Ok(Self(rows.into_iter().map(details).collect()))
    }

    /// Nothing where their status has changed since their row was read.
    pub fn take(&mut self, user: &UserId, status: Status) -> Details {
        self.0.remove(user).filter(|(now, _)| *now == status).map(|(_, details)| details).unwrap_or_default()
    }
}
