//! What SQLite makes of the list's queries.

use super::{
    count::{ended, matches, those},
    *,
};
use crate::{db::Database, domain::users::list::Statuses};

fn wanted(status: Statuses, search: &str) -> Wanted {
    Wanted { status, role: None, workspace: None, outside: None, search: search.into(), order: None, after: None }
}

/// Nothing is read from end to end, and nothing sorted that an index has in order.
#[track_caller]
fn is_a_walk(what: &str, steps: &[String]) {
    let scans = steps.iter().any(|s| s.starts_with("SCAN users ") && !s.contains("INDEX") || s.starts_with("SCAN members") && !s.contains("INDEX"));
    assert!(!scans, "{what}: a scan\n{steps:#?}");
    assert!(!steps.iter().any(|s| s == "USE TEMP B-TREE FOR ORDER BY"), "{what}: sorts\n{steps:#?}");
}

#[track_caller]
fn begins_with(steps: &[String], first: &str) {
    assert!(steps[0].starts_with(first), "{steps:#?}");
}

/// A page as it is asked for.
fn page(c: &mut Connection, wanted: &Wanted, part: Part, from: Begin, limit: usize) -> Query {
    let by = reach(c, wanted, part).unwrap();
    super::page(c, wanted, part, by, from, limit)
}

#[test]
fn sqlite_walks_an_index_for_every_order_and_search() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(folder.path().join("noxus.db").to_str().unwrap()).unwrap();
    let planned = database.read_now(|c| {
        let cursor = |key: &str| Cursor::parse(&crate::base::secret::base64_url(format!("a7 {key}").as_bytes()));
        for status in [Statuses::ActiveOrInvited, Statuses::Any, Statuses::Active] {
            for (column, key) in [(Column::Name, "ada"), (Column::Active, "1700000000000000")] {
                for descending in [false, true] {
                    let order = Part::All(Order { column, descending });
                    let last = cursor(key).unwrap();
                    for from in [Begin::First, Begin::After(&last), Begin::Alike(&last), Begin::Beyond(&last)] {
                        let query = page(c, &wanted(status, ""), order, from, 51);
                        let (text, plan) = (query.text.clone(), query.plan(c));
                        is_a_walk(&text, &plan);
                        // Of those with the same key none is looked at that was on a page before.
                        if matches!(from, Begin::Alike(_)) {
                            assert!(plan[0].contains("=? AND seq"), "{plan:#?}");
                        }
                    }
                }
            }
        }
        // By when they were added is the table's own order.
        let query = page(c, &wanted(Statuses::Any, ""), Part::All(Order { column: Column::Added, descending: true }), Begin::After(&cursor("").unwrap()), 51);
        let plan = query.plan(c);
        assert!(!plan.iter().any(|s| s.contains("TEMP B-TREE")) && plan.iter().any(|s| s.contains("rowid<?")), "{plan:#?}");

        let mut of_workspace = wanted(Statuses::Any, "");
        of_workspace.workspace = Some(crate::base::ids::WorkspaceId::new());
        let query = page(c, &of_workspace, Part::All(Order::BY_NAME), Begin::After(&cursor("ada").unwrap()), 51);
        is_a_walk("a workspace by name", &query.plan(c));

        // With a search beside it, from the rarer side: nobody is held against everybody else.
        for term in ["ada", "ada lovelace", "a", "a l", "a love"] {
            of_workspace.search = term.to_owned();
            for (by, first) in [(By::Rows, "SEARCH members USING"), (By::Index, "SEARCH users USING INTEGER PRIMARY KEY (rowid=?)")] {
                if by == By::Index && !indexed(term) {
                    continue;
                }
                for part in [Part::All(Order::BY_NAME), Part::Others] {
                    let query = super::page(c, &of_workspace, part, by, Begin::First, 51);
                    let plan = query.plan(c);
                    begins_with(&plan, first);
                    assert!(by == By::Index || !plan.iter().any(|s| s.contains("LIST SUBQUERY")), "{plan:#?}");
                }
                let plan = matches(c, &of_workspace, by, 1001).plan(c);
                assert!(plan.iter().any(|s| s.starts_with(first)), "{plan:#?}");
            }
        }

        let query = page(c, &of_workspace, Part::Beginning, Begin::First, 51);
        let plan = query.plan(c);
        begins_with(&plan, "SEARCH members USING COVERING INDEX memberships_by_workspace (workspace_id=? AND name_key>? AND name_key<?)");

        of_workspace.search.clear();
        // All batches of an export together are one walk.
        for status in [Statuses::ActiveOrInvited, Statuses::Any, Statuses::Active] {
            of_workspace.status = status;
            let query = page(c, &of_workspace, Part::Walked, Begin::After(&cursor("").unwrap()), 501);
            let plan = query.plan(c);
            assert!(plan[0].starts_with("SEARCH users USING INTEGER PRIMARY KEY (rowid>?)"), "{plan:#?}");
            assert!(plan.iter().any(|s| s.starts_with("SEARCH members USING") && s.ends_with("(user_id=? AND workspace_id=?)")), "{plan:#?}");
            assert!(!plan.iter().any(|s| s.starts_with("SCAN") || s.contains("TEMP B-TREE")), "{plan:#?}");
        }

        let mut outside = wanted(Statuses::ActiveOrInvited, "");
        outside.outside =
            Some(crate::domain::users::list::Outside { workspace: crate::base::ids::WorkspaceId::new(), admins: vec![crate::base::ids::RoleId::new()] });
        let query = page(c, &outside, Part::All(Order::BY_NAME), Begin::First, 51);
        is_a_walk("who is outside a workspace", &query.plan(c));

        for term in ["a", "ad", "ada", "ada lovelace", "a love", "a l"] {
            for part in [Part::Beginning, Part::Others] {
                let query = page(c, &wanted(Statuses::ActiveOrInvited, term), part, Begin::First, 51);
                is_a_walk(&query.text.clone(), &query.plan(c));
            }
            let query = matches(c, &wanted(Statuses::ActiveOrInvited, term), if indexed(term) { By::Walk } else { By::Index }, 1001);
            is_a_walk(&query.text.clone(), &query.plan(c));
        }
        // Whoever's invitation has ended or expired is found without looking at anybody else.
        let query = ended(&wanted(Statuses::ActiveOrInvited, ""));
        begins_with(&query.plan(c), "SEARCH invitations USING COVERING INDEX invitations_by_state");
        for status in [Statuses::Expired, Statuses::Revoked, Statuses::Declined] {
            let query = those(c, &wanted(status, ""));
            begins_with(&query.plan(c), "SEARCH invitations USING");
            for order in [Order::BY_NAME, Order { column: Column::Active, descending: true }] {
                let query = page(c, &wanted(status, ""), Part::All(order), Begin::First, 51);
                let plan = query.plan(c);
                assert!(!plan.iter().any(|s| s.starts_with("SCAN")), "{plan:#?}");
            }
        }
        // A search that everybody matches is left after a page of them.
        let query = page(c, &wanted(Statuses::Any, "example"), Part::Others, Begin::After(&cursor("").unwrap()), 51);
        let plan = query.plan(c);
        assert!(
            plan[0].starts_with("SCAN users_search VIRTUAL TABLE") && !plan.iter().any(|s| s.contains("LIST SUBQUERY") || s.contains("B-TREE")),
            "{plan:#?}"
        );
        Ok::<_, Error>(())
    });
    planned.unwrap();
}
