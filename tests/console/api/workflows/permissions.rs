//! Which keys may do what with flows: exactly as `flows_*` say, and of another workspace nothing.

use diesel::prelude::*;
use noxus_console::{
    base::{ids::FlowId, key::KeySecret},
    db::schema::{memberships, users},
    domain::roles::built_in,
};
use reqwest::Method;
use serde_json::json;

use super::{FLOWS, begin};
use crate::support::{Client, Console, engine::on_both_databases};

/// What a key is answered to: list, read, create, change, delete.
async fn answers(console: &Console, program: &Client, key: &KeySecret) -> [u16; 5] {
    let flow = console.flow(&console.workspace_named("Marketing"), "Fresh");
    let (path, new) = (format!("{FLOWS}/{flow}"), json!({ "name": "New", "definition": { "nodes": [], "edges": [] } }));
    [
        program.call(Method::GET, FLOWS, key).await.status.as_u16(),
        program.call(Method::GET, &path, key).await.status.as_u16(),
        program.call_with(Method::POST, FLOWS, key, &new).await.status.as_u16(),
        program.call_with(Method::PATCH, &path, key, &json!({ "name": "Changed" })).await.status.as_u16(),
        program.call(Method::DELETE, &path, key).await.status.as_u16(),
    ]
}

on_both_databases! {
    async fn a_key_does_what_its_permissions_say_and_no_more(console: Console) {
        let (marketing, program, full) = begin(&console).await;
        let grace = console.user_named("grace");
        assert_eq!(answers(&console, &program, &full).await, [200, 200, 200, 200, 200]);
        for (permissions, expected) in [
            ("flows_run", [200, 200, 403, 403, 403]),
            ("flows_edit", [200, 200, 200, 200, 403]),
            ("flows_delete", [200, 200, 403, 403, 200]),
            ("flows_advanced", [200, 200, 403, 403, 403]),
            ("flows_delete flows_edit", [200, 200, 200, 200, 200]),
            ("agents_edit kbs_edit workspace_admin", [403, 403, 403, 403, 403]),
            ("", [403, 403, 403, 403, 403]),
        ] {
            let key = console.key(&grace, Some(&marketing), Some(permissions));
            assert_eq!(answers(&console, &program, &key).await, expected, "{permissions:?}");
        }
        // Who owns it bounds it: the built-in roles, and one of one's own.
        let only_edit = console.role("workspace", "Only edit", "flows_edit");
        for (name, role, expected) in [
            ("Ada Admin", built_in::admin(), [200, 200, 200, 200, 200]),
            ("Edith Editor", built_in::editor(), [200, 200, 200, 200, 200]),
            ("Rita Reader", built_in::reader(), [200, 200, 403, 403, 403]),
            ("Olga Only", only_edit, [200, 200, 200, 200, 403]),
        ] {
            let owner = console.member_of_organization(name).await;
            console.membership(&owner, &marketing, role);
            assert_eq!(answers(&console, &program, &console.key(&owner, Some(&marketing), None)).await, expected, "{name}");
            assert_eq!(answers(&console, &program, &console.key(&owner, Some(&marketing), Some("flows_delete flows_edit"))).await[0], if expected[2] == 200 { 200 } else { 403 });
        }
    }

    async fn a_refusal_says_what_is_missing_and_why(console: Console) {
        let (marketing, program, _) = begin(&console).await;
        let new = json!({ "name": "New", "definition": { "nodes": [], "edges": [] } });
        let limited = console.key(&console.user_named("grace"), Some(&marketing), Some("flows_run"));
        let said = program.call_with(Method::POST, FLOWS, &limited, &new).await.problem(403);
        assert_eq!(said, "In Marketing this key may not create and edit flows: that needs flows_edit, and it is limited to other permissions.");
        let rita = console.member_of_organization("Rita Reader").await;
        console.membership(&rita, &marketing, built_in::reader());
        let readers = console.key(&rita, Some(&marketing), None);
        let said = program.call_with(Method::POST, FLOWS, &readers, &new).await.problem(403);
        assert_eq!(said, "In Marketing this key may not create and edit flows: that needs flows_edit, and its owner, Rita Reader, does not hold it there.");
        let system = console.key(&console.user_named("grace"), None, Some("org_admin"));
        assert!(program.call(Method::GET, FLOWS, &system).await.problem(422).contains("?group_id="));
    }

    async fn what_becomes_of_the_owner_counts_at_the_next_request(console: Console) {
        let (marketing, program, _) = begin(&console).await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::editor());
        let key = console.key(&ada, Some(&marketing), None);
        assert_eq!(answers(&console, &program, &key).await, [200, 200, 200, 200, 200]);
        console.rows(|c| diesel::update(memberships::table.filter(memberships::user_id.eq(&ada))).set(memberships::role_id.eq(built_in::reader())).execute(c));
        assert_eq!(answers(&console, &program, &key).await, [200, 200, 403, 403, 403]);
        console.rows(|c| diesel::delete(memberships::table.filter(memberships::user_id.eq(&ada))).execute(c));
        assert_eq!(answers(&console, &program, &key).await, [403; 5]);
        console.membership(&ada, &marketing, built_in::editor());
        assert_eq!(answers(&console, &program, &key).await, [200; 5]);
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&ada))).set(users::status.eq("deactivated")).execute(c));
        assert_eq!(answers(&console, &program, &key).await, [401; 5]);
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&ada))).set(users::status.eq("active")).execute(c));
        console.revoke(&key);
        assert_eq!(answers(&console, &program, &key).await, [401; 5]);
        // In an archived workspace keys rest, an organization admin's too.
        let admins = console.key(&console.user_named("grace"), Some(&marketing), None);
        console.archive(&marketing);
        assert_eq!(answers(&console, &program, &admins).await, [403; 5]);
        assert!(program.call(Method::GET, FLOWS, &admins).await.problem(403).contains("archived"));
    }

    async fn another_workspaces_flow_answers_as_an_unknown_one(console: Console) {
        let (marketing, program, key) = begin(&console).await;
        let elsewhere = console.workspace("Elsewhere");
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        // The owner of one is in both workspaces; a key is of one all the same.
        let own = console.key(&hedy, Some(&marketing), None);
        for key in [&key, &own] {
            let (foreign, unknown) = (console.flow(&elsewhere, "Theirs"), FlowId::new());
            for (method, body) in [(Method::GET, None), (Method::DELETE, None), (Method::PATCH, Some(json!({ "name": "Mine" }))), (Method::PATCH, Some(json!({ "name": "" })))] {
                let ask = |id: &FlowId| {
                    let (program, path, method, body) = (program.clone(), format!("{FLOWS}/{id}"), method.clone(), body.clone());
                    async move {
                        match body {
                            Some(body) => program.call_with(method, &path, key, &body).await,
                            None => program.call(method, &path, key).await,
                        }
                    }
                };
                let (theirs, nobodys) = (ask(&foreign).await, ask(&unknown).await);
                theirs.problem(404);
                assert_eq!(theirs.but_for_its_id(), nobodys.but_for_its_id(), "{method}");
            }
            let named = |id: &str| format!("{FLOWS}?group_id={id}");
            let (theirs, nobodys) = (program.call(Method::GET, &named(elsewhere.as_str()), key).await, program.call(Method::GET, &named("018f0000-0000-7000-8000-000000000000"), key).await);
            theirs.problem(404);
            assert_eq!(theirs.but_for_its_id(), nobodys.but_for_its_id());
            program.call(Method::GET, &named(marketing.as_str()), key).await.is(200);
            let into = json!({ "name": "Theirs", "group_id": elsewhere.as_str(), "definition": { "nodes": [], "edges": [] } });
            assert!(program.call_with(Method::POST, FLOWS, key, &into).await.problem(422).starts_with("group_id"));
            assert_eq!(console.stored_flow(&foreign).0, "Theirs");
        }
        // A system key names the workspace, and there it is as an organization admin.
        let system = console.key(&console.user_named("grace"), None, Some("org_admin"));
        let path = |flow: &FlowId, group: &str| format!("{FLOWS}/{flow}?group_id={group}");
        let theirs = console.flow(&elsewhere, "Theirs");
        program.call(Method::GET, &path(&theirs, elsewhere.as_str()), &system).await.is(200);
        program.call(Method::GET, &path(&theirs, marketing.as_str()), &system).await.problem(404);
        program.call(Method::DELETE, &path(&theirs, elsewhere.as_str()), &system).await.is(200);
    }
}
