//! How it is with a key, in words: the same in its workspace and where whoever made it looks after it.

use super::{Called, article, first_name, in_a_sentence};
use crate::{
    access::{WorkspaceSet, explain, scope::Grant},
    base::{clock::Moment, ids::UserId, text::upper_first},
    domain::{
        api_keys::{Condition, Ended, Entry, Revoked, Use},
        users::Status,
    },
    web::kit::view::{State, day, relative, short_day},
};

/// Days before its end from which on a key asks to be looked at.
const SOON: i64 = 14;

/// How a key's owner is called.
fn called(key: &Entry, reader: &UserId) -> Called {
    Called { you: key.owner.id == *reader, first: first_name(&key.owner.name).to_owned() }
}

/// Whether it works, and if not all of it, why. `place`: the name of its workspace, if the reader may know it.
pub fn state(key: &Entry, place: Option<&str>, reader: &UserId) -> State {
    let owner = called(key, reader);
    let (place, subject) = (place.unwrap_or("its workspace"), place.unwrap_or("Its workspace"));
    let off = |why: String| State::new("off", "Not working", Some(why));
    match key.condition {
        Condition::Works => State::new("", "Working", None),
        Condition::Limited(lost) => State::new("part", "Working, limited", Some(format!("{} {}", because(key, &owner), without(lost)))),
        Condition::NothingLeft => off(format!("{} do anything it was given", because(key, &owner))),
        Condition::NoMember => off(format!("{} {} not in {place}", owner.subject(), owner.is())),
        Condition::OwnerInactive(Status::Removed) => off("Its owner was removed".to_owned()),
        Condition::OwnerInactive(Status::Deactivated) => off(format!("{} {} deactivated", owner.subject(), owner.is())),
        Condition::OwnerInactive(_) => off(format!("{} {} not active", owner.subject(), owner.is())),
        Condition::Archived => off(format!("{subject} is archived")),
        Condition::Expired => State::new("off", "Expired", key.expires_at.map(|at| format!("on {}", day(at)))),
        Condition::Revoked => State::new("off", "Revoked", key.revoked.as_ref().map(|revoked| ended(revoked, reader))),
    }
}

/// What took it: up to the verb. The role counts as the change only where it was given after the key was made.
fn because(key: &Entry, owner: &Called) -> String {
    match &key.owner.role {
        Some((role, at)) if *at > key.created_at => format!("{} became {} on {}, so it can no longer", owner.subject(), article(role), day(*at)),
        Some((role, _)) => format!("{} role, {role}, no longer lets it", upper_first(&owner.whose())),
        None => format!("{} role no longer lets it", upper_first(&owner.whose())),
    }
}

/// "create and edit flows".
fn without(lost: WorkspaceSet) -> String {
    explain::allows(lost).replace("; ", ", ")
}

/// "on 3 March, by Grace Hopper".
fn ended(revoked: &Revoked, reader: &UserId) -> String {
    match &revoked.by {
        Some((by, _)) if by == reader => format!("on {}, by you", day(revoked.at)),
        Some((_, name)) => format!("on {}, by {name}", day(revoked.at)),
        None => format!("on {}", day(revoked.at)),
    }
}

/// What it was given: a sentence, and what stands under it where it is not a ticked part.
pub fn grant(key: &Entry, reader: &UserId) -> (String, Option<&'static str>) {
    match key.grant {
        Grant::Only(set) => (upper_first(&explain::allows(set.closure())), None),
        Grant::Unrestricted => (format!("Everything {} may do", called(key, reader).name()), Some("not restricted")),
    }
}

