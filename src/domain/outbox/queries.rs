//! Rows of the outbox.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{Text, Timestamp},
};

use super::{Kind, Letter, NewLetter, State, UnderWay};
use crate::{
    base::{
        clock::Moment,
        ids::{InvitationId, LetterId, LinkId, UserId, WorkspaceId},
    },
    db::{
        Connection, Error, Tx,
        schema::{invitations, outbox},
        written::{Query, Value},
    },
};

/// How many rows a statement writes at most: SQLite takes some 32,000 values in one.
const AT_ONCE: usize = 500;

/// Each with when it may go out.
pub(super) fn insert(tx: &mut Tx, letters: &[(&NewLetter, Moment)]) -> Result<(), Error> {
    for some in letters.chunks(AT_ONCE) {
        let mut query =
            Query::new("INSERT INTO outbox (id, kind, user_id, invitation_id, generation, subject_id, workspace_id, state, next_at, created_at) VALUES");
        for (n, (letter, not_before)) in some.iter().enumerate() {
            let values = [
                Some(Value::from(LetterId::new().as_str())),
                Some(letter.kind.as_ref().into()),
                Some(letter.to.as_str().into()),
                letter.invitation.map(|id| id.as_str().into()),
                letter.generation.map(|n| Value::Number(n.into())),
                letter.about.map(|id| id.as_str().into()),
                letter.workspace.map(|id| id.as_str().into()),
                Some(State::Queued.as_ref().into()),
                Some(Value::Moment(*not_before)),
                Some(Value::Moment(tx.now)),
            ];
            query.row(n == 0, values);
        }
        query.execute(tx)?;
    }
    Ok(())
}

/// One statement, whether there is such a link or not: how long it takes must not tell.
pub(super) fn insert_of_link(tx: &mut Tx, kind: Kind, link: &LinkId) -> Result<(), Error> {
    let (id, now) = (LetterId::new(), tx.now);
    diesel::sql_query(
        "INSERT INTO outbox (id, kind, user_id, link_id, state, next_at, created_at) \
         SELECT $1, $2, account_links.user_id, account_links.id, $3, $4, $5 FROM account_links WHERE account_links.id = $6",
    )
    .bind::<Text, _>(id.as_str())
    .bind::<Text, _>(kind.as_ref())
    .bind::<Text, _>(State::Queued.as_ref())
    .bind::<Timestamp, _>(now)
    .bind::<Timestamp, _>(now)
    .bind::<Text, _>(link.as_str())
    .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn count_since(c: &mut Connection, to: &[UserId], kind: Kind, since: Moment) -> Result<Vec<(UserId, i64)>, Error> {
    let of_kind = outbox::table.filter(outbox::user_id.eq_any(to)).filter(outbox::kind.eq(kind)).filter(outbox::created_at.gt(since));
    Ok(of_kind.group_by(outbox::user_id).select((outbox::user_id, diesel::dsl::count(outbox::id))).load(c)?)
}

/// Drops those that were not tried yet and say the same about the same workspace.
pub(super) fn drop_waiting(tx: &mut Tx, kind: Kind, to: &[UserId], workspace: &WorkspaceId) -> Result<(), Error> {
    let waiting = outbox::table
        .filter(outbox::user_id.eq_any(to))
        .filter(outbox::kind.eq(kind))
        .filter(outbox::workspace_id.eq(workspace))
        .filter(outbox::state.eq(State::Queued))
        .filter(outbox::attempts.eq(0));
    diesel::update(waiting).set(outbox::state.eq(State::Dropped)).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn drop_all(tx: &mut Tx) -> Result<(), Error> {
    diesel::update(outbox::table.filter(outbox::state.eq(State::Queued))).set(outbox::state.eq(State::Dropped)).execute(&mut **tx)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = Text)]
    user_id: UserId,
    #[diesel(sql_type = Timestamp)]
    next_at: Moment,
}

/// When the one that stands `back` places from the end went out, or is to, by to whom; who has fewer has no entry.
pub(super) fn due_before(c: &mut Connection, kind: Kind, to: &[UserId], back: i64) -> Result<HashMap<UserId, Moment>, Error> {
    let mut query = Query::new(
        "SELECT user_id, next_at FROM (SELECT user_id, next_at, row_number() OVER (PARTITION BY user_id ORDER BY next_at DESC) AS place \
         FROM outbox WHERE kind = ",
    );
    query.text(kind.as_ref()).push(" AND state <> ").text(State::Dropped.as_ref());
    query.push(" AND user_id IN ").texts(to.iter().map(UserId::as_str));
    query.push(&format!(") AS of_kind WHERE place = {back}"));
    Ok(query.load::<Due>(c)?.into_iter().map(|due| (due.user_id, due.next_at)).collect())
}

pub(super) fn is_any_due(c: &mut Connection, now: Moment) -> Result<bool, Error> {
    let first: Option<LetterId> =
        outbox::table.filter(outbox::state.eq(State::Queued)).filter(outbox::next_at.le(now)).select(outbox::id).limit(1).first(c).optional()?;
    Ok(first.is_some())
}

