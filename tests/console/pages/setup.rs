use crate::support::{Console, engine::on_both_databases};

const GOOD: [(&str, &str); 5] = [
    ("organization", "Analytical Engines"),
    ("name", "Grace Hopper"),
    ("email", "grace@analytical.example"),
    ("password", "four unrelated little words"),
    ("workspace", "Marketing"),
];

on_both_databases! {
    async fn the_first_run_makes_an_organization_and_is_gone(console: Console) {
        let browser = console.visitor();
        let link = console.setup_link();
        browser.get("/setup").await.is(404);
        browser.get("/setup?token=wrong").await.is(404);
        browser.get(&link).await.is(200).says("Set up noxus-console");
        let token = link.split_once('=').unwrap().1;
        let home = browser.post("/setup", &[&[("token", token)], &GOOD[..]].concat()).await;
        home.is(303);
        assert!(home.location.as_deref().unwrap().starts_with("/workspaces/"), "{:?}", home.location);
        let first = browser.get(home.location.as_deref().unwrap()).await;
        first.is(200).says("Analytical Engines is set up. You are its first admin, and nobody else is in yet.");
        assert_eq!(first.attributes(".note a", "href"), ["/settings/users/new"]);
        browser.get("/settings/users/new").await.is(200).does_not_say("is set up");
        browser.get(&link).await.is(404);
        browser.post("/setup", &[&[("token", token)], &GOOD[..]].concat()).await.is(404);
        assert!(noxus_console::start::setup_link(&console.app).unwrap().is_none());
    }

    async fn a_form_with_mistakes_comes_back_with_all_of_them(console: Console) {
        let browser = console.visitor();
        let link = console.setup_link();
        let token = link.split_once('=').unwrap().1;
        let page = browser.post("/setup", &[("token", token), ("organization", ""), ("name", "Grace"), ("email", "grace"), ("password", "short"), ("workspace", "W")]).await;
        page.is(422).says("3 things need another look").says("This is not an email address").says("too short");
        assert_eq!(page.attributes("#name", "value"), ["Grace"]);
        assert!(!page.body.contains("short\""), "the password is not echoed");
    }

    async fn of_two_browsers_one_sets_up(console: Console) {
        let link = console.setup_link();
        let token = link.split_once('=').unwrap().1.to_owned();
        let forms: Vec<_> = (0..8).map(|_| {
            let (browser, token) = (console.visitor(), token.clone());
            tokio::spawn(async move { browser.post("/setup", &[&[("token", token.as_str())], &GOOD[..]].concat()).await.status.as_u16() })
        }).collect();
        let mut done = Vec::new();
        for form in forms {
            done.push(form.await.unwrap());
        }
        done.sort_unstable();
        assert_eq!(done, [303, 404, 404, 404, 404, 404, 404, 404]);
    }
}
