use crate::support::{Client, Console, Page, engine::on_both_databases, people::AS_IT_WAS};
use chrono::Duration;
use diesel::prelude::*;
use noxus_console::{
    base::{clock, ids::UserId, text::EmailAddress},
    db::{
        Error, Origin,
        schema::{audit, organization as row, sessions},
    },
    domain::{
        organization::{self, Organization},
        sessions as live,
    },
};

const GENERAL: &str = "/settings/general";

/// Saves the form as it was but for some fields.
async fn save(grace: &Client, changes: &[(&str, &str)]) -> Page {
    let form = AS_IT_WAS.map(|(name, value)| (name, changes.iter().find(|(changed, _)| *changed == name).map_or(value, |(_, to)| *to)));
    grace.submit(GENERAL, &form).await
}

fn loaded(console: &Console) -> Organization {
    console.app.database().read_now::<_, Error>(organization::load).expect("the row is there")
}

/// Sets the sessions of somebody back in time.
fn age(console: &Console, user: &UserId, created: i64, seen: i64) {
    let (user, now) = (user.clone(), clock::now());
    let times = (sessions::created_at.eq(now - Duration::hours(created)), sessions::seen_at.eq(now - Duration::hours(seen)));
    console.rows(move |c| diesel::update(sessions::table.filter(sessions::user_id.eq(user))).set(times).execute(c));
}

/// How many sessions somebody has left after a sweep.
async fn swept(console: &Console, user: &UserId) -> i64 {
    let user = user.clone();
    let left = console.app.database().touch(Origin::default(), move |tx| {
        live::sweep(tx)?;
        live::count(tx, &user)
    });
    left.await.expect("a sweep")
}

