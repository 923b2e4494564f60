//! Who stands behind a session or a key, and what they may do at this moment.

use diesel::{alias, dsl::exists, prelude::*};

use super::{Bound, Given, Place, Standing, read_set};
use crate::{
    access::{
        actor::{Actor, DeadKey, Key, Session},
        permission::{OrgPermission, OrgSet, WorkspaceSet},
        scope::{self, Grant},
    },
    base::{
        clock::{self, Moment},
        ids::{KeyId, RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error,
        load::Load as _,
        schema::{api_keys, memberships, organization, roles, sessions, users, workspaces},
    },
};

type SessionRow = (String, Moment, Moment, Moment, Option<String>, Option<WorkspaceId>);
type ActorRow = (UserId, String, String, String, Option<String>, Option<AvatarHash>);
/// With the organization's two lifetimes, whether there is news, and the role in the workspace one was in last.
type Seen = (SessionRow, ActorRow, RoleRow, (i32, i32), bool, Option<String>);
type RoleRow = (RoleId, String, String, Option<UserId>, Moment);

fn actor((id, _, name, display_name, email, avatar): ActorRow) -> Actor {
    Actor { id, name, display_name, email: email.unwrap_or_default(), avatar }
}

/// The role with its permissions.
fn given((role, name, permissions, by, at): RoleRow) -> (Given, String) {
    (Given { role, name, by, at }, permissions)
}

/// The person behind a session, if the session lives and the person is active. Lifetimes are the organization's of this moment.
pub(in crate::access) fn of_session(c: &mut Connection, hash: &str, workspace: Option<&WorkspaceId>) -> Result<Option<(Standing, Session)>, Error> {
    let (there, roles_there) = alias!(memberships as there, roles as roles_there);
    let news = memberships::table.filter(memberships::user_id.eq(users::id)).filter(memberships::announced.eq(false));
    // With it, what every page asks besides: whether there is news, and the role in the workspace one was in last.
    let row: Option<Seen> = sessions::table
        .inner_join(users::table.inner_join(roles::table))
        .inner_join(organization::table.on(organization::id.ne("")))
        .left_join(
            there.on(there.field(memberships::user_id).eq(sessions::user_id).and(there.field(memberships::workspace_id).nullable().eq(sessions::workspace_id))),
        )
        .left_join(roles_there.on(roles_there.field(roles::id).nullable().eq(there.field(memberships::role_id).nullable())))
        .filter(sessions::id_hash.eq(hash))
        .select((
            (sessions::id_hash, sessions::created_at, sessions::seen_at, sessions::confirmed_at, sessions::notice, sessions::workspace_id),
            (users::id, users::status, users::name, users::display_name, users::email, users::avatar),
            (roles::id, roles::name, roles::permissions, users::role_given_by, users::role_given_at),
            (organization::session_idle_hours, organization::session_max_hours),
            exists(news),
            roles_there.field(roles::permissions).nullable(),
        ))
        .row(c)?;
    let Some((session, person, role, (idle, longest), has_news, role_there)) = row else { return Ok(None) };
    let (hash, created_at, seen_at, confirmed_at, notice, last_workspace) = session;
    let now = clock::now();
    let over = now >= created_at + clock::hours(longest.into()) || now >= seen_at + clock::hours(idle.into());
    if over || person.1 != "active" {
        return Ok(None);
    }
    let (actor, (role, permissions)) = (actor(person), given(role));
    let organization = scope::in_organization(true, read_set(&permissions));
    let place = match workspace {
        Some(workspace) => place(c, actor.id.as_str(), organization, workspace)?,
        None => None,
    };
    let standing = Standing { actor, role, organization, place, bound: Bound::Person };
    let role_there = role_there.as_deref().map(read_set);
    Ok(Some((standing, Session { hash, confirmed_at, seen_at, notice, workspace: last_workspace, role_there, has_news })))
}

type KeyRow = (KeyId, String, Option<WorkspaceId>, Option<String>);
/// When it ends, when it was revoked, when it was used last.
type KeyTimes = (Option<Moment>, Option<Moment>, Option<Moment>);
type HomeRow = (WorkspaceId, String, String, i32, Option<Moment>);
type MemberRow = (Option<RoleId>, Option<String>, Option<String>, Option<UserId>, Option<Moment>);

/// Why a key is dead, and which it is.
type Dead = (DeadKey, Option<KeyId>);

/// What a key and its owner may do, in one statement, or why the key is dead. `named`: the workspace the request names; else a
/// key of a workspace is judged in its own.
pub(in crate::access) fn of_key(c: &mut Connection, hash: &str, named: Option<&WorkspaceId>) -> Result<Result<(Standing, Key), Dead>, Error> {
    let member_roles = alias!(roles as member_roles);
    let row: Option<(KeyRow, KeyTimes, ActorRow, RoleRow, Option<HomeRow>, MemberRow)> = api_keys::table
        .inner_join(users::table.on(users::id.eq(api_keys::owner_id)))
        .inner_join(roles::table.on(roles::id.eq(users::role_id)))
        .left_join(workspaces::table.on(workspaces::id.nullable().eq(api_keys::workspace_id)))
        .left_join(memberships::table.on(memberships::user_id.eq(users::id).and(memberships::workspace_id.nullable().eq(api_keys::workspace_id))))
        .left_join(member_roles.on(member_roles.field(roles::id).nullable().eq(memberships::role_id.nullable())))
        .filter(api_keys::secret_hash.eq(hash))
        .select((
            (api_keys::id, api_keys::name, api_keys::workspace_id, api_keys::permissions),
            (api_keys::expires_at, api_keys::revoked_at, api_keys::used_at),
            (users::id, users::status, users::name, users::display_name, users::email, users::avatar),
            (roles::id, roles::name, roles::permissions, users::role_given_by, users::role_given_at),
            (workspaces::id, workspaces::name, workspaces::description, workspaces::hue, workspaces::archived_at).nullable(),
            (
                member_roles.field(roles::id).nullable(),
                member_roles.field(roles::name).nullable(),
                member_roles.field(roles::permissions).nullable(),
                memberships::given_by.nullable(),
                memberships::given_at.nullable(),
            ),
        ))
        .row(c)?;
    let Some(((id, name, workspace, grant), (expires_at, revoked_at, used_at), owner, role, home, member)) = row else {
        return Ok(Err((DeadKey::Unknown, None)));
    };
    if revoked_at.is_some() {
        return Ok(Err((DeadKey::Revoked, Some(id))));
    }
    if expires_at.is_some_and(|at| clock::now() >= at) {
        return Ok(Err((DeadKey::Expired, Some(id))));
    }
    if owner.1 != "active" {
        return Ok(Err((DeadKey::OwnerInactive, Some(id))));
    }
    let (actor, (role, permissions)) = (actor(owner), given(role));
    let owner_org = scope::in_organization(true, read_set(&permissions));
    let key = Key { id, name, workspace: workspace.clone(), restricted: grant.is_some(), expires_at, used_at };
    let Some(own) = workspace else {
        let granted: OrgSet = grant.as_deref().map(read_set).unwrap_or(OrgSet::NONE);
        let organization = scope::system_key(true, granted, owner_org);
        let place = match named {
            Some(named) => place(c, "", organization, named)?,
            None => None,
        };
        return Ok(Ok((Standing { actor, role, organization, place, bound: Bound::SystemKey }, key)));
    };
    let grant = grant.as_deref().map_or(Grant::Unrestricted, |text| Grant::Only(read_set(text)));
    let place = home.map(|home| key_place(home, member, owner_org, grant));
    let may = place.as_ref().map_or(WorkspaceSet::NONE, |place| place.may);
    let standing = Standing {
        actor,
        role,
        organization: OrgSet::NONE,
        place: place.filter(|place| named.is_none_or(|named| *named == place.id)),
        bound: Bound::WorkspaceKey(own, may),
    };
    Ok(Ok((standing, key)))
}

/// The workspace of a key as it is for the key.
fn key_place((id, name, description, hue, archived_at): HomeRow, member: MemberRow, owner: OrgSet, grant: Grant<WorkspaceSet>) -> Place {
    let archived = archived_at.is_some();
    let (role, role_name, permissions, by, at) = member;
    let membership = role.zip(role_name).zip(at).map(|((role, name), at)| Given { role, name, by, at });
    let owner_may = scope::in_workspace(true, owner, permissions.as_deref().map(read_set), archived);
    Place {
        id,
        name,
        description,
        hue: hue as u8,
        archived,
        membership,
        may: scope::key_in_workspace(true, archived, grant, owner_may),
        owner_may,
        through_organization: owner.has(OrgPermission::OrgAdmin),
    }
}

type PlaceRow = ((WorkspaceId, String, String, i32, Option<Moment>), Option<(RoleId, String, String, Option<UserId>, Moment)>);

/// One workspace for an active person, or for nobody's memberships (""); `None` where it does not exist for them.
fn place(c: &mut Connection, member: &str, organization: OrgSet, workspace: &WorkspaceId) -> Result<Option<Place>, Error> {
    let row: Option<PlaceRow> = workspaces::table
        .left_join(memberships::table.inner_join(roles::table).on(memberships::workspace_id.eq(workspaces::id).and(memberships::user_id.eq(member))))
        .filter(workspaces::id.eq(workspace))
        .select((
            (workspaces::id, workspaces::name, workspaces::description, workspaces::hue, workspaces::archived_at),
            (roles::id, roles::name, roles::permissions, memberships::given_by, memberships::given_at).nullable(),
        ))
        .row(c)?;
    let Some(((id, name, description, hue, archived_at), member)) = row else { return Ok(None) };
    let archived = archived_at.is_some();
    let granted = member.as_ref().map(|(_, _, permissions, _, _)| read_set(permissions));
    let may = scope::in_workspace(true, organization, granted, archived);
    let place = Place {
        id,
        name,
        description,
        hue: hue as u8,
        archived,
        may,
        owner_may: may,
        membership: member.map(|(role, name, _, by, at)| Given { role, name, by, at }),
        through_organization: organization.has(OrgPermission::OrgAdmin),
    };
    let any = organization.has(OrgPermission::WorkspaceEdit) || organization.has(OrgPermission::WorkspaceDelete);
    Ok(if place.is_open() || any { Some(place) } else { None })
}
