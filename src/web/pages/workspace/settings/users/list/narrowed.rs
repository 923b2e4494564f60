//! What the list is narrowed down by: read from the address, written into it, and offered as choices.

use serde::Deserialize;

use crate::{
    domain::{
        memberships::list::{Cursor, Statuses, Wanted},
        roles::Role,
        users::search_term,
    },
    web::kit::Choice,
};

/// In the place of a role: those who are Admins through the organization.
const THROUGH: &str = "organization";

/// The address's query. A value that means nothing, such as a role that is gone, is as if it were not there.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Narrowed {
    pub(super) q: String,
    status: String,
    role: String,
    after: String,
}

impl Narrowed {
    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            status: self.status.parse().ok(),
            role: self.role.parse().ok(),
            through: self.role == THROUGH,
            search: search_term(&self.q),
            after: Cursor::parse(&self.after),
        }
    }
}

/// The address of the list as it is wanted.
pub(super) fn href(here: &str, wanted: &Wanted, q: &str, after: Option<&Cursor>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    };
    add("q", q);
    add("status", wanted.status().as_ref());
    add("role", if wanted.through { THROUGH } else { wanted.role.as_ref().map_or("", |id| id.as_str()) });
    add("after", &after.map(Cursor::text).unwrap_or_default());
    match query.finish() {
        query if query.is_empty() => here.to_owned(),
        query => format!("{here}?{query}"),
    }
}

pub(super) fn statuses(wanted: &Wanted) -> Vec<Choice> {
    let choices = [
        (Statuses::Any, "Any status"),
        (Statuses::Active, "Active"),
        (Statuses::Invited, "Invited"),
        (Statuses::Undelivered, "Invitation not delivered"),
        (Statuses::Expired, "Invitation expired"),
        (Statuses::Ended, "Invitation revoked or declined"),
        (Statuses::Deactivated, "Deactivated"),
    ];
    choices.into_iter().map(|(status, label)| Choice::new(status.as_ref(), label, status == wanted.status())).collect()
}

pub(super) fn roles(wanted: &Wanted, roles: &[Role]) -> Vec<Choice> {
    let some = roles.iter().map(|role| Choice::new(role.id.as_str(), &role.name, wanted.role.as_ref() == Some(&role.id)));
    let any = Choice::new("", "Any role", wanted.role.is_none() && !wanted.through);
    std::iter::once(any).chain(some).chain([Choice::new(THROUGH, "Through the organization", wanted.through)]).collect()
}
