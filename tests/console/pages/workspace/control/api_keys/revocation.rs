use diesel::prelude::*;
use noxus_console::{
    base::ids::{KeyId, WorkspaceId},
    base::key::KeySecret,
    db::schema::{api_keys, audit},
    domain::roles::built_in,
};
use reqwest::Method;

use super::list::path;
use crate::support::{Console, engine::on_both_databases};

fn revocation(console: &Console, workspace: &WorkspaceId, key: &KeySecret) -> String {
    format!("{}/{}/revocation", path(workspace), console.key_id(key))
}

on_both_databases! {
    async fn a_revoked_key_is_refused_on_the_very_next_request_with_all_that_was_made_through_it(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        let key = console.key(&hedy, Some(&marketing), None);
        console.name_key(&key, "deploy-bot");
        let program = console.visitor();
        let keys = format!("/v1/admin/groups/{marketing}/api-keys");
        let child = program.call_with(Method::POST, &keys, &key, &serde_json::json!({ "name": "child" })).await.secrets().remove(0);
        let grandchild = program.call_with(Method::POST, &keys, &child, &serde_json::json!({ "name": "grandchild" })).await.secrets().remove(0);
        let other = console.key(&hedy, Some(&marketing), None);
        let path = revocation(&console, &marketing, &key);
        let question = grace.get(&path).await;
        assert_eq!(question.texts_of(".crumbs > li .mark + .clip"), ["Marketing"], "the workspace stands above, with its mark, as on the other pages");
        question.is(200).says("Revoke deploy-bot?").says("Hedy Lamarr").says("It was last used just now (127.0.0.1").says("2 keys that were made through it end too.").says("Nothing that was done with it is undone.");
        program.call(Method::GET, &keys, &grandchild).await.is(200);
        grace.submit(&path, &[]).await.says("deploy-bot is revoked: whatever used it is refused from now on. 2 keys that were made through it ended too.");
        for dead in [&key, &child, &grandchild] {
            assert!(program.call(Method::GET, "/v1/admin/me", dead).await.problem(401).contains("was revoked"));
        }
        program.call(Method::GET, &keys, &other).await.is(200);
        // Each has its row, by whom and with what.
        let rows: Vec<(Option<String>, String)> = console.rows(|c| audit::table.filter(audit::action.eq("key.revoked")).order(audit::id).select((audit::actor_id, audit::facts)).load(c));
        assert_eq!(rows.len(), 3);
        let grace_id = console.user_named("grace").to_string();
        assert!(rows.iter().all(|(by, _)| by.as_deref() == Some(grace_id.as_str())));
        let (first, parent) = (&rows[0].1, console.key_id(&key).to_string());
        assert!(!first.contains("with") && rows[1..].iter().all(|(_, facts)| facts.contains(&parent)), "{rows:?}");
        let by: Vec<Option<String>> = console.rows(|c| api_keys::table.filter(api_keys::revoked_at.is_not_null()).select(api_keys::revoked_by).load(c));
        assert_eq!(by, vec![Some(grace_id); 3]);
        // Once is enough.
        grace.post(&path, &[]).await.is(409).says("deploy-bot was revoked already.");
        grace.get(&path).await.leads_to(&super::list::path(&marketing));
    }

    async fn a_key_of_another_workspace_is_none_here(console: Console) {
        console.set_up().await;
        let (marketing, elsewhere) = (console.workspace_named("Marketing"), console.workspace("Elsewhere"));
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        let grace = console.user_named("grace");
        let hedy = console.sign_in("hedy").await;
        for key in [console.key(&grace, Some(&elsewhere), None), console.key(&grace, None, Some("org_admin"))] {
            let path = revocation(&console, &marketing, &key);
            hedy.get(&path).await.is(404);
            hedy.post(&path, &[]).await.is(404);
            console.visitor().call(Method::GET, "/v1/admin/me", &key).await.is(200);
        }
        hedy.post(&format!("{}/{}/revocation", path(&marketing), KeyId::new()), &[]).await.is(404);
    }

    async fn one_that_has_expired_needs_no_revoking(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let past = noxus_console::base::clock::now() - noxus_console::base::clock::minutes(1);
        let key = console.key_until(&console.user_named("grace"), Some(&marketing), None, Some(past));
        grace.get(&revocation(&console, &marketing, &key)).await.leads_to(&path(&marketing));
        grace.post(&revocation(&console, &marketing, &key), &[]).await.is(409).says("a-key has expired already");
    }
}
