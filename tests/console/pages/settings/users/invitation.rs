use diesel::prelude::*;
use noxus_console::{
    base::{ids::UserId, token::invitation_token},
    db::schema::{audit, invitations, memberships, outbox},
    domain::roles::built_in,
};
use reqwest::Method;

use crate::support::{Console, engine::on_both_databases};

fn state_of(console: &Console, user: &UserId) -> (String, i32) {
    let user = user.clone();
    console.rows(move |c| invitations::table.filter(invitations::user_id.eq(user)).select((invitations::state, invitations::generation)).first(c))
}

fn count_of(console: &Console, action: &str) -> i64 {
    let action = action.to_owned();
    console.rows(move |c| audit::table.filter(audit::action.eq(action)).count().get_result(c))
}

on_both_databases! {
    async fn an_invitation_is_resent_and_older_links_die(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (id, first) = console.invitation_of(&alan);
        let page = format!("/settings/users/{alan}");
        grace.post(&format!("{page}/invitation"), &[]).await.leads_to(&page);
        assert_eq!(state_of(&console, &alan), ("pending".into(), 2));
        let mails: Vec<Option<i32>> = console.rows(|c| outbox::table.order(outbox::id).select(outbox::generation).load(c));
        assert_eq!(mails, [Some(1), Some(2)]);
        assert_eq!(count_of(&console, "invitation.resent"), 1);
        let visitor = console.visitor();
        visitor.get(&format!("/invitation/{}", invitation_token(&console.app.key, &id, first))).await.is(410).says("There is a newer link");
        visitor.get(&console.link_of(&alan)).await.is(200).says("Welcome, Alan");
        grace.get(&format!("{page}/invitation")).await.leads_to(&page);
    }

    async fn a_revoked_one_is_dead_until_it_is_resent(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (page, link) = (format!("/settings/users/{alan}"), console.link_of(&alan));
        grace.get(&format!("{page}/invitation/revocation")).await.is(200).says("Revoke the invitation of Alan Turing?").says("stops working at once");
        assert_eq!(state_of(&console, &alan).0, "pending");
        grace.post(&format!("{page}/invitation/revocation"), &[]).await.leads_to(&page);
        assert_eq!(state_of(&console, &alan).0, "revoked");
        grace.post(&format!("{page}/invitation/revocation"), &[]).await.is(409).says("has ended already");
        grace.get(&format!("{page}/invitation/revocation")).await.leads_to(&page);
        grace.post(&format!("{page}/invitation/link"), &[]).await.is(409).says("Resend the invitation");
        console.visitor().get(&link).await.is(410).says("This invitation was taken back").says("ask Grace Hopper");
        grace.post(&format!("{page}/invitation"), &[]).await.leads_to(&page);
        assert_eq!(state_of(&console, &alan), ("pending".into(), 2));
        console.visitor().get(&console.link_of(&alan)).await.is(200);
    }

    async fn the_link_is_shown_once_and_kept_nowhere(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let path = format!("/settings/users/{alan}/invitation/link");
        grace.get(&path).await.leads_to(&format!("/settings/users/{alan}"));
        assert_eq!(count_of(&console, "invitation.link_shown"), 0);
        let evil = grace.request(Method::POST, &path).header("Host", "evil.example").header("X-Forwarded-Host", "evil.example");
        let shown = grace.send(evil).await;
        shown.is(200);
        assert_eq!(shown.text_of(".copyline code"), format!("{}{}", console.base, console.link_of(&alan)));
        assert!(!shown.body.contains("evil.example"));
        assert_eq!(shown.headers["cache-control"], "no-store");
        let token = console.link_of(&alan).replace("/invitation/", "");
        assert!(!shown.text_of("title").contains(&token));
        let (facts, count): (String, i64) = (console.rows(|c| audit::table.filter(audit::action.eq("invitation.link_shown")).select(audit::facts).first(c)), count_of(&console, "invitation.link_shown"));
        assert_eq!(count, 1);
        assert!(!facts.contains(&token), "{facts}");
        assert_eq!(state_of(&console, &alan), ("pending".into(), 1), "showing changes nothing");
    }

    async fn only_who_could_give_it_all_acts_on_it(console: Console) {
        let grace = console.set_up().await;
        let inviter = console.role("organization", "Inviter", "users_read users_write org_read workspace_read workspace_write settings_read");
        let ida = console.person("Ida Inviter", inviter, "active").await;
        let marketing = console.workspace_named("Marketing");
        console.membership(&ida, &marketing, console.role("workspace", "Editor plus", "agents_run flows_run kbs_query flows_edit users_edit"));
        console.member_of_organization("Bob Babbage").await;
        let (ida_browser, bob) = (console.sign_in("ida").await, console.sign_in("bob").await);
        let reader = console.invited_by(&grace, "Rea Reader", &[(&marketing, built_in::reader())]).await;
        let admin = console.invited_by(&grace, "Adi Admin", &[(&marketing, built_in::admin())]).await;
        let elsewhere = console.invited_by(&grace, "Else Where", &[(&console.workspace("Research"), built_in::reader())]).await;
        for path in ["invitation", "invitation/revocation", "invitation/link"] {
            for target in [&admin, &elsewhere] {
                ida_browser.post(&format!("/settings/users/{target}/{path}"), &[]).await.is(409).says("carries more than you may give");
            }
            bob.post(&format!("/settings/users/{reader}/{path}"), &[]).await.is(403);
            ida_browser.get(&format!("/settings/users/{admin}/invitation/revocation")).await.is(409);
            for nobody in [UserId::new().to_string(), "x".into(), console.user_named("grace").to_string()] {
                grace.post(&format!("/settings/users/{nobody}/{path}"), &[]).await.is(404);
            }
            console.visitor().post(&format!("/settings/users/{reader}/{path}"), &[]).await.is(303);
        }
        for target in [&admin, &elsewhere, &reader] {
            assert_eq!(state_of(&console, target), ("pending".into(), 1));
        }
        ida_browser.post(&format!("/settings/users/{reader}/invitation/link"), &[]).await.is(200);
        ida_browser.post(&format!("/settings/users/{reader}/invitation"), &[]).await.is(303);
        console.rows(|c| diesel::update(memberships::table.filter(memberships::user_id.eq(&ida))).set(memberships::role_id.eq(built_in::reader())).execute(c));
        ida_browser.post(&format!("/settings/users/{reader}/invitation"), &[]).await.is(409);
        assert_eq!(state_of(&console, &reader), ("pending".into(), 2));
    }

    async fn of_somebody_who_is_in_there_is_none_to_act_on(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let accepted = console.visitor().post(&console.link_of(&alan), &[("display_name", "Alan"), ("password", "nine violet otters drift")]).await;
        accepted.is(303);
        for act in ["invitation", "invitation/revocation", "invitation/link"] {
            grace.post(&format!("/settings/users/{alan}/{act}"), &[]).await.is(409).says("Alan Turing is in already, so there is no invitation to act on.");
        }
        assert_eq!(state_of(&console, &alan), ("accepted".into(), 1));
        assert_eq!(count_of(&console, "invitation.resent"), 0);
    }
}
