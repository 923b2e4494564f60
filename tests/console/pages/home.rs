use crate::support::{Console, engine::on_both_databases};
use diesel::prelude::*;
use noxus_console::{db::schema::organization, domain::roles::built_in};

on_both_databases! {
    async fn somebody_in_no_workspace_is_told_whom_to_ask(console: Console) {
        console.set_up().await;
        console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        console.person("Dora Deactivated", built_in::org_admin(), "deactivated").await;
        console.person("Ina Invited", built_in::org_admin(), "invited").await;
        console.member_of_organization("Noor Khan").await;
        let page = console.sign_in("noor").await.get("/").await;
        page.is(200).says("Barbara Liskov").says("grace@analytical.example").does_not_say("Dora").does_not_say("Ina");
        assert_eq!(page.title(), "You are in no workspace yet, Noor");
        let links = page.attributes("main a", "href");
        assert!(links.contains(&"/settings/workspaces/new".to_owned()), "{links:?}");
        assert!(page.text_of("nav").contains("No workspace") && page.texts_of("nav a[href^='/workspaces/']").is_empty());
    }

    /// The way to one's workspace is no page: what is to be said is said on the page that comes.
    async fn who_was_added_hears_of_it_after_signing_in(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        for workspace in [&marketing, &research] {
            grace.post(&format!("/settings/users/{ada}/workspaces/{workspace}"), &[("role", built_in::reader().as_str())]).await.is(303);
        }
        let client = console.sign_in("ada").await;
        let page = client.follow("/").await;
        page.says("You were added to 2 workspaces: Research as a Reader and Marketing as a Reader.");
        // What an act says that ends at the way, too.
        client.submit(&format!("/workspaces/{marketing}/settings/users/leaving"), &[]).await.is(200).says("You left Marketing.");
    }

    async fn it_links_only_to_what_they_may_use(console: Console) {
        console.set_up().await;
        let nothing = console.role("organization", "Nothing", "");
        console.person("Noor Khan", nothing, "active").await;
        console.rows(|c| diesel::update(organization::table).set(organization::support.eq("it@analytical.example")).execute(c));
        let page = console.sign_in("noor").await.get("/").await;
        page.is(200).says("Grace Hopper").says("Org Admin").does_not_say("Or begin one");
        assert_eq!(page.attributes("main a", "href"), ["mailto:it@analytical.example"]);
        assert!(!page.body.contains("grace@"), "an address of somebody they may not see");
        let ways = page.attributes(".sidebar a", "href");
        assert!(ways.iter().all(|way| way.starts_with("/account/") || way == "/help"), "only their own account and Help: {ways:?}");
    }

    async fn an_organization_admin_without_an_open_workspace_finds_the_archived_ones(console: Console) {
        let grace = console.set_up().await;
        console.archive(&console.workspace_named("Marketing"));
        let page = grace.get("/").await;
        page.is(200).says("There is no open workspace, Grace").does_not_say("Whom to ask");
        let links = page.attributes("main a", "href");
        assert_eq!(links, ["/settings/workspaces/new", "/settings/workspaces"]);
        grace.get("/settings/workspaces").await.says("Archived");
    }

    async fn whoever_was_only_in_an_archived_workspace_is_told_so(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::reader());
        let blind = console.role("organization", "Nothing", "");
        let noor = console.person("Noor Khan", blind, "active").await;
        console.membership(&noor, &marketing, built_in::reader());
        grace.post(&format!("/settings/workspaces/{marketing}/archive"), &[]).await.is(303);
        let page = console.sign_in("ada").await.get("/").await;
        page.is(200).does_not_say("You are in no workspace yet").says("An organization admin can restore what was archived");
        page.says("Marketing was archived on").says("by Grace Hopper.");
        // Who archived it is not for those who may not see people.
        let page = console.sign_in("noor").await.get("/").await;
        page.is(200).says("Marketing was archived on").does_not_say("by Grace");
        grace.post(&format!("/settings/workspaces/{marketing}/restoration"), &[]).await.is(303);
        console.sign_in("ada").await.get("/").await.leads_to(&format!("/workspaces/{marketing}"));
    }

    async fn an_archived_workspace_is_left_for_the_next_one(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let (first, second) = (console.workspace("Alpha"), console.workspace("Beta"));
        console.membership(&ada, &first, built_in::reader());
        console.membership(&ada, &second, built_in::reader());
        let ada = console.sign_in("ada").await;
        ada.get(&format!("/workspaces/{second}")).await.is(200);
        ada.get("/").await.leads_to(&format!("/workspaces/{second}"));
        console.archive(&second);
        ada.get("/").await.leads_to(&format!("/workspaces/{first}"));
    }
}
