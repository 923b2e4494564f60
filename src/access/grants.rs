//! What somebody holds, read from the database at every request; nothing here is kept longer than one.

use diesel::prelude::*;

use super::{
    actor::{Actor, Session},
    permission::{OrgPermission, OrgSet, WorkspacePermission, WorkspaceSet},
    scope,
};
use crate::{
    base::{
        clock::{self, Moment},
        ids::{RoleId, UserId, WorkspaceId},
    },
    db::{
        Connection, Error,
        schema::{memberships, organization, roles, sessions, users, workspaces},
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

/// What an active, signed-in person may do in the organization, and in the workspace the request is about.
#[derive(Debug, Clone)]
pub struct Standing {
    pub actor: Actor,
    pub role: Given,
    pub organization: OrgSet,
    place: Option<Place>,
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
}

/// What somebody holds, whether or not they are active now: what they could do once they are.
#[derive(Debug, Clone)]
pub struct Holdings {
    pub active: bool,
    pub organization: OrgSet,
}

type SessionRow = (String, Moment, Moment, Moment, Option<String>, Option<WorkspaceId>);
type ActorRow = (UserId, String, String, String, Option<String>);
type RoleRow = (RoleId, String, String, Option<UserId>, Moment);

/// The person behind a session, if the session lives and the person is active. Lifetimes are the organization's of this moment.
pub(super) fn of_session(c: &mut Connection, hash: &str, workspace: Option<&WorkspaceId>) -> Result<Option<(Standing, Session)>, Error> {
    let row: Option<(SessionRow, ActorRow, RoleRow, (i32, i32))> = sessions::table
        .inner_join(users::table.inner_join(roles::table))
        .inner_join(organization::table.on(organization::id.ne("")))
        .filter(sessions::id_hash.eq(hash))
        .select((
            (sessions::id_hash, sessions::created_at, sessions::seen_at, sessions::confirmed_at, sessions::notice, sessions::workspace_id),
            (users::id, users::status, users::name, users::display_name, users::email),
            (roles::id, roles::name, roles::permissions, users::role_given_by, users::role_given_at),
            (organization::session_idle_hours, organization::session_max_hours),
        ))
        .first(c)
        .optional()?;
    let Some((session, person, role, (idle, longest))) = row else { return Ok(None) };
    let (hash, created_at, seen_at, confirmed_at, notice, last_workspace) = session;
    let now = clock::now();
    let over = now >= created_at + clock::hours(longest.into()) || now >= seen_at + clock::hours(idle.into());
    let (id, status, name, display_name, email) = person;
    if over || status != "active" {
        return Ok(None);
    }
    let (role, role_name, permissions, by, at) = role;
    let granted = read_set(&permissions);
    let organization = scope::in_organization(true, granted);
    let place = match workspace {
        Some(workspace) => place(c, &id, granted, workspace)?,
        None => None,
    };
    let standing = Standing {
        actor: Actor { id, name, display_name, email: email.unwrap_or_default() },
        role: Given { role, name: role_name, by, at },
        organization,
        place,
    };
    Ok(Some((standing, Session { hash, confirmed_at, seen_at, notice, workspace: last_workspace })))
}

fn read_set<P: super::Permission>(text: &str) -> super::Set<P> {
    text.parse().unwrap_or_else(|never| match never {})
}

type PlaceRow = ((WorkspaceId, String, String, i32, Option<Moment>), Option<(RoleId, String, String, Option<UserId>, Moment)>);

/// One workspace for an active person; `None` where it does not exist for them.
fn place(c: &mut Connection, user: &UserId, role: OrgSet, workspace: &WorkspaceId) -> Result<Option<Place>, Error> {
    let row: Option<PlaceRow> = workspaces::table
        .left_join(memberships::table.inner_join(roles::table).on(memberships::workspace_id.eq(workspaces::id).and(memberships::user_id.eq(user))))
        .filter(workspaces::id.eq(workspace))
        .select((
            (workspaces::id, workspaces::name, workspaces::description, workspaces::hue, workspaces::archived_at),
            (roles::id, roles::name, roles::permissions, memberships::given_by, memberships::given_at).nullable(),
        ))
        .first(c)
        .optional()?;
    let Some(((id, name, description, hue, archived_at), member)) = row else { return Ok(None) };
    let archived = archived_at.is_some();
    let granted = member.as_ref().map(|(_, _, permissions, _, _)| read_set(permissions));
    let organization = scope::in_organization(true, role);
    let place = Place {
        id,
        name,
        description,
        hue: hue as u8,
        archived,
        may: scope::in_workspace(true, role, granted, archived),
        membership: member.map(|(role, name, _, by, at)| Given { role, name, by, at }),
        through_organization: organization.has(OrgPermission::OrgAdmin),
    };
    let any = organization.has(OrgPermission::WorkspaceEdit) || organization.has(OrgPermission::WorkspaceDelete);
    Ok(if place.is_open() || any { Some(place) } else { None })
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
        .select((users::id, users::name, users::email, roles::name))
        .load(c)?;
    let mut found: Vec<Giver> = Vec::new();
    if let Some(workspace) = workspace {
        let members: Vec<GiverRow> = memberships::table
            .inner_join(users::table)
            .inner_join(roles::table)
            .filter(memberships::workspace_id.eq(workspace))
            .filter(memberships::role_id.eq_any(roles_with(c, WorkspacePermission::UsersEdit)?))
            .filter(users::status.eq("active"))
            .order((memberships::name_key, memberships::user_id))
            .limit(limit as i64)
            .select((users::id, users::name, users::email, roles::name))
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

type GiverRow = (UserId, String, Option<String>, String);

fn giver((id, name, email, role): GiverRow) -> Giver {
    Giver { id, name, email: email.unwrap_or_default(), role }
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
