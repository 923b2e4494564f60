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
        grace.post("/sign-out", &[]).await.leads_to("/sign-in");
        grace.get("/").await.leads_to("/sign-in");
        copied().await.leads_to("/sign-in?next=%2Fsettings%2Fusers");
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
