use diesel::prelude::*;
use noxus_console::{db::schema::users, domain::roles::built_in};

use super::names;
use crate::support::{Console, engine::on_both_databases};

const FIELD: &str = ".chip input[name=workspace]";
const BOX: &str = "select[name=workspace] option";

/// Places 00 up to what is asked for.
fn places(console: &Console, count: usize) {
    for n in 0..count {
        console.workspace(&format!("Place {n:02}"));
    }
}

on_both_databases! {
    async fn few_workspaces_are_chosen_from_and_many_are_typed(console: Console) {
        let grace = console.set_up().await;
        let page = grace.get("/settings/users").await;
        assert_eq!(page.attributes(BOX, "value").len(), 2, "Marketing, and any");
        places(&console, 29);
        let page = grace.get("/settings/users").await;
        assert_eq!(page.attributes(BOX, "value").len(), 31, "thirty, and any");
        assert!(page.attributes(FIELD, "name").is_empty());
        let last = console.workspace("Zoology");
        let page = grace.get("/settings/users").await;
        assert!(page.attributes(BOX, "value").is_empty());
        assert_eq!(page.attributes(FIELD, "data-suggest"), ["/settings/users/workspaces"]);
        let suggested: Vec<String> = serde_json::from_str(&grace.get("/settings/users/workspaces").await.is(200).body).unwrap();
        assert_eq!((suggested.len(), suggested[0].as_str(), suggested[30].as_str()), (31, "Marketing", "Zoology"));
        // A link has the id, which nobody would recognize.
        let page = grace.get(&format!("/settings/users?workspace={last}")).await;
        assert_eq!(page.attributes(FIELD, "value"), ["Zoology"]);
    }

    async fn a_workspace_is_found_by_what_is_typed_of_its_name(console: Console) {
        let grace = console.set_up().await;
        places(&console, 40);
        let (zoology, other) = (console.workspace("Zoology"), console.workspace("Zoology Archive Büro"));
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &zoology, built_in::reader());
        let alan = console.member_of_organization("Alan Turing").await;
        console.membership(&alan, &other, built_in::reader());
        let everybody = ["Ada Lovelace", "Alan Turing", "Grace Hopper"];
        for (typed, meant, found) in [
            // Its whole name, though another's begins with it.
            ("zoology", &zoology, "Ada Lovelace"),
            ("+ZOOLOGY++", &zoology, "Ada Lovelace"),
            // A part that one alone has, in other letters.
            ("archive+buro", &other, "Alan Turing"),
        ] {
            // From then on the address has its id, which goes on meaning it.
            let address = format!("/settings/users?status=any&workspace={meant}&sort=-active");
            grace.get(&format!("/settings/users?workspace={typed}&sort=-active&status=any")).await.leads_to(&address);
            let page = grace.get(&address).await;
            assert_eq!(names(page.is(200)), [found], "{typed}");
            assert!(page.attributes(FIELD, "value")[0].starts_with("Zoology"), "{typed}");
            assert_eq!(page.attributes(".note", "class"), Vec::<String>::new());
        }
        // Several: everybody is shown, and each of them a step away, with all else that is asked for.
        let page = grace.get("/settings/users?workspace=zoo&sort=-name").await;
        page.is(200).says("Several workspaces have “zoo” in their names. Choose one to narrow the list down to it: Zoology , Zoology Archive Büro .");
        assert_eq!(names(&page), everybody.iter().rev().copied().collect::<Vec<_>>());
        assert_eq!(page.attributes(FIELD, "value"), ["zoo"]);
        assert_eq!(page.attributes(".note a", "href"), [&zoology, &other].map(|w| format!("/settings/users?workspace={w}&sort=-name")));
        assert_eq!(names(&grace.get(&page.attributes(".note a", "href")[1]).await), ["Alan Turing"]);
        // Very many.
        let page = grace.get("/settings/users?workspace=place").await;
        page.says("Place 11 and 28 more: type more of the name.");
        assert_eq!(page.attributes(".note a", "href").len(), 12);
        // None.
        let page = grace.get("/settings/users?workspace=botany+%3Cb%3E").await;
        page.is(200).says("No workspace you may enter has “botany <b>” in its name: the list is not narrowed down to one.").says("Clear");
        assert_eq!(names(&page), everybody);
        assert!(page.attributes(".note a", "href").is_empty());
        // What comes after is a page of the same.
        grace.get(&format!("/settings/users?workspace={}", "x".repeat(3_000))).await.is(200).says(&format!("has “{}” in", "x".repeat(100)));
    }

    async fn nobody_is_told_of_a_workspace_that_is_not_theirs_to_know(console: Console) {
        console.set_up().await;
        places(&console, 40);
        let secret = console.workspace("Secret Project");
        let ada = console.member_of_organization("Ada Lovelace").await;
        let bob = console.member_of_organization("Bob Base").await;
        for user in [&ada, &bob] {
            console.membership(user, &console.workspace_named("Marketing"), built_in::reader());
        }
        console.membership(&ada, &secret, built_in::reader());
        let (ada, bob) = (console.sign_in("ada").await, console.sign_in("bob").await);
        assert_eq!(bob.get("/settings/users/workspaces").await.is(200).body, r#"["Marketing"]"#);
        assert_eq!(ada.get("/settings/users/workspaces").await.is(200).body, r#"["Marketing","Secret Project"]"#);
        for typed in ["secret+project", "secret"] {
            ada.get(&format!("/settings/users?workspace={typed}")).await.leads_to(&format!("/settings/users?workspace={secret}"));
            let page = bob.get(&format!("/settings/users?workspace={typed}")).await;
            page.is(200).says("No workspace you may enter has");
            assert_eq!(names(&page), ["Ada Lovelace", "Bob Base", "Grace Hopper"]);
            assert!(!page.body.contains("Secret"), "{typed}");
        }
        let blind = console.role("organization", "Blind", "org_read");
        console.rows(|c| diesel::update(users::table.filter(users::name.eq("Bob Base"))).set(users::role_id.eq(blind)).execute(c));
        bob.get("/settings/users/workspaces").await.is(403);
    }
}
