//! Writes the sample into an empty database, in one transaction: rows as the acts of those people would have left them.

use super::{
    flows, history, keys,
    people::{Role, State},
    rows::Rows,
    sample::{DOMAIN, Given, Sample, Somebody, org_role, role_id},
};
use crate::{
    base::{
        clock::{self, days, minutes},
        text::fold,
    },
    db::{Connection, Error, Tx, dialect},
    domain::users::prefixes,
};

/// How many people's prefixes are sorted before they are written: in order they go in twice as fast.
const CHUNK: usize = 5_000;

/// Fills the database. `password` is everybody's, as a PHC string.
pub fn fill(tx: &mut Tx, people: usize, workspaces: usize, password: &str) -> Result<(), Error> {
    let sample = Sample::of(clock::now(), people, workspaces);
    users(tx, &sample, password)?;
    search_prefixes(tx, &sample)?;
    places(tx, &sample)?;
    memberships(tx, &sample)?;
    invitations(tx, &sample)?;
    let (flows, keys) = (flows::of(&sample), keys::of(&sample));
    flows::write(tx, &flows)?;
    keys::write(tx, &keys)?;
    history::write(tx, &sample, &flows, &keys)?;
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

fn memberships(c: &mut Connection, sample: &Sample) -> Result<(), Error> {
    let mut rows = Rows::of("memberships", "user_id, workspace_id, role_id, given_by, given_at, name_key");
    for s in &sample.people {
        let key = fold(&s.person.name);
        for Given { workspace, role, by, at, .. } in sample.given(s) {
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
