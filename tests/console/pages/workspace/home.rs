use crate::support::{Console, engine::on_both_databases, statements::at_most};
use diesel::prelude::*;
use noxus_console::{
    base::ids::{UserId, WorkspaceId},
    db::schema::memberships,
    domain::roles::built_in,
};

fn given_by(console: &Console, user: &UserId, workspace: &WorkspaceId, by: &UserId) {
    let (user, workspace, by) = (user.clone(), workspace.clone(), by.clone());
    console.rows(move |c| diesel::update(memberships::table.find((user, workspace))).set(memberships::given_by.eq(by)).execute(c));
}

on_both_databases! {
    async fn a_reader_s_home_is_few_questions_however_many_can_be_asked(console: Console) {
        console.set_up().await;
        let (marketing, grace) = (console.workspace_named("Marketing"), console.user_named("grace"));
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::reader());
        given_by(&console, &ada, &marketing, &grace);
        for n in 10..24 {
            console.membership(&console.member_of_organization(&format!("Admin{n} Somebody")).await, &marketing, built_in::admin());
        }
        let (ada, home) = (console.sign_in("ada").await, format!("/workspaces/{marketing}"));
        ada.get(&home).await;
        let (page, asked) = console.asked_by(ada.get(&home)).await;
        page.is(200).says("Admin10 Somebody or Admin11 Somebody can make you an Editor");
        at_most(20, &asked);
    }

    async fn a_reader_sees_what_they_may_do_and_whom_to_ask(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let grace = console.user_named("grace");
        let (ada, hedy) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Hedy Lamarr").await);
        console.membership(&ada, &marketing, built_in::reader());
        console.membership(&hedy, &marketing, built_in::admin());
        given_by(&console, &ada, &marketing, &grace);
        let page = console.sign_in("ada").await.get(&format!("/workspaces/{marketing}")).await;
        page.is(200).says("You are a Reader, given by Grace Hopper on ");
        assert_eq!(page.title(), "Home");
        let faces = page.attributes(".faced > .avatar", "data-initials");
        assert_eq!(faces, ["GH", "GH", "HL", "GH", "HL"], "whoever is named has their circle beside their name");
        assert_eq!(page.text_of("title"), "Home of Marketing · Analytical Engines");
        assert_eq!(page.texts_of(".may li:not(.not)"), ["Run flows and agents", "Query knowledge bases"]);
        assert_eq!(page.texts_of(".may .not"), [
            "Not: Create, edit and delete flows, agents and knowledge bases",
            "Not: Deploy flows",
            "Not: Use advanced features of agents",
            "Not: Use ingestion pipelines of knowledge bases",
            "Not: Add and change members, remove members, connect integrations and manage settings and API keys",
        ]);
        page.says("For this, Grace Hopper or Hedy Lamarr can make you an Editor.").says("For this, Grace Hopper or Hedy Lamarr can make you an Admin.");
        assert_eq!(page.attributes(".may + p a", "href")[..2], [format!("/settings/users/{grace}"), format!("/settings/users/{hedy}")]);
        assert!(!page.body.contains(&format!("/settings/workspaces/{marketing}/")), "a Reader is offered what only an Admin may");
    }

    async fn its_latest_flows_are_its_own(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        console.flow(&marketing, "Weekly digest");
        console.flow(&research, "Quarterly figures");
        let page = grace.get(&format!("/workspaces/{marketing}")).await;
        page.is(200).says("Weekly digest").does_not_say("Quarterly figures");
    }

    async fn nobody_is_named_who_holds_too_little_to_give_it(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let host = console.role("workspace", "Host", "flows_run users_edit");
        let (ada, hedy) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Hedy Lamarr").await);
        console.membership(&ada, &marketing, built_in::reader());
        console.membership(&hedy, &marketing, host);
        let page = console.sign_in("ada").await.get(&format!("/workspaces/{marketing}")).await;
        page.says("Grace Hopper can make you an Editor").does_not_say("Hedy");
        let page = console.sign_in("hedy").await.get(&format!("/workspaces/{marketing}")).await;
        page.says("You are a Host").says("Add and change members").does_not_say("Hedy Lamarr can");
    }

    async fn an_organization_admin_is_an_admin_everywhere(console: Console) {
        let grace = console.set_up().await;
        let elsewhere = console.workspace("Elsewhere");
        let page = grace.get(&format!("/workspaces/{elsewhere}")).await;
        page.is(200).says("You are an organization admin, so you are an Admin here.");
        assert_eq!(page.texts_of(".may .not"), [""; 0]);
    }

    async fn without_seeing_people_names_are_no_links(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let role = console.role("organization", "Blind", "workspace_read");
        let ada = console.person("Ada Lovelace", role, "active").await;
        console.membership(&ada, &marketing, built_in::reader());
        given_by(&console, &ada, &marketing, &console.user_named("grace"));
        let page = console.sign_in("ada").await.get(&format!("/workspaces/{marketing}")).await;
        page.says("given by Grace Hopper on");
        assert!(!page.attributes("a", "href").iter().any(|to| to.starts_with("/settings/users")), "it links to people");
        assert!(!page.body.contains("grace@"), "it shows an address");
    }

    async fn the_switcher_shows_ones_own_and_the_one_one_is_in(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let mut last = console.workspace_named("Marketing");
        for n in 10..24 {
            last = console.workspace(&format!("Team {n}"));
            console.membership(&ada, &last, built_in::reader());
        }
        let ada = console.sign_in("ada").await;
        let page = ada.get(&format!("/workspaces/{last}")).await;
        let switcher = page.texts_of(".switch .pop-list a");
        assert!(!switcher.iter().any(|name| name.contains("Marketing")), "{switcher:?}");
        assert_eq!(page.texts_of(".switch .pop-list a[aria-current]"), ["T Team 23"]);
        assert_eq!(page.texts_of(".sidebar .nav a[aria-current=page]"), ["Home"]);
        assert_eq!(page.texts_of(".switch .pop > a"), ["All workspaces"]);
        // It stays the one one is in, on pages that are in none.
        let page = ada.get("/settings/workspaces").await;
        assert_eq!(page.texts_of(".switch .pop-list a[aria-current]"), ["T Team 23"]);
        assert_eq!(page.texts_of(".sidebar .nav a[aria-current=page]"), ["Workspaces"]);
        ada.get("/").await.leads_to(&format!("/workspaces/{last}"));
    }
}
