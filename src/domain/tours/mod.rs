//! Arriving: where somebody is in the tour of a workspace, and an admin's first steps. Like what a session remembers, it says
//! nothing of what anybody may do, so the audit does not tell of it.

mod queries;

use crate::{
    access::{Permitted, WorkspacePermission, need::Member},
    base::ids::UserId,
    db::{Connection, Error, Tx},
    domain::words::words,
};

words! {
    /// `New` is also whoever has no row yet.
    State { New "new", Open "open", Skipped "skipped", Done "done" }
}

words! {
    /// The stops of a tour, in their order.
    Stop { Role "role", Flows "flows", People "people", Account "account" }
}

impl Stop {
    pub const ALL: [Self; 4] = [Self::Role, Self::Flows, Self::People, Self::Account];
}

/// A tour as its reader left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tour {
    pub state: State,
    /// Where it is, while it is open.
    pub stop: Option<Stop>,
}

/// The reader's tour of the workspace.
pub fn find(c: &mut Connection, may: &Permitted<Member>) -> Result<Tour, Error> {
    let tour = queries::find(c, may.id(), &may.workspace().id)?;
    Ok(tour.unwrap_or(Tour { state: State::New, stop: None }))
}

/// Whether the tour is offered where nobody asked for it: at the first visit, and as long as it is open. Whoever goes everywhere
/// through the organization is offered one once, not in every workspace.
pub fn is_offered(c: &mut Connection, may: &Permitted<Member>, tour: Tour) -> Result<bool, Error> {
    Ok(match tour.state {
        State::Open => true,
        State::New => !may.workspace().through_organization() || !queries::has_any(c, may.id())?,
        State::Skipped | State::Done => false,
    })
}

/// Goes on to a stop.
pub fn go(tx: &mut Tx, may: &Permitted<Member>, stop: Stop) -> Result<(), Error> {
    queries::set_state(tx, may.id(), &may.workspace().id, State::Open, stop.as_ref())
}

/// It is not offered any more, and stays where it can be found.
pub fn end(tx: &mut Tx, may: &Permitted<Member>, seen: bool) -> Result<(), Error> {
    queries::set_state(tx, may.id(), &may.workspace().id, if seen { State::Done } else { State::Skipped }, "")
}

/// What an admin does first, as far as the data tell; mail is a setting, which others know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstSteps {
    /// Somebody was invited.
    pub invited: bool,
    /// Somebody else has a role in the workspace.
    pub gave: bool,
    /// The workspace has a key.
    pub key: bool,
}

/// The first steps in the workspace, for whoever administers it and has not put the list away, here or elsewhere.
pub fn first_steps(c: &mut Connection, may: &Permitted<Member>) -> Result<Option<FirstSteps>, Error> {
    if !may.workspace().may.has(WorkspacePermission::WorkspaceAdmin) || queries::has_hidden(c, may.id())? {
        return Ok(None);
    }
    let place = &may.workspace().id;
    Ok(Some(FirstSteps { invited: queries::somebody_is_invited(c)?, gave: queries::others_belong(c, may.id(), place)?, key: queries::has_key(c, place)? }))
}

/// Puts the list of first steps away.
pub fn hide_first_steps(tx: &mut Tx, may: &Permitted<Member>) -> Result<(), Error> {
    queries::hide(tx, may.id(), &may.workspace().id)
}

/// Deletes what is kept for somebody who is removed.
pub(in crate::domain) fn forget(tx: &mut Tx, user: &UserId) -> Result<(), Error> {
    queries::delete_of(tx, user)
}
