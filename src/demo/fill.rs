//! Writes the sample into an empty database, in one transaction: rows as the acts of those people would have left them.

use std::{cell::Cell, collections::HashMap};

use chrono::Timelike as _;

use super::{
    history,
    people::{self, Dice, Person, Role, State},
    rows::Rows,
    workspaces,
};
use crate::{
    base::{
        clock::{self, Moment, days, minutes},
        ids::{RoleId, UserId},
        text::fold,
    },
    db::{Connection, Error, Tx, dialect},
    domain::{roles::built_in, users::prefixes},
};

/// The domain of everybody's address. `.example` is nobody's (RFC 2606).
pub const DOMAIN: &str = "analytical.example";
/// How many people's prefixes are sorted before they are written: in order they go in twice as fast.
const CHUNK: usize = 5_000;

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
    description: String,
    hue: u8,
}

/// A membership, and where it came from.
pub struct Given<'a> {
    pub workspace: &'a Workspace,
    pub role: Role,
    pub by: Option<&'a str>,
    pub at: Moment,
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
        all.extend((all.len()..count).map(|n| people::made_up(n, workspace_count)));
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
            Given { workspace, role, by, at }
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

/// Fills the database. `password` is everybody's, as a PHC string.
pub fn fill(tx: &mut Tx, people: usize, workspaces: usize, password: &str) -> Result<(), Error> {
    let sample = Sample::of(clock::now(), people, workspaces);
    users(tx, &sample, password)?;
    search_prefixes(tx, &sample)?;
    places(tx, &sample)?;
    memberships(tx, &sample)?;
    invitations(tx, &sample)?;
    history::write(tx, &sample)?;
    let set_up = sample.people.first().map_or(sample.now, |grace| grace.added_at).format("%F %T");
    let organization = format!("UPDATE organization SET name = 'Analytical Engines', support = 'help@{DOMAIN}', set_up_at = '{set_up}', setup_token = NULL");
    dialect::run(tx, &organization).map_err(Error::from)?;
    dialect::count_on(tx).map_err(Error::from)
}

fn users(c: &mut Connection, sample: &Sample, password: &str) -> Result<(), Error> {
    const COLUMNS: &str = "seq, id, kind, status, name, display_name, name_key, email, email_key, role_id, role_given_by, role_given_at, password, \
                           password_changed_at, created_at, created_by, last_active_at, status_changed_at, status_changed_by";
    let mut rows = Rows::of("users", COLUMNS);
    for (n, s) in sample.people.iter().enumerate() {
        let (status, changed_at, changed_by) = match s.person.state {
            State::Deactivated(since, by) => ("deactivated", sample.ago(since), sample.named(by).map(|s| s.id.as_str())),
            State::Active | State::Withheld(..) => ("active", s.accepted_at.unwrap_or(s.added_at), None),
            _ => ("invited", s.added_at, sample.adder(s)),
        };
        let (by, role) = (sample.adder(s), org_role(&s.person));
        let display_name = s.person.name.split(' ').next().unwrap_or_default();
        rows.add(
            c,
            &[
                (n as i64 + 1).into(),
                s.id.as_str().into(),
                "person".into(),
                status.into(),
                s.person.name.as_str().into(),
                display_name.into(),
                fold(&s.person.name).as_str().into(),
                s.email.as_str().into(),
                s.email.as_str().into(),
                role.as_str().into(),
                by.into(),
                s.added_at.into(),
                s.accepted_at.map(|_| password).into(),
                s.accepted_at.into(),
                s.added_at.into(),
                by.into(),
                s.seen_at.unwrap_or_default().into(),
                changed_at.into(),
                changed_by.into(),
            ],
        )?;
    }
    rows.send(c)
}

fn search_prefixes(c: &mut Connection, sample: &Sample) -> Result<(), Error> {
    let mut rows = Rows::of("user_prefixes", "prefix, seq");
    let numbered: Vec<(usize, &Somebody)> = sample.people.iter().enumerate().collect();
    for chunk in numbered.chunks(CHUNK) {
        let of = |(n, s): &(usize, &Somebody)| prefixes(&fold(&s.person.name), &s.email).into_iter().map(|p| (p, *n as i64 + 1)).collect::<Vec<_>>();
        let mut all: Vec<(String, i64)> = chunk.iter().flat_map(of).collect();
        all.sort_unstable();
        for (prefix, seq) in &all {
            rows.add(c, &[prefix.as_str().into(), (*seq).into()])?;
        }
    }
    rows.send(c)
}

