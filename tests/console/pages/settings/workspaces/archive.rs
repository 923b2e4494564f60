use crate::support::{Console, engine::on_both_databases};
use diesel::prelude::*;
use noxus_console::{base::ids::WorkspaceId, db::schema::audit, domain::roles::built_in};

on_both_databases! {
    async fn an_archived_workspace_is_closed_on_the_next_request_and_restored_as_it_was(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (ada, hedy) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Hedy Lamarr").await);
        console.membership(&ada, &marketing, built_in::reader());
        console.membership(&hedy, &marketing, built_in::admin());
        let (ada, hedy) = (console.sign_in("ada").await, console.sign_in("hedy").await);
        let at = |act: &str| format!("/settings/workspaces/{marketing}/{act}");
        let home = format!("/workspaces/{marketing}");
        ada.get(&home).await.is(200);

        hedy.get(&at("archive")).await.is(200).says("Archive Marketing?").says("Nothing in it is deleted.").says("You cannot do that yourself");
        hedy.get(&at("restoration")).await.is(403).says("workspace_edit").says("Grace Hopper");
        let list = hedy.submit(&at("archive"), &[]).await;
        list.is(200).says("Marketing is archived. An organization admin can restore it.").says("You are in no workspace yet");
        for member in [&ada, &hedy] {
            member.get(&home).await.is(404);
            member.get(&at("archive")).await.is(404);
            member.post(&at("restoration"), &[]).await.is(404);
            let first = member.get("/").await;
            first.is(200).says("Marketing was archived on");
            assert!(!first.text_of("nav").contains("Marketing"), "the switcher names it");
            member.get("/settings/workspaces").await.does_not_say("Archived");
            member.get("/settings/workspaces?status=archived").await.does_not_say("Marketing");
        }

        grace.get(&home).await.is(200).says("by Hedy Lamarr").says("Only organization admins see it.").says("Restore it");
        grace.get(&at("archive")).await.leads_to(&home);
        grace.post(&at("archive"), &[]).await.is(409).says("Marketing is archived already.");
        grace.get("/settings/workspaces").await.says("Archived").says("by Hedy Lamarr");
        grace.get(&at("restoration")).await.is(200).says("Restore Marketing?");
        grace.submit(&at("restoration"), &[]).await.is(200).says("Marketing is open again.").does_not_say("Only organization admins");
        grace.post(&at("restoration"), &[]).await.is(409).says("Marketing is not archived.");
        ada.get(&home).await.is(200).says("You are a Reader");
        hedy.get(&home).await.is(200).says("You are an Admin");
        let acts: Vec<String> = console.rows(|c| audit::table.filter(audit::action.like("workspace.%")).order(audit::id).select(audit::action).load(c));
        assert_eq!(acts, ["workspace.created", "workspace.archived", "workspace.restored"]);
    }

    async fn a_double_click_is_told_that_it_is_done(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        for (name, role) in [("Hedy Lamarr", built_in::admin()), ("Ada Lovelace", built_in::admin())] {
            let user = console.member_of_organization(name).await;
            console.membership(&user, &marketing, role);
        }
        let (hedy, ada) = (console.sign_in("hedy").await, console.sign_in("ada").await);
        let archive = format!("/settings/workspaces/{marketing}/archive");
        for _ in 0..2 {
            hedy.post(&archive, &[]).await.leads_to("/settings/workspaces");
        }
        hedy.get("/settings/workspaces").await.says("Marketing is archived. An organization admin can restore it.");
        // For everybody else it is as if it did not exist.
        ada.post(&archive, &[]).await.is(404).does_not_say("Marketing");
        hedy.get(&archive).await.is(404);
        let acts: i64 = console.rows(|c| audit::table.filter(audit::action.eq("workspace.archived")).count().get_result(c));
        assert_eq!(acts, 1);
        // Whoever did not do it and may restore it is told so.
        grace.post(&archive, &[]).await.is(409).says("Marketing is archived already.");
        // Restored and no member any more: nothing is told.
        grace.submit(&format!("/settings/workspaces/{marketing}/restoration"), &[]).await.is(200);
        for _ in 0..2 {
            grace.post(&archive, &[]).await.leads_to("/settings/workspaces");
        }
        hedy.post(&archive, &[]).await.is(404);
    }

    async fn a_question_about_another_workspace_leaves_the_reader_where_they_are(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &research, built_in::reader());
        let home = |workspace: &WorkspaceId| format!("/workspaces/{workspace}");
        grace.get(&home(&marketing)).await.is(200);
        for about in ["name", "archive"] {
            let page = grace.get(&format!("/settings/workspaces/{research}/{about}")).await;
            page.is(200);
            assert!(page.attributes("nav a", "href").contains(&home(&marketing)), "{about}: its navigation is that of where the reader is");
            grace.get("/").await.leads_to(&home(&marketing));
        }
        grace.get(&format!("/settings/users/{ada}/workspaces/{research}")).await.is(200);
        grace.get("/").await.leads_to(&home(&marketing));
        grace.get(&home(&research)).await.is(200);
        grace.get("/").await.leads_to(&home(&research));
    }

    async fn the_name_of_an_archived_workspace_stays_taken(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        console.archive(&research);
        grace.post("/settings/workspaces/new", &[("name", "research"), ("description", "")]).await.is(422).says("Another workspace has this name");
    }

    async fn opening_a_question_changes_nothing(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        for act in ["name", "archive", "restoration"] {
            grace.get(&format!("/settings/workspaces/{marketing}/{act}")).await;
        }
        grace.get("/settings/workspaces").await.says("Open").says("Marketing");
        let changes: i64 = console.rows(|c| audit::table.filter(audit::action.like("workspace.%")).count().get_result(c));
        assert_eq!(changes, 1, "the one of the set-up");
    }
}
