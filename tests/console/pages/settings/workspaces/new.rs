use crate::support::{Console, engine::on_both_databases};

const NEW: &str = "/settings/workspaces/new";

on_both_databases! {
    async fn whoever_creates_a_workspace_is_its_admin(console: Console) {
        console.set_up().await;
        console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        let home = ada.submit(NEW, &[("name", "  Analytical   Engine "), ("description", "Cards and barrels.")]).await;
        home.is(200).says("Analytical Engine is created").says("Cards and barrels.").says("You are an Admin since").says("manage settings and API keys");
        assert_eq!(home.texts_of(".may .not"), [""; 0], "an Admin lacks nothing");
        ada.get("/").await.leads_to(&format!("/workspaces/{}", console.workspace_named("Analytical Engine")));
        // Only there.
        ada.get(&format!("/workspaces/{}", console.workspace_named("Marketing"))).await.is(404);
    }

    async fn a_name_that_is_taken_in_other_letters_is_told_with_a_way_on(console: Console) {
        let grace = console.set_up().await;
        let page = grace.post(NEW, &[("name", "mÁrketing"), ("description", "x")]).await;
        page.is(422).says("Another workspace has this name").says("Open Marketing");
        assert_eq!(page.attributes("#name", "value"), ["mÁrketing"]);
        let way_on = format!("/workspaces/{}", console.workspace_named("Marketing"));
        assert!(page.attributes("main a", "href").contains(&way_on));
        // An archived one is found in the list.
        console.archive(&console.workspace_named("Marketing"));
        let page = grace.post(NEW, &[("name", "MARKETING"), ("description", "")]).await;
        page.is(422).says("Find Marketing in the list");
        grace.get("/settings/workspaces?q=Marketing").await.says("Archived");
        // Whoever may see neither is led to neither.
        console.member_of_organization("Ada Lovelace").await;
        let page = console.sign_in("ada").await.post(NEW, &[("name", "MARKETING"), ("description", "")]).await;
        page.is(422).says("Another workspace has this name").does_not_say("Find Marketing").does_not_say("Open Marketing");
    }

    async fn what_is_typed_wrong_comes_back_with_every_problem(console: Console) {
        let grace = console.set_up().await;
        let long = "x".repeat(101);
        let longer = "y".repeat(501);
        for (name, description, problem) in [
            ("", "", "The workspace’s name is missing."),
            (" \t\n", "", "The workspace’s name is missing."),
            (long.as_str(), "", "too long: 101 characters, at most 100"),
            ("A\0B", "", "cannot be shown"),
            ("A\u{202e}B", "", "cannot be shown"),
            ("Good", longer.as_str(), "The description is too long"),
            ("Good", "A\0B", "cannot be shown"),
        ] {
            grace.post(NEW, &[("name", name), ("description", description)]).await.is(422).says(problem).says("One thing needs another look");
        }
        let page = grace.post(NEW, &[("name", &long), ("description", &longer)]).await;
        page.is(422).says("2 things need another look");
        assert_eq!(page.attributes("#name", "value"), [long]);
        assert_eq!(page.text_of("#description"), longer);
        grace.get("/settings/workspaces").await.says("1 workspace");
    }

    async fn twenty_at_once_make_one(console: Console) {
        let grace = console.set_up().await;
        let posts: Vec<_> = (0..20).map(|_| {
            let grace = grace.clone();
            tokio::spawn(async move { grace.post(NEW, &[("name", "Research"), ("description", "")]).await.status.as_u16() })
        }).collect();
        let mut done = Vec::new();
        for post in posts {
            done.push(post.await.unwrap());
        }
        assert_eq!(done.iter().filter(|s| **s == 303).count(), 1, "{done:?}");
        assert!(done.iter().all(|s| [303, 422].contains(s)), "{done:?}");
        grace.get("/settings/workspaces").await.says("2 workspaces");
    }

    async fn without_the_permission_there_is_no_button_and_no_page(console: Console) {
        console.set_up().await;
        let role = console.role("organization", "Looks", "workspace_read");
        console.person("Ada Lovelace", role, "active").await;
        let ada = console.sign_in("ada").await;
        ada.get("/settings/workspaces").await.is(200).says("You are in no workspace yet").does_not_say("Create");
        ada.get(NEW).await.is(403).says("workspace_write").says("Org Base").says("Grace Hopper");
        ada.post(NEW, &[("name", "Research"), ("description", "")]).await.is(403);
    }
}
