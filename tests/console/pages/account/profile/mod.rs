mod hostile;
mod memory;
mod picture;

use diesel::prelude::*;
use noxus_console::{db::schema::memberships, domain::roles::built_in};

use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn names_are_the_same_everywhere_and_found_at_once(console: Console) {
        let grace = console.set_up().await;
        let (marketing, ada) = (console.workspace_named("Marketing"), console.member_of_organization("Ada Lovelace").await);
        console.membership(&ada, &marketing, built_in::reader());
        let client = console.sign_in("ada").await;
        let page = client.get("/account/profile").await;
        page.is(200).says("ada@analytical.example").says("How you are shown: the same in every workspace.");
        for (page, say) in [("access", "What you may do in each workspace"), ("activity", "What you did, in every workspace")] {
            console.sign_in("ada").await.get(&format!("/account/{page}")).await.says(say).does_not_say("the same in every workspace");
        }
        assert_eq!(page.attributes("#name, #display_name", "value"), ["Ada Lovelace", "Ada"]);
        client.post("/account/profile", &[("name", "  Augusta   King "), ("display_name", "Gusta")]).await.is(303).leads_to("/account/profile");
        let page = client.get("/account/profile").await;
        page.says("Saved.");
        assert_eq!(page.attributes("#name, #display_name", "value"), ["Augusta King", "Gusta"]);
        assert_eq!(page.text_of(".me > summary b"), "Augusta King");
        grace.get("/settings/users?q=augusta").await.says("Augusta King").says("ada@analytical.example");
        grace.get("/settings/users?q=ki").await.says("Augusta King");
        grace.get("/settings/users?q=lovelace").await.does_not_say("ada@analytical.example");
        let of_ada = ada.clone();
        let key: String = console.rows(move |c| memberships::table.filter(memberships::user_id.eq(&of_ada)).select(memberships::name_key).first(c));
        assert_eq!(key, "augusta king");
        grace.get(&format!("/settings/users/{ada}")).await.says("Changed their own name: name from Ada Lovelace to Augusta King; display name from Ada to Gusta");
    }

    async fn a_name_that_cannot_be_is_told_and_kept(console: Console) {
        console.set_up().await;
        let grace = console.sign_in("grace").await;
        let page = grace.post("/account/profile", &[("name", "https://evil.example"), ("display_name", " ")]).await;
        page.is(422).says("2 things need another look").says("The name looks like a link").says("The display name is missing");
        assert_eq!(page.attributes("#name", "value"), ["https://evil.example"]);
        grace.post("/account/profile", &[("name", &"x".repeat(101)), ("display_name", "X")]).await.is(422).says("too long");
        grace.post("/account/profile", &[("name", "Grace Hopper"), ("display_name", "Grace")]).await.is(303);
        grace.get("/account/profile").await.says("nothing was changed");
    }

    async fn the_menu_and_the_tabs_lead_to_what_there_is(console: Console) {
        let grace = console.set_up().await;
        let page = grace.get("/account/profile").await;
        let tabs = page.attributes(".tabs > a", "href");
        assert_eq!(tabs, page.attributes(".me .pop ul:first-child a", "href"), "the menu begins with the tabs");
        assert!(tabs.contains(&"/account/profile".to_owned()));
        for tab in tabs {
            grace.get(&tab).await.is(200);
        }
        assert_eq!(page.text_of(".tabs > [aria-current]"), "Profile");
    }
}
