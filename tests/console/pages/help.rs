use noxus_console::{domain::roles::built_in, web::pages::help::guides};

use crate::support::{Client, Console, engine::on_both_databases};

async fn offered(client: &Client) -> Vec<String> {
    let page = client.get("/help").await;
    page.is(200);
    page.attributes(".guides a[href^='/help/']", "href").into_iter().map(|href| href.trim_start_matches("/help/").to_owned()).collect()
}

/// Every guide is either offered and opens, or answers as one that is not there.
async fn all_or_nothing(client: &Client) -> Vec<String> {
    let offered = offered(client).await;
    let nothing = client.get("/help/no-such-guide").await;
    nothing.is(404);
    let plain = |page: &crate::support::Page| page.body.replace(page.headers["x-request-id"].to_str().unwrap(), "REQUEST");
    for guide in guides::all() {
        let page = client.get(&format!("/help/{}", guide.name)).await;
        if offered.iter().any(|name| name == guide.name) {
            page.is(200);
            assert_eq!(page.title(), guide.title);
            assert!(!page.attributes(".guide img", "src").is_empty(), "{} has a picture for whoever may follow it", guide.name);
            for link in page.attributes("main .btn", "href") {
                client.get(&link).await.is(200);
            }
        } else {
            page.is(404);
            assert_eq!(plain(&page), plain(&nothing), "{} can be told from one that is not there", guide.name);
        }
    }
    offered
}

on_both_databases! {
    async fn guides_are_shown_for_what_one_may_do(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::reader());
        let eve = console.member_of_organization("Eve Editor").await;
        console.membership(&eve, &marketing, built_in::editor());
        let blind = console.role("organization", "Blind", "workspace_read");
        console.person("Bea Blind", blind, "active").await;
        let (ada, bea, eve) = (console.sign_in("ada").await, console.sign_in("bea").await, console.sign_in("eve").await);
        // What they are shown is worded for them, too.
        ada.get("/help").await.says("Open them, and read what they are made of").does_not_say("run them").does_not_say("change them");
        eve.get("/help").await.says("Open, create and change them");
        ada.get("/help/flows").await.says("does not run them").does_not_say("Create flow").does_not_say("Delete").does_not_say("Create an API key");
        eve.get("/help/flows").await.says("Create flow").says("Delete on the page of a flow").does_not_say("Create an API key");
        for member in [&ada, &eve] {
            member.get("/help/add-people-to-a-workspace").await.is(404);
        }
        grace.get("/help/add-people-to-a-workspace").await.is(200).says("press Add users");
        grace.get("/help/create-an-api-key").await.says("Restrict permissions is on").does_not_say("Turn on");
        let (grace, ada, bea) = (all_or_nothing(&grace).await, all_or_nothing(&ada).await, all_or_nothing(&bea).await);
        for name in ["add-a-user", "add-people-to-a-workspace", "create-an-api-key", "when-someone-leaves", "set-up-mail"] {
            assert!(grace.iter().any(|n| n == name) && !ada.iter().any(|n| n == name), "{name}");
        }
        for name in ["which-role-for-whom", "review-who-has-access"] {
            assert!(ada.iter().any(|n| n == name) && !bea.iter().any(|n| n == name), "{name}");
        }
        for name in ["accept-an-invitation", "your-profile", "your-picture", "change-your-address", "forgotten-password", "see-what-you-may-do"] {
            assert!(bea.iter().any(|n| n == name), "{name}");
        }
    }

    async fn pictures_are_served_and_kept(console: Console) {
        let grace = console.set_up().await;
        let mut seen = 0;
        for name in offered(&grace).await {
            let page = grace.get(&format!("/help/{name}")).await;
            for picture in page.attributes(".guide img", "src") {
                let answer = grace.get(&picture).await;
                answer.is(200);
                assert_eq!(answer.headers["content-type"], "image/webp", "{picture}");
                assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable", "{picture}");
                seen += 1;
            }
            assert!(page.attributes(".guide img", "alt").iter().all(|alt| alt.len() > 20));
        }
        assert!(seen >= 15, "only {seen} pictures");
    }

    async fn support_is_the_organizations_own(console: Console) {
        let grace = console.set_up().await;
        grace.get("/help").await.says("Ask whoever administers Analytical Engines").says("Video guides Coming soon.");
        let settings = [("name", "Analytical Engines"), ("allowed_domains", ""), ("invitation_days", "7"), ("session_idle_hours", "8"), ("session_max_hours", "24"), ("key_max_days", ""), ("support", "it@analytical.example")];
        grace.post("/settings/general", &settings).await.is(303);
        let page = grace.get("/help").await;
        page.says("Write to it@analytical.example");
        assert_eq!(page.attributes("a[href^='mailto:']", "href"), ["mailto:it@analytical.example"]);
    }

    async fn somebody_in_no_workspace_has_help_and_no_tour(console: Console) {
        console.set_up().await;
        console.member_of_organization("Noor Nowhere").await;
        console.sign_in("noor").await.get("/help").await.is(200).does_not_say("Tour of").says("Accept an invitation");
    }
}
