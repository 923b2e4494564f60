mod keys;

use diesel::prelude::*;
use noxus_console::{
    base::clock,
    db::schema::{api_keys, memberships, users},
    domain::roles::built_in,
};

use crate::support::{Console, engine::on_both_databases, statements::at_most};

on_both_databases! {
    async fn each_workspace_comes_with_its_role_its_reasons_and_whom_to_ask(console: Console) {
        console.set_up().await;
        let (marketing, research, old) = (console.workspace_named("Marketing"), console.workspace("Research"), console.workspace("Old"));
        let (ada, hedy, grace) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Hedy Lamarr").await, console.user_named("grace"));
        console.membership(&ada, &marketing, built_in::reader());
        console.membership(&ada, &research, built_in::admin());
        console.membership(&ada, &old, built_in::editor());
        console.membership(&hedy, &marketing, built_in::admin());
        console.archive(&old);
        let (member, place, by) = (ada.clone(), marketing.clone(), grace.clone());
        console.rows(move |c| diesel::update(memberships::table.find((member, place))).set(memberships::given_by.eq(by)).execute(c));
        let page = console.sign_in("ada").await.get("/account/access").await;
        page.is(200).says("Reader, given by Grace Hopper on ").says("Admin, since ");
        page.says("More: Grace Hopper or Hedy Lamarr can make you an Editor.").says("And: Grace Hopper or Hedy Lamarr can make you an Admin.");
        page.says("One more workspace you belong to is archived.").does_not_say("Old");
        page.says("Org Base").says("Sees people, workspaces").says("Grace Hopper can give you another role.");
        page.says("None. Making a key needs the role Admin");
        let marks = page.texts_of(".rows .mark + div b");
        assert_eq!(marks, ["Marketing", "Research"]);
        assert_eq!(page.texts_of(".rows li:nth-child(2) .may .not"), [""; 0], "an Admin lacks nothing");
        assert_eq!(page.texts_of(".me .pop a"), ["Profile", "Password and sessions", "My access", "Activity", "Help"]);
        assert_eq!(page.attributes(".tabs a[aria-current]", "href"), ["/account/access"]);
    }

    async fn an_organization_admin_is_told_why_once(console: Console) {
        let grace = console.set_up().await;
        let elsewhere = console.workspace("Elsewhere");
        console.membership(&console.user_named("grace"), &elsewhere, built_in::reader());
        let page = grace.get("/account/access").await;
        page.is(200).says("Every workspace").says("You are an organization admin, so you are an Admin in each").says("You have had the role Org Admin since ").says("You have had it since ").does_not_say("was since");
        page.says("what you would have there without the organization’s role");
        assert_eq!(page.texts_of(".may"), [""; 0]);
        page.does_not_say("More:");
    }

    async fn who_gave_a_role_is_told_as_a_sentence(console: Console) {
        console.set_up().await;
        let (barbara, grace) = (console.person("Barbara Liskov", built_in::org_admin(), "active").await, console.user_named("grace"));
        console.rows(move |c| diesel::update(users::table.find(barbara)).set(users::role_given_by.eq(grace)).execute(c));
        let page = console.sign_in("barbara").await.get("/account/access").await;
        page.is(200).says("Your role Org Admin was given by Grace Hopper on ").says("It was given by Grace Hopper on ").does_not_say("You have had");
    }

    async fn when_a_key_was_used_reads_as_part_of_its_sentence(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::admin());
        console.key(&ada, Some(&marketing), None);
        let yesterday = clock::now() - clock::hours(24);
        console.rows(move |c| diesel::update(api_keys::table).set((api_keys::used_at.eq(yesterday), api_keys::used_address.eq(""), api_keys::used_client.eq(""))).execute(c));
        console.sign_in("ada").await.get("/account/access").await.is(200).says("Last used yesterday").does_not_say("Last used Yesterday");
    }

    async fn somebody_in_no_workspace_is_told_whom_to_ask(console: Console) {
        console.set_up().await;
        console.member_of_organization("Noor Nowhere").await;
        let page = console.sign_in("noor").await.get("/account/access").await;
        page.is(200).says("No workspace yet").says("ask Grace Hopper");
    }

    async fn names_are_no_links_for_whoever_may_not_see_people(console: Console) {
        console.set_up().await;
        let blind = console.role("organization", "Blind", "workspace_read");
        let ada = console.person("Ada Lovelace", blind, "active").await;
        console.membership(&ada, &console.workspace_named("Marketing"), built_in::reader());
        let page = console.sign_in("ada").await.get("/account/access").await;
        page.is(200).says("Grace Hopper can make you an Editor");
        assert!(!page.body.contains("\"/settings/users") && !page.body.contains("grace@"), "it tells of people");
    }

    async fn twenty_workspaces_are_asked_for_at_once(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        for n in 10..35 {
            let team = console.workspace(&format!("Team {n}"));
            console.membership(&ada, &team, built_in::reader());
            console.membership(&hedy, &team, built_in::admin());
        }
        let ada = console.sign_in("ada").await;
        ada.get("/account/access").await;
        let (page, asked) = console.asked_by(ada.get("/account/access")).await;
        page.is(200).says("More: Hedy Lamarr or Grace Hopper can make you an Editor.");
        assert_eq!(page.texts_of(".rows .mark + div b").len(), 20);
        at_most(36, &asked);
    }

    async fn many_workspaces_come_in_pages(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        for n in 10..33 {
            console.membership(&ada, &console.workspace(&format!("Team {n}")), built_in::reader());
        }
        let ada = console.sign_in("ada").await;
        let page = ada.get("/account/access").await;
        assert_eq!(page.texts_of(".rows .mark + div b").len(), 20);
        let next = page.attributes("a[rel=next]", "href");
        let page = ada.get(&next[0]).await;
        assert_eq!(page.texts_of(".rows .mark + div b"), ["Team 30", "Team 31", "Team 32"]);
        assert_eq!(page.attributes("a[rel=first]", "href"), ["/account/access"]);
        ada.get("/account/access?after=nonsense").await.is(200);
    }

    async fn ones_keys_say_whether_they_work_and_why_not(console: Console) {
        console.set_up().await;
        let (marketing, research, secret) = (console.workspace_named("Marketing"), console.workspace("Research"), console.workspace("Secret plans"));
        let (ada, zoe) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Zoe Zuse").await);
        for workspace in [&marketing, &research, &secret] {
            console.membership(&ada, workspace, built_in::editor());
        }
        console.membership(&zoe, &marketing, built_in::admin());
        console.key(&zoe, Some(&marketing), None);
        console.key(&ada, Some(&marketing), None);
        console.key(&ada, Some(&marketing), Some("flows_advanced flows_run"));
        console.key(&ada, Some(&marketing), Some("flows_advanced"));
        console.key(&ada, Some(&research), None);
        console.key_until(&ada, Some(&marketing), None, Some(clock::now() - clock::days(1)));
        console.revoke(&console.key(&ada, Some(&marketing), None));
        console.key(&ada, Some(&secret), Some("flows_run"));
        console.archive(&research);
        let (member, place) = (ada.clone(), secret.clone());
        console.rows(move |c| diesel::delete(memberships::table.find((member, place))).execute(c));
        let client = console.sign_in("ada").await;
        let page = client.get("/account/access").await;
        let states = page.texts_of("section[aria-label='Your API keys'] .state b");
        assert_eq!(states, ["Not working", "Revoked", "Expired", "Not working", "Not working", "Working, limited", "Working"], "the newest first, and none of Zoe's");
        page.says("A workspace you are not in").does_not_say("Secret plans").does_not_say("Research,").says("Its workspace is archived");
        let why = page.texts_of("section[aria-label='Your API keys'] .state .sub").join(" | ");
        assert!(why.contains("You are not in its workspace"), "{why}");
        assert!(why.contains("Your role, Editor, no longer lets it do anything it was given"), "{why}");
        page.says("Everything you may do, not restricted").says("Deploy flows").says("Run flows");
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&ada))).set(users::status.eq("deactivated")).execute(c));
        client.get("/account/access").await.is(303);
    }
}
