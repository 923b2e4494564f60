use diesel::prelude::*;
use noxus_console::{base::ids::WorkspaceId, db::schema::tours, domain::roles::built_in};

use crate::support::{Client, Console, Page, engine::on_both_databases};

const CARD: &str = "A short look around";

fn home(workspace: &WorkspaceId) -> String {
    format!("/workspaces/{workspace}")
}

fn tour(workspace: &WorkspaceId) -> String {
    format!("/workspaces/{workspace}/tour")
}

/// The stops as the page names them, without what is read to who does not see them.
fn stops(page: &Page) -> Vec<String> {
    page.texts_of(".steps li span:last-child").into_iter().map(|name| name.replace("Done: ", "")).filter(|name| !name.is_empty()).collect()
}

async fn ada_of(console: &Console, workspace: &WorkspaceId) -> Client {
    let ada = console.member_of_organization("Ada Lovelace").await;
    console.membership(&ada, workspace, built_in::reader());
    console.sign_in("ada").await
}

on_both_databases! {
    async fn the_first_visit_offers_a_tour_that_is_left_resumed_and_finished(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = ada_of(&console, &marketing).await;
        let page = ada.get(&home(&marketing)).await;
        page.says("A short look around, Ada?").says("Four stops, about a minute.");
        assert_eq!(page.texts_of(".tour-stops li"), ["What your role allows", "Where the flows are", "Who is in", "Your profile and password"]);
        // Looking does not begin it.
        ada.get(&home(&marketing)).await.says(CARD);
        ada.get(&tour(&marketing)).await.leads_to(&format!("{}/role", tour(&marketing)));
        let page = ada.submit(&tour(&marketing), &[("to", "role")]).await;
        page.is(200).says("You are a Reader").says("Grace Hopper can make you an Editor");
        assert_eq!(page.text_of("#stop"), "What your role allows");
        let page = ada.submit(&tour(&marketing), &[("to", "people")]).await;
        page.says("Marketing has 1 member and 1 organization admin").says("Ada Lovelace").says("Grace Hopper Admin, through the organization");
        ada.get(&format!("/workspaces/{marketing}/settings/users")).await.says("1 member and 1 organization admin");
        console.sign_in("grace").await.get("/settings/workspaces").await.says("1 member ");
        assert_eq!(page.attributes(".panel footer a", "href"), [format!("{}/flows", tour(&marketing))]);
        // Left there, the home leads back to it.
        let page = ada.get(&home(&marketing)).await;
        page.says("Go on with the tour?").says("You are at stop 3 of 4: who is in.").does_not_say(CARD);
        ada.get(&tour(&marketing)).await.leads_to(&format!("{}/people", tour(&marketing)));
        let page = ada.submit(&tour(&marketing), &[("to", "account")]).await;
        assert_eq!(page.attributes("button[name=to]", "value"), ["done"]);
        assert!(page.attributes(".tour-pages a", "href").contains(&"/account/profile".to_owned()));
        ada.submit(&tour(&marketing), &[("to", "done")]).await.says("That was the tour.").does_not_say("Go on with the tour");
        ada.get(&home(&marketing)).await.does_not_say(CARD);
        // It is found again.
        let page = ada.get("/help").await;
        page.says("Tour of Marketing").says("Four stops, about a minute.");
        ada.follow(&tour(&marketing)).await.is(200).says("You are a Reader");
    }

    async fn skipped_it_stays_away_here_and_is_offered_elsewhere(console: Console) {
        console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let ada = ada_of(&console, &marketing).await;
        console.membership(&console.user_named("ada"), &research, built_in::editor());
        ada.submit(&tour(&marketing), &[("to", "skip")]).await.says("Skipped. You find the tour again under Help.").does_not_say(CARD);
        ada.get(&home(&marketing)).await.does_not_say(CARD);
        ada.get(&home(&research)).await.says(CARD);
        // Another person's tour is another.
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        console.sign_in("hedy").await.get(&home(&marketing)).await.says("A short look around, Hedy?");
    }

    async fn whoever_goes_everywhere_is_offered_it_once(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let marketing = console.workspace_named("Marketing");
        grace.get(&home(&marketing)).await.says(CARD);
        grace.get(&home(&research)).await.says(CARD);
        grace.post(&tour(&marketing), &[("to", "skip")]).await.is(303);
        for workspace in [&marketing, &research] {
            grace.get(&home(workspace)).await.does_not_say(CARD);
        }
    }

    async fn only_what_the_role_allows_is_a_stop(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let blind = console.role("organization", "Blind", "workspace_read");
        let ada = console.person("Ada Lovelace", blind, "active").await;
        console.membership(&ada, &marketing, built_in::reader());
        let ada = console.sign_in("ada").await;
        let page = ada.get(&home(&marketing)).await;
        assert_eq!(page.texts_of(".tour-stops li"), ["What your role allows", "Where the flows are", "Your profile and password"]);
        page.says("Three stops");
        let page = ada.get(&format!("{}/role", tour(&marketing))).await;
        assert_eq!(stops(&page), ["What your role allows", "Where the flows are", "Your profile and password"]);
        assert_eq!(page.attributes("button[name=to]", "value"), ["flows"]);
        for stop in ["people", "nonsense"] {
            ada.get(&format!("{}/{stop}", tour(&marketing))).await.is(404);
        }
        // A stop that went away meanwhile is no dead end.
        ada.post(&tour(&marketing), &[("to", "people")]).await.is(303);
        ada.get(&home(&marketing)).await.is(200).says(CARD);
        ada.follow(&tour(&marketing)).await.is(200).says("You are a Reader");
        ada.post(&tour(&marketing), &[("to", "nonsense")]).await.is(400);
    }

    async fn an_archived_workspace_is_no_place_to_arrive_in(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        console.archive(&marketing);
        grace.get(&home(&marketing)).await.is(200).does_not_say(CARD).does_not_say("First steps");
    }

    async fn nothing_of_it_is_left_of_somebody_who_is_removed(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = ada_of(&console, &marketing).await;
        ada.post(&tour(&marketing), &[("to", "role")]).await.is(303);
        let id = console.user_named("ada");
        grace.post(&format!("/settings/users/{id}/removal"), &[("confirmation", "ada@analytical.example"), ("email", "ada@analytical.example")]).await.is(303);
        let left: i64 = console.rows(|c| tours::table.filter(tours::user_id.eq(&id)).count().get_result(c));
        assert_eq!(left, 0);
    }
}
