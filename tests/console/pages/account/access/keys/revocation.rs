use diesel::prelude::*;
use noxus_console::{db::schema::memberships, domain::roles::built_in};
use reqwest::Method;

use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn whoever_made_a_key_ends_it_also_when_they_administer_nothing_any_more(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        let browser = console.sign_in("hedy").await;
        let made = browser.post(&format!("/workspaces/{marketing}/control/api-keys/new"), &[("name", "hers"), ("expires", "30")]).await;
        let key = made.secrets().remove(0);
        let others = console.key(&console.user_named("grace"), Some(&marketing), None);
        console.rows(|c| diesel::delete(memberships::table.filter(memberships::user_id.eq(&hedy))).execute(c));
        browser.get(&format!("/workspaces/{marketing}/control/api-keys")).await.is(404);
        let path = format!("/account/access/keys/{}/revocation", console.key_id(&key));
        browser.get(&path).await.is(200).says("Revoke hers?").says("Whatever uses it is refused from its next request on.");
        // Nobody else ends it here, not even who may do so in the workspace.
        grace.get(&path).await.is(404);
        grace.post(&path, &[]).await.is(404);
        browser.post(&format!("/account/access/keys/{}/revocation", console.key_id(&others)), &[]).await.is(404);
        let program = console.visitor();
        program.call(Method::GET, "/v1/admin/me", &key).await.is(200);
        browser.post(&path, &[]).await.leads_to("/account/access");
        assert!(program.call(Method::GET, "/v1/admin/me", &key).await.problem(401).contains("was revoked"));
        program.call(Method::GET, "/v1/admin/me", &others).await.is(200);
        browser.get(&path).await.leads_to("/account/access");
        browser.post(&path, &[]).await.is(409).says("hers was revoked already.");
    }
}
