use diesel::prelude::*;
use noxus_console::{
    base::ids::{UserId, WorkspaceId},
    db::schema::{audit, memberships, users, workspaces},
    domain::roles::built_in,
};

use crate::support::{Client, Console, Page, engine::on_both_databases};

type Rows = Vec<Vec<String>>;

/// The file as another program reads it: its head, and its rows.
fn read(page: &Page) -> (Vec<String>, Rows) {
    page.is(200);
    let mut reader = csv::Reader::from_reader(page.body.as_bytes());
    let head = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.expect("a row as long as the head").iter().map(str::to_owned).collect());
    (head, rows.collect())
}

async fn exported(client: &Client, filters: &[(&str, &str)]) -> Rows {
    read(&client.post("/settings/users/export", filters).await).1
}

fn names(rows: &Rows) -> Vec<&str> {
    rows.iter().map(|row| row[0].as_str()).collect()
}

fn row<'a>(rows: &'a Rows, name: &str, workspace: &str) -> &'a [String] {
    rows.iter().find(|row| row[0] == name && row[5] == workspace).unwrap_or_else(|| panic!("no {name} in {workspace:?}: {rows:?}"))
}

fn renamed(console: &Console, user: &UserId, name: &'static str) {
    let user = user.clone();
    console.rows(move |c| diesel::update(users::table.filter(users::id.eq(user))).set(users::name.eq(name)).execute(c));
}

fn seen(console: &Console, user: &UserId, at: &str) {
    let (user, at): (_, chrono::NaiveDateTime) = (user.clone(), at.parse().expect("a moment"));
    console.rows(move |c| diesel::update(users::table.filter(users::id.eq(user))).set(users::last_active_at.eq(at)).execute(c));
}

