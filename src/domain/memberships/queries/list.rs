//! Pages of a workspace's people, written as text: members are one walk along the index of their copied names, organization
//! admins, who are few, along that of their roles.

use diesel::{
    Queryable,
    sql_types::{Nullable, Text, Timestamp},
};

use crate::{
    access::WorkspaceSet,
    base::{
        clock::{self, Moment},
        ids::{RoleId, UserId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error,
        written::{Query, Value},
    },
    domain::{
        memberships::list::{Cursor, Here, Listed, Of, Part, Statuses},
        users::{self, By, CHANGERS, INVITATIONS, INVITATIONS_SHOWN, InvitationColumns, InvitationTypes, Status},
    },
};

/// In the order of what [`page`] selects, as the fields of [`Row`] are.
type RowTypes = (
    Text,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Timestamp,
    Timestamp,
    Nullable<Text>,
    InvitationTypes,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Timestamp>,
);

#[derive(Queryable)]
pub(in crate::domain::memberships) struct Row {
    pub name_key: String,
    pub id: UserId,
    status: Status,
    name: String,
    email: Option<String>,
    avatar: Option<AvatarHash>,
    last_active_at: Moment,
    status_changed_at: Moment,
    changed_by: Option<String>,
    invitation: InvitationColumns,
    role: Option<RoleId>,
    role_name: Option<String>,
    permissions: Option<String>,
    given_by: Option<UserId>,
    giver: Option<String>,
    given_at: Option<Moment>,
}

impl Row {
    pub fn listed(self) -> Listed {
        let permissions: WorkspaceSet = self.permissions.unwrap_or_default().parse().unwrap_or_else(|never| match never {});
        let here = match (self.role, self.role_name, self.given_at) {
            (Some(role), Some(role_name), Some(given_at)) => {
                Some(Here { role, role_name, permissions: permissions.closure(), given_by: self.given_by.zip(self.giver), given_at })
            }
            _ => None,
        };
        Listed {
            id: self.id,
            name: self.name,
            email: self.email.unwrap_or_default(),
            avatar: self.avatar,
            status: self.status,
            status_changed_at: self.status_changed_at,
            status_changed_by: self.changed_by,
            // What the column holds of somebody who never was.
            last_active_at: Some(self.last_active_at).filter(|at| *at != Moment::default()),
            invitation: self.invitation.listed(),
            here,
        }
    }
}

const PERSON: &str = "users.id, users.status, users.name, users.email, users.avatar, users.last_active_at, users.status_changed_at, changers.name AS changed_by, \
    invitations.state AS invitation, invitations.expires_at, invitations.mail_state AS mail, invitations.mail_problem, invitations.asked_at";
const HERE: &str = "here.id AS role, here.name AS role_name, here.permissions, members.given_by, givers.name AS giver, members.given_at";
const NOT_HERE: &str = "CAST(NULL AS TEXT) AS role, CAST(NULL AS TEXT) AS role_name, CAST(NULL AS TEXT) AS permissions, CAST(NULL AS TEXT) AS given_by, \
    CAST(NULL AS TEXT) AS giver, CAST(NULL AS TIMESTAMP) AS given_at";

/// Everything but the part itself is joined from the left, so that no engine begins with another table and sorts afterwards.
const MEMBERS: &str = " FROM memberships AS members JOIN users ON users.id = members.user_id";
/// The same from the people on, for a search that few match: `CROSS JOIN` has SQLite keep this order.
const MATCHES: &str = " FROM users CROSS JOIN memberships AS members";
const GIVEN: &str = " LEFT JOIN roles AS here ON here.id = members.role_id LEFT JOIN users AS givers ON givers.id = members.given_by";

/// Which of a part are wanted.
fn those(query: &mut Query, c: &Connection, of: &Of, part: Part) {
    let admins = of.admin_roles.iter().map(RoleId::as_str);
    match part {
        Part::Members => {
            query.push(" WHERE members.user_id = users.id AND members.workspace_id = ").text(of.workspace.as_str()).push(" AND users.kind = 'person'");
            if !of.admin_roles.is_empty() {
                query.push(" AND users.role_id NOT IN ").texts(admins);
            }
            if let Some(role) = &of.wanted.role {
                query.push(" AND members.role_id = ").text(role.as_str());
            }
        }
        Part::Admins => {
            query.push(" WHERE users.kind = 'person' AND users.role_id IN ");
            if of.admin_roles.is_empty() {
                query.push("('')");
            } else {
                query.texts(admins);
            }
        }
    }
    status(query, of.wanted.status(), part);
    if !of.wanted.search.is_empty() {
        query.push(" AND ");
        // As the list of everybody searches. Admins are few enough to be looked at.
        users::holds(query, c, &of.wanted.search, if part == Part::Members { of.by } else { By::Rows });
    }
}

fn from(of: &Of, part: Part) -> &'static str {
    match part {
        Part::Admins => " FROM users",
        Part::Members if of.by == By::Index && !of.wanted.search.is_empty() => MATCHES,
        Part::Members => MEMBERS,
    }
}

