//! What somebody holds, read from the database at every request; nothing here is kept longer than one. [`caller`] finds who
//! stands behind a session or a key.

pub(super) mod caller;

use std::collections::HashMap;

use diesel::prelude::*;

use super::{
    actor::Actor,
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
        schema::{memberships, roles, users, workspaces},
    },
};

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

    /// What the caller may do in each workspace they belong to. Organization admins may do everything in every other one too.
    pub fn by_workspace(&self, c: &mut Connection) -> Result<HashMap<WorkspaceId, WorkspaceSet>, Error> {
        let held: Vec<(WorkspaceId, Option<Moment>, String)> = match &self.bound {
            Bound::Person => memberships::table
                .inner_join(workspaces::table)
                .inner_join(roles::table)
                .filter(memberships::user_id.eq(&self.actor.id))
                .select((workspaces::id, workspaces::archived_at, roles::permissions))
                .load(c)?,
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
    let rows: Vec<(UserId, String, String)> = users::table
        .inner_join(roles::table)
        .filter(users::id.eq_any(some))
        .filter(users::status.ne("removed"))
        .select((users::id, users::status, roles::permissions))
        .load(c)?;
    let held = |status: &str, text: &str| Holdings { active: status == "active", organization: scope::in_organization(true, read_set(text)) };
    Ok(rows.into_iter().map(|(id, status, text)| (id, held(&status, &text))).collect())
}

/// What a user may do in a workspace now; with `as_if_active`, what they could do if they were active.
pub fn in_workspace(c: &mut Connection, user: &UserId, workspace: &WorkspaceId, as_if_active: bool) -> Result<WorkspaceSet, Error> {
    judged(c, user, workspace, as_if_active, false)
}

/// What a user may do in a workspace, or could if it were not archived.
pub fn if_it_were_open(c: &mut Connection, user: &UserId, workspace: &WorkspaceId) -> Result<WorkspaceSet, Error> {
    judged(c, user, workspace, false, true)
}

fn judged(c: &mut Connection, user: &UserId, workspace: &WorkspaceId, as_if_active: bool, as_if_open: bool) -> Result<WorkspaceSet, Error> {
    let row: Option<(String, String)> =
        users::table.inner_join(roles::table).filter(users::id.eq(user)).select((users::status, roles::permissions)).first(c).optional()?;
    let Some((status, role)) = row else { return Ok(WorkspaceSet::NONE) };
    let archived: Option<Option<Moment>> = workspaces::table.find(workspace).select(workspaces::archived_at).first(c).optional()?;
    let Some(archived) = archived else { return Ok(WorkspaceSet::NONE) };
    let member: Option<String> = memberships::table
        .inner_join(roles::table)
        .filter(memberships::user_id.eq(user))
        .filter(memberships::workspace_id.eq(workspace))
        .select(roles::permissions)
        .first(c)
        .optional()?;
    let active = as_if_active || status == "active";
    Ok(scope::in_workspace(active, read_set(&role), member.as_deref().map(read_set), archived.is_some() && !as_if_open))
}

/// What a user may do in the organization now.
pub fn in_organization(c: &mut Connection, user: &UserId) -> Result<OrgSet, Error> {
    Ok(holdings(c, user)?.filter(|h| h.active).map_or(OrgSet::NONE, |h| h.organization))
}

/// The roles that mean a permission, whether they name or imply it. Roles are few, so their sets are read here: a condition on
/// the stored text would find a key inside another's name, and miss what is implied.
pub fn roles_with<P: super::Permission>(c: &mut Connection, permission: P) -> Result<Vec<RoleId>, Error> {
    let all: Vec<(RoleId, String)> = roles::table.filter(roles::scope.eq(P::SCOPE)).select((roles::id, roles::permissions)).load(c)?;
    Ok(all.into_iter().filter(|(_, text)| read_set::<P>(text).closure().has(permission)).map(|(id, _)| id).collect())
}

/// Somebody who can give what is missing.
#[derive(Debug, Clone)]
pub struct Giver {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub avatar: Option<AvatarHash>,
    pub role: String,
}

/// Active people who administer the workspace (at most `limit`), or else organization admins.
pub fn givers(c: &mut Connection, workspace: Option<&WorkspaceId>, limit: usize) -> Result<Vec<Giver>, Error> {
    let admins: Vec<GiverRow> = users::table
        .inner_join(roles::table)
        .filter(users::role_id.eq_any(roles_with(c, OrgPermission::OrgAdmin)?))
        .filter(users::status.eq("active"))
        .filter(users::kind.eq("person"))
        .order((users::name_key, users::seq))
        .limit(limit as i64)
        .select((users::id, users::name, users::email, users::avatar, roles::name))
        .load(c)?;
    let mut found: Vec<Giver> = Vec::new();
    if let Some(workspace) = workspace {
        let members: Vec<GiverRow> = memberships::table
            .inner_join(users::table)
            .inner_join(roles::table)
            .filter(memberships::workspace_id.eq(workspace))
            .filter(memberships::role_id.eq_any(roles_with(c, WorkspacePermission::UsersEdit)?))
            .filter(users::status.eq("active"))
            .filter(users::kind.eq("person"))
            .order((memberships::name_key, memberships::user_id))
            .limit(limit as i64)
            .select((users::id, users::name, users::email, users::avatar, roles::name))
            .load(c)?;
        found.extend(members.into_iter().map(giver));
    }
    for admin in admins.into_iter().map(giver) {
        if found.len() < limit && !found.iter().any(|g| g.id == admin.id) {
            found.push(admin);
        }
    }
    Ok(found)
}

type GiverRow = (UserId, String, Option<String>, Option<AvatarHash>, String);

fn giver((id, name, email, avatar, role): GiverRow) -> Giver {
    Giver { id, name, email: email.unwrap_or_default(), avatar, role }
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

/// The name of a user, for a sentence. A removed one answers with the pseudonym that stands in its place.
pub fn name_of(c: &mut Connection, user: &UserId) -> Result<Option<String>, Error> {
    Ok(users::table.filter(users::id.eq(user)).select(users::name).first(c).optional()?)
}
