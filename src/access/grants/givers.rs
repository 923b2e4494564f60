//! Who can give what somebody lacks.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{Nullable, Text},
};

use super::read_set;
use crate::{
    access::permission::{OrgPermission, Permission as _, WorkspacePermission},
    base::{
        ids::{RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error,
        schema::{roles, users},
        written::Query,
    },
};

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
    match workspace {
        Some(workspace) => Ok(givers_in(c, std::slice::from_ref(workspace), limit)?.pop().unwrap_or_default()),
        None => {
            let of = Administering::load(c)?;
            admins(c, &of.organization, limit)
        }
    }
}

/// The same of several workspaces, in three statements; in the order of the workspaces.
pub fn givers_in(c: &mut Connection, places: &[WorkspaceId], limit: usize) -> Result<Vec<Vec<Giver>>, Error> {
    let of = Administering::load(c)?;
    let admins = admins(c, &of.organization, limit)?;
    let mut found: HashMap<WorkspaceId, Vec<Giver>> = HashMap::new();
    for member in members(c, &of.workspace, places, limit)? {
        let (place, giver) = member.read();
        found.entry(place).or_default().push(giver);
    }
    let beside = |mut found: Vec<Giver>| {
        for admin in &admins {
            if found.len() < limit && !found.iter().any(|giver| giver.id == admin.id) {
                found.push(admin.clone());
            }
        }
        found
    };
    Ok(places.iter().map(|place| beside(found.get(place).cloned().unwrap_or_default())).collect())
}

/// The roles by which somebody administers the organization, or a workspace.
struct Administering {
    organization: Vec<RoleId>,
    workspace: Vec<RoleId>,
}

impl Administering {
    fn load(c: &mut Connection) -> Result<Self, Error> {
        let all: Vec<(RoleId, String, String)> = roles::table.select((roles::id, roles::scope, roles::permissions)).load(c)?;
        let mut of = Self { organization: Vec::new(), workspace: Vec::new() };
        for (role, scope, text) in all {
            if scope == OrgPermission::SCOPE && read_set::<OrgPermission>(&text).closure().has(OrgPermission::OrgAdmin) {
                of.organization.push(role);
            } else if scope == WorkspacePermission::SCOPE && read_set::<WorkspacePermission>(&text).closure().has(WorkspacePermission::UsersEdit) {
                of.workspace.push(role);
            }
        }
        Ok(of)
    }
}

type AdminRow = (UserId, String, Option<String>, Option<AvatarHash>, String);

fn admins(c: &mut Connection, of: &[RoleId], limit: usize) -> Result<Vec<Giver>, Error> {
    let rows: Vec<AdminRow> = users::table
        .inner_join(roles::table)
        .filter(users::role_id.eq_any(of))
        .filter(users::status.eq("active"))
        .filter(users::kind.eq("person"))
        .order((users::name_key, users::seq))
        .limit(limit as i64)
        .select((users::id, users::name, users::email, users::avatar, roles::name))
        .load(c)?;
    let giver = |(id, name, email, avatar, role): (_, _, Option<String>, _, _)| Giver { id, name, email: email.unwrap_or_default(), avatar, role };
    Ok(rows.into_iter().map(giver).collect())
}

#[derive(QueryableByName)]
struct Member {
    /// Which of the workspaces.
    #[diesel(sql_type = Text)]
    place: WorkspaceId,
    #[diesel(sql_type = Text)]
    name_key: String,
    #[diesel(sql_type = Text)]
    id: UserId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    avatar: Option<AvatarHash>,
    #[diesel(sql_type = Text)]
    role: String,
}

impl Member {
    fn read(self) -> (WorkspaceId, Giver) {
        (self.place, Giver { id: self.id, name: self.name, email: self.email.unwrap_or_default(), avatar: self.avatar, role: self.role })
    }
}

/// The first few of each workspace by name. One walk along an index each, put together: so nobody reads all that administer it.
fn members(c: &mut Connection, of: &[RoleId], places: &[WorkspaceId], limit: usize) -> Result<Vec<Member>, Error> {
    if of.is_empty() || places.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::new("");
    for (n, place) in places.iter().enumerate() {
        query.push(if n == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
        query.push(
            "SELECT memberships.workspace_id AS place, memberships.name_key, users.id, users.name, users.email, users.avatar, roles.name AS role \
             FROM memberships JOIN users ON users.id = memberships.user_id JOIN roles ON roles.id = memberships.role_id \
             WHERE users.status = 'active' AND users.kind = 'person' AND memberships.workspace_id = ",
        );
        query.text(place.as_str()).push(" AND memberships.role_id IN ").texts(of.iter().map(RoleId::as_str));
        query.push(&format!(" ORDER BY memberships.name_key, memberships.user_id LIMIT {limit}) AS of_{n}"));
    }
    let mut found: Vec<Member> = query.load(c)?;
    found.sort_by(|a, b| (&a.name_key, a.id.as_str()).cmp(&(&b.name_key, b.id.as_str())));
    Ok(found)
}
