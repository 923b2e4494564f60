use crate::support::{Console, engine::on_both_databases, people::PASSWORD};
use noxus_console::domain::roles::built_in;

on_both_databases! {
    async fn every_wrong_try_gets_the_same_answer(console: Console) {
        console.set_up().await;
        console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        console.person("Ina Invited", built_in::org_base(), "invited").await;
        let mut answers = Vec::new();
        for (email, password) in [("grace@analytical.example", "wrong"), ("nobody@analytical.example", PASSWORD), ("dora@analytical.example", PASSWORD), ("ina@analytical.example", PASSWORD), ("not an address", "x")] {
            let page = console.visitor().post("/sign-in", &[("email", email), ("password", password)]).await;
            page.is(422).says("Email address or password is not right.");
            answers.push(page.body.replace(email, "EMAIL"));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "the answers differ");
    }

    async fn signing_out_ends_the_session_for_good(console: Console) {
        console.set_up().await;
        let grace = console.visitor();
        let signed_in = grace.post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD)]).await;
        let cookie = signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        // Somebody who copied the cookie, and never hears that it was taken away.
        let copied = || async {
            let visitor = console.visitor();
            visitor.send(visitor.request(reqwest::Method::GET, "/settings/users").header("Cookie", &cookie)).await
        };
        copied().await.is(200);
        let out = grace.post("/sign-out", &[]).await;
        out.leads_to("/sign-in");
        assert_eq!(out.headers["clear-site-data"], "\"cache\"", "pictures of people leave the browser");
        assert!(!signed_in.headers.contains_key("clear-site-data"), "and nothing else empties its cache");
        grace.get("/").await.leads_to("/sign-in");
        copied().await.leads_to("/sign-in?next=%2Fsettings%2Fusers");
    }

    async fn signing_out_without_a_session_leads_to_signing_in_and_home(console: Console) {
        console.set_up().await;
        console.visitor().post("/sign-out", &[]).await.is(303).leads_to("/sign-in");
        // A form is not sent again: what has no page of its own leads to the one above.
        let (user, withheld) = (console.user_named("grace"), "00000000-0000-7000-8000-000000000099");
        for (posted, next) in [
            (format!("/settings/users/{user}/withheld/{withheld}"), format!("%2Fsettings%2Fusers%2F{user}")),
            ("/account/profile/picture/removal".into(), "%2Faccount%2Fprofile%2Fpicture".into()),
            (format!("/settings/users/{user}/role"), format!("%2Fsettings%2Fusers%2F{user}%2Frole")),
        ] {
            console.visitor().post(&posted, &[]).await.is(303).leads_to(&format!("/sign-in?next={next}"));
        }
        for next in ["/sign-out", "/sign-out?a", "/account/profile/picture/removal", "/v1/admin/users", "/nowhere"] {
            let signed_in = console.visitor().post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD), ("next", next)]).await;
            signed_in.is(303).leads_to("/");
            console.sign_in("grace").await.get(&format!("/sign-in?next={next}")).await.leads_to("/");
        }
    }

    async fn next_leads_on_and_never_away(console: Console) {
        console.set_up().await;
        for (next, to) in [("/settings/users?q=a", "/settings/users?q=a"), ("//evil.example", "/"), ("https://evil.example/", "/"), ("/\\evil.example", "/")] {
            let page = console.visitor().post("/sign-in", &[("email", "GRACE@analytical.example"), ("password", PASSWORD), ("next", next)]).await;
            page.leads_to(to);
        }
        console.visitor().get("/settings/users?q=a").await.leads_to("/sign-in?next=%2Fsettings%2Fusers%3Fq%3Da");
    }
}
