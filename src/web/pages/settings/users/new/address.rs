//! The sentences for an address that cannot be invited, each with a way on.

use super::sees_people;
use crate::{
    access::{OrgPermission, Permitted, permission::org},
    base::ids::UserId,
    domain::invites::{Invited, State, Taken},
    web::kit::{shell::Link, view::day},
};

/// Why an address cannot be invited, and where to go on.
pub(super) fn explain(taken: &Taken, may: &Permitted<org::UsersWrite>) -> (String, Option<Link>) {
    let way = |label: &str, href: String, open: bool| open.then(|| Link { label: label.to_owned(), href });
    let page = |id: &UserId| format!("/settings/users/{id}");
    let sees = sees_people(may);
    match taken {
        Taken::Account(user) => (format!("{} has an account with this address.", user.name), way("Open their page", page(&user.id), sees)),
        Taken::Deactivated(user) => {
            let may_reactivate = sees && may.organization().has(OrgPermission::UsersEdit);
            let way = if may_reactivate {
                way("Reactivate it", format!("{}/reactivation", page(&user.id)), true)
            } else {
                way("Open their page", page(&user.id), sees)
            };
            (format!("{} has an account with this address. It is deactivated.", user.name), way)
        }
        Taken::Invited(there) => {
            let Invited { user, invitation, by } = &**there;
            let by = by.as_ref().map(|by| format!(" by {}", by.display_name)).unwrap_or_default();
            let name = &user.name;
            let why = match invitation {
                Some(i) if i.state == State::Pending && !i.is_expired() => {
                    format!("{name} has an invitation to this address already, sent{by} on {}.", day(i.sent_at))
                }
                Some(i) if i.state == State::Pending => {
                    format!("{name} was invited to this address already; the invitation, sent{by}, expired on {}.", day(i.expires_at))
                }
                Some(i) if i.state == State::Revoked => {
                    format!("{name} was invited to this address already; the invitation was revoked on {}.", day(i.ended_at.unwrap_or(i.sent_at)))
                }
                Some(i) => format!("{name} was invited to this address already, and declined on {}.", day(i.ended_at.unwrap_or(i.sent_at))),
                None => format!("{name} is invited to this address already."),
            };
            (why, way("Open it to resend", page(&user.id), sees))
        }
        Taken::Domain(domains) => (
            format!("Only addresses of {} can be invited.", domains.join(", ")),
            way("Change what is allowed", "/settings/general".into(), may.organization().has(OrgPermission::OrgEdit)),
        ),
    }
}
