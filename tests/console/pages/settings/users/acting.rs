//! Deactivating and reactivating, and what holds for every act on a person.

use diesel::prelude::*;
use noxus_console::{
    base::{clock, ids::UserId},
    db::schema::{audit, sessions, users},
    domain::roles::built_in,
};

use crate::support::{Console, Page, engine::on_both_databases};

pub fn status_of(console: &Console, user: &UserId) -> String {
    let user = user.clone();
    console.rows(move |c| users::table.filter(users::id.eq(user)).select(users::status).first(c))
}

on_both_databases! {
    async fn whoever_has_no_session_is_told_of_none_that_would_end(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let path = format!("/settings/users/{ada}");
        grace.get(&format!("{path}/deactivation")).await.is(200).says("Ada can no longer sign in.").does_not_say("session open").does_not_say("session ends");
        grace.get(&path).await.is(200).says("Ada can no longer sign in. Their memberships are kept").does_not_say("They have no session");
    }

    async fn a_deactivated_person_is_out_on_the_very_next_request(console: Console) {
        let grace = console.set_up().await;
        let id = console.member_of_organization("Ada Lovelace").await;
        console.membership(&id, &console.workspace_named("Marketing"), built_in::editor());
        let (key, program) = (console.key(&id, Some(&console.workspace_named("Marketing")), None), console.visitor());
        let (ada, phone) = (console.sign_in("ada").await, console.sign_in("ada").await);
        ada.get("/settings/users").await.is(200);
        let path = format!("/settings/users/{id}");
        grace.get(&format!("{path}/deactivation")).await.is(200).says("Deactivate Ada?").says("Their 2 sessions end now").says("Their API key rests").says("kept");
        assert_eq!(status_of(&console, &id), "active", "the question alone changes nothing");
        grace.submit(&format!("{path}/deactivation"), &[]).await.is(200).says("Ada Lovelace is deactivated, and signed out everywhere.").says("Deactivated");
        ada.get("/settings/users").await.leads_to("/sign-in?next=%2Fsettings%2Fusers");
        phone.get("/").await.leads_to("/sign-in");
        program.call(reqwest::Method::GET, "/v1/admin/me", &key).await.problem(401);
        console.visitor().post("/sign-in", &[("email", "ada@analytical.example"), ("password", crate::support::people::PASSWORD)]).await.is(422);
        grace.post(&format!("{path}/deactivation"), &[]).await.is(409).says("is deactivated already");
        let facts: Vec<String> = console.rows(|c| audit::table.filter(audit::action.eq("user.deactivated")).select(audit::facts).load(c));
        assert_eq!(facts.len(), 1);
        assert!(facts[0].contains("\"sessions\":2") && facts[0].contains("\"before\":\"active\""), "{}", facts[0]);

        grace.get(&format!("{path}/reactivation")).await.is(200).says("Reactivate Ada?");
        grace.submit(&format!("{path}/reactivation"), &[]).await.says("Ada Lovelace is active again.");
        program.call(reqwest::Method::GET, "/v1/admin/me", &key).await.is(200);
        grace.post(&format!("{path}/reactivation"), &[]).await.is(409).says("is not deactivated");
        ada.get("/settings/users").await.leads_to("/sign-in?next=%2Fsettings%2Fusers");
        console.sign_in("ada").await.follow("/settings/users").await.is(200);
        grace.get(&path).await.says("Editor");
    }

    async fn deactivating_somebody_who_is_looking_around_works(console: Console) {
        let grace = console.set_up().await;
        let id = console.member_of_organization("Ada Lovelace").await;
        let path = format!("/settings/users/{id}");
        for _ in 0..10 {
            let ada = console.sign_in("ada").await;
            // Long not seen, so that the very request writes that they were.
            console.rows(|c| diesel::update(sessions::table).set(sessions::seen_at.eq(clock::now() - clock::minutes(2))).execute(c));
            let deactivation = format!("{path}/deactivation");
            let (_, done) = tokio::join!(ada.get("/settings/users"), grace.post(&deactivation, &[]));
            done.is(303);
            ada.get("/settings/users").await.is(303);
            grace.post(&format!("{path}/reactivation"), &[]).await.is(303);
        }
    }

    async fn an_old_password_is_asked_for_again(console: Console) {
        let grace = console.set_up().await;
        let id = console.member_of_organization("Ada Lovelace").await;
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now() - clock::minutes(16))).execute(c));
        for act in ["role", "deactivation", "reactivation", "removal"] {
            let path = format!("/settings/users/{id}/{act}");
            let next = path.replace('/', "%2F");
            grace.get(&path).await.leads_to(&format!("/sign-in/again?next={next}"));
            grace.post(&path, &[("email", "ada@analytical.example"), ("role", built_in::org_admin().as_str())]).await.leads_to(&format!("/sign-in/again?next={next}"));
        }
        assert_eq!(status_of(&console, &id), "active");
        grace.post("/sign-in/again", &[("password", crate::support::people::PASSWORD), ("next", "/")]).await.is(303);
        grace.post(&format!("/settings/users/{id}/deactivation"), &[]).await.is(303);
        assert_eq!(status_of(&console, &id), "deactivated");
    }

    async fn nobody_deactivates_or_removes_themselves(console: Console) {
        let grace = console.set_up().await;
        console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        let id = console.user_named("grace");
        for act in ["deactivation", "removal", "reactivation"] {
            let path = format!("/settings/users/{id}/{act}");
            grace.get(&path).await.is(409).says("yourself");
            grace.post(&path, &[("email", "grace@analytical.example")]).await.is(409).says("yourself");
        }
        grace.get(&format!("/settings/users/{id}")).await.is(200).says("You cannot deactivate or remove yourself");
        assert_eq!(status_of(&console, &id), "active");
    }

    async fn a_refusal_leads_back_to_what_it_is_about(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let own = console.user_named("grace");
        console.archive(&console.workspace("Archived"));
        let archived = console.workspace_named("Archived");
        let back = |page: &Page| page.attributes("main a.btn.primary", "href").pop().unwrap_or_default();
        for (path, to) in [
            (format!("/settings/users/{dora}/deactivation"), format!("/settings/users/{dora}")),
            (format!("/settings/users/{alan}/deactivation"), format!("/settings/users/{alan}")),
            (format!("/settings/users/{ada}/reactivation"), format!("/settings/users/{ada}")),
            (format!("/settings/users/{ada}/details"), format!("/settings/users/{ada}")),
            (format!("/settings/users/{own}/removal"), format!("/settings/users/{own}")),
        ] {
            let page = grace.get(&path).await;
            page.is(409).says("This cannot be done now").says("Go back");
            assert_eq!(back(&page), to);
            grace.follow(&to).await.is(200);
        }
        for (path, to) in [
            (format!("/settings/users/{ada}/reactivation"), format!("/settings/users/{ada}")),
            (format!("/settings/workspaces/{archived}/archive"), "/settings/workspaces".to_owned()),
            (format!("/settings/workspaces/{marketing}/restoration"), "/settings/workspaces".to_owned()),
        ] {
            let page = grace.post(&path, &[]).await;
            page.is(409).says("This was not done").says("Nothing was changed.");
            assert_eq!(back(&page), to, "{path}");
            grace.follow(&to).await.is(200);
        }
        // To nothing that would then be refused.
        let blind = console.role("organization", "Blind", "org_read");
        let otto = console.person("Otto Blind", blind, "active").await;
        console.membership(&otto, &marketing, console.role("workspace", "Small", "flows_run users_edit"));
        console.membership(&ada, &marketing, built_in::editor());
        let otto = console.sign_in("otto").await;
        let page = otto.get(&format!("/settings/users/{ada}/workspaces/{marketing}")).await;
        page.is(409);
        assert_eq!(back(&page), "/");
        otto.follow("/").await.is(200);
    }

    async fn nobody_acts_on_someone_who_holds_more_by_any_route(console: Console) {
        console.set_up().await;
        let helper = console.role("organization", "Helper", "users_read users_write users_edit users_delete org_read settings_read workspace_read workspace_write");
        console.person("Hal Helper", helper.clone(), "active").await;
        let invited = console.person("Ina Invited", built_in::org_admin(), "invited").await;
        let marketing = console.workspace_named("Marketing");
        let hal = console.sign_in("hal").await;
        let before = everything(&console);
        let base = built_in::org_base();
        for id in [console.user_named("grace"), invited] {
            let path = format!("/settings/users/{id}");
            for act in ["role", "deactivation", "reactivation", "removal"] {
                hal.get(&format!("{path}/{act}")).await.is(409).says("may do more than you");
                let fields = [("email", "grace@analytical.example"), ("role", base.as_str())];
                hal.post(&format!("{path}/{act}"), &fields).await.is(409).says("may do more than you");
            }
            hal.get(&format!("{path}/details")).await.is(409);
            hal.post(&format!("{path}/details"), &[("name", "Evil"), ("email", "evil@analytical.example")]).await.is(409);
            hal.get(&format!("{path}/workspaces/{marketing}")).await.is(404);
            hal.post(&format!("{path}/workspaces/{marketing}"), &[("role", built_in::reader().as_str())]).await.is(404);
            hal.post(&format!("{path}/workspaces/{marketing}"), &[("end", "yes")]).await.is(404);
            let page = hal.get(&path).await;
            page.is(200).does_not_say("Deactivate").does_not_say("Change").does_not_say("Remove");
        }
        assert_eq!(everything(&console), before);
        // And nobody gives more than they hold.
        let ada = console.member_of_organization("Ada Lovelace").await;
        let role = built_in::org_admin();
        let page = hal.get(&format!("/settings/users/{ada}/role")).await;
        page.is(200);
        assert!(!page.attributes("#role option", "value").contains(&role.to_string()), "a role is offered that is then refused");
        hal.post(&format!("/settings/users/{ada}/role"), &[("role", role.as_str())]).await.is(422).says("allows more than you may do yourself");
        assert_eq!(console.rows(|c| users::table.filter(users::id.eq(ada)).select(users::role_id).first::<String>(c)), built_in::org_base().to_string());
    }
}

fn everything(console: &Console) -> Vec<(String, String, String, Option<String>)> {
    console.rows(|c| users::table.order(users::id).select((users::id, users::status, users::role_id, users::email)).load(c))
}
