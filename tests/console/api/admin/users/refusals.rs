//! Whom a program cannot add, and what it cannot give.

use diesel::prelude::*;
use noxus_console::{
    base::{ids::WorkspaceId, key::KeySecret},
    db::schema::{audit, organization, outbox, roles, users},
    domain::roles::built_in,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::USERS;
use crate::support::{Client, Console, Page, engine::on_both_databases};

async fn add(program: &Client, key: &KeySecret, body: Value) -> Page {
    program.call_with(Method::POST, USERS, key, &body).await
}

/// How many people, letters and acts there are.
fn counted(console: &Console) -> (i64, i64, i64) {
    console.rows(|c| Ok((users::table.count().get_result(c)?, outbox::table.count().get_result(c)?, audit::table.count().get_result(c)?)))
}

/// Joan, with more.
fn joan(more: Value) -> Value {
    let mut joan = json!({ "name": "Joan Clarke", "email": "joan@analytical.example" });
    joan.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    joan
}

fn in_workspace(id: &str, role: &str) -> Value {
    joan(json!({ "workspaces": [{ "id": id, "role": role }] }))
}

on_both_databases! {
    async fn an_address_is_taken_however_it_is_written(console: Console) {
        let grace = console.set_up().await;
        console.member_of_organization("Ida Lind").await;
        console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        console.invited_by(&grace, "Alan Turing", &[]).await;
        let program = console.visitor();
        let key = console.key(&console.user_named("grace"), None, Some("users_write users_read workspace_read workspace_write org_read settings_read"));
        let silent = console.key(&console.user_named("grace"), None, Some("users_write"));
        let before = counted(&console);
        let with = |email: &str| joan(json!({ "email": email }));
        for (email, says) in [
            ("ida@analytical.example", "Ida Lind has an account with this address already."),
            ("IDA@Analytical.EXAMPLE", "Ida Lind has an account with this address already."),
            (" ida@analytical.example\n", "Ida Lind has an account with this address already."),
            ("dora@analytical.example", "is deactivated. Reactivate it instead."),
            ("Alan@analytical.example", "Alan Turing is invited to this address already."),
        ] {
            assert!(add(&program, &key, with(email)).await.problem(409).contains(says), "{email:?}");
            // Who it is, is told to keys that may see people.
            let said = add(&program, &silent, with(email)).await.problem(409);
            assert!(said.starts_with("Somebody") && !said.contains("Ida") && !said.contains("Alan"), "{said}");
        }
        // Letters that a mail server may fold into others are no letters of an address.
        for email in ["ıda@analytical.example", "İda@analytical.example", "ida@analytical.e\u{ff58}ample", "\u{ff49}da@analytical.example", "ida@o\u{fb00}ice.example", "id\u{e5}@analytical.example", "ida@analytical\u{3002}example", "i\u{ad}da@analytical.example", "ida@analytical.example\u{0}", "\"ida\"@analytical.example", "ida", "ida@", "ida@localhost", ""] {
            let said = add(&program, &key, with(email)).await.problem(422);
            assert!(said.starts_with("email: "), "{email:?}: {said}");
        }
        console.rows(|c| diesel::update(organization::table).set(organization::allowed_domains.eq("analytical.example x.example")).execute(c));
        let said = add(&program, &key, with("joan@evil.example")).await.problem(422);
        assert_eq!(said, "email: Only addresses of analytical.example, x.example can be invited.");
        add(&program, &key, with("joan@sub.analytical.example")).await.problem(422);
        assert_eq!(counted(&console), before, "nothing was written");
        add(&program, &key, with("joan@X.example")).await.is(200);
    }

    async fn nobody_is_given_what_the_key_or_its_owner_does_not_hold(console: Console) {
        console.set_up().await;
        let (program, grace, marketing) = (console.visitor(), console.user_named("grace"), console.workspace_named("Marketing"));
        let before = counted(&console);
        // The grant of the key bounds it, though an organization admin owns it.
        let writes = console.key(&grace, None, Some("users_write"));
        assert!(add(&program, &writes, joan(json!({ "org_role": "Org Admin" }))).await.problem(409).contains("Org Admin allows more than you may do yourself"));
        let said = add(&program, &writes, in_workspace(marketing.as_str(), "Reader")).await.problem(422);
        let unknown = add(&program, &writes, in_workspace("018f0000-0000-7000-8000-000000000000", "Reader")).await.problem(422);
        assert_eq!(said, unknown, "a workspace it may not add people to is as unknown as one that is not there");
        // Even Org Base is more than users_write alone.
        assert!(add(&program, &writes, joan(json!({}))).await.problem(409).contains("Org Base allows more"), "nobody gives what they do not hold");
        // And so does its owner.
        let inviter = console.role("organization", "Inviter", "users_write users_read org_read settings_read workspace_read workspace_write");
        let mia = console.person("Mia Inviter", inviter.clone(), "active").await;
        console.membership(&mia, &marketing, built_in::admin());
        let after = counted(&console);
        let owned = console.key(&mia, None, Some("org_admin"));
        add(&program, &owned, joan(json!({ "org_role": "Org Admin" }))).await.problem(409);
        add(&program, &owned, in_workspace(marketing.as_str(), "Reader")).await.problem(422);
        // A workspace's key adds nobody to the organization, whoever owns it.
        let of_workspace = console.key(&grace, Some(&marketing), None);
        let said = add(&program, &of_workspace, joan(json!({}))).await.problem(403);
        assert_eq!(said, "This key belongs to one workspace, and may not add people: that needs a system key with users_write.");
        let reads = console.key(&grace, None, Some("users_read"));
        assert!(add(&program, &reads, joan(json!({}))).await.problem(403).contains("users_write"));
        assert_eq!((counted(&console), after.0), (after, before.0 + 1), "nothing was written");
        // What they do hold, they give.
        add(&program, &owned, joan(json!({ "org_role": "inviter" }))).await.is(200);
    }

    async fn what_is_wrong_is_told_all_at_once(console: Console) {
        console.set_up().await;
        let (program, grace, marketing) = (console.visitor(), console.user_named("grace"), console.workspace_named("Marketing"));
        let (archived, other) = (console.workspace("Archived"), console.workspace("Other"));
        console.archive(&archived);
        let role = console.role("workspace", "Only there", "flows_run");
        console.rows(|c| diesel::update(roles::table.filter(roles::id.eq(&role))).set(roles::workspace_id.eq(&other)).execute(c));
        let key = console.key(&grace, None, Some("org_admin"));
        let before = counted(&console);
        let place = |id: &WorkspaceId, role: &str| json!({ "id": id.as_str(), "role": role });
        let all = json!({
            "name": "", "email": "no", "display_name": "https://evil.example", "org_role": "Boss",
            "workspaces": [place(&marketing, "Reader"), place(&marketing, "Editor"), place(&archived, "Reader"), place(&other, "Boss"), json!({ "id": "x", "role": "Reader" })],
        });
        let answer = add(&program, &key, all).await;
        answer.problem(422);
        let errors = answer.json()["errors"].clone();
        let told: Vec<String> = errors.as_array().expect("errors").iter().map(|e| format!("{}: {}", e["field"].as_str().unwrap(), e["detail"].as_str().unwrap())).collect();
        assert_eq!(told.len(), 8, "{told:#?}");
        for (n, begins) in [
            "name: The name is missing.",
            "display_name: ",
            "email: This is not an email address.",
            "org_role: there is no such role here. There are: Org Base, Org Admin.",
            "workspaces: Workspace 2: it is named twice.",
            "workspaces: Workspace 3: there is no workspace with this id that this key may add people to.",
            "workspaces: Workspace 4: there is no such role here. There are: Only there, Reader, Editor, Admin.",
            "workspaces: Workspace 5: there is no workspace",
        ].into_iter().enumerate() {
            assert!(told[n].starts_with(begins), "{} does not begin with {begins}", told[n]);
        }
        // A role of one workspace is none in another.
        for named in ["Only there", role.as_str()] {
            assert!(add(&program, &key, in_workspace(marketing.as_str(), named)).await.problem(422).contains("no such role"), "{named}");
        }
        for odd in [
            joan(json!({ "workspace": [] })),
            joan(json!({ "role": "Org Admin" })),
            joan(json!({ "workspaces": [{ "id": marketing.as_str(), "role": "Reader", "rôle": "Admin" }] })),
            joan(json!({ "workspaces": [{ "id": marketing.as_str() }] })),
            joan(json!({ "workspaces": marketing.as_str() })),
            joan(json!({ "name": 7 })),
        ] {
            assert!(add(&program, &key, odd.clone()).await.problem(422).starts_with("The JSON does not fit"), "{odd}");
        }
        let many: Vec<Value> = (0..101).map(|_| place(&marketing, "Reader")).collect();
        assert_eq!(add(&program, &key, joan(json!({ "workspaces": many }))).await.problem(422), "workspaces: 101 are too many at once: at most 100.");
        program.call_raw(Method::POST, USERS, &key, "{\"name\":").await.problem(400);
        assert_eq!(counted(&console), before, "nothing was written");
        add(&program, &key, in_workspace(other.as_str(), "only THERE")).await.is(200);
    }
}
