use diesel::prelude::*;
use noxus_console::{
    base::ids::UserId,
    db::schema::{invitations, memberships, roles},
    domain::roles::built_in,
};

use crate::support::{Console, Page, engine::on_both_databases};

fn mail(console: &Console, user: &UserId, state: &str, problem: Option<&str>) {
    let (user, state, problem) = (user.clone(), state.to_owned(), problem.map(str::to_owned));
    console.rows(move |c| {
        diesel::update(invitations::table.filter(invitations::user_id.eq(user)))
            .set((invitations::mail_state.eq(state), invitations::mail_problem.eq(problem)))
            .execute(c)
    });
}

on_both_databases! {
    async fn the_page_says_where_they_work_and_why_they_may(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let id = console.member_of_organization("Ada Lovelace").await;
        console.membership(&id, &marketing, built_in::editor());
        console.membership(&id, &research, built_in::reader());
        console.sign_in("ada").await;
        let page = grace.get(&format!("/settings/users/{id}")).await;
        page.is(200).says("Ada Lovelace Active").says("What Ada may do in Marketing, and why").says("Create, edit, run and delete flows and agents");
        page.says("Yes, because Ada is an Editor here").says("No, because Editor lacks it: Admin is the smallest role that has it. You can give it.");
        page.says("No, because Reader lacks it: Editor has some of it, Admin the rest.");
        page.says("Signed in from 127.0.0.1").says("When Ada leaves").says("Their session ends now.").says("Org Base").says("Display name Ada");
        assert_eq!(page.attributes("a.btn", "href").iter().filter(|href| href.contains("/workspaces/")).count(), 2, "both can be changed, and there is no third");
    }

    async fn others_see_only_what_is_theirs_to_know(console: Console) {
        console.set_up().await;
        let (marketing, secret) = (console.workspace_named("Marketing"), console.workspace("Secret Project"));
        let id = console.member_of_organization("Ada Lovelace").await;
        console.membership(&id, &marketing, built_in::editor());
        console.membership(&id, &secret, built_in::admin());
        let bob = console.member_of_organization("Bob Base").await;
        console.membership(&bob, &marketing, built_in::reader());
        let bob_client = console.sign_in("bob").await;
        let page = bob_client.get(&format!("/settings/users/{id}")).await;
        page.is(200).says("And one workspace you are not in.").does_not_say("Last acts").does_not_say("When Ada leaves").does_not_say("Change");
        assert!(!page.body.contains("Secret Project"));
        // One's own page is one's own: the last acts too.
        bob_client.get(&format!("/settings/users/{bob}")).await.is(200).says("Last acts").says("Signed in from").does_not_say("You cannot deactivate");
        bob_client.get(&format!("/settings/users/{}", UserId::new())).await.is(404);
        console.visitor().get(&format!("/settings/users/{id}")).await.is(303);
    }

    async fn an_admin_may_everything_and_the_page_says_why(console: Console) {
        let grace = console.set_up().await;
        let id = console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        grace.get(&format!("/settings/users/{id}")).await.says("Barbara may do everything in every workspace, because they are an organization admin: Org Admin");
    }

    async fn an_invitation_shows_how_far_its_mail_got(console: Console) {
        let grace = console.set_up().await;
        let id = console.invited_by(&grace, "Alan Turing", &[(&console.workspace_named("Marketing"), built_in::reader())]).await;
        let path = format!("/settings/users/{id}");
        // The worker is done with it before the test says otherwise.
        for _ in 0..100 {
            let user = id.clone();
            let state: String = console.rows(move |c| invitations::table.filter(invitations::user_id.eq(user)).select(invitations::mail_state).first(c));
            if state == "sent" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        mail(&console, &id, "queued", None);
        let page = grace.get(&path).await;
        page.says("Being written to a file").says("Its link works until").says("No mail server is set up: copy the link and pass it on.");
        page.says("Nothing yet, because Alan has not accepted the invitation. Once accepted:").says("End the invitation of Alan").does_not_say("What they made");
        assert_eq!(page.attributes("#invitation", "data-refresh-url"), [path.as_str()]);
        mail(&console, &id, "sent", None);
        let page = grace.get(&path).await;
        page.says("Written to a file").does_not_say("Sent");
        assert!(page.attributes("#invitation", "data-refresh-url").is_empty());
        mail(&console, &id, "failed", Some("mailbox not found"));
        grace.get(&path).await.says("Not delivered mailbox not found").says("Resend");
        grace.post(&format!("{path}/invitation/revocation"), &[]).await.is(303);
        grace.get(&path).await.says("Revoked").says("Send a fresh invitation").does_not_say("Copy link").says("Nothing, because the invitation was revoked. With a fresh one, once accepted:");
    }

    async fn an_admin_who_is_not_in_may_do_nothing(console: Console) {
        let grace = console.set_up().await;
        let id = console.person("Barbara Liskov", built_in::org_admin(), "deactivated").await;
        let page = grace.get(&format!("/settings/users/{id}")).await;
        page.says("Nothing now, because Barbara is deactivated. Once active again: everything in every workspace").does_not_say("Barbara may do everything");
        let id = console.invited_by(&grace, "Alan Turing", &[]).await;
        grace.submit(&format!("/settings/users/{id}/role"), &[("role", built_in::org_admin().as_str())]).await;
        grace.get(&format!("/settings/users/{id}")).await.says("Once accepted: everything in every workspace, as an organization admin (Org Admin, given");
    }

    async fn the_last_acts_say_from_what_to_what(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        let helper = console.role("organization", "Helper", "users_read");
        grace.post(&format!("/settings/users/{ada}/role"), &[("role", helper.as_str())]).await.is(303);
        grace.post(&format!("/settings/users/{ada}/role"), &[("role", built_in::org_base().as_str())]).await.is(303);
        grace.post(&format!("/settings/users/{ada}/workspaces/{marketing}"), &[("role", built_in::reader().as_str())]).await.is(303);
        grace.post(&format!("/settings/users/{ada}/workspaces/{marketing}"), &[("role", built_in::editor().as_str())]).await.is(303);
        grace.post(&format!("/settings/workspaces/{marketing}/name"), &[("name", "Sales"), ("description", "")]).await.is(303);
        let alan = console.invited_by(&grace, "Alan Turin", &[]).await;
        grace.post(&format!("/settings/users/{alan}/details"), &[("name", "Alan Turing"), ("email", "alan@analytical.example")]).await.is(303);
        let general = [("name", "Analytical Engines"), ("allowed_domains", ""), ("invitation_days", "14"), ("session_idle_hours", "8"), ("session_max_hours", "24"), ("key_max_days", ""), ("support", "")];
        grace.post("/settings/general", &general).await.is(303);
        console.rows(|c| diesel::delete(roles::table.filter(roles::id.eq(&helper))).execute(c));
        console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        let page = console.sign_in("barbara").await.get(&format!("/settings/users/{}", console.user_named("grace"))).await;
        page.says("Changed Ada Lovelace’s organization role from a role that was deleted since to Org Base");
        page.says("Changed Ada Lovelace’s organization role from Org Base to a role that was deleted since");
        page.says("Added Ada Lovelace to Sales as Reader").says("Changed the role of Ada Lovelace in Sales from Reader to Editor");
        page.says("Renamed the workspace Marketing to Sales").says("Corrected the details of Alan Turing: name from Alan Turin to Alan Turing");
        page.says("Changed the organization’s settings: invitation lifetime from 7 to 14 days");
        // Who may see the acts, and knows neither the workspace nor the settings, is told neither.
        let watcher = console.role("organization", "Watcher", "users_read users_edit");
        console.person("Wanda Watcher", watcher, "active").await;
        let page = console.sign_in("wanda").await.get(&format!("/settings/users/{}", console.user_named("grace"))).await;
        page.says("Changed the role of Ada Lovelace in a workspace").says("Renamed a workspace").does_not_say("Sales").does_not_say("14 days");
    }

    async fn ones_own_page_speaks_to_oneself(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let id = console.member_of_organization("Ada Lovelace").await;
        console.membership(&id, &marketing, built_in::editor());
        let ada = console.sign_in("ada").await;
        let page = ada.get(&format!("/settings/users/{id}")).await;
        page.is(200).says("What you may do in Marketing, and why").says("Yes, because you are an Editor here").says("Grace Hopper can give it.");
        page.does_not_say("or you can give it").does_not_say("If you leave");
        assert_eq!(page.texts_of("h1"), ["Ada Lovelace"]);
        let mut headings = page.texts_of("main h1, main h2, main h3, main summary b");
        let all = headings.len();
        headings.sort();
        headings.dedup();
        assert_eq!(headings.len(), all, "a heading stands there twice: {headings:?}");

        let own = format!("/settings/users/{}", console.user_named("grace"));
        let page = grace.get(&own).await;
        page.says("You may do everything in every workspace, because you are an organization admin").says("given by you on").says("If you leave");
        page.does_not_say("When Grace").does_not_say("they stop").does_not_say("they are an");
        console.rows(|c| diesel::delete(memberships::table).execute(c));
        let nora = console.member_of_organization("Nora Nowhere").await;
        console.sign_in("nora").await.get(&format!("/settings/users/{nora}")).await.says("You are in no workspace.");
    }

    async fn the_last_admin_is_told_why_their_role_stays(console: Console) {
        let grace = console.set_up().await;
        let own = format!("/settings/users/{}", console.user_named("grace"));
        let role = format!("{own}/role");
        let offered = |page: &Page| page.attributes("a", "href").contains(&role);
        let page = grace.get(&own).await;
        page.says("You are the last active organization admin, so this cannot change until somebody else is one.");
        page.says("Before you leave, make somebody else one");
        assert!(!offered(&page));
        assert!(!offered(&grace.get("/settings/users").await), "the list offers it");
        // Neither an invited nor a deactivated admin takes over.
        console.person("Ina Invited", built_in::org_admin(), "invited").await;
        console.person("Dora Deactivated", built_in::org_admin(), "deactivated").await;
        assert!(!offered(&grace.get(&own).await));
        console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        let page = grace.get(&own).await;
        page.does_not_say("last active").says("You cannot deactivate or remove yourself. Another organization admin can.");
        assert!(offered(&page) && offered(&grace.get("/settings/users").await));
        grace.get(&role).await.is(200).says("Change your organization role").says("It takes effect on your next request.");
    }
}