on_both_databases! {
    async fn a_row_for_each_person_and_each_role(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research, old) = (console.workspace_named("Marketing"), console.workspace("Research"), console.workspace("Old"));
        let (ada, zoe) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Zoe Zuse").await);
        console.membership(&ada, &research, built_in::reader());
        console.membership(&ada, &marketing, built_in::editor());
        console.membership(&ada, &old, built_in::editor());
        console.archive(&old);
        console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        seen(&console, &ada, "2026-03-02T10:20:30.456789");
        let answer = grace.post("/settings/users/export", &[("status", "any")]).await;
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
        assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"users-20"));
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(answer.body.starts_with('\u{feff}') && answer.body.ends_with("\r\n"));
        let (head, rows) = read(&answer);
        assert_eq!(head, ["Name", "Email", "Organization role", "Status", "Last active", "Workspace", "Role in workspace"]);
        assert_eq!(names(&rows), ["Grace Hopper", "Grace Hopper", "Ada Lovelace", "Ada Lovelace", "Zoe Zuse", "Dora Deactivated"], "as they were added");
        assert_eq!(row(&rows, "Ada Lovelace", "Marketing"), ["Ada Lovelace", "ada@analytical.example", "Org Base", "Active", "2026-03-02T10:20:30Z", "Marketing", "Editor"]);
        assert_eq!(row(&rows, "Ada Lovelace", "Research")[6], "Reader");
        assert_eq!(row(&rows, "Zoe Zuse", "")[4..], ["", "", ""], "never here, nowhere");
        assert_eq!(row(&rows, "Grace Hopper", "All workspaces")[6], "Admin, through the organization");
        assert_eq!(row(&rows, "Grace Hopper", "Marketing")[6], "Admin");
        assert_eq!(row(&rows, "Dora Deactivated", "")[3], "Deactivated");
        drop(zoe);
    }

    async fn the_filters_of_the_list_select(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::editor());
        console.membership(&ada, &console.workspace("Research"), built_in::editor());
        console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        console.member_of_organization("Zoe Zuse").await;
        assert_eq!(names(&exported(&grace, &[]).await), ["Grace Hopper", "Grace Hopper", "Ada Lovelace", "Ada Lovelace", "Zoe Zuse"], "active or invited, as the list begins");
        assert_eq!(names(&exported(&grace, &[("status", "deactivated")]).await), ["Dora Deactivated"]);
        assert_eq!(names(&exported(&grace, &[("q", "zuse")]).await), ["Zoe Zuse"]);
        assert_eq!(names(&exported(&grace, &[("q", "z")]).await), ["Zoe Zuse"]);
        assert_eq!(names(&exported(&grace, &[("role", built_in::org_admin().as_str())]).await), ["Grace Hopper", "Grace Hopper"]);
        let there = exported(&grace, &[("workspace", marketing.as_str()), ("q", "ada")]).await;
        assert_eq!(there.iter().map(|row| row[5].as_str()).collect::<Vec<_>>(), ["Marketing", "Research"], "who is in Marketing, with all of their roles");
        // The page sends what it shows.
        let page = grace.get("/settings/users?q=zuse&status=any").await;
        let (fields, values) = (page.attributes("form[action='/settings/users/export'] input", "name"), page.attributes("form[action='/settings/users/export'] input", "value"));
        assert_eq!(fields, ["q", "status", "role", "workspace"]);
        assert_eq!(values, ["zuse", "any", "", ""]);
        assert!(!grace.get("/settings/users?q=nobody+of+that+name").await.body.contains("/settings/users/export"), "there is nothing to export");
    }

    async fn workspaces_the_reader_does_not_know_are_left_out(console: Console) {
        console.set_up().await;
        let (marketing, secret) = (console.workspace_named("Marketing"), console.workspace("Secret plans"));
        let (ada, zoe) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Zoe Zuse").await);
        console.membership(&ada, &marketing, built_in::reader());
        for workspace in [&marketing, &secret] {
            console.membership(&zoe, workspace, built_in::editor());
        }
        let ada = console.sign_in("ada").await;
        let answer = ada.post("/settings/users/export", &[]).await;
        assert!(!answer.body.contains("Secret"), "{}", answer.body);
        assert_eq!(read(&answer).1.iter().filter(|row| row[0] == "Zoe Zuse").map(|row| row[5].as_str()).collect::<Vec<_>>(), ["Marketing"]);
        // A filter that could not be chosen is none, as in the list: an unknown workspace and a foreign one answer alike.
        let (foreign, unknown) = (exported(&ada, &[("workspace", secret.as_str())]).await, exported(&ada, &[("workspace", WorkspaceId::new().as_str())]).await);
        assert_eq!(foreign, unknown);
        assert!(foreign.len() > 2);
    }

    /// However many workspaces there are, a filter by one selects its people and never everybody.
    async fn a_workspace_beyond_those_offered_is_filtered_by_all_the_same(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let last = console.workspace("Zoology");
        console.rows(|c| {
            let now = noxus_console::base::clock::now();
            for n in 0..520 {
                let name = format!("Place {n:03}");
                diesel::insert_into(workspaces::table)
                    .values((workspaces::id.eq(WorkspaceId::new()), workspaces::name.eq(&name), workspaces::name_key.eq(name.to_lowercase()), workspaces::hue.eq(1), workspaces::created_at.eq(now)))
                    .execute(c)?;
            }
            Ok(())
        });
        console.membership(&ada, &last, built_in::reader());
        let rows = exported(&grace, &[("workspace", last.as_str())]).await;
        assert_eq!(names(&rows), ["Ada Lovelace"]);
        let page = grace.get(&format!("/settings/users?workspace={last}")).await;
        page.says("1 of 2 people");
        assert_eq!(page.attributes("input[name=workspace]:not([type=hidden])", "value"), ["Zoology"]);
        assert_eq!(page.attributes("input[name=workspace][type=hidden]", "value"), [last.to_string()]);
    }

    async fn a_cell_that_looks_like_a_formula_is_text(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let names = ["=HYPERLINK(\"http://evil.example\",\"x\")", "+1", "-1", "@SUM(A1:A9)", "Ada \"the first\", Countess", "Kurt;=1+41;"];
        for (n, name) in names.into_iter().enumerate() {
            let user = console.member_of_organization(&format!("P{n} Person")).await;
            renamed(&console, &user, name);
            console.membership(&user, &marketing, built_in::reader());
        }
        console.rows(|c| diesel::update(workspaces::table).set(workspaces::name.eq("=Marketing")).execute(c));
        let rows = exported(&grace, &[]).await;
        let written: Vec<&str> = rows[2..].iter().map(|row| row[0].as_str()).collect();
        assert_eq!(written, ["'=HYPERLINK(\"http://evil.example\",\"x\")", "'+1", "'-1", "'@SUM(A1:A9)", "Ada \"the first\", Countess", "Kurt;=1+41;"]);
        assert!(rows[2..].iter().all(|row| row[5] == "'=Marketing"));
        let unsafe_cell = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert!(!rows.iter().flatten().any(unsafe_cell), "{rows:?}");
        // Where spreadsheets part cells at semicolons, none begins with what stands after one.
        let page = grace.post("/settings/users/export", &[]).await;
        let mut elsewhere = csv::ReaderBuilder::new().delimiter(b';').flexible(true).has_headers(false).from_reader(page.body.as_bytes());
        let cells: Vec<String> = elsewhere.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
        assert!(cells.len() > 6 && !cells.iter().any(unsafe_cell), "{cells:?}");
    }

    async fn what_is_read_back_is_what_there_is(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        // More than two batches, with nobody at their edges twice or not at all.
        let wanted: Vec<(String, String)> = console.rows(|c| {
            let role = built_in::org_base();
            let now = noxus_console::base::clock::now();
            let mut wanted = Vec::new();
            for n in 0..1203 {
                let (id, name) = (UserId::new(), format!("Person, number \"{n}\""));
                let email = format!("p{n}@analytical.example");
                diesel::insert_into(users::table)
                    .values((
                        (users::id.eq(&id), users::kind.eq("person"), users::status.eq("active"), users::name.eq(&name), users::display_name.eq("P")),
                        (users::name_key.eq(name.to_lowercase()), users::email.eq(&email), users::email_key.eq(&email), users::role_id.eq(&role)),
                        (users::role_given_at.eq(now), users::created_at.eq(now), users::status_changed_at.eq(now)),
                    ))
                    .execute(c)?;
                let places: &[&WorkspaceId] = match n % 3 { 0 => &[], 1 => &[&marketing], _ => &[&marketing, &research] };
                for place in places.iter().copied() {
                    diesel::insert_into(memberships::table)
                        .values((memberships::user_id.eq(&id), memberships::workspace_id.eq(place), memberships::role_id.eq(built_in::reader()), memberships::given_at.eq(now), memberships::name_key.eq("p")))
                        .execute(c)?;
                    wanted.push((name.clone(), if place == &marketing { "Marketing" } else { "Research" }.to_owned()));
                }
                if places.is_empty() {
                    wanted.push((name, String::new()));
                }
            }
            Ok(wanted)
        });
        for filters in [&[][..], &[("q", "person")], &[("role", built_in::org_base().as_str())]] {
            let rows = exported(&grace, filters).await;
            let read: Vec<(String, String)> = rows.into_iter().filter(|row| row[0] != "Grace Hopper").map(|row| (row[0].clone(), row[5].clone())).collect();
            assert_eq!(read, wanted, "{filters:?}");
        }
        let there = exported(&grace, &[("workspace", research.as_str())]).await;
        assert_eq!(there.len(), 2 * 401, "those of Research, with both of their roles");
    }

    async fn an_export_is_in_the_audit_and_holds_nothing_personal(console: Console) {
        let grace = console.set_up().await;
        console.member_of_organization("Ada Lovelace").await;
        exported(&grace, &[("q", "lovelace")]).await;
        let facts: Vec<String> = console.rows(|c| audit::table.filter(audit::action.eq("people.exported")).select(audit::facts).load(c));
        let facts: Vec<serde_json::Value> = facts.iter().map(|text| serde_json::from_str(text).expect("JSON")).collect();
        assert_eq!(facts, [serde_json::json!({ "people": 1, "searched": true, "status": "" })]);
        grace.get("/account/activity").await.says("Exported 1 person as a CSV file");
        // Looking at the address changes nothing, and leads to the list.
        grace.get("/settings/users/export").await.leads_to("/settings/users");
        let rows: i64 = console.rows(|c| audit::table.filter(audit::action.eq("people.exported")).count().get_result(c));
        assert_eq!(rows, 1);
    }

    async fn whoever_may_not_see_people_exports_nobody(console: Console) {
        console.set_up().await;
        let blind = console.role("organization", "Blind", "workspace_read");
        console.person("Ada Lovelace", blind, "active").await;
        let ada = console.sign_in("ada").await;
        ada.post("/settings/users/export", &[]).await.is(403);
        console.visitor().post("/settings/users/export", &[]).await.is(303);
        let rows: i64 = console.rows(|c| audit::table.filter(audit::action.eq("people.exported")).count().get_result(c));
        assert_eq!(rows, 0);
    }
}
