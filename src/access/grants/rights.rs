//! What some people may do in some workspaces, read at once.

use std::collections::HashMap;

use diesel::prelude::*;

use super::read_set;
use crate::{
    access::{
        permission::{OrgSet, WorkspaceSet},
        scope,
    },
    base::{
        clock::Moment,
        ids::{UserId, WorkspaceId},
    },
    db::{
        Connection, Error,
        schema::{memberships, roles, users, workspaces},
    },
};

/// What decides over the rights of some people in some workspaces: two statements, however many they are.
#[derive(Debug, Default)]
pub struct Rights {
    /// Whether each is active, and the organization role.
    people: HashMap<UserId, (bool, OrgSet)>,
    /// Whether each is archived, and its members among those people.
    places: HashMap<WorkspaceId, (bool, HashMap<UserId, WorkspaceSet>)>,
}

/// What is taken for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Supposed {
    Nothing,
    /// That they are active.
    Active,
    /// That the workspace is not archived.
    Open,
}

/// A workspace, when it was archived, and who holds what in it.
type HeldRow = (WorkspaceId, Option<Moment>, Option<UserId>, Option<String>);

impl Rights {
    pub fn of(c: &mut Connection, some: &[UserId], places: &[WorkspaceId]) -> Result<Self, Error> {
        if some.is_empty() || places.is_empty() {
            return Ok(Self::default());
        }
        let rows: Vec<(UserId, String, String)> =
            users::table.inner_join(roles::table).filter(users::id.eq_any(some)).select((users::id, users::status, roles::permissions)).load(c)?;
        let people = rows.into_iter().map(|(id, status, role)| (id, (status == "active", read_set(&role)))).collect();
        let theirs = memberships::workspace_id.eq(workspaces::id).and(memberships::user_id.eq_any(some.to_vec()));
        let rows: Vec<HeldRow> = workspaces::table
            .left_join(memberships::table.on(theirs))
            .left_join(roles::table.on(roles::id.nullable().eq(memberships::role_id.nullable())))
            .filter(workspaces::id.eq_any(places))
            .select((workspaces::id, workspaces::archived_at, memberships::user_id.nullable(), roles::permissions.nullable()))
            .load(c)?;
        let mut places: HashMap<WorkspaceId, (bool, HashMap<UserId, WorkspaceSet>)> = HashMap::new();
        for (place, archived_at, member, role) in rows {
            let (_, members) = places.entry(place).or_insert_with(|| (archived_at.is_some(), HashMap::new()));
            members.extend(member.zip(role).map(|(member, role)| (member, read_set(&role))));
        }
        Ok(Self { people, places })
    }

    /// What one of them may do in one of the workspaces now.
    pub fn now(&self, user: &UserId, workspace: &WorkspaceId) -> WorkspaceSet {
        self.judged(user, workspace, Supposed::Nothing)
    }

    /// What they could do there if they were active.
    pub fn if_active(&self, user: &UserId, workspace: &WorkspaceId) -> WorkspaceSet {
        self.judged(user, workspace, Supposed::Active)
    }

    fn judged(&self, user: &UserId, workspace: &WorkspaceId, supposed: Supposed) -> WorkspaceSet {
        let (Some((active, organization)), Some((archived, members))) = (self.people.get(user), self.places.get(workspace)) else { return WorkspaceSet::NONE };
        let active = *active || supposed == Supposed::Active;
        scope::in_workspace(active, *organization, members.get(user).copied(), *archived && supposed != Supposed::Open)
    }
}

fn one(c: &mut Connection, user: &UserId, workspace: &WorkspaceId, supposed: Supposed) -> Result<WorkspaceSet, Error> {
    Ok(Rights::of(c, std::slice::from_ref(user), std::slice::from_ref(workspace))?.judged(user, workspace, supposed))
}

/// What a user may do in a workspace now; with `as_if_active`, what they could do if they were active.
pub fn in_workspace(c: &mut Connection, user: &UserId, workspace: &WorkspaceId, as_if_active: bool) -> Result<WorkspaceSet, Error> {
    one(c, user, workspace, if as_if_active { Supposed::Active } else { Supposed::Nothing })
}

/// What a user may do in a workspace, or could if it were not archived.
pub fn if_it_were_open(c: &mut Connection, user: &UserId, workspace: &WorkspaceId) -> Result<WorkspaceSet, Error> {
    one(c, user, workspace, Supposed::Open)
}
