//! The keys of a workspace, through a key.

use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{KeyId, WorkspaceId},
        key::KeySecret,
    },
    db::schema::{api_keys, audit, organization},
    domain::roles::built_in,
};
use reqwest::Method;
use serde_json::json;

use crate::support::{Console, engine::on_both_databases};

fn keys(workspace: &WorkspaceId) -> String {
    format!("/v1/admin/groups/{workspace}/api-keys")
}

/// An Admin of Marketing, and their key with these permissions.
async fn admins_key(console: &Console, permissions: Option<&str>) -> (WorkspaceId, KeySecret) {
    let marketing = console.workspace_named("Marketing");
    let hedy = console.member_of_organization("Hedy Lamarr").await;
    console.membership(&hedy, &marketing, built_in::admin());
    let key = console.key(&hedy, Some(&marketing), permissions);
    (marketing, key)
}

fn ends_in_days(console: &Console, id: &str) -> i64 {
    let id = id.to_owned();
    let at: Option<clock::Moment> = console.rows(move |c| api_keys::table.filter(api_keys::id.eq(id)).select(api_keys::expires_at).first(c));
    ((at.expect("an end") - clock::now()).num_minutes() + 720) / 1440
}

on_both_databases! {
    async fn a_key_makes_lists_and_ends_keys_of_its_workspace(console: Console) {
        console.set_up().await;
        let (marketing, key) = admins_key(&console, None).await;
        console.rows(|c| diesel::update(api_keys::table).set(api_keys::expires_at.eq(None::<clock::Moment>)).execute(c));
        let program = console.visitor();
        let made = program.call_with(Method::POST, &keys(&marketing), &key, &json!({ "name": "nightly", "tenant_admin": false, "permissions": ["flows_run", "kbs:query"] })).await;
        made.is(200);
        let body = made.json();
        assert_eq!(body["permissions"], json!(["flows_run", "kbs_query"]));
        assert_eq!((body["name"].as_str(), body["tenant_admin"].as_bool(), body["group_id"].as_str()), (Some("nightly"), Some(false), Some(marketing.as_str())));
        let child = KeySecret::parse(body["value"].as_str().unwrap()).expect("the secret, once");
        assert_eq!(ends_in_days(&console, body["id"].as_str().unwrap()), 90);
        assert_eq!(program.call(Method::GET, "/v1/admin/me", &child).await.json()["permissions"], json!(["flows_run", "kbs_query"]));
        let list = program.call(Method::GET, &keys(&marketing), &key).await;
        let rows = list.json();
        assert_eq!((rows.as_array().unwrap().len(), rows[0]["name"].as_str(), rows[0]["value"].as_str()), (2, Some("nightly"), Some("")));
        assert!(list.secrets().is_empty());
        program.call(Method::GET, &keys(&marketing), &child).await.problem(403);
        let one = format!("{}/{}", keys(&marketing), body["id"].as_str().unwrap());
        assert_eq!(program.call(Method::DELETE, &one, &key).await.json(), json!({ "success": true }));
        program.call(Method::GET, "/v1/admin/me", &child).await.problem(401);
        program.call(Method::DELETE, &one, &key).await.problem(409);
        // The audit knows through which key.
        let through: Vec<Option<String>> = console.rows(|c| audit::table.filter(audit::subject_kind.eq("key")).select(audit::key_id).load(c));
        assert_eq!(through, vec![Some(console.key_id(&key).to_string()); 2]);
    }

    async fn a_key_makes_none_that_may_more_or_works_longer_than_itself(console: Console) {
        console.set_up().await;
        let (marketing, key) = admins_key(&console, Some("flows_run workspace_admin")).await;
        let program = console.visitor();
        let post = |body: serde_json::Value| {
            let (program, key, path) = (program.clone(), key.clone(), keys(&marketing));
            async move { program.call_with(Method::POST, &path, &key, &body).await }
        };
        assert!(post(json!({ "name": "x", "permissions": ["flows_edit"] })).await.problem(422).contains("You do not hold flows_edit"));
        // Not restricted itself, it is bounded by the key that made it.
        let made = post(json!({ "name": "x" })).await.json();
        assert_eq!(made["permissions"], json!(["flows_run", "integrations_edit", "users_delete", "users_edit", "workspace_admin"]));
        assert_eq!(ends_in_days(&console, made["id"].as_str().unwrap()), 7, "it ends no later than the key that made it");
        let wrong = post(json!({ "name": " ", "tenant_admin": true, "permissions": ["fly"] })).await.problem(422);
        assert!(wrong.contains("name is missing") && wrong.contains("only system keys are organization-wide") && wrong.contains("\"fly\""), "{wrong}");
        post(json!({ "name": "x", "permissions": [] })).await.problem(422);
        post(json!({ "permissions": null })).await.problem(422);
        console.rows(|c| diesel::update(organization::table).set(organization::key_max_days.eq(Some(5))).execute(c));
        assert!(post(json!({ "name": "x", "expires_in_days": 6 })).await.problem(422).starts_with("expires_in_days: "));
        for days in [0, -1] {
            post(json!({ "name": "x", "expires_in_days": days })).await.problem(422);
        }
        for days in [json!(3), json!(3.0), json!("3")] {
            let made = post(json!({ "name": "x", "expires_in_days": days })).await;
            if days.is_string() {
                made.problem(422);
            } else {
                assert_eq!(ends_in_days(&console, made.json()["id"].as_str().unwrap()), 3, "{days}");
            }
        }
        assert!(post(json!({ "name": "x", "expires_in_days": 2.5 })).await.problem(422).contains("2.5 is not a whole number"));
        let short = post(json!({ "name": "x" })).await.json();
        assert_eq!(ends_in_days(&console, short["id"].as_str().unwrap()), 5);
    }

    /// However many were made through it, a key is ended at once, with all of them.
    async fn a_workspace_has_a_thousand_keys_and_one_ends_with_all_that_were_made_through_it(console: Console) {
        console.set_up().await;
        let (marketing, key) = admins_key(&console, None).await;
        let (parent, program) = (console.key_id(&key), console.visitor());
        console.rows(|c| {
            let owner: String = api_keys::table.select(api_keys::owner_id).first(c)?;
            let (now, ids): (_, Vec<KeyId>) = (clock::now(), (0..998).map(|_| KeyId::new()).collect());
            for (n, id) in ids.iter().enumerate() {
                // Each of a hundred through the key, and the others through one of those.
                let through = if n < 100 { &parent } else { &ids[n % 100] };
                diesel::insert_into(api_keys::table)
                    .values((
                        (api_keys::id.eq(id), api_keys::secret_hash.eq(format!("{n:064}")), api_keys::hint.eq("noxus_")),
                        (api_keys::name.eq("child"), api_keys::workspace_id.eq(&marketing), api_keys::owner_id.eq(&owner)),
                        (api_keys::made_by.eq(&owner), api_keys::parent_id.eq(through), api_keys::created_at.eq(now)),
                    ))
                    .execute(c)?;
            }
            Ok(())
        });
        program.call_with(Method::POST, &keys(&marketing), &key, &json!({ "name": "the thousandth" })).await.is(200);
        let said = program.call_with(Method::POST, &keys(&marketing), &key, &json!({ "name": "one more" })).await.problem(409);
        assert_eq!(said, "Marketing has 1,000 keys in use, and more there cannot be. Revoke some that nobody needs first.");
        let hedy = console.sign_in("hedy").await;
        let path = format!("/account/access/keys/{parent}/revocation");
        hedy.get(&path).await.is(200).says("999 keys that were made through it end too.");
        hedy.submit(&path, &[]).await.is(200).says("999 keys that were made through it ended too.");
        let left: i64 = console.rows(|c| api_keys::table.filter(api_keys::revoked_at.is_null()).count().get_result(c));
        assert_eq!(left, 0);
    }

    async fn a_key_ends_none_in_its_makers_name(console: Console) {
        console.set_up().await;
        let (marketing, _) = admins_key(&console, None).await;
        let hedy = console.user_named("hedy");
        let (small, other) = (console.key(&hedy, Some(&marketing), Some("flows_run")), console.key(&hedy, Some(&marketing), None));
        let program = console.visitor();
        program.call(Method::DELETE, &format!("{}/{}", keys(&marketing), console.key_id(&other)), &small).await.problem(403);
        // Nor by the address for people.
        let path = format!("/account/access/keys/{}/revocation", console.key_id(&other));
        let request = program.bare(Method::POST, &path).bearer_auth(small.as_str());
        assert!(program.send(request).await.location.is_some_and(|to| to.starts_with("/sign-in")));
        program.call(Method::GET, "/v1/admin/me", &other).await.is(200);
    }
}
