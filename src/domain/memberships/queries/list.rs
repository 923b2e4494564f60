//! Pages of a workspace's people, written as text: members are one walk along the index of their copied names, organization
//! admins, who are few, along that of their roles.

use diesel::{
    Queryable,
    sql_types::{BigInt, Nullable, Text, Timestamp},
};

use crate::{
    base::{
        clock::{self, Moment},
        ids::{RoleId, UserId},
        picture::AvatarHash,
    },
    db::{
        Connection, Error, Stamp,
        written::{Query, Value},
    },
    domain::{
        memberships::list::{Here, Key, Listed, Of, Part, Statuses},
        users::{self, Apart, By, Details, INVITATIONS, Status},
    },
};

/// In the order of what [`page`] selects, as the fields of [`Row`] are.
type RowTypes = (BigInt, Text, Text, Text, Text, Nullable<Text>, Nullable<Text>, Timestamp, Nullable<Text>, Nullable<Text>, Nullable<Timestamp>);

#[derive(Queryable)]
pub(in crate::domain::memberships) struct Row {
    pub seq: i64,
    pub name_key: String,
    pub id: UserId,
    pub status: Status,
    name: String,
    email: Option<String>,
    avatar: Option<AvatarHash>,
    last_active_at: Stamp,
    role: Option<RoleId>,
    given_by: Option<UserId>,
    given_at: Option<Stamp>,
}

impl Row {
    pub fn listed(self, apart: &mut Apart) -> Listed {
        let Details { deactivated, invitation } = apart.take(&self.id, self.status);
        Listed {
            id: self.id,
            name: self.name,
            email: self.email.unwrap_or_default(),
            avatar: self.avatar,
            status: self.status,
            deactivated,
            // What the column holds of somebody who never was.
            last_active_at: Some(self.last_active_at.0).filter(|at| *at != Moment::default()),
            invitation,
            here: self.role.zip(self.given_at).map(|(role, Stamp(given_at))| Here { role, given_by: self.given_by, given_at }),
        }
    }
}

const PERSON: &str = "users.id, users.status, users.name, users.email, users.avatar, users.last_active_at";
const HERE: &str = "members.role_id, members.given_by, members.given_at";
const NOT_HERE: &str = "CAST(NULL AS TEXT) AS role_id, CAST(NULL AS TEXT) AS given_by, CAST(NULL AS TIMESTAMP) AS given_at";

/// Everything but the part itself is joined from the left, so that no engine begins with another table and sorts afterwards.
const MEMBERS: &str = " FROM memberships AS members JOIN users ON users.id = members.user_id";
/// The same from the people on, for a search: `CROSS JOIN` has SQLite keep this order.
const MATCHES: &str = " CROSS JOIN memberships AS members";

