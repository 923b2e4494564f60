use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{UserId, WithheldId},
    },
    db::schema::{api_keys, audit, drafts, flows, memberships, outbox, roles, sessions, withheld, workspaces},
    domain::roles::built_in,
};
use reqwest::Method;

use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn of_a_deleted_workspace_only_the_audit_is_left(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let own = console.role("workspace", "Own", "flows_run");
        console.rows(|c| diesel::update(roles::table.find(&own)).set(roles::workspace_id.eq(&marketing)).execute(c));
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, own.clone());
        console.membership(&ada, &research, built_in::reader());
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader()), (&research, built_in::reader())]).await;
        let old = console.link_of(&alan);
        let key = console.key(&console.user_named("grace"), Some(&marketing), None);
        console.visitor().call(Method::GET, "/v1/admin/me", &key).await.is(200);
        let kept = console.key(&console.user_named("grace"), Some(&research), None);
        let browser = console.sign_in("ada").await;
        browser.get(&format!("/workspaces/{marketing}")).await.is(200);
        let (user, there) = (ada.clone(), marketing.clone());
        console.rows(move |c| diesel::insert_into(withheld::table).values((
            withheld::id.eq(WithheldId::new()), withheld::user_id.eq(user), withheld::workspace_id.eq(there), withheld::role_id.eq(built_in::editor()), withheld::withheld_at.eq(clock::now()),
        )).execute(c));
        console.flow(&marketing, "Nightly digest");
        console.flow(&research, "Kept");
        // A mail that waits, a draft of adding to it, and one that has it among others.
        let joan = console.member_of_organization("Joan Clarke").await;
        let list = format!("/workspaces/{marketing}/settings/users");
        let used = grace.post(&format!("{list}/new"), &[("people", joan.as_str())]).await.location.unwrap();
        grace.post(&used, &[("all", built_in::reader().as_str())]).await.is(303);
        let kit = console.member_of_organization("Kit Ten").await;
        let open = grace.post(&format!("{list}/new"), &[("people", kit.as_str())]).await.location.unwrap();
        let base = built_in::org_base();
        let wizard = [("name", "New"), ("email", "new@analytical.example"), ("role", base.as_str()), ("workspaces", marketing.as_str()), ("workspaces", research.as_str())];
        let adding = grace.post("/settings/users/new", &wizard).await.location.unwrap();

        let path = format!("/settings/workspaces/{marketing}/deletion");
        let question = grace.get(&path).await;
        question.is(200).says("Delete Marketing for good?").says("its one flow").says("Its API key is deleted").says("archive it instead").says("members lose access now");
        grace.post(&path, &[("name", "Marketin")]).await.is(422).says("This is not its name. Type Marketing to confirm.");
        grace.post(&path, &[]).await.is(422);
        assert_eq!(console.rows(|c| workspaces::table.filter(workspaces::id.eq(&marketing)).count().get_result::<i64>(c)), 1);
        grace.post(&path, &[("name", " marketing ")]).await.leads_to("/settings/workspaces");
        grace.get("/settings/workspaces").await.says("Marketing is deleted.");

        let id = marketing.as_str().to_owned();
        console.rows(|c| {
            assert_eq!(workspaces::table.filter(workspaces::id.eq(&id)).count().get_result::<i64>(c)?, 0);
            assert_eq!(memberships::table.filter(memberships::workspace_id.eq(&id)).count().get_result::<i64>(c)?, 0);
            assert_eq!(withheld::table.filter(withheld::workspace_id.eq(&id)).count().get_result::<i64>(c)?, 0);
            assert_eq!(api_keys::table.filter(api_keys::workspace_id.eq(&id)).count().get_result::<i64>(c)?, 0);
            assert_eq!(flows::table.select(flows::name).load::<String>(c)?, ["Kept"]);
            assert_eq!(roles::table.filter(roles::workspace_id.eq(&id)).count().get_result::<i64>(c)?, 0);
            assert_eq!(outbox::table.filter(outbox::workspace_id.eq(&id)).count().get_result::<i64>(c)?, 0);
            assert_eq!(sessions::table.filter(sessions::workspace_id.eq(&id)).count().get_result::<i64>(c)?, 0);
            let bodies: Vec<String> = drafts::table.select(drafts::body).load(c)?;
            assert!(bodies.iter().all(|body| !body.contains(&id)), "{bodies:?}");
            assert!(audit::table.filter(audit::workspace_id.eq(&id)).count().get_result::<i64>(c)? >= 3, "what was done stays told");
            let (facts, by): (String, Option<UserId>) = audit::table.filter(audit::action.eq("workspace.deleted")).select((audit::facts, audit::actor_id)).first(c)?;
            assert!(facts.contains("Marketing") && facts.contains("\"keys\":1") && by.is_some(), "{facts}");
            Ok(())
        });
        console.visitor().call(Method::GET, "/v1/admin/me", &key).await.is(401);
        console.visitor().call(Method::GET, "/v1/admin/me", &kept).await.is(200);
        browser.get(&format!("/workspaces/{marketing}")).await.is(404);
        browser.get(&format!("/workspaces/{research}")).await.is(200);
        grace.get(&open).await.is(404);
        grace.get(&adding).await.is(200).says("Research").does_not_say("Marketing");
        console.visitor().get(&old).await.is(410);
        console.visitor().get(&console.link_of(&alan)).await.is(200).says("Research").does_not_say("Marketing");
        // A double click finds the way on; for anybody else there is nothing.
        grace.post(&path, &[("name", "Marketing")]).await.leads_to("/settings/workspaces");
        browser.post(&path, &[("name", "Marketing")]).await.is(404);
        // Its name is free again.
        grace.submit("/settings/workspaces/new", &[("name", "Marketing"), ("description", "")]).await.says("Marketing is created");
    }

    async fn only_workspace_delete_deletes_and_the_password_is_asked_again(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &research, built_in::admin());
        let path = format!("/settings/workspaces/{research}/deletion");
        let hedy = console.sign_in("hedy").await;
        hedy.get(&path).await.is(403);
        hedy.post(&path, &[("name", "Research")]).await.is(403);
        let deleter = console.role("organization", "Deleter", "workspace_delete workspace_read");
        console.person("Dan Deleter", deleter, "active").await;
        let dan = console.sign_in("dan").await;
        dan.get("/settings/workspaces").await.says("Delete…");
        let form = [("name", "Research")];
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now() - clock::minutes(16))).execute(c));
        assert!(dan.get(&path).await.location.unwrap().starts_with("/sign-in/again"));
        assert!(grace.post(&path, &form).await.location.unwrap().starts_with("/sign-in/again"));
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now())).execute(c));
        console.archive(&research);
        dan.get(&path).await.is(200).does_not_say("archive it instead");
        dan.post(&path, &form).await.leads_to("/settings/workspaces");
    }
}