on_both_databases! {
    async fn a_change_is_in_force_on_the_next_page(console: Console) {
        let grace = console.set_up().await;
        console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        let page = grace.get(GENERAL).await;
        page.is(200).does_not_say("Last changed");
        for (name, value) in AS_IT_WAS {
            assert_eq!(page.attributes(&format!("#{name}"), "value"), [value], "{name}");
        }
        let page = save(&grace, &[("name", "Difference Engines"), ("support", "it@analytical.example")]).await;
        page.is(200).says("Saved.").says("What holds for all of Difference Engines.").says("Last changed by Grace Hopper");
        let page = ada.get("/nowhere").await;
        assert!(page.text_of(".sidebar").contains("Difference Engines"));
        assert!(page.attributes("main a", "href").contains(&"mailto:it@analytical.example".to_owned()));
        console.visitor().get("/sign-in").await.says("Difference Engines");
        save(&grace, &[("support", "https://help.analytical.example/start")]).await.is(200);
        assert!(ada.get("/nowhere").await.attributes("main a", "href").contains(&"https://help.analytical.example/start".to_owned()));
    }

    async fn a_shorter_idle_time_ends_an_old_session_on_its_next_request(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        // One that was just used lives on; so does an older one while the time is long.
        age(&console, &ada, 3, 3);
        client.get(GENERAL).await.is(403);
        age(&console, &ada, 3, 3);
        save(&grace, &[("session_idle_hours", "2")]).await.is(200);
        client.get(GENERAL).await.leads_to("/sign-in?next=%2Fsettings%2Fgeneral");
        grace.get(GENERAL).await.is(200);
    }

    async fn a_shorter_session_ends_an_old_one_on_its_next_request(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        age(&console, &ada, 5, 0);
        client.get(GENERAL).await.is(403);
        save(&grace, &[("session_idle_hours", "4"), ("session_max_hours", "4")]).await.is(200);
        client.get(GENERAL).await.leads_to("/sign-in?next=%2Fsettings%2Fgeneral");
    }

    async fn a_longer_session_holds_for_one_that_began_before(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        age(&console, &ada, 23, 1);
        client.get(GENERAL).await.is(403);
        save(&grace, &[("session_max_hours", "48")]).await.is(200);
        age(&console, &ada, 30, 1);
        client.get(GENERAL).await.is(403);
        age(&console, &ada, 48, 1);
        client.get(GENERAL).await.leads_to("/sign-in?next=%2Fsettings%2Fgeneral");
    }

    async fn sessions_past_the_lifetimes_of_now_are_swept(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let _client = console.sign_in("ada").await;
        age(&console, &ada, 20, 7);
        assert_eq!(swept(&console, &ada).await, 1);
        save(&grace, &[("session_idle_hours", "4"), ("session_max_hours", "48")]).await.is(200);
        assert_eq!(swept(&console, &ada).await, 0);
    }

    async fn domains_days_and_limits_are_kept_as_they_are_meant(console: Console) {
        let grace = console.set_up().await;
        let page = save(&grace, &[("allowed_domains", " @Analytical.example; difference.example\nANALYTICAL.EXAMPLE "), ("invitation_days", " 3 "), ("key_max_days", "90")]).await;
        page.is(200).says("Saved.");
        assert_eq!(page.attributes("#allowed_domains", "value"), ["analytical.example, difference.example"]);
        let now = loaded(&console);
        assert_eq!((now.invitation_days, now.key_max_days), (3, Some(90)));
        for (email, allowed) in [("ada@ANALYTICAL.example", true), ("ada@difference.example", true), ("ada@sub.analytical.example", false), ("ada@example.com", false)] {
            assert_eq!(now.allows(&EmailAddress::parse(email).unwrap()), allowed, "{email}");
        }
        save(&grace, &[]).await.is(200);
        let now = loaded(&console);
        assert!(now.allows(&EmailAddress::parse("ada@example.com").unwrap()));
        assert_eq!(now.key_max_days, None);
    }

    async fn every_problem_comes_back_at_once_and_nothing_is_saved(console: Console) {
        let grace = console.set_up().await;
        let wrong = [
            ("name", ""), ("allowed_domains", "not a domain"), ("invitation_days", "0"), ("session_idle_hours", "eight"),
            ("session_max_hours", "2161"), ("key_max_days", "-1"), ("support", "javascript:alert(1)"),
        ];
        let page = save(&grace, &[("name", "Other")]).await;
        page.is(200);
        let page = save(&grace, &wrong).await;
        page.is(422).says("7 things need another look").says("“not” is not a domain").says("Give a whole number of days, from 1 to 90.").says("Give a whole number of hours, from 1 to 720.").says("begins with https://");
        assert_eq!(page.texts_of(".summary li"), ["Organization name", "Allowed email domains", "Lifetime of a link", "Longest inactivity", "Longest session", "Longest lifetime of a key", "Support address"]);
        for (name, value) in wrong {
            assert_eq!(page.attributes(&format!("#{name}"), "value"), [value], "{name}");
        }
        for (field, value) in [("name", "A\0B"), ("support", "https://analytical.example/\0"), ("support", "a\0@analytical.example"), ("allowed_domains", "a\0.example"), ("invitation_days", "7\0"), ("session_idle_hours", "99999999999999999999")] {
            save(&grace, &[(field, value)]).await.is(422).says("One thing needs another look");
        }
        save(&grace, &[("session_idle_hours", "12"), ("session_max_hours", "4")]).await.is(422).says("Give at most 4 hours: a session ends then in any case.");
        assert_eq!(loaded(&console).name, "Other");
    }

    async fn a_change_is_audited_and_no_change_is_none(console: Console) {
        let grace = console.set_up().await;
        save(&grace, &[]).await.is(200).says("Saved.").does_not_say("Last changed");
        save(&grace, &[("invitation_days", "14"), ("key_max_days", "30")]).await.is(200);
        save(&grace, &[("invitation_days", "14"), ("key_max_days", "30")]).await.is(200);
        let facts: Vec<String> = console.rows(|c| audit::table.filter(audit::action.eq("organization.changed")).select(audit::facts).load(c));
        assert_eq!(facts, [r#"{"invitation_days":{"before":"7","after":"14"},"key_max_days":{"before":"","after":"30"}}"#]);
    }

    async fn it_asks_for_org_edit(console: Console) {
        console.set_up().await;
        console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        for page in [ada.get(GENERAL).await, ada.post(GENERAL, &AS_IT_WAS).await] {
            page.is(403).says("org_edit").says("Org Admin").says("Grace Hopper");
        }
        let editor = console.role("organization", "Editor of policies", "org_edit");
        console.person("Edsger Dijkstra", editor, "active").await;
        let edsger = console.sign_in("edsger").await;
        let page = save(&edsger, &[("name", "Edited")]).await;
        page.is(200).says("Last changed by Edsger Dijkstra");
        assert!(!page.body.contains("/settings/users"), "it links to people");
        let name: String = console.rows(|c| row::table.select(row::name).first(c));
        assert_eq!(name, "Edited");
    }
}