/// Which of a part are wanted.
fn those(query: &mut Query, c: &Connection, of: &Of, part: Part) {
    let admins = of.admin_roles.iter().map(RoleId::as_str);
    match part {
        Part::Members | Part::Others => {
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
    match of.wanted.status().rare().filter(|_| of.few && part != Part::Admins) {
        Some(status) => {
            query.push(" AND users.status = ").text(status.as_ref());
        }
        None => status(query, of.wanted.status(), part),
    }
    invitation(query, of.wanted.status());
    let term = of.wanted.search.as_str();
    if term.is_empty() {
        return;
    }
    query.push(" AND ");
    match part {
        Part::Members => users::begins(query, "members.name_key", term),
        Part::Others => {
            users::holds(query, c, term, of.by);
            query.push(" AND NOT (");
            users::begins(query, "members.name_key", term);
            query.push(")");
        }
        // They are few enough to be looked at.
        Part::Admins => users::holds(query, c, term, By::Rows),
    }
}

fn from(c: &Connection, of: &Of, part: Part) -> String {
    match (part, of.by) {
        (Part::Admins, _) => " FROM users".to_owned(),
        (Part::Members | Part::Others, _) if of.few => format!(" FROM users{MATCHES}"),
        (Part::Others, By::Walk) => format!(" FROM {}{MATCHES}", users::walked(c, &of.wanted.search).0),
        (Part::Others, By::Index) => format!(" FROM users{MATCHES}"),
        (Part::Members, _) | (Part::Others, By::Rows) => MEMBERS.to_owned(),
    }
}

/// By exclusion: an index on the status would tempt an engine to begin there, and then to sort.
fn status(query: &mut Query, status: Statuses, part: Part) {
    query.push(match (status, part) {
        // A deactivated member keeps a role; a deactivated organization admin has none here.
        (Statuses::Any, Part::Members | Part::Others) => " AND users.status <> 'removed'",
        (Statuses::Any, Part::Admins) => " AND users.status NOT IN ('deactivated', 'removed')",
        (Statuses::Active, _) => " AND users.status NOT IN ('invited', 'deactivated', 'removed')",
        (Statuses::Deactivated, _) => " AND users.status NOT IN ('active', 'invited', 'removed')",
        (Statuses::Invited | Statuses::Undelivered | Statuses::Expired | Statuses::Ended, _) => " AND users.status NOT IN ('active', 'deactivated', 'removed')",
    });
}

/// The table that [`invitation`] asks, if it does.
fn asked(status: Statuses) -> &'static str {
    match status {
        Statuses::Invited | Statuses::Undelivered | Statuses::Expired | Statuses::Ended => INVITATIONS,
        Statuses::Any | Statuses::Active | Statuses::Deactivated => "",
    }
}

fn invitation(query: &mut Query, status: Statuses) {
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

pub(super) fn page(c: &Connection, of: &Of, part: Part, after: Option<&Key>, limit: usize) -> Query {
    let (name_key, user) = match part {
        Part::Members | Part::Others => ("members.name_key", "members.user_id"),
        Part::Admins => ("users.name_key", "users.id"),
    };
    let seq = if part == Part::Others && of.by == By::Walk { users::walked(c, &of.wanted.search).1 } else { "users.seq" };
    let here = if part == Part::Admins { NOT_HERE } else { HERE };
    let mut query = Query::new(&format!("SELECT {seq}, {name_key}, {PERSON}, {here}"));
    query.push(&from(c, of, part)).push(asked(of.wanted.status()));
    those(&mut query, c, of, part);
    match after {
        Some(Key::Name { user: last, name_key: key }) => {
            query.push(&format!(" AND {name_key} >= ")).text(key);
            query.push(&format!(" AND ({name_key} > ")).text(key);
            query.push(&format!(" OR {user} > ")).text(last.as_str()).push(")");
        }
        Some(Key::Seq(last)) => {
            query.push(&format!(" AND {seq} > ")).bind(Value::Number(*last));
        }
        None => {}
    }
    if let Some(upto) = of.upto {
        query.push(&format!(" AND {seq} <= ")).bind(Value::Number(upto));
    }
    query.push(&match part {
        Part::Others => format!(" ORDER BY {seq} LIMIT {limit}"),
        Part::Members | Part::Admins => format!(" ORDER BY {name_key}, {user} LIMIT {limit}"),
    });
    query
}

pub(in crate::domain::memberships) fn rows(c: &mut Connection, of: &Of, part: Part, after: Option<&Key>, limit: usize) -> Result<Vec<Row>, Error> {
    page(c, of, part, after, limit).rows_of::<RowTypes, _>(c)
}

/// Counts those wanted of a part, up to `limit`.
pub(in crate::domain::memberships) fn count(c: &mut Connection, of: &Of, part: Part, limit: i64) -> Result<i64, Error> {
    let mut query = Query::new("SELECT count(*) AS n FROM (SELECT 1");
    query.push(&from(c, of, part)).push(asked(of.wanted.status()));
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
            let last = Key::Name { user: UserId::new(), name_key: "ada".into() };
            for status in [Statuses::Any, Statuses::Active, Statuses::Invited, Statuses::Deactivated] {
                let wanted = Wanted { status: Some(status), ..Wanted::default() };
                let of = Of { workspace: &workspace, admin_roles: &admin_roles, wanted: &wanted, few: false, by: By::Rows, upto: None };
                for after in [None, Some(&last)] {
                    let query = page(c, &of, Part::Members, after, 51);
                    let plan = query.plan(c);
                    assert!(plan[0].starts_with("SEARCH members USING INDEX memberships_by_workspace (workspace_id=?"), "{plan:#?}");
                    assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN")), "{plan:#?}");
                }
            }
            // Those of a status that few have are where to begin, and then sorted.
            for (status, search) in [(Statuses::Deactivated, ""), (Statuses::Expired, ""), (Statuses::Ended, "ada l"), (Statuses::Invited, "a")] {
                let wanted = Wanted { status: Some(status), search: search.into(), ..Wanted::default() };
                let of = Of { workspace: &workspace, admin_roles: &admin_roles, wanted: &wanted, few: true, by: By::Rows, upto: None };
                for part in [Part::Members, Part::Others] {
                    let query = page(c, &of, part, None, 51);
                    let plan = query.plan(c);
                    assert!(plan[0].starts_with("SEARCH users USING INDEX users_by_status_and_name (status=?"), "{plan:#?}");
                    assert!(!plan.iter().any(|step| step.starts_with("SCAN") || step.contains("LIST SUBQUERY")), "{plan:#?}");
                }
            }
            for search in ["a", "ada", "ada l"] {
                let wanted = Wanted { search: search.into(), ..Wanted::default() };
                let plan_of = |c: &mut Connection, part, by, after: Option<&Key>| {
                    let query = page(
                        c,
                        &Of { workspace: &workspace, admin_roles: &admin_roles, wanted: &wanted, few: false, by, upto: (by == By::Walk).then_some(9) },
                        part,
                        after,
                        51,
                    );
                    query.plan(c)
                };
                let plan = plan_of(c, Part::Members, By::Rows, None);
                assert!(plan[0].starts_with("SEARCH members USING INDEX memberships_by_workspace (workspace_id=? AND name_key>? AND name_key<?)"), "{plan:#?}");
                // It begins where there are fewer: nobody is held against everybody who matches, and of a walk nothing is sorted.
                let walked = if search == "a" { "SEARCH user_prefixes USING" } else { "SCAN users_search VIRTUAL TABLE INDEX" };
                for (by, first) in [(By::Rows, "SEARCH members USING INDEX memberships_by_"), (By::Walk, walked)] {
                    for after in [None, Some(&Key::Seq(7))] {
                        let plan = plan_of(c, Part::Others, by, after);
                        assert!(plan[0].starts_with(first), "{plan:#?}");
                        assert!(!plan.iter().any(|step| step.contains("LIST SUBQUERY") || by == By::Walk && step.contains("TEMP B-TREE")), "{plan:#?}");
                    }
                }
                if search != "a" {
                    let plan = plan_of(c, Part::Others, By::Index, None);
                    assert!(plan[0].starts_with("SEARCH users USING INTEGER PRIMARY KEY (rowid=?)"), "{plan:#?}");
                }
            }
            Ok::<_, Error>(())
        });
        planned.unwrap();
    }
}
