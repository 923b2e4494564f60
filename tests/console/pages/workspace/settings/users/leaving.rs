use diesel::prelude::*;
use noxus_console::{db::schema::audit, domain::roles::built_in};

use super::{list, member};
use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn a_member_leaves_without_asking_anybody(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (ada, browser) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        let path = format!("{}/leaving", list(&marketing));
        let question = browser.get(&path).await;
        assert_eq!(question.texts_of(".crumbs > li .clip"), ["Marketing"], "the workspace it is about stands above");
        question.is(200).says("Leave Marketing?").says("You have none.").says("Marketing is your only workspace").does_not_say("only Admin");
        browser.submit(&path, &[]).await.says("You left Marketing.");
        browser.get(&list(&marketing)).await.is(404);
        browser.post(&path, &[]).await.is(404);
        let (actor, subject): (Option<String>, Option<String>) =
            console.rows(|c| audit::table.filter(audit::action.eq("membership.ended")).select((audit::actor_id, audit::subject_id)).first(c));
        assert_eq!((actor, subject), (Some(ada.to_string()), Some(ada.to_string())));
    }

    async fn an_archived_workspace_is_none_to_go_on_to(console: Console) {
        let grace = console.set_up().await;
        let (marketing, cards) = (console.workspace_named("Marketing"), console.workspace("Punched cards"));
        let ada = console.member_of_organization("Ada Lovelace").await;
        for workspace in [&marketing, &cards] {
            console.membership(&ada, workspace, built_in::reader());
        }
        let client = console.sign_in("ada").await;
        let question = format!("/workspaces/{marketing}/settings/users/leaving");
        client.get(&question).await.says("your other workspaces");
        console.archive(&cards);
        client.get(&question).await.says("Marketing is your only workspace").does_not_say("your other workspaces");
        grace.get(&format!("/settings/users/{ada}/workspaces/{marketing}")).await.does_not_say("other workspaces");
    }

    async fn the_only_admin_is_told_so_and_an_organization_admin_has_nothing_to_leave(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let (_, hedy) = member(&console, "Hedy Lamarr", &research, built_in::admin()).await;
        let path = format!("{}/leaving", list(&research));
        hedy.get(&path).await.says("You are its only Admin: afterwards only organization admins manage it.");
        member(&console, "Ada Lovelace", &research, built_in::admin()).await;
        hedy.get(&path).await.does_not_say("only Admin");
        grace.get(&path).await.leads_to(&list(&research));
        grace.post(&path, &[]).await.is(409).says("through the organization, so there is nothing to leave");
    }
}
