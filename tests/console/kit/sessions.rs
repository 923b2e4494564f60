use chrono::TimeDelta;
use diesel::prelude::*;
use noxus_console::{
    base::clock,
    db::schema::{sessions, users},
    domain::roles::built_in,
};

use crate::support::{Console, engine::on_both_databases, people::PASSWORD};

const ANY_PAGE: &str = "/sign-in/again";

/// Sets every session back in time by so many hours.
fn hours_pass(console: &Console, created: i64, seen: i64) {
    console.rows(|c| {
        let (created, seen) = (clock::now() - TimeDelta::minutes(created * 60 + 1), clock::now() - TimeDelta::minutes(seen * 60 + 1));
        diesel::update(sessions::table).set((sessions::created_at.eq(created), sessions::seen_at.eq(seen))).execute(c)
    });
}

on_both_databases! {
    async fn a_session_ends_after_idle_hours_and_in_any_case_after_a_day(console: Console) {
        let grace = console.set_up().await;
        grace.get(ANY_PAGE).await.is(200);
        hours_pass(&console, 8, 8);
        grace.get(ANY_PAGE).await.is(303);
        hours_pass(&console, 23, 1);
        grace.get(ANY_PAGE).await.is(200);
        hours_pass(&console, 24, 0);
        grace.get(ANY_PAGE).await.is(303);
    }

    async fn the_cookie_is_opaque_and_the_database_holds_its_hash(console: Console) {
        console.set_up().await;
        let answer = console.visitor().post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD)]).await;
        let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
        assert!(!cookie.contains("Secure"), "plain http on a local network");
        let hashes: Vec<String> = console.rows(|c| sessions::table.select(sessions::id_hash).load(c));
        assert!(hashes.iter().all(|hash| hash.len() == 64 && !cookie.contains(hash.as_str())));
    }

    async fn signing_in_again_gives_a_new_id_and_ends_the_old(console: Console) {
        let grace = console.set_up().await;
        let before: Vec<String> = console.rows(|c| sessions::table.select(sessions::id_hash).order(sessions::created_at).load(c));
        grace.post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD)]).await.is(303);
        let after: Vec<String> = console.rows(|c| sessions::table.select(sessions::id_hash).load(c));
        // The set-up's own session was never given to a browser here.
        assert_eq!(after.len(), before.len());
        assert!(!after.contains(before.last().unwrap()));
    }

    async fn the_password_once_more_gives_a_new_id(console: Console) {
        let grace = console.set_up().await;
        grace.post("/sign-in/again", &[("password", "wrong"), ("next", "/settings/users")]).await.is(422).says("This is not your password.");
        let before: Vec<String> = console.rows(|c| sessions::table.select(sessions::id_hash).load(c));
        grace.post("/sign-in/again", &[("password", PASSWORD), ("next", "/settings/users")]).await.leads_to("/settings/users");
        let after: Vec<String> = console.rows(|c| sessions::table.select(sessions::id_hash).load(c));
        assert_eq!(before.len(), after.len());
        assert_eq!(before.iter().filter(|hash| !after.contains(hash)).count(), 1);
        grace.get(ANY_PAGE).await.is(200);
    }

    async fn a_session_whose_row_is_gone_never_comes_back(console: Console) {
        let grace = console.set_up().await;
        console.rows(|c| diesel::delete(sessions::table).execute(c));
        grace.get(ANY_PAGE).await.leads_to("/sign-in?next=%2Fsign-in%2Fagain");
        let left: i64 = console.rows(|c| sessions::table.count().get_result(c));
        assert_eq!(left, 0);
    }

    async fn a_hash_of_another_cost_is_made_anew_at_sign_in(console: Console) {
        console.set_up().await;
        let dear = noxus_console::base::password::Hasher::start(128, 1, 1).unwrap();
        let hash = dear.hash(&noxus_console::base::password::Password::choose(PASSWORD, &[]).unwrap()).await;
        console.rows(|c| diesel::update(users::table).set(users::password.eq(&hash)).execute(c));
        console.sign_in("grace").await;
        let now: Option<String> = console.rows(|c| users::table.select(users::password).first(c));
        let now = now.unwrap();
        assert!(now.contains("m=64") && now != hash, "{now}");
        console.sign_in("grace").await;
    }

    async fn a_sign_in_that_races_a_deactivation_leaves_no_session(console: Console) {
        let grace = console.set_up().await;
        let ada = console.person("Ada Lovelace", built_in::org_base(), "active").await;
        for _ in 0..50 {
            let visitor = console.visitor();
            let sign_in = tokio::spawn(async move { visitor.post("/sign-in", &[("email", "ada@analytical.example"), ("password", PASSWORD)]).await.status });
            grace.post(&format!("/settings/users/{ada}/deactivation"), &[]).await.is(303);
            sign_in.await.unwrap();
            let left: i64 = console.rows(|c| sessions::table.filter(sessions::user_id.eq(&ada)).count().get_result(c));
            assert_eq!(left, 0);
            grace.post(&format!("/settings/users/{ada}/reactivation"), &[]).await.is(303);
        }
    }

    async fn a_sign_in_that_races_a_new_password_leaves_no_session_of_the_old(console: Console) {
        console.set_up().await;
        let ada = console.person("Ada Lovelace", built_in::org_base(), "active").await;
        let other = console.app.hasher.hash(&noxus_console::base::password::Password::choose("a different set of words", &[]).unwrap()).await;
        let first: Option<String> = console.rows(|c| users::table.filter(users::id.eq(&ada)).select(users::password).first(c));
        for _ in 0..50 {
            let visitor = console.visitor();
            let sign_in = tokio::spawn(async move { visitor.post("/sign-in", &[("email", "ada@analytical.example"), ("password", PASSWORD)]).await.status });
            // What recovering and resetting do: the new hash and the end of all sessions, in one transaction.
            tokio::task::yield_now().await;
            console.rows(|c| {
                diesel::update(users::table.filter(users::id.eq(&ada))).set(users::password.eq(&other)).execute(c)?;
                diesel::delete(sessions::table.filter(sessions::user_id.eq(&ada))).execute(c)
            });
            sign_in.await.unwrap();
            let left: i64 = console.rows(|c| sessions::table.filter(sessions::user_id.eq(&ada)).count().get_result(c));
            assert_eq!(left, 0);
            console.rows(|c| diesel::update(users::table.filter(users::id.eq(&ada))).set(users::password.eq(&first)).execute(c));
            console.rows(|c| diesel::delete(noxus_console::db::schema::throttles::table).execute(c));
        }
    }
}
