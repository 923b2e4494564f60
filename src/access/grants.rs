//! What somebody holds, read from the database at every request; nothing here is kept longer than one. [`caller`] finds who
//! stands behind a session or a key.

pub(super) mod caller;
mod givers;
mod rights;

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{Nullable, Text},
};

use super::{
    actor::{Actor, Session},
    permission::{OrgPermission, OrgSet, WorkspacePermission, WorkspaceSet},
    scope,
};
use crate::{
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error,
        load::Load as _,
        schema::{memberships, roles, workspaces},
        written::Query,
    },
};

pub use givers::{Giver, givers, givers_in};
pub use rights::{Rights, if_it_were_open, in_workspace};

/// A role somebody was given.
#[derive(Debug, Clone)]
pub struct Given {
    pub role: RoleId,
    pub name: String,
    pub by: Option<UserId>,
    pub at: Moment,
}

/// What an active person, or a live key, may do in the organization, and in the workspace the request is about.
#[derive(Debug, Clone)]
pub struct Standing {
    pub actor: Actor,
    /// The organization role of the person, or of the key's owner.
    pub role: Given,
    pub organization: OrgSet,
    place: Option<Place>,
    bound: Bound,
}

/// What bounds the actor's own rights.
#[derive(Debug, Clone)]
enum Bound {
    /// Nothing: a person.
    Person,
    /// A key of one workspace, and what it may do there.
    WorkspaceKey(WorkspaceId, WorkspaceSet),
    /// A system key: in workspaces everything or nothing, by what it may do in the organization.
    SystemKey,
}

/// One workspace as it is for one person.
#[derive(Debug, Clone)]
pub struct Place {
    pub id: WorkspaceId,
    pub name: String,
    pub description: String,
    pub hue: u8,
    pub archived: bool,
    pub membership: Option<Given>,
    pub may: WorkspaceSet,
    /// What the person may do, or a key's owner: a key itself may do no more.
    pub owner_may: WorkspaceSet,
    through_organization: bool,
}

impl Place {
    /// Whether the person belongs to it: as a member while it is not archived, or as an organization admin.
    pub fn is_open(&self) -> bool {
        self.through_organization || (self.membership.is_some() && !self.archived)
    }

    /// Whether what they may do here comes from the organization, not from a membership.
    pub fn through_organization(&self) -> bool {
        self.through_organization
    }
}

impl Standing {
    /// The workspace the request is about, if it exists for this person at all.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    pub fn is_org_admin(&self) -> bool {
        self.organization.has(OrgPermission::OrgAdmin)
    }

    pub fn is_system_key(&self) -> bool {
        matches!(self.bound, Bound::SystemKey)
    }

    /// What the caller may do in any workspace, also one the request does not name. A key's bounds hold here as everywhere, so
    /// nobody's rights are to be read from the actor's id.
    pub fn in_workspace(&self, c: &mut Connection, workspace: &WorkspaceId) -> Result<WorkspaceSet, Error> {
        match &self.bound {
            Bound::Person => in_workspace(c, &self.actor.id, workspace, false),
            Bound::WorkspaceKey(own, may) => Ok(if own == workspace { *may } else { WorkspaceSet::NONE }),
            Bound::SystemKey => {
                let exists: Option<WorkspaceId> = workspaces::table.find(workspace).select(workspaces::id).first(c).optional()?;
                Ok(exists.map_or(WorkspaceSet::NONE, |_| scope::system_key_in_workspace(self.organization)))
            }
        }
    }

    /// What the person of a session may do in a workspace that is not archived. The session's own row tells it of the one they
    /// were in last.
    pub fn in_open(&self, c: &mut Connection, session: &Session, workspace: &WorkspaceId) -> Result<WorkspaceSet, Error> {
        if self.is_org_admin() || session.workspace.as_ref() == Some(workspace) {
            return Ok(scope::in_workspace(true, self.organization, session.role_there, false));
        }
        self.in_workspace(c, workspace)
    }

    /// What the caller may do in each workspace they belong to. Organization admins may do everything in every other one too.
    pub fn by_workspace(&self, c: &mut Connection) -> Result<HashMap<WorkspaceId, WorkspaceSet>, Error> {
        let held: Vec<(WorkspaceId, Option<Moment>, String)> = match &self.bound {
            Bound::Person => memberships::table
                .inner_join(workspaces::table)
                .inner_join(roles::table)
                .filter(memberships::user_id.eq(&self.actor.id))
                .select((workspaces::id, workspaces::archived_at, roles::permissions))
                .rows(c)?,
            Bound::WorkspaceKey(own, may) => return Ok(HashMap::from([(own.clone(), *may)])),
            Bound::SystemKey => Vec::new(),
        };
        let here = |archived: bool, text: &str| scope::in_workspace(true, self.organization, Some(read_set(text)), archived);
        Ok(held.into_iter().map(|(id, archived_at, text)| (id, here(archived_at.is_some(), &text))).collect())
    }
}

