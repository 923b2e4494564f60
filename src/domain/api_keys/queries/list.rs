//! Pages of the list of a workspace's keys. Written as text, so that each page is one walk along `api_keys_by_workspace`.

use std::collections::{HashMap, HashSet};

use diesel::{
    Queryable,
    sql_types::{BigInt, Nullable, Text, Timestamp},
};

use crate::{
    access::{OrgSet, WorkspaceSet, scope::Grant},
    base::{
        clock::Moment,
        ids::{KeyId, RoleId, UserId, WorkspaceId},
        picture::AvatarHash,
        text::fold,
    },
    db::{
        Connection, Error, Stamp, dialect,
        written::{Query, Value},
    },
    domain::{
        api_keys::{
            list::{Entry, From, Owner, Revoked, Use},
            queries::LIVE,
            rules::{Facts, judge},
        },
        users::Status,
    },
};

/// Which keys a statement is about.
#[derive(Clone, Copy)]
pub(in crate::domain::api_keys) struct Of<'a> {
    pub workspace: &'a WorkspaceId,
    pub ended: bool,
    pub search: &'a str,
    pub now: Moment,
}

/// In the order of [`COLUMNS`], as the fields of [`Row`] are.
type RowTypes = (
    Text,
    Text,
    Text,
    Nullable<Text>,
    Timestamp,
    Nullable<Timestamp>,
    Nullable<Timestamp>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Timestamp>,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Timestamp>,
);

#[derive(Queryable)]
pub(in crate::domain::api_keys) struct Row {
    id: KeyId,
    name: String,
    hint: String,
    permissions: Option<String>,
    created_at: Stamp,
    expires_at: Option<Stamp>,
    revoked_at: Option<Stamp>,
    revoked_by: Option<UserId>,
    revoker: Option<String>,
    used_at: Option<Stamp>,
    used_address: Option<String>,
    used_client: Option<String>,
    owner_id: UserId,
    owner: String,
    email: Option<String>,
    avatar: Option<AvatarHash>,
    status: Status,
    owner_role: RoleId,
    role: Option<RoleId>,
    given_at: Option<Stamp>,
}

fn set<P: crate::access::Permission>(text: &str) -> crate::access::Set<P> {
    text.parse().unwrap_or_else(|never| match never {})
}

/// The roles that the owners of a page's keys have: looked up once, for they are few.
pub(in crate::domain::api_keys) struct Roles(HashMap<RoleId, Role>);

/// What a role is called, and what it means in the scope it is for.
struct Role {
    name: String,
    organization: OrgSet,
    workspace: WorkspaceSet,
}

impl Roles {
    pub fn of<'a>(c: &mut Connection, rows: impl IntoIterator<Item = &'a Row>) -> Result<Self, Error> {
        let some: HashSet<&str> = rows.into_iter().flat_map(|row| std::iter::once(&row.owner_role).chain(&row.role)).map(RoleId::as_str).collect();
        if some.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let mut query = Query::new("SELECT id, name, permissions FROM roles WHERE id IN ");
        query.texts(some);
        let rows: Vec<(RoleId, String, String)> = query.rows_of::<(Text, Text, Text), _>(c)?;
        let role = |(id, name, permissions): (RoleId, String, String)| (id, Role { name, organization: set(&permissions), workspace: set(&permissions) });
        Ok(Self(rows.into_iter().map(role).collect()))
    }
}

impl Row {
    /// `archived`: whether the workspace is.
    pub fn entry(self, roles: &Roles, archived: bool, now: Moment) -> Entry {
        let grant: Grant<WorkspaceSet> = self.permissions.as_deref().map_or(Grant::Unrestricted, |text| Grant::Only(set(text)));
        let at = |stamp: Option<Stamp>| stamp.map(|Stamp(at)| at);
        let (expires_at, revoked_at) = (at(self.expires_at), at(self.revoked_at));
        // A role that is gone holds nothing.
        let facts = Facts {
            revoked: revoked_at.is_some(),
            expires_at,
            archived,
            owner: self.status,
            organization: roles.0.get(&self.owner_role).map_or(OrgSet::NONE, |role| role.organization),
            membership: self.role.as_ref().map(|role| roles.0.get(role).map_or(WorkspaceSet::NONE, |role| role.workspace)),
            grant,
        };
        let (may, condition) = judge(&facts, now);
        Entry {
            id: self.id,
            name: self.name,
            hint: self.hint,
            grant,
            created_at: self.created_at.0,
            expires_at,
            used: Use::of(at(self.used_at), self.used_address, self.used_client),
            owner: Owner {
                id: self.owner_id,
                name: self.owner,
                email: self.email.unwrap_or_default(),
                avatar: self.avatar,
                status: self.status,
                role: self.role.and_then(|role| roles.0.get(&role)).map(|role| role.name.clone()).zip(at(self.given_at)),
            },
            may,
            condition,
            revoked: revoked_at.map(|at| Revoked { at, by: self.revoked_by.zip(self.revoker) }),
        }
    }
}