/// From where it was used last: "10.0.3.7, curl".
pub fn from_where(address: &str, client: &str) -> String {
    [address, program(client)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The program's name alone: "curl" of "curl/8.9.1". A browser's would say nothing but "Mozilla".
fn program(client: &str) -> &str {
    let name = client.split(['/', ' ', '(', ';']).next().unwrap_or_default();
    if name == "Mozilla" { "a browser" } else { name }
}

/// When it ends.
pub struct End {
    /// "22 February 2027"; `None`: it has no end.
    pub on: Option<String>,
    /// "in 90 days"; `None`: it is over.
    pub left: Option<String>,
    pub soon: bool,
    pub utc: String,
}

pub fn end(expires_at: Option<Moment>, now: Moment) -> End {
    let Some(at) = expires_at else { return End { on: None, left: None, soon: false, utc: String::new() } };
    // Ninety days are ninety days, also a minute later.
    let days = ((at - now).num_seconds() + 43_200).div_euclid(86_400);
    let words = match days {
        0 => relative(at),
        1 => "in 1 day".to_owned(),
        n => format!("in {n} days"),
    };
    End { on: Some(short_day(at)), left: (at > now).then_some(words), soon: at > now && days < SOON, utc: crate::web::kit::view::utc(at) }
}

/// What ends with a key. `through`: how many were made through it.
pub fn ends(used: Option<&Use>, through: usize) -> Vec<String> {
    let last = match used {
        None => "It was never used.".to_owned(),
        Some(used) => {
            let from = from_where(&used.address, &used.client);
            let from = if from.is_empty() { from } else { format!(" ({from})") };
            format!("It was last used {}{from}.", in_a_sentence(used.at))
        }
    };
    let mut ends = vec![format!("Whatever uses it is refused from its next request on. {last}")];
    match through {
        0 => {}
        1 => ends.push("A key that was made through it ends too.".to_owned()),
        n => ends.push(format!("{n} keys that were made through it end too.")),
    }
    ends.push("This cannot be undone: you would create another key.".to_owned());
    ends
}

pub fn stays() -> Vec<String> {
    vec!["Nothing that was done with it is undone.".to_owned(), "It stays in the list of ended keys, with who revoked it and when.".to_owned()]
}

/// After it was revoked.
pub fn done(ended: &Ended) -> String {
    let with = match ended.with {
        0 => String::new(),
        1 => " A key that was made through it ended too.".to_owned(),
        n => format!(" {n} keys that were made through it ended too."),
    };
    format!("{} is revoked: whatever used it is refused from now on.{with}", ended.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::WorkspacePermission as P,
        base::{
            clock::{self, days},
            ids::KeyId,
        },
        domain::api_keys::Owner,
    };

    fn key(condition: Condition) -> Entry {
        let now = clock::now();
        Entry {
            id: KeyId::new(),
            name: "export".into(),
            hint: "noxus_1bLs…4wGh".into(),
            grant: Grant::Only(WorkspaceSet::of(&[P::KbsQuery, P::FlowsEdit])),
            created_at: now - days(40),
            expires_at: None,
            used: None,
            owner: Owner {
                id: UserId::new(),
                name: "Claude Shannon".into(),
                email: String::new(),
                avatar: None,
                status: Status::Active,
                role: Some(("Reader".into(), now - days(3))),
            },
            may: WorkspaceSet::NONE,
            condition,
            revoked: None,
        }
    }

    fn said(key: &Entry, reader: &UserId) -> String {
        let state = state(key, Some("Marketing"), reader);
        format!("{}: {}", state.word, state.detail.unwrap_or_default()).replace('\u{a0}', " ")
    }

    #[test]
    fn why_a_key_does_not_do_all_it_was_given() {
        let (other, on) = (UserId::new(), day(clock::now() - days(3)).replace('\u{a0}', " "));
        let mut limited = key(Condition::Limited(WorkspaceSet::of(&[P::FlowsEdit])));
        assert_eq!(said(&limited, &other), format!("Working, limited: Claude became a Reader on {on}, so it can no longer create and edit flows"));
        let own = limited.owner.id.clone();
        assert_eq!(said(&limited, &own), format!("Working, limited: You became a Reader on {on}, so it can no longer create and edit flows"));
        // The role is older than the key: it is the role that changed.
        limited.owner.role = Some(("Reader".into(), limited.created_at - days(1)));
        assert_eq!(said(&limited, &other), "Working, limited: Claude’s role, Reader, no longer lets it create and edit flows");
        assert_eq!(said(&limited, &own), "Working, limited: Your role, Reader, no longer lets it create and edit flows");
        let nothing = key(Condition::NothingLeft);
        assert_eq!(said(&nothing, &other), format!("Not working: Claude became a Reader on {on}, so it can no longer do anything it was given"));
    }

    #[test]
    fn why_a_key_does_not_work() {
        let other = UserId::new();
        for (condition, words) in [
            (Condition::Works, "Working: "),
            (Condition::Archived, "Not working: Marketing is archived"),
            (Condition::NoMember, "Not working: Claude is not in Marketing"),
            (Condition::OwnerInactive(Status::Deactivated), "Not working: Claude is deactivated"),
            (Condition::OwnerInactive(Status::Removed), "Not working: Its owner was removed"),
        ] {
            assert_eq!(said(&key(condition), &other), words);
        }
        let gone = key(Condition::NoMember);
        assert_eq!(said(&gone, &gone.owner.id), "Not working: You are not in Marketing");
        assert_eq!(state(&gone, None, &other).detail.as_deref(), Some("Claude is not in its workspace"));
        assert_eq!(state(&key(Condition::Archived), None, &other).detail.as_deref(), Some("Its workspace is archived"));
    }

    #[test]
    fn what_it_was_given_and_from_where_it_was_used() {
        let other = UserId::new();
        let mut entry = key(Condition::Works);
        assert_eq!(grant(&entry, &other).0, "Create and edit flows, query knowledge bases");
        entry.grant = Grant::Unrestricted;
        assert_eq!(grant(&entry, &other), ("Everything Claude may do".to_owned(), Some("not restricted")));
        assert_eq!(grant(&entry, &entry.owner.id).0, "Everything you may do");
        assert_eq!(from_where("10.0.3.7", "curl/8.9.1"), "10.0.3.7, curl");
        assert_eq!(from_where("10.0.3.7", "python-httpx/0.27 (x)"), "10.0.3.7, python-httpx");
        assert_eq!(from_where("10.0.3.7", "Mozilla/5.0 (X11)"), "10.0.3.7, a browser");
        assert_eq!(from_where("", ""), "");
    }

    #[test]
    fn an_end_that_is_near_is_told_apart() {
        let now = clock::now();
        let of = |ahead: i64| end(Some(now + days(ahead)), now);
        assert_eq!((of(90).left.as_deref(), of(90).soon), (Some("in 90 days"), false));
        assert_eq!(end(Some(now + days(90) - clock::minutes(3)), now).left.as_deref(), Some("in 90 days"));
        assert_eq!((of(9).left.as_deref(), of(9).soon), (Some("in 9 days"), true));
        assert_eq!((of(-1).left, of(-1).soon), (None, false));
        assert!(end(None, now).on.is_none());
    }
}
