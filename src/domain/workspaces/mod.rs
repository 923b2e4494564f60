//! Workspaces: where flows and their people live. Their members are the next noun.

mod list;
mod queries;

use crate::{
    access::{
        Permitted,
        grants::Standing,
        need::{ManageWorkspace, RestoreWorkspace, SignedIn},
    },
    base::{
        clock::Moment,
        ids::{UserId, WorkspaceId},
        text::{Description, WorkspaceName},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{Error, audit},
};

pub(in crate::domain) use list::count_members;
pub use list::{Entry, Filter, From, List, list, numbered, sees_all};

/// A workspace in the switcher.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: WorkspaceId,
    pub name: String,
    pub hue: u8,
}

/// A workspace as its own pages need it.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    pub description: String,
    pub hue: u8,
    pub created_at: Moment,
    pub archived: Option<Archived>,
}

/// Closed to all but organization admins.
#[derive(Debug, Clone)]
pub struct Archived {
    pub at: Moment,
    pub by: Option<UserId>,
}

/// The workspaces somebody may enter, by name: all that are not archived for an organization admin, else their own. At most `limit`.
pub fn open_to(c: &mut Connection, standing: &Standing, limit: usize) -> Result<Vec<Listed>, DbError> {
    if standing.is_org_admin() { queries::all_open(c, limit) } else { queries::of_member(c, &standing.actor.id, limit) }
}

/// All of [`open_to`], unless they are more than `most`.
pub fn open_if_few(c: &mut Connection, standing: &Standing, most: usize) -> Result<Option<Vec<Listed>>, DbError> {
    if standing.is_org_admin() && queries::more_are_open(c, most)? {
        return Ok(None);
    }
    Ok(Some(open_to(c, standing, most + 1)?).filter(|some| some.len() <= most))
}

/// Those of [`open_to`] that have a part, folded, in their names; the one that is called so stands alone.
pub fn open_named(c: &mut Connection, standing: &Standing, part: &str) -> Result<Vec<Listed>, DbError> {
    let member = if standing.is_org_admin() { None } else { Some(&standing.actor.id) };
    let mut some = queries::open_named(c, member, part)?;
    let called_so = some.iter().position(|(_, key)| key == part);
    Ok(match called_so {
        Some(at) => vec![some.swap_remove(at).0],
        None => some.into_iter().map(|(workspace, _)| workspace).collect(),
    })
}

/// One of [`open_to`], if it is one.
pub fn find_open(c: &mut Connection, standing: &Standing, id: &WorkspaceId) -> Result<Option<Listed>, DbError> {
    let Some(workspace) = queries::find(c, id)?.filter(|w| w.archived.is_none()) else { return Ok(None) };
    let enters = standing.is_org_admin() || queries::is_member(c, &standing.actor.id, id)?;
    Ok(enters.then_some(Listed { id: workspace.id, name: workspace.name, hue: workspace.hue }))
}

pub fn find(c: &mut Connection, id: &WorkspaceId) -> Result<Option<Workspace>, DbError> {
    queries::find(c, id)
}

/// Whoever has this name, in whatever case it is written. Only for telling somebody who may know of it: see [`find_open`].
pub fn find_by_name(c: &mut Connection, name: &WorkspaceName) -> Result<Option<Workspace>, DbError> {
    queries::find_by_key(c, &name.key())
}

/// Adds the row; its name must be free.
pub(in crate::domain) fn insert(tx: &mut Tx, name: &WorkspaceName, description: &str, by: Option<&UserId>) -> Result<WorkspaceId, DbError> {
    queries::insert(tx, name, description, by)
}

/// Refuses a name that another workspace has, archived ones included: it would come back with it.
pub(in crate::domain) fn must_be_free(c: &mut Connection, name: &WorkspaceName, except: Option<&WorkspaceId>) -> Result<(), Error> {
    match queries::find_by_key(c, &name.key())? {
        Some(other) if except != Some(&other.id) => Err(taken()),
        _ => Ok(()),
    }
}

