//! What the list is narrowed down by: read from the address, written into it, and offered as choices.

use serde::Deserialize;

use crate::{
    domain::{
        roles::Role,
        users::{
            list::{Cursor, Order, Statuses, Wanted},
            search_term,
        },
    },
    web::kit::Choice,
};

/// The address's query. A value that means nothing, such as a role that is gone, is as if it were not there.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Narrowed {
    pub(super) q: String,
    status: String,
    role: String,
    /// An id, or what was typed of a name: see [`super::place`].
    pub(super) workspace: String,
    sort: String,
    after: String,
}

impl Narrowed {
    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            status: self.status.parse().unwrap_or(Statuses::ActiveOrInvited),
            role: self.role.parse().ok(),
            workspace: self.workspace.parse().ok(),
            outside: None,
            search: search_term(&self.q),
            order: Order::parse(&self.sort),
            after: Cursor::parse(&self.after),
        }
    }
}

/// The address of the list as it is wanted, but for what is given.
pub(super) fn href(wanted: &Wanted, q: &str, order: Option<Order>, after: Option<&Cursor>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    };
    add("q", q);
    add("status", wanted.status.as_ref());
    add("role", wanted.role.as_ref().map_or("", |id| id.as_str()));
    add("workspace", wanted.workspace.as_ref().map_or("", |id| id.as_str()));
    add("sort", &order.map(Order::text).unwrap_or_default());
    add("after", &after.map(Cursor::text).unwrap_or_default());
    match query.finish() {
        query if query.is_empty() => "/settings/users".to_owned(),
        query => format!("/settings/users?{query}"),
    }
}

/// What the list is narrowed down by, as the fields of a form.
pub(super) fn fields(wanted: &Wanted, q: &str) -> [(&'static str, String); 4] {
    let id = |id: Option<&str>| id.unwrap_or_default().to_owned();
    [
        ("q", q.to_owned()),
        ("status", wanted.status.as_ref().to_owned()),
        ("role", id(wanted.role.as_ref().map(|id| id.as_str()))),
        ("workspace", id(wanted.workspace.as_ref().map(|id| id.as_str()))),
    ]
}

pub(super) fn statuses(wanted: &Wanted) -> Vec<Choice> {
    let choices = [
        (Statuses::ActiveOrInvited, "Active or invited"),
        (Statuses::Active, "Active"),
        (Statuses::Invited, "Invited"),
        (Statuses::Undelivered, "Invitation not delivered"),
        (Statuses::Expired, "Invitation expired"),
        (Statuses::Revoked, "Invitation revoked"),
        (Statuses::Declined, "Invitation declined"),
        (Statuses::Deactivated, "Deactivated"),
        (Statuses::Any, "Any status"),
    ];
    choices.into_iter().map(|(status, label)| Choice::new(status.as_ref(), label, status == wanted.status)).collect()
}

pub(super) fn roles(wanted: &Wanted, roles: &[Role]) -> Vec<Choice> {
    let some = roles.iter().map(|role| Choice::new(role.id.as_str(), &role.name, wanted.role.as_ref() == Some(&role.id)));
    std::iter::once(Choice::new("", "Any role", wanted.role.is_none())).chain(some).collect()
}

/// Every order in words: on a phone the table has no head to sort by.
pub(super) fn sorts(wanted: &Wanted, now: Option<Order>) -> Vec<Choice> {
    let searching = !wanted.search.is_empty();
    let mut all = vec![if searching { ("", "Best match first") } else { ("", "Name, A to Z") }];
    if searching {
        all.push(("name", "Name, A to Z"));
    }
    all.extend([("-name", "Name, Z to A"), ("-added", "Added last"), ("added", "Added first"), ("-active", "Active last"), ("active", "Longest away")]);
    let now = now.filter(|order| searching || *order != Order::BY_NAME).map(Order::text).unwrap_or_default();
    all.into_iter().map(|(value, label)| Choice::new(value, label, value == now)).collect()
}
