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

/// Of somebody who is not active.
#[derive(Default)]
pub(in crate::domain) struct Apart {
    pub deactivated: Option<Deactivated>,
    pub invitation: Option<ListedInvitation>,
}

type Deactivation = (Nullable<Timestamp>, Nullable<Text>);
type Invitation = (Nullable<Text>, Nullable<Timestamp>, Nullable<Text>, Nullable<Text>, Nullable<Timestamp>);

/// `CROSS JOIN` has SQLite begin with those who are asked for.
pub(in crate::domain) fn apart<'a>(c: &mut Connection, people: impl Iterator<Item = (&'a UserId, Status)>) -> Result<HashMap<UserId, Apart>, Error> {
    let ids: Vec<&str> = people.filter(|(_, status)| *status != Status::Active).map(|(id, _)| id.as_str()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = Query::new(
        "SELECT users.id, CASE WHEN users.status NOT IN ('active', 'invited') THEN users.status_changed_at END, changers.name, \
         invitations.state, invitations.expires_at, invitations.mail_state, invitations.mail_problem, invitations.asked_at FROM ",
    );
    query.asked(c, &ids).push(
        " CROSS JOIN users LEFT JOIN users AS changers ON changers.id = CASE WHEN users.status NOT IN ('active', 'invited') THEN users.status_changed_by END",
    );
    query.push(super::INVITATIONS_SHOWN).push(" WHERE users.id = asked.value");
    type Found = (UserId, (Option<Stamp>, Option<String>), (Option<String>, Option<Stamp>, Option<outbox::State>, Option<String>, Option<Stamp>));
    let rows: Vec<Found> = query.rows_of::<(Text, Deactivation, Invitation), _>(c)?;
    let told = |(id, (at, by), (state, expires_at, mail, mail_problem, asked_at)): Found| {
        let deactivated = at.map(|Stamp(at)| Deactivated { at, by });
        let invitation = (state.zip(expires_at).zip(mail)).map(|((state, Stamp(expires_at)), mail)| ListedInvitation {
            state,
            expires_at,
            mail,
            mail_problem,
            asked_at: asked_at.map(|Stamp(at)| at),
        });
        (id, Apart { deactivated, invitation })
    };
    Ok(rows.into_iter().map(told).collect())
}