/// By exclusion: an index on the status would tempt an engine to begin there, and then to sort.
fn status(query: &mut Query, status: Statuses, part: Part) {
    query.push(match (status, part) {
        // A deactivated member keeps a role; a deactivated organization admin has none here.
        (Statuses::Any, Part::Members) => " AND users.status <> 'removed'",
        (Statuses::Any, Part::Admins) => " AND users.status NOT IN ('deactivated', 'removed')",
        (Statuses::Active, _) => " AND users.status NOT IN ('invited', 'deactivated', 'removed')",
        (Statuses::Deactivated, _) => " AND users.status NOT IN ('active', 'invited', 'removed')",
        (Statuses::Invited | Statuses::Undelivered | Statuses::Expired | Statuses::Ended, _) => " AND users.status NOT IN ('active', 'deactivated', 'removed')",
    });
    match status {
        Statuses::Invited => query.push(" AND COALESCE(invitations.state, '') NOT IN ('revoked', 'declined')"),
        Statuses::Undelivered => query.push(" AND invitations.state = 'pending' AND invitations.mail_state = 'failed'"),
        Statuses::Expired => query
            .push(" AND invitations.state = 'pending' AND invitations.mail_state <> 'failed' AND invitations.expires_at <= ")
            .bind(Value::Moment(clock::now())),
        Statuses::Ended => query.push(" AND invitations.state IN ('revoked', 'declined')"),
        Statuses::Any | Statuses::Active | Statuses::Deactivated => query,
    };
}

pub(super) fn page(c: &Connection, of: &Of, part: Part, after: Option<&Cursor>, limit: usize) -> Query {
    let (key, user) = match part {
        Part::Members => ("members.name_key", "members.user_id"),
        Part::Admins => ("users.name_key", "users.id"),
    };
    let mut query = Query::new(&format!("SELECT {key}, {PERSON}, "));
    match part {
        Part::Members => query.push(HERE).push(from(of, part)).push(GIVEN),
        Part::Admins => query.push(NOT_HERE).push(from(of, part)),
    };
    query.push(CHANGERS).push(INVITATIONS_SHOWN);
    those(&mut query, c, of, part);
    if let Some(after) = after {
        query.push(&format!(" AND {key} >= ")).text(&after.name_key);
        query.push(&format!(" AND ({key} > ")).text(&after.name_key);
        query.push(&format!(" OR {user} > ")).text(after.user.as_str()).push(")");
    }
    query.push(&format!(" ORDER BY {key}, {user} LIMIT {limit}"));
    query
}

pub(in crate::domain::memberships) fn rows(c: &mut Connection, of: &Of, part: Part, after: Option<&Cursor>, limit: usize) -> Result<Vec<Row>, Error> {
    page(c, of, part, after, limit).rows_of::<RowTypes, _>(c)
}

/// Counts those wanted of a part, up to `limit`.
pub(in crate::domain::memberships) fn count_matches(c: &mut Connection, of: &Of, part: Part, limit: i64) -> Result<i64, Error> {
    let mut query = Query::new("SELECT count(*) AS n FROM (SELECT 1");
    query.push(from(of, part)).push(INVITATIONS);
    those(&mut query, c, of, part);
    query.push(&format!(" LIMIT {limit}) AS found"));
    query.number(c)
}

pub(in crate::domain::memberships) fn count_admins(c: &mut Connection, of: &Of) -> Result<i64, Error> {
    let mut query = Query::new("SELECT count(*) AS n FROM users");
    let everybody = crate::domain::memberships::list::Wanted::default();
    those(&mut query, c, &Of { wanted: &everybody, ..*of }, Part::Admins);
    query.number(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::ids::WorkspaceId, db::Database, domain::memberships::list::Wanted};

    #[test]
    fn sqlite_walks_the_index_of_a_workspaces_names() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path().join("noxus.db").to_str().unwrap()).unwrap();
        let planned = database.read_now(|c| {
            let (workspace, admin_roles) = (WorkspaceId::new(), [RoleId::new()]);
            let cursor = Cursor { part: Part::Members, user: UserId::new(), name_key: "ada".into() };
            for status in [Statuses::Any, Statuses::Active, Statuses::Invited, Statuses::Deactivated] {
                let wanted = Wanted { status: Some(status), ..Wanted::default() };
                let of = Of { workspace: &workspace, admin_roles: &admin_roles, wanted: &wanted, by: By::Rows };
                for after in [None, Some(&cursor)] {
                    let query = page(c, &of, Part::Members, after, 51);
                    let plan = query.plan(c);
                    assert!(plan[0].starts_with("SEARCH members USING INDEX memberships_by_workspace (workspace_id=?"), "{plan:#?}");
                    assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN")), "{plan:#?}");
                }
            }
            // A search begins at the rarer side: nobody is held against everybody who matches.
            for search in ["ada", "ada l"] {
                let wanted = Wanted { search: search.into(), ..Wanted::default() };
                for (by, first) in
                    [(By::Rows, "SEARCH members USING INDEX memberships_by_workspace"), (By::Index, "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)")]
                {
                    let of = Of { workspace: &workspace, admin_roles: &admin_roles, wanted: &wanted, by };
                    let query = page(c, &of, Part::Members, None, 51);
                    let plan = query.plan(c);
                    assert!(plan[0].starts_with(first), "{plan:#?}");
                    assert!(by == By::Index || !plan.iter().any(|step| step.contains("LIST SUBQUERY")), "{plan:#?}");
                }
            }
            Ok::<_, Error>(())
        });
        planned.unwrap();
    }
}