pub(super) fn count_by_state(c: &mut Connection) -> Result<Vec<(State, i64)>, Error> {
    Ok(outbox::table.group_by(outbox::state).select((outbox::state, diesel::dsl::count(outbox::id))).load(c)?)
}

pub(super) fn first_due(c: &mut Connection) -> Result<Option<Moment>, Error> {
    Ok(outbox::table.filter(outbox::state.eq(State::Queued)).select(diesel::dsl::min(outbox::next_at)).first(c)?)
}

type Row = (LetterId, Kind, UserId, (Option<InvitationId>, Option<i32>), Option<UserId>, Option<WorkspaceId>, Option<LinkId>, i32, Moment);

pub(super) fn due(tx: &mut Tx, now: Moment, limit: usize) -> Result<Vec<Letter>, Error> {
    let rows: Vec<Row> = outbox::table
        .filter(outbox::state.eq(State::Queued))
        .filter(outbox::next_at.le(now))
        .order((outbox::next_at, outbox::id))
        .limit(limit as i64)
        .select((
            outbox::id,
            outbox::kind,
            outbox::user_id,
            (outbox::invitation_id, outbox::generation),
            outbox::subject_id,
            outbox::workspace_id,
            outbox::link_id,
            outbox::attempts,
            outbox::created_at,
        ))
        .load(&mut **tx)?;
    let letter = |(id, kind, to, (invitation, generation), about, workspace, link, attempts, created_at): Row| Letter {
        id,
        kind,
        to,
        invitation,
        generation,
        about,
        workspace,
        link,
        attempts,
        created_at,
    };
    Ok(rows.into_iter().map(letter).collect())
}

/// Whether it was still as it was seen.
pub(super) fn take(tx: &mut Tx, letter: &Letter, until: Moment) -> Result<bool, Error> {
    let row = outbox::table.find(&letter.id).filter(outbox::state.eq(State::Queued)).filter(outbox::attempts.eq(letter.attempts));
    Ok(diesel::update(row).set((outbox::next_at.eq(until), outbox::attempts.eq(letter.attempts + 1))).execute(&mut **tx)? == 1)
}

/// Whether it was still under way.
pub(super) fn finish(tx: &mut Tx, letter: &Letter, state: State, problem: Option<&str>) -> Result<bool, Error> {
    let sent_at = (state == State::Sent).then_some(tx.now);
    let row = outbox::table.find(&letter.id).filter(outbox::state.eq(State::Queued));
    Ok(diesel::update(row).set((outbox::state.eq(state), outbox::problem.eq(problem), outbox::sent_at.eq(sent_at))).execute(&mut **tx)? == 1)
}

/// Whether nobody else took it meanwhile.
pub(super) fn postpone(tx: &mut Tx, letter: &Letter, at: Moment, problem: &str) -> Result<bool, Error> {
    let row = outbox::table.find(&letter.id).filter(outbox::state.eq(State::Queued)).filter(outbox::attempts.eq(letter.attempts));
    Ok(diesel::update(row).set((outbox::next_at.eq(at), outbox::problem.eq(problem))).execute(&mut **tx)? == 1)
}

/// Notes beside the invitation how far its mail has got, so that lists of people show it without a look in here. An older
/// generation's mail says nothing about the newest.
pub(super) fn set_mail_state(tx: &mut Tx, letter: &Letter, state: State, problem: Option<&str>) -> Result<(), Error> {
    let (Kind::Invitation, Some(id), Some(generation)) = (letter.kind, &letter.invitation, letter.generation) else { return Ok(()) };
    diesel::update(invitations::table.find(id).filter(invitations::generation.eq(generation)))
        .set((invitations::mail_state.eq(state), invitations::mail_problem.eq(problem)))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn under_way(c: &mut Connection, to: &UserId, invitation: &InvitationId, generation: i32) -> Result<Option<UnderWay>, Error> {
    let row: Option<(i32, Moment)> = outbox::table
        .filter(outbox::user_id.eq(to))
        .filter(outbox::invitation_id.eq(invitation))
        .filter(outbox::generation.eq(generation))
        .filter(outbox::state.eq(State::Queued))
        .select((outbox::attempts, outbox::next_at))
        .first(c)
        .optional()?;
    Ok(row.map(|(attempts, next_at)| UnderWay { attempts, next_at }))
}

pub(super) fn delete_about(tx: &mut Tx, workspace: &WorkspaceId) -> Result<(), Error> {
    diesel::delete(outbox::table.filter(outbox::workspace_id.eq(workspace))).execute(&mut **tx)?;
    Ok(())
}

pub(super) fn delete_over(tx: &mut Tx, before: Moment) -> Result<(), Error> {
    diesel::delete(outbox::table.filter(outbox::state.ne(State::Queued)).filter(outbox::created_at.lt(before))).execute(&mut **tx)?;
    Ok(())
}
