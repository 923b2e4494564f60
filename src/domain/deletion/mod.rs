//! Deleting a workspace: everything in it, and everything that refers to it, in one act. Audit rows stay.

use crate::{
    access::{
        Permitted,
        need::{Confirmed, DeleteWorkspace, SignedIn},
    },
    base::{ids::WorkspaceId, text::fold},
    db::{Connection, Error as DbError, Tx},
    domain::{Error, api_keys, audit, drafts, flows, invites, memberships, outbox, sessions, users, workspaces},
};

/// How many people are read at a time.
const AT_ONCE: usize = 500;

/// `typed`: its name, typed to confirm.
pub fn delete(tx: &mut Tx, may: &Permitted<Confirmed<DeleteWorkspace>>, typed: &str) -> Result<(), Error> {
    let place = may.workspace();
    if fold(typed) != fold(&place.name) {
        return Err(Error::Invalid(vec![("name", format!("This is not its name. Type {} to confirm.", place.name))]));
    }
    // Mails before invitations, sessions before people: the order in which others take them.
    outbox::forget_workspace(tx, &place.id)?;
    sessions::forget_workspace(tx, &place.id)?;
    let invited = memberships::invited_to(tx, &place.id)?;
    let keys = api_keys::forget_workspace(tx, &place.id)?;
    let flows = flows::forget_workspace(tx, &place.id)?;
    let members = memberships::end_workspace(tx, &place.id)?;
    drafts::forget_workspace(tx, &place.id)?;
    for some in invited.chunks(AT_ONCE) {
        let people = users::find_people(tx, some)?;
        invites::carry(tx, may.standing(), &people, invites::Change::Taken)?;
    }
    workspaces::delete(tx, &place.id)?;
    audit::entry("workspace.deleted")
        .by(may.id())
        .on("workspace", &place.id)
        .in_workspace(&place.id)
        .fact("name", place.name.as_str())
        .fact("memberships", members)
        .fact("keys", keys)
        .fact("flows", flows)
        .write(tx)?;
    Ok(())
}

/// Whether the actor deleted it: they may have asked twice.
pub fn deleted_by(c: &mut Connection, me: &Permitted<SignedIn>, id: &WorkspaceId) -> Result<bool, DbError> {
    audit::did(c, me.id(), "workspace.deleted", id.as_str())
}
