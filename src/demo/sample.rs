//! The whole sample in memory, before it is written: everybody with an id and the moments of their story, the workspaces, and
//! who was given what by whom.

use std::{cell::Cell, collections::HashMap};

use chrono::Timelike as _;

use super::{
    crowd::{self, Dice},
    people::{self, Person, Role, State},
    workspaces,
};
use crate::{
    base::{
        clock::{Moment, days, minutes},
        ids::{RoleId, UserId},
    },
    domain::roles::built_in,
};

/// The domain of everybody's address. `.example` is nobody's (RFC 2606).
pub const DOMAIN: &str = "analytical.example";
/// Somebody who has an id.
pub struct Somebody {
    pub id: String,
    pub person: Person,
    pub email: String,
    pub added_at: Moment,
    /// When the invitation was accepted; for the others, nothing.
    pub accepted_at: Option<Moment>,
    pub seen_at: Option<Moment>,
    /// Place of who added them.
    pub by: Option<usize>,
}

pub struct Workspace {
    pub id: String,
    pub name: String,
    pub created_at: Moment,
    pub archived_at: Option<Moment>,
    pub description: String,
    pub hue: u8,
}

/// A membership, and where it came from.
pub struct Given<'a> {
    pub workspace: &'a Workspace,
    pub role: Role,
    pub by: Option<&'a str>,
    pub at: Moment,
    /// The role of before, where it was another one.
    pub before: Option<Role>,
}

/// The whole sample, before it is written.
pub struct Sample {
    pub now: Moment,
    pub people: Vec<Somebody>,
    pub workspaces: Vec<Workspace>,
    by_local: HashMap<String, usize>,
    counter: Cell<u64>,
}

impl Sample {
    pub fn of(now: Moment, count: usize, workspace_count: usize) -> Self {
        // Whole seconds: shorter to write, and nobody sees the difference.
        let now = now.with_nanosecond(0).unwrap_or(now);
        let mut all = people::known(count);
        all.extend((all.len()..count).map(|n| crowd::made_up(n, workspace_count)));
        all.sort_by_key(|p| std::cmp::Reverse(p.added));
        let by_local = all.iter().enumerate().map(|(at, p)| (p.local.clone(), at)).collect();
        let mut sample = Self { now, people: Vec::with_capacity(all.len()), workspaces: Vec::new(), by_local, counter: Cell::new(0) };
        for person in all {
            let somebody = sample.somebody(person);
            sample.people.push(somebody);
        }
        for n in 0..=workspace_count {
            let workspace = sample.workspace(n, n == workspace_count);
            sample.workspaces.push(workspace);
        }
        sample
    }

    /// A moment so many minutes ago.
    pub fn ago(&self, minutes_ago: i64) -> Moment {
        self.now - minutes(minutes_ago)
    }

