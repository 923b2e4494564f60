use diesel::prelude::*;
use noxus_console::db::schema::{audit, sessions, users};

use crate::support::{Client, Console, engine::on_both_databases, links::CHOSEN, mailbox::MailServer, people::PASSWORD};

const HERE: &str = "/account/password";

async fn change(client: &Client, current: &str, new: &str) -> crate::support::Page {
    client.post(HERE, &[("current", current), ("password", new)]).await
}

fn hashes(console: &Console) -> Vec<String> {
    console.rows(|c| sessions::table.select(sessions::id_hash).load(c))
}

on_both_databases! {
    async fn changing_it_ends_the_other_sessions_and_says_so_by_mail((console, server): (Console, MailServer)) {
        let ada = console.member_of_organization("Ada Lovelace").await;
        let (here, elsewhere) = (console.sign_in("ada").await, console.sign_in("ada").await);
        let before = hashes(&console);
        here.get(HERE).await.is(200).says("Otherwise the other session ends when you change the password.");
        change(&here, PASSWORD, CHOSEN).await.leads_to(HERE);
        elsewhere.get(HERE).await.leads_to("/sign-in?next=%2Faccount%2Fpassword");
        here.get(HERE).await.is(200);
        assert_eq!(console.sessions_of(&ada), 1);
        let after = hashes(&console);
        let left: Vec<_> = after.iter().filter(|hash| before.contains(hash)).collect();
        assert_eq!(left.len(), after.len() - 1, "this session goes on under a new id");
        assert!(!console.still_has_the_old_password("ada@analytical.example").await);
        assert!(console.lets_in("ada@analytical.example", CHOSEN).await);
        let letter = server.wait_for("ada@analytical.example").await;
        assert_eq!((letter.subject.as_str(), letter.to.len()), ("Your password at Analytical Engines was changed", 1));
        assert!(letter.link_with("/password/forgotten").ends_with("/password/forgotten"));
        let acts: Vec<String> = console.rows(|c| audit::table.filter(audit::actor_id.eq(ada.as_str())).select(audit::action).load(c));
        assert!(acts.contains(&"password.changed".to_owned()), "{acts:?}");
    }

    async fn ticked_the_other_sessions_stay(console: Console) {
        let here = console.set_up().await;
        let elsewhere = console.sign_in("grace").await;
        here.post(HERE, &[("current", PASSWORD), ("password", CHOSEN), ("keep", "on")]).await.leads_to(HERE);
        elsewhere.get(HERE).await.is(200);
        here.get(HERE).await.is(200);
    }

    async fn what_is_wrong_is_said_at_once_and_nothing_changes(console: Console) {
        let grace = console.set_up().await;
        let page = change(&grace, "", "short").await;
        page.is(422).says("2 things need another look").says("The current password is missing.").says("The password is too short: 5 characters, at least 15.");
        change(&grace, "wrong but long enough", CHOSEN).await.is(422).says("This is not your password.");
        change(&grace, PASSWORD, PASSWORD).await.is(422).says("This is the password you have.");
        for own in ["gracehopper2026!", "grace@analytical.example", "Analytical Engines"] {
            change(&grace, PASSWORD, own).await.is(422).says("easy to guess");
        }
        let page = change(&grace, "wrong but long enough", "four unrelated little").await;
        page.is(422);
        assert!(!page.body.contains("wrong but long enough") && !page.body.contains("four unrelated little"), "secrets are never echoed");
        assert!(console.still_has_the_old_password("grace@analytical.example").await);
        assert_eq!(console.letters_of("password_changed"), 0);
    }

    async fn guessing_the_current_one_is_slowed_down(console: Console) {
        let grace = console.set_up().await;
        for _ in 0..10 {
            change(&grace, "wrong but long enough", CHOSEN).await.is(422);
        }
        change(&grace, PASSWORD, CHOSEN).await.is(429).says("too many wrong tries");
        let user = console.user_named("grace");
        let hash: Option<String> = console.rows(|c| users::table.filter(users::id.eq(&user)).select(users::password).first(c));
        assert!(hash.is_some());
    }

    async fn where_one_is_signed_in_and_ending_it_there(console: Console) {
        let grace = console.set_up().await;
        console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        let ending = |page: &crate::support::Page| page.attributes("form[action^='/account/password/sessions/']", "action");
        // The set-up's own session was never given to a browser here.
        let page = grace.get(HERE).await;
        assert_eq!(ending(&page).len(), 1);
        page.says("Firefox on Linux").says("127.0.0.1").says("This one");
        let elsewhere = console.sign_in("grace").await;
        let page = grace.get(HERE).await;
        let ways = ending(&page);
        assert_eq!(ways.len(), 2);
        let stored = hashes(&console);
        assert!(stored.iter().all(|hash| !page.body.contains(hash.as_str())), "what is stored of an id is not on the page");
        // Somebody else's way of ending it ends nothing.
        for way in &ways {
            ada.submit(way, &[]).await.is(200).says("That session had ended already.");
        }
        elsewhere.get(HERE).await.is(200);
        for way in &ways {
            grace.submit(way, &[]).await.is(200).says("That session is over.");
            grace.submit(way, &[]).await.is(200).says("That session had ended already.");
        }
        elsewhere.get(HERE).await.is(303);
        assert!(ending(&grace.get(HERE).await).is_empty());
        let (one, two) = (console.sign_in("grace").await, console.sign_in("grace").await);
        grace.submit("/account/password/sessions", &[]).await.is(200).says("The 2 other sessions are over.");
        one.get(HERE).await.is(303);
        two.get(HERE).await.is(303);
        grace.get("/account/password/sessions").await.leads_to(HERE);
        ada.get(HERE).await.is(200);
    }

    async fn strength_is_judged_by_the_server(console: Console) {
        let grace = console.set_up().await;
        let say = async |password: &str| grace.post("/account/password/strength", &[("password", password)]).await;
        for (password, level) in [("", 0), ("brief", 1), ("aaaaaaaaaaaaaaaaaaaa", 2), ("Grace Hopper Grace", 2), (CHOSEN, 4)] {
            let answer = say(password).await;
            answer.is(200);
            let said: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!(said["level"], level, "{password}: {said}");
            assert!(password.is_empty() || !answer.body.contains(password));
        }
        say(&"x".repeat(60_000)).await.is(200);
        console.visitor().post("/account/password/strength", &[("password", CHOSEN)]).await.is(303);
    }

    async fn a_sign_in_that_races_a_change_leaves_no_session_of_the_old_password(console: Console) {
        console.set_up().await;
        let user = console.member_of_organization("Ada Lovelace").await;
        let here = console.sign_in("ada").await;
        let (mut old, mut new) = (PASSWORD, CHOSEN);
        for round in 0..30 {
            let visitor = console.visitor();
            let typed = old.to_owned();
            let racing = tokio::spawn(async move {
                let answer = visitor.post("/sign-in", &[("email", "ada@analytical.example"), ("password", &typed)]).await;
                (visitor, answer.status)
            });
            change(&here, old, new).await.leads_to(HERE);
            let (visitor, _) = racing.await.unwrap();
            visitor.get(HERE).await.is(303);
            here.get(HERE).await.is(200);
            assert_eq!(console.sessions_of(&user), 1, "round {round}");
            (old, new) = (new, old);
            console.rows(|c| diesel::delete(noxus_console::db::schema::throttles::table).execute(c));
        }
    }

    async fn of_two_changes_at_once_one_counts(console: Console) {
        let one = console.set_up().await;
        let two = console.sign_in("grace").await;
        let (a, b) = tokio::join!(change(&one, PASSWORD, CHOSEN), change(&two, PASSWORD, "another set of little words"));
        let done = [&a, &b].iter().filter(|page| page.location.as_deref() == Some(HERE)).count();
        assert_eq!(done, 1, "{} and {}", a.status, b.status);
        assert_eq!(console.letters_of("password_changed"), 1);
    }
}