const COLUMNS: &str = "SELECT api_keys.id, api_keys.name, api_keys.hint, api_keys.permissions, api_keys.created_at, api_keys.expires_at, \
    api_keys.revoked_at, api_keys.revoked_by, revokers.name AS revoker, api_keys.used_at, api_keys.used_address, api_keys.used_client, \
    api_keys.owner_id, owners.name AS owner, owners.email, owners.avatar, owners.status, owners.role_id AS owner_role, memberships.role_id AS role, \
    memberships.given_at";

/// Joined from the left, so that no engine begins with another table and sorts afterwards.
const FROM: &str = " FROM api_keys LEFT JOIN users AS owners ON owners.id = api_keys.owner_id";
const JOINS: &str = " LEFT JOIN memberships ON memberships.user_id = api_keys.owner_id AND memberships.workspace_id = api_keys.workspace_id \
    LEFT JOIN users AS revokers ON revokers.id = api_keys.revoked_by";

fn live(query: &mut Query, now: Moment) {
    query.push(LIVE.0).bind(Value::Moment(now)).push(LIVE.1);
}

/// Leaves the keys of the list.
fn narrow(query: &mut Query, c: &Connection, of: &Of) {
    let position = dialect::position(dialect::engine_of(c));
    query.push(" WHERE api_keys.workspace_id = ").text(of.workspace.as_str());
    query.push(if of.ended { " AND NOT " } else { " AND " });
    live(query, of.now);
    // As everywhere: each word has to be somewhere in the key's name, or in its owner's name or address. Owners are looked up for keys
    // whose name does not do.
    for word in fold(of.search).split(' ').filter(|word| !word.is_empty()) {
        query.push(&format!(" AND ({position}(api_keys.name_key, ")).text(word);
        // A value and not EXISTS, which PostgreSQL answers by looking at everybody first.
        query.push(&format!(") > 0 OR (SELECT {position}(theirs.name_key, ")).text(word);
        query.push(&format!(") > 0 OR {position}(theirs.email_key, ")).text(word);
        query.push(") > 0 FROM users AS theirs WHERE theirs.id = api_keys.owner_id))");
    }
}

fn page_of(c: &Connection, of: &Of, from: &From, limit: usize) -> Query {
    let mut query = Query::new(COLUMNS);
    narrow(query.push(FROM).push(JOINS), c, of);
    let way = match from {
        From::Start => " DESC",
        From::After(id) => {
            query.push(" AND api_keys.id < ").text(id.as_str());
            " DESC"
        }
        From::Before(id) => {
            query.push(" AND api_keys.id > ").text(id.as_str());
            ""
        }
    };
    query.push(&format!(" ORDER BY api_keys.id{way}"));
    if limit < usize::MAX {
        query.push(&format!(" LIMIT {limit}"));
    }
    query
}

/// A page, the newest first; backwards from [`From::Before`].
pub(in crate::domain::api_keys) fn page(c: &mut Connection, of: &Of, from: &From, limit: usize) -> Result<Vec<Row>, Error> {
    page_of(c, of, from, limit).rows_of::<RowTypes, _>(c)
}

pub(in crate::domain::api_keys) fn find(c: &mut Connection, workspace: &WorkspaceId, key: &KeyId) -> Result<Option<Row>, Error> {
    let mut query = Query::new(COLUMNS);
    query.push(FROM).push(JOINS).push(" WHERE api_keys.id = ").text(key.as_str());
    query.push(" AND api_keys.workspace_id = ").text(workspace.as_str());
    Ok(query.rows_of::<RowTypes, _>(c)?.into_iter().next())
}

/// In the order of what [`made_by`] selects.
type OwnRowTypes = (RowTypes, Text, Nullable<Timestamp>, Nullable<Text>);