fn places(c: &mut Connection, sample: &Sample) -> Result<(), Error> {
    let grace = sample.named("grace").map(|s| s.id.as_str());
    let mut rows = Rows::of("workspaces", "id, name, name_key, description, hue, created_at, created_by, archived_at, archived_by");
    for w in &sample.workspaces {
        let archived_by = w.archived_at.and(grace);
        rows.add(
            c,
            &[
                w.id.as_str().into(),
                w.name.as_str().into(),
                fold(&w.name).as_str().into(),
                w.description.as_str().into(),
                i64::from(w.hue).into(),
                w.created_at.into(),
                grace.into(),
                w.archived_at.into(),
                archived_by.into(),
            ],
        )?;
    }
    rows.send(c)
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

fn memberships(c: &mut Connection, sample: &Sample) -> Result<(), Error> {
    let mut rows = Rows::of("memberships", "user_id, workspace_id, role_id, given_by, given_at, name_key");
    for s in &sample.people {
        let key = fold(&s.person.name);
        for Given { workspace, role, by, at } in sample.given(s) {
            let role = role_id(role);
            rows.add(c, &[s.id.as_str().into(), workspace.id.as_str().into(), role.as_str().into(), by.into(), at.into(), key.as_str().into()])?;
        }
    }
    rows.send(c)?;
    let mut rows = Rows::of("withheld", "id, user_id, workspace_id, role_id, given_by, withheld_at");
    for s in &sample.people {
        if let (State::Withheld(at, by), Some(accepted)) = (s.person.state, s.accepted_at)
            && at + 1 < sample.workspaces.len()
        {
            let (workspace, role) = (&sample.workspaces[at], role_id(Role::Editor));
            let by = sample.named(by).map(|s| s.id.as_str());
            let id = sample.id(accepted);
            rows.add(c, &[id.as_str().into(), s.id.as_str().into(), workspace.id.as_str().into(), role.as_str().into(), by.into(), accepted.into()])?;
        }
    }
    rows.send(c)
}

fn invitations(c: &mut Connection, sample: &Sample) -> Result<(), Error> {
    const COLUMNS: &str = "id, user_id, state, generation, invited_by, created_at, sent_at, expires_at, ended_at, ended_by, asked_at, mail_state, mail_problem";
    let mut rows = Rows::of("invitations", COLUMNS);
    let mut letters = Rows::of("outbox", "id, kind, user_id, invitation_id, generation, state, attempts, next_at, problem, created_at, sent_at");
    let mut to_send: Vec<(String, &Somebody, &str, Option<&str>)> = Vec::new();
    for s in sample.people.iter().filter(|s| s.by.is_some()) {
        let by = sample.adder(s);
        let (state, ended_at, ended_by) = match s.person.state {
            State::Active | State::Withheld(..) | State::Deactivated(..) => ("accepted", s.accepted_at, Some(s.id.as_str())),
            State::Revoked(since) => ("revoked", Some(sample.ago(since)), by),
            State::Declined(since) => ("declined", Some(sample.ago(since)), None),
            State::Invited { .. } | State::Undelivered { .. } => ("pending", None, None),
        };
        let (mail, problem) = match s.person.state {
            State::Undelivered { why, .. } => ("failed", Some(why)),
            _ => ("sent", None),
        };
        let expires = s.added_at + days(7);
        let asked = matches!(s.person.state, State::Invited { asked: true, .. }).then(|| expires + minutes(600)).filter(|at| *at < sample.now);
        let id = sample.id(s.added_at);
        rows.add(
            c,
            &[
                id.as_str().into(),
                s.id.as_str().into(),
                state.into(),
                1.into(),
                by.into(),
                s.added_at.into(),
                s.added_at.into(),
                expires.into(),
                ended_at.into(),
                ended_by.into(),
                asked.into(),
                mail.into(),
                problem.into(),
            ],
        )?;
        if state == "pending" && sample.now - s.added_at < days(30) {
            to_send.push((id, s, mail, problem));
        }
    }
    rows.send(c)?;
    for (invitation, s, state, problem) in to_send {
        let sent_at = (state == "sent").then_some(s.added_at);
        let id = sample.id(s.added_at);
        letters.add(
            c,
            &[
                id.as_str().into(),
                "invitation".into(),
                s.id.as_str().into(),
                invitation.as_str().into(),
                1.into(),
                state.into(),
                1.into(),
                s.added_at.into(),
                problem.into(),
                s.added_at.into(),
                sent_at.into(),
            ],
        )?;
    }
    letters.send(c)
}
