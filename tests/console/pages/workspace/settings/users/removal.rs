use diesel::prelude::*;
use noxus_console::{
    db::schema::{audit, memberships},
    domain::roles::built_in,
};
use reqwest::Method;

use super::{list, member};
use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn a_member_is_removed_and_told_before_what_ends(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (ada, browser) = member(&console, "Ada Lovelace", &marketing, built_in::admin()).await;
        let key = console.key(&ada, Some(&marketing), None);
        browser.get(&format!("/workspaces/{marketing}")).await.is(200);
        console.visitor().call(Method::GET, "/v1/admin/me", &key).await.is(200);
        let path = format!("{}/removal", list(&marketing));
        let question = grace.get(&format!("{path}?user={ada}")).await;
        question.is(200).says("Remove Ada from Marketing?").says("ada@analytical.example, Admin here");
        question.says("Their access to Marketing ends now, also in pages they have open.").says("Their keys of Marketing stop: it is one.");
        question.says("Nothing they made is deleted.").says("Marketing is their only workspace: on their next visit they are told so, and whom to ask.");
        grace.submit(&path, &[("user", ada.as_str())]).await.says("Ada Lovelace is no longer in Marketing.");
        browser.get(&format!("/workspaces/{marketing}")).await.is(404);
        browser.get("/").await.says("Grace Hopper");
        let me = console.visitor().call(Method::GET, "/v1/admin/me", &key).await;
        assert_eq!(me.json()["permissions"], serde_json::json!([]), "the key may do nothing any more");
        grace.post(&path, &[("user", ada.as_str())]).await.is(409).says("Nobody of those you selected is in Marketing any more.");
        assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq("membership.ended")).count().get_result::<i64>(c)), 1);
    }

    async fn several_are_removed_at_once(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let (ada, _) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        let (hedy, _) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        console.membership(&hedy, &research, built_in::reader());
        let (zoe, _) = member(&console, "Zoe Zuse", &marketing, built_in::reader()).await;
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        let path = format!("{}/removal", list(&marketing));
        let question = grace.get(&format!("{path}?user={ada}&user={hedy}&user={alan}")).await;
        question.says("Remove 3 people from Marketing?").says("Their keys of Marketing stop. They have none.");
        question.says("1 of them has not accepted yet").says("For 1 of them Marketing is the only workspace");
        let form = [("user", ada.as_str()), ("user", hedy.as_str()), ("user", alan.as_str())];
        grace.submit(&path, &form).await.says("3 people are no longer in Marketing.");
        let left: i64 = console.rows(|c| memberships::table.filter(memberships::workspace_id.eq(&marketing)).filter(memberships::user_id.eq_any([&ada, &hedy, &alan])).count().get_result(c));
        assert_eq!(left, 0);
        assert_eq!(console.role_in(&hedy, &research), Some(built_in::reader()), "elsewhere everybody stays");
        assert_eq!(console.role_in(&zoe, &marketing), Some(built_in::reader()), "so does here who was not selected");
        assert_eq!(console.invitation_of(&alan).1, 2, "a fresh invitation names what is left");
    }

    async fn changing_is_not_removing(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let editor = console.role("workspace", "Changes only", "users_edit flows_run agents_run kbs_query");
        let (_, chris) = member(&console, "Chris Changer", &marketing, editor).await;
        let (ada, _) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        chris.get(&list(&marketing)).await.says("Change role").does_not_say("Remove from");
        chris.post(&format!("{}/removal", list(&marketing)), &[("user", ada.as_str())]).await.is(403);
        let remover = console.role("workspace", "Removes only", "users_delete flows_run agents_run kbs_query");
        let (_, rob) = member(&console, "Rob Remover", &marketing, remover).await;
        rob.get(&list(&marketing)).await.says("Remove from Marketing").does_not_say("Change role").does_not_say("Add users");
        rob.post(&format!("{}/role", list(&marketing)), &[("user", ada.as_str()), ("role", built_in::reader().as_str())]).await.is(403);
        rob.post(&format!("{}/removal", list(&marketing)), &[("user", ada.as_str())]).await.is(303);
    }
}