/// A key of somebody, whatever its workspace.
#[derive(Queryable)]
pub(in crate::domain::api_keys) struct OwnRow {
    pub key: Row,
    pub workspace: String,
    pub archived_at: Option<Moment>,
    /// The role of whoever made it in its workspace; `None`: no member of it.
    pub belongs: Option<String>,
}

fn made_by(maker: &UserId, limit: usize) -> Query {
    let mut query = Query::new(COLUMNS);
    query.push(", workspaces.name AS workspace, workspaces.archived_at, own.role_id AS belongs").push(FROM).push(JOINS);
    query.push(" INNER JOIN workspaces ON workspaces.id = api_keys.workspace_id");
    query.push(" LEFT JOIN memberships AS own ON own.user_id = api_keys.made_by AND own.workspace_id = api_keys.workspace_id");
    query.push(" WHERE api_keys.made_by = ").text(maker.as_str());
    query.push(&format!(" ORDER BY api_keys.id DESC LIMIT {limit}"));
    query
}

/// What somebody made, the newest first.
pub(in crate::domain::api_keys) fn of_maker(c: &mut Connection, maker: &UserId, limit: usize) -> Result<Vec<OwnRow>, Error> {
    made_by(maker, limit).rows_of::<OwnRowTypes, _>(c)
}

pub(in crate::domain::api_keys) struct Count {
    pub live: i64,
    pub ended: i64,
}

/// Those with an end that is yet to come are counted along the index; how many there are besides is kept.
fn count_of(of: &Of) -> Query {
    let mut query = Query::new("SELECT CAST(COALESCE(sum(n), 0) AS BIGINT), CAST(COALESCE(sum(endless), 0) AS BIGINT),");
    query.push(" (SELECT count(*) FROM api_keys WHERE workspace_id = ").text(of.workspace.as_str());
    query.push(" AND revoked_at IS NULL AND expires_at > ").bind(Value::Moment(of.now));
    query.push(") FROM key_counts WHERE workspace_id = ").text(of.workspace.as_str());
    query
}

/// How many are in use, and how many have ended.
pub(in crate::domain::api_keys) fn count(c: &mut Connection, of: &Of) -> Result<Count, Error> {
    let counts: Vec<(i64, i64, i64)> = count_of(of).rows_of::<(BigInt, BigInt, BigInt), _>(c)?;
    let (all, endless, ending) = counts.into_iter().next().unwrap_or_default();
    let live = endless + ending;
    Ok(Count { live, ended: all - live })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::clock, db::Database};

    #[test]
    fn sqlite_walks_an_index_and_sorts_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path().join("noxus.db").to_str().unwrap()).unwrap();
        let workspace = WorkspaceId::new();
        let planned = database.read_now(|c| {
            for ended in [false, true] {
                for search in ["", "ada"] {
                    let of = Of { workspace: &workspace, ended, search, now: clock::now() };
                    for (from, range) in [(From::Start, ""), (From::After(KeyId::new()), " AND id<?"), (From::Before(KeyId::new()), " AND id>?")] {
                        let query = page_of(c, &of, &from, 51);
                        let plan = query.plan(c);
                        assert_eq!(plan[0], format!("SEARCH api_keys USING INDEX api_keys_by_workspace (workspace_id=?{range})"), "{plan:#?}");
                        assert!(!plan.iter().any(|step| step.starts_with("SCAN") || step.contains("B-TREE")), "{plan:#?}");
                    }
                }
                let of = Of { workspace: &workspace, ended, search: "", now: clock::now() };
                let plan: Vec<String> = count_of(&of).plan(c).into_iter().filter(|step| step.starts_with("SEARCH") || step.contains("SCAN api_keys")).collect();
                let along = "SEARCH api_keys USING COVERING INDEX api_keys_in_use (workspace_id=? AND revoked_at=? AND expires_at>?)";
                assert!(plan.contains(&along.to_owned()) && plan.len() == 2, "{plan:#?}");
            }
            let plan = made_by(&UserId::new(), 100).plan(c);
            assert_eq!(plan[0], "SEARCH api_keys USING INDEX api_keys_by_maker (made_by=?)", "{plan:#?}");
            assert!(!plan.iter().any(|step| step.starts_with("SCAN") || step.contains("B-TREE")), "{plan:#?}");
            Ok::<_, Error>(())
        });
        planned.unwrap();
    }
}