/// The unique index says what [`must_be_free`] says.
pub(in crate::domain) fn taken_or(e: DbError) -> Error {
    if matches!(e, DbError::Duplicate) { taken() } else { e.into() }
}

fn taken() -> Error {
    Error::Invalid(vec![("name", "Another workspace has this name, perhaps in other letters. Choose one that tells them apart.".into())])
}

/// Gives a workspace another name and description.
pub fn rename(tx: &mut Tx, may: &Permitted<ManageWorkspace>, name: &WorkspaceName, description: &Description) -> Result<(), Error> {
    change(tx, may, name, description, may.workspace().hue)
}

/// The colours of a workspace's mark.
pub const HUES: u8 = 12;

/// [`rename`], and another colour: one of [`HUES`].
pub fn change(tx: &mut Tx, may: &Permitted<ManageWorkspace>, name: &WorkspaceName, description: &Description, hue: u8) -> Result<(), Error> {
    let before = may.workspace();
    must_be_free(tx, name, Some(&before.id))?;
    if hue >= HUES {
        return Err(Error::Invalid(vec![("hue", "Choose one of these colours.".into())]));
    }
    let named = before.name == name.as_str() && before.description == description.as_str();
    if named && before.hue == hue {
        return Ok(());
    }
    let action = if named { "workspace.changed" } else { "workspace.renamed" };
    let mut entry = audit::entry(action).by(may.id()).on("workspace", &before.id).in_workspace(&before.id);
    for (field, old, new) in [("name", before.name.as_str(), name.as_str()), ("description", before.description.as_str(), description.as_str())] {
        if old != new {
            entry = entry.changed(field, old, new);
        }
    }
    if before.hue != hue {
        entry = entry.changed("hue", before.hue, hue);
    }
    queries::change(tx, &before.id, name, description, hue).map_err(taken_or)?;
    entry.write(tx)?;
    Ok(())
}

/// Deletes the row: the last step of deleting a workspace.
pub(in crate::domain) fn delete(tx: &mut Tx, id: &WorkspaceId) -> Result<(), DbError> {
    queries::delete(tx, id)
}

/// Closes a workspace to all but organization admins, from the next request on. Nothing in it is deleted.
pub fn archive(tx: &mut Tx, may: &Permitted<ManageWorkspace>) -> Result<(), Error> {
    let place = may.workspace();
    if place.archived {
        return Err(Error::stale(format!("{} is archived already.", place.name)));
    }
    queries::set_archived(tx, &place.id, Some(may.id()))?;
    audit::entry("workspace.archived").by(may.id()).on("workspace", &place.id).in_workspace(&place.id).write(tx)?;
    Ok(())
}

/// The name of an archived workspace, for the member who archived it: they may not see it any more, and may have asked twice.
pub fn archived_by(c: &mut Connection, me: &Permitted<SignedIn>, id: &WorkspaceId) -> Result<Option<String>, DbError> {
    let by_me = |w: &Workspace| w.archived.as_ref().is_some_and(|archived| archived.by.as_ref() == Some(me.id()));
    let Some(workspace) = queries::find(c, id)?.filter(by_me) else { return Ok(None) };
    let knows_it = me.standing().is_org_admin() || queries::is_member(c, me.id(), id)?;
    Ok(knows_it.then_some(workspace.name))
}

/// Opens an archived workspace again: everybody has there what they had.
pub fn restore(tx: &mut Tx, may: &Permitted<RestoreWorkspace>) -> Result<(), Error> {
    let place = may.workspace();
    if !place.archived {
        return Err(Error::stale(format!("{} is not archived.", place.name)));
    }
    queries::set_archived(tx, &place.id, None)?;
    audit::entry("workspace.restored").by(may.id()).on("workspace", &place.id).in_workspace(&place.id).write(tx)?;
    Ok(())
}