/// What somebody holds, whether or not they are active now: what they could do once they are.
#[derive(Debug, Clone)]
pub struct Holdings {
    pub active: bool,
    pub organization: OrgSet,
}

fn read_set<P: super::Permission>(text: &str) -> super::Set<P> {
    text.parse().unwrap_or_else(|never| match never {})
}

/// What a user holds in the organization. `None`: no such user, or removed.
pub fn holdings(c: &mut Connection, user: &UserId) -> Result<Option<Holdings>, Error> {
    Ok(holdings_of(c, std::slice::from_ref(user))?.pop().map(|(_, held)| held))
}

/// The same of some users at once.
pub fn holdings_of(c: &mut Connection, some: &[UserId]) -> Result<Vec<(UserId, Holdings)>, Error> {
    if some.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::new(
        "SELECT users.id, users.status, roles.permissions FROM users JOIN roles ON roles.id = users.role_id WHERE users.status <> 'removed' AND users.id IN ",
    );
    query.texts(some.iter().map(UserId::as_str));
    let rows: Vec<(UserId, String, String)> = query.rows_of::<(Text, Text, Text), _>(c)?;
    let held = |status: &str, text: &str| Holdings { active: status == "active", organization: scope::in_organization(true, read_set(text)) };
    Ok(rows.into_iter().map(|(id, status, text)| (id, held(&status, &text))).collect())
}

/// What a user may do in the organization now.
pub fn in_organization(c: &mut Connection, user: &UserId) -> Result<OrgSet, Error> {
    Ok(holdings(c, user)?.filter(|h| h.active).map_or(OrgSet::NONE, |h| h.organization))
}

/// The roles that mean a permission, whether they name or imply it. Roles are few, so their sets are read here: a condition on
/// the stored text would find a key inside another's name, and miss what is implied.
pub fn roles_with<P: super::Permission>(c: &mut Connection, permission: P) -> Result<Vec<RoleId>, Error> {
    let all: Vec<(RoleId, String)> = roles::table.filter(roles::scope.eq(P::SCOPE)).select((roles::id, roles::permissions)).rows(c)?;
    Ok(all.into_iter().filter(|(_, text)| read_set::<P>(text).closure().has(permission)).map(|(id, _)| id).collect())
}

/// The smallest role that has a permission: the fewest permissions, then the built-in order.
pub fn smallest_role(c: &mut Connection, missing: super::need::Missing, workspace: Option<&WorkspaceId>) -> Result<Option<String>, Error> {
    use super::need::Missing;
    let scope_name = match missing {
        Missing::Nothing => return Ok(None),
        Missing::Organization(_) => "organization",
        Missing::Workspace(_) => "workspace",
    };
    let rows: Vec<(String, String, Option<WorkspaceId>)> = roles::table
        .filter(roles::scope.eq(scope_name))
        .order((roles::rank, roles::name_key))
        .select((roles::name, roles::permissions, roles::workspace_id))
        .load(c)?;
    let holds = |text: &str| match missing {
        Missing::Organization(p) => read_set::<OrgPermission>(text).closure().has(p),
        Missing::Workspace(p) => read_set::<WorkspacePermission>(text).closure().has(p),
        Missing::Nothing => false,
    };
    let usable = rows.into_iter().filter(|(_, _, only)| only.is_none() || only.as_ref() == workspace);
    Ok(usable.filter(|(_, text, _)| holds(text)).min_by_key(|(_, text, _)| text.split_whitespace().count()).map(|(name, _, _)| name))
}

/// How somebody is called in a sentence.
#[derive(Debug, Clone)]
pub struct Called {
    /// Of a removed one the pseudonym that stands in its place.
    pub name: String,
    pub avatar: Option<AvatarHash>,
    pub removed: bool,
}

/// The names of some users, in one statement.
pub fn names_of<'a>(c: &mut Connection, some: impl IntoIterator<Item = &'a UserId>) -> Result<HashMap<UserId, Called>, Error> {
    let some: Vec<&str> = some.into_iter().map(UserId::as_str).collect();
    if some.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = Query::new("SELECT users.id, users.name, users.status, users.avatar FROM ");
    query.each(c, some).push(" CROSS JOIN users WHERE users.id = each.value");
    let rows: Vec<(UserId, String, String, Option<AvatarHash>)> = query.rows_of::<(Text, Text, Text, Nullable<Text>), _>(c)?;
    Ok(rows.into_iter().map(|(id, name, status, avatar)| (id, Called { name, removed: status == "removed", avatar })).collect())
}

/// The name of a user, for a sentence.
pub fn name_of(c: &mut Connection, user: &UserId) -> Result<Option<String>, Error> {
    Ok(names_of(c, [user])?.remove(user).map(|called| called.name))
}
