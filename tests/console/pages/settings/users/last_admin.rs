//! There is always an active organization admin who is a person.

use noxus_console::domain::roles::built_in;

use super::acting::status_of;
use crate::support::{Console, engine::on_both_databases};

use diesel::prelude::*;
use noxus_console::db::schema::users;

fn admins(console: &Console) -> i64 {
    console.rows(|c| {
        users::table.filter(users::role_id.eq(built_in::org_admin())).filter(users::status.eq("active")).filter(users::kind.eq("person")).count().get_result(c)
    })
}

on_both_databases! {
    async fn the_last_admin_cannot_be_demoted_deactivated_or_removed(console: Console) {
        let grace = console.set_up().await;
        let id = console.user_named("grace");
        // Neither an invited nor a deactivated admin, nor a service account, counts.
        console.person("Ina Invited", built_in::org_admin(), "invited").await;
        console.person("Dora Deactivated", built_in::org_admin(), "deactivated").await;
        let machine = console.person("Mac Machine", built_in::org_admin(), "active").await;
        console.rows(move |c| diesel::update(users::table.filter(users::id.eq(machine))).set(users::kind.eq("service")).execute(c));
        let page = grace.post(&format!("/settings/users/{id}/role"), &[("role", built_in::org_base().as_str())]).await;
        page.is(422).says("Grace Hopper is the last active organization admin. Make somebody else an organization admin first.");
        assert_eq!(admins(&console), 1);
        // With all of org_admin but under another name one may try it from outside too.
        let twin = console.role("organization", "Twin", "org_admin");
        console.person("Tina Twin", twin.clone(), "active").await;
        let tina = console.sign_in("tina").await;
        tina.post(&format!("/settings/users/{id}/deactivation"), &[]).await.is(303);
        assert_eq!(status_of(&console, &id), "deactivated");
        let tina_id = console.user_named("tina");
        tina.post(&format!("/settings/users/{tina_id}/role"), &[("role", built_in::org_base().as_str())]).await.is(422).says("Tina Twin is the last active organization admin");
    }

    async fn one_of_two_may_step_down(console: Console) {
        let grace = console.set_up().await;
        let id = console.user_named("grace");
        console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        grace.submit(&format!("/settings/users/{id}/role"), &[("role", built_in::org_base().as_str())]).await.is(200).says("Grace Hopper has the organization role Org Base now.");
        grace.get(&format!("/settings/users/{id}/role")).await.is(403);
        assert_eq!(admins(&console), 1);
    }

    async fn two_admins_demoting_each_other_leave_one(console: Console) {
        let grace = console.set_up().await;
        let one = console.user_named("grace");
        let two = console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        let barbara = console.sign_in("barbara").await;
        for round in 0..50 {
            let role = built_in::org_base();
            let (to_two, to_one) = (format!("/settings/users/{two}/role"), format!("/settings/users/{one}/role"));
            let form = [("role", role.as_str())];
            let (a, b) = tokio::join!(grace.post(&to_two, &form), barbara.post(&to_one, &form));
            assert_eq!(admins(&console), 1, "round {round}: {} and {}", a.status, b.status);
            console.rows(|c| diesel::update(users::table).set(users::role_id.eq(built_in::org_admin())).execute(c));
        }
    }

    async fn two_admins_deactivating_each_other_leave_one(console: Console) {
        let grace = console.set_up().await;
        let one = console.user_named("grace");
        let two = console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        let barbara = console.sign_in("barbara").await;
        let (a, b) = (format!("/settings/users/{two}/deactivation"), format!("/settings/users/{one}/deactivation"));
        tokio::join!(grace.post(&a, &[]), barbara.post(&b, &[]));
        assert_eq!(admins(&console), 1);
    }

    async fn an_admin_is_told_by_what_a_role_means(console: Console) {
        console.set_up().await;
        // The text of a key inside another's name is not the key.
        let close = console.role("organization", "Close", "org_admin_notes users_read");
        console.person("Aaron Close", close, "active").await;
        let blind = console.role("organization", "Blind", "org_read");
        let otto = console.person("Otto Blind", blind, "active").await;
        let otto_browser = console.sign_in("otto").await;
        otto_browser.get("/settings/users").await.is(403).says("Grace Hopper").does_not_say("Aaron");
        otto_browser.get("/").await.is(200).says("Grace Hopper").does_not_say("Aaron");
        // What is implied counts as what is named.
        let marketing = console.workspace_named("Marketing");
        let zed = console.member_of_organization("Zed Implied").await;
        console.membership(&zed, &marketing, console.role("workspace", "Chief", "workspace_admin flows_run flows_edit kbs_query agents_run"));
        let near = console.member_of_organization("Abe Near").await;
        console.membership(&near, &marketing, console.role("workspace", "Near", "flows_run users_edit_later"));
        console.membership(&otto, &marketing, built_in::reader());
        let id = console.user_named("otto");
        let page = console.sign_in("zed").await.get(&format!("/settings/users/{id}")).await;
        page.is(200).does_not_say("Abe Near");
        let page = console.sign_in("abe").await.get(&format!("/settings/users/{id}")).await;
        page.says("Zed Implied").does_not_say("Abe");
        assert_eq!(admins(&console), 1);
    }
}