    /// An id as it would have been minted then. Ids of later things are greater.
    pub fn id(&self, at: Moment) -> String {
        let n = self.counter.get() + 1;
        self.counter.set(n);
        let mut bytes = [0; 10];
        // Within a millisecond the count decides: twelve bits of it stand before everything random.
        bytes[..2].copy_from_slice(&((n & 0xfff) as u16).to_be_bytes());
        bytes[2..].copy_from_slice(&Dice(n).next().to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(at.and_utc().timestamp_millis().unsigned_abs(), &bytes).into_uuid().to_string()
    }

    fn somebody(&self, person: Person) -> Somebody {
        let added_at = self.ago(person.added);
        // Well within the days a link works.
        let waited = (person.added / 9).min(5 * people::DAY - 7 * person.name.len() as i64);
        let accepted = match person.state {
            State::Active if person.by.is_empty() => Some(person.added),
            State::Active | State::Withheld(..) => Some(person.added - waited),
            State::Deactivated(since, _) => Some((person.added - waited).max(since)),
            _ => None,
        };
        let right_hue = |id: &String| person.hue.is_none_or(|hue| id.parse::<UserId>().is_ok_and(|id| id.hue() == hue));
        let id = std::iter::repeat_with(|| self.id(added_at)).find(right_hue).expect("every hue comes up");
        Somebody {
            id,
            email: format!("{}@{DOMAIN}", person.local),
            added_at,
            accepted_at: accepted.map(|m| self.ago(m)),
            seen_at: accepted.filter(|_| person.seen >= 0).map(|m| self.ago(person.seen.min(m))),
            by: self.by_local.get(person.by).copied(),
            person,
        }
    }

    fn workspace(&self, number: usize, archived: bool) -> Workspace {
        let (name, description, hue) = if archived {
            let (name, description, hue) = workspaces::ARCHIVED;
            (name.to_owned(), description.to_owned(), hue)
        } else {
            workspaces::named(number)
        };
        let created_at = self.ago(420 * people::DAY - (number as i64).min(15) * people::DAY);
        Workspace { id: self.id(created_at), name, created_at, archived_at: archived.then(|| self.ago(94 * people::DAY)), description, hue }
    }

    /// Whoever has this address, if they are among the people.
    pub fn named(&self, local: &str) -> Option<&Somebody> {
        self.by_local.get(local).map(|at| &self.people[*at])
    }

    /// The id of who added somebody.
    pub fn adder(&self, somebody: &Somebody) -> Option<&str> {
        somebody.by.map(|at| self.people[at].id.as_str())
    }

    /// What somebody was given: the first with the invitation, the others some days later by the workspace's admin, where that fits.
    pub fn given<'a>(&'a self, s: &'a Somebody) -> Vec<Given<'a>> {
        let given = |(n, (workspace, role)): (usize, (&'a Workspace, Role))| {
            let later = s.added_at + days(6 + n as i64) + minutes(97 * n as i64);
            let admin = self.named(admin_of(&workspace.name)).filter(|a| a.id != s.id && a.accepted_at.is_some_and(|at| at < later));
            let fits = n > 0 && s.accepted_at.is_some_and(|at| at < later) && later < self.now;
            let (by, at) = match admin.filter(|_| fits) {
                Some(admin) => (Some(admin.id.as_str()), later),
                None => (self.adder(s).or(Some(&s.id)), s.added_at),
            };
            let (demoted, place, before, ago, demoter) = people::DEMOTED;
            match self.named(demoter).filter(|_| s.person.local == demoted && self.workspaces[place].id == workspace.id) {
                Some(demoter) => Given { workspace, role, by: Some(demoter.id.as_str()), at: self.ago(ago), before: Some(before) },
                None => Given { workspace, role, by, at, before: None },
            }
        };
        self.places(s).enumerate().map(given).collect()
    }

    /// Workspaces somebody belongs to, where they exist, with the role.
    fn places<'a>(&'a self, somebody: &'a Somebody) -> impl Iterator<Item = (&'a Workspace, Role)> {
        let last = self.workspaces.len() - 1;
        somebody.person.roles.iter().filter_map(move |(at, role)| match *at {
            people::ARCHIVED => Some((&self.workspaces[last], *role)),
            at if at < last => Some((&self.workspaces[at], *role)),
            _ => None,
        })
    }
}

pub fn role_id(role: Role) -> RoleId {
    match role {
        Role::Admin => built_in::admin(),
        Role::Editor => built_in::editor(),
        Role::Reader => built_in::reader(),
    }
}

pub fn org_role(person: &Person) -> RoleId {
    if person.org_admin { built_in::org_admin() } else { built_in::org_base() }
}

/// Who administers one of the four workspaces, and so gives roles there.
fn admin_of(workspace: &str) -> &'static str {
    match workspace {
        "Marketing" => "hedy",
        "Research" => "karen",
        "Operations" => "radia",
        "Finance" => "katherine",
        _ => "grace",
    }
}
