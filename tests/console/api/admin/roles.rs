//! Roles, as programs list them.

use diesel::prelude::*;
use noxus_console::{db::schema::roles, domain::roles::built_in};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Console, engine::on_both_databases};

const ROLES: &str = "/v1/admin/roles";

on_both_databases! {
    async fn roles_are_listed_with_every_key_of_their_scope(console: Console) {
        console.set_up().await;
        let (program, grace, research) = (console.visitor(), console.user_named("grace"), console.workspace("Research"));
        let role = console.role("workspace", "Steward", "workspace_admin");
        console.rows(|c| diesel::update(roles::table.filter(roles::id.eq(&role))).set(roles::workspace_id.eq(&research)).execute(c));
        let list = |permissions: &'static str| {
            let (program, key) = (program.clone(), console.key(&grace, None, Some(permissions)));
            async move {
                let answer = program.call(Method::GET, ROLES, &key).await;
                answer.is(200);
                answer.json().as_array().expect("a list").clone()
            }
        };
        let all = list("org_admin").await;
        let names = |all: &[Value]| -> Vec<(String, String)> { all.iter().map(|r| (r["scope"].as_str().unwrap().to_owned(), r["name"].as_str().unwrap().to_owned())).collect() };
        let mut known = names(&all);
        known.sort();
        let expected = [("organization", "Org Admin"), ("organization", "Org Base"), ("workspace", "Admin"), ("workspace", "Editor"), ("workspace", "Reader"), ("workspace", "Steward")];
        assert_eq!(known, expected.map(|(scope, name)| (scope.to_owned(), name.to_owned())));
        let named = |name: &str| all.iter().find(|r| r["name"] == name).expect("a role");
        let reader = named("Reader");
        assert_eq!((&reader["id"], &reader["workspace"], &reader["built_in"]), (&json!(built_in::reader().as_str()), &json!(null), &json!(true)));
        let held = |role: &Value| -> Vec<String> { role["permissions"].as_object().unwrap().iter().filter(|(_, held)| **held == json!(true)).map(|(key, _)| key.clone()).collect() };
        assert_eq!((reader["permissions"].as_object().unwrap().len(), held(reader)), (16, vec!["agents_run".into(), "flows_run".into(), "kbs_query".into()]));
        assert_eq!((named("Org Admin")["permissions"].as_object().unwrap().len(), held(named("Org Admin")).len()), (13, 13));
        // What is implied is held.
        assert_eq!((held(named("Steward")), &named("Steward")["workspace"], &named("Steward")["built_in"]), (vec!["integrations_edit".into(), "users_delete".into(), "users_edit".into(), "workspace_admin".into()], &json!(research.as_str()), &json!(false)));
        // A role of one workspace tells of it: only to who sees every workspace.
        assert!(!names(&list("settings_read").await).iter().any(|(_, name)| name == "Steward"));
        program.call(Method::GET, ROLES, &console.key(&grace, None, Some("users_read"))).await.problem(403);
    }
}
