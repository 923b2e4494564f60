//! What a link is good for, decided from what it was asked for with and what is true now.

use super::{Kind, Link};
use crate::{base::clock::Moment, domain::users::Status};

/// What a link is good for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    Works,
    Used,
    /// A newer one was asked for, or whoever runs the console ended it.
    Replaced,
    Expired,
    /// The password was changed since.
    PasswordChanged,
    /// The address it was for is not the account's any more; undoing: the account has it back.
    AddressChanged,
    /// The account is deactivated.
    Closed,
}

pub(super) fn state(link: &Link, status: Status, email: &str, password_at: Option<Moment>, now: Moment) -> LinkState {
    let is_theirs = |address: &str| address.eq_ignore_ascii_case(email);
    let other = link.other_email.as_deref().unwrap_or_default();
    match link.kind {
        _ if link.used_at.is_some() => LinkState::Used,
        _ if status != Status::Active => LinkState::Closed,
        // Undoing outlives a new password: whoever took the account over could choose one.
        Kind::Reset | Kind::Address if link.password_at != password_at => LinkState::PasswordChanged,
        Kind::Reset if !is_theirs(&link.email) => LinkState::AddressChanged,
        Kind::Address if !is_theirs(other) => LinkState::AddressChanged,
        Kind::Undo if is_theirs(&link.email) => LinkState::AddressChanged,
        _ if link.ended_at.is_some() => LinkState::Replaced,
        _ if now >= link.expires_at => LinkState::Expired,
        _ => LinkState::Works,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{
        clock::{minutes, now},
        ids::{LinkId, UserId},
    };

    fn link(kind: Kind) -> Link {
        let other_email = (kind != Kind::Reset).then(|| "new@b.example".to_owned());
        let (created_at, expires_at) = (now(), now() + minutes(30));
        let (user, email) = (UserId::new(), "old@b.example".to_owned());
        Link { id: LinkId::new(), kind, user, email, other_email, password_at: None, created_at, created_by: None, expires_at, used_at: None, ended_at: None }
    }

    #[test]
    fn a_link_dies_with_what_it_was_asked_for_with() {
        let active = |link: &Link, email: &str, password_at| state(link, Status::Active, email, password_at, now());
        let reset = link(Kind::Reset);
        assert_eq!(active(&reset, "OLD@b.example", None), LinkState::Works);
        assert_eq!(active(&reset, "old@b.example", Some(now())), LinkState::PasswordChanged);
        assert_eq!(active(&reset, "new@b.example", None), LinkState::AddressChanged);
        assert_eq!(state(&reset, Status::Deactivated, "old@b.example", None, now()), LinkState::Closed);
        assert_eq!(state(&reset, Status::Active, "old@b.example", None, now() + minutes(31)), LinkState::Expired);
        assert_eq!(active(&Link { used_at: Some(now()), ..reset.clone() }, "old@b.example", Some(now())), LinkState::Used);
        assert_eq!(active(&Link { ended_at: Some(now()), ..reset }, "old@b.example", None), LinkState::Replaced);
        let address = link(Kind::Address);
        assert_eq!(active(&address, "new@b.example", None), LinkState::Works);
        assert_eq!(active(&address, "third@b.example", None), LinkState::AddressChanged);
        assert_eq!(active(&address, "new@b.example", Some(now())), LinkState::PasswordChanged);
        let undo = link(Kind::Undo);
        assert_eq!(active(&undo, "third@b.example", Some(now())), LinkState::Works, "whatever else was changed since");
        assert_eq!(active(&undo, "old@b.example", None), LinkState::AddressChanged);
    }
}
