use reqwest::Method;

use crate::support::{Console, engine::on_both_databases, people::PASSWORD};

on_both_databases! {
    async fn every_answer_has_the_safe_headers(console: Console) {
        let grace = console.set_up().await;
        for (client, path) in [(&grace, "/settings/users"), (&console.visitor(), "/sign-in"), (&grace, "/nowhere"), (&console.visitor(), "/settings/users")] {
            let page = client.get(path).await;
            let header = |name: &str| page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            let csp = header("content-security-policy");
            assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe") && csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(header("cache-control"), "no-store", "{path}");
            assert!(!header("x-request-id").is_empty(), "{path}");
            assert!(!page.headers.contains_key("strict-transport-security"), "{path}: plain http promises no https");
        }
    }

    async fn assets_are_kept_for_good_under_their_hash(console: Console) {
        let page = console.visitor().get("/sign-in").await;
        let css = page.attributes("link[rel=stylesheet]", "href").remove(0);
        let asset = console.visitor().get(&css).await;
        asset.is(200);
        assert!(asset.headers["cache-control"].to_str().unwrap().contains("immutable"));
        assert!(asset.body.contains("/assets/") && !asset.body.contains("\"/assets/fonts/"), "fonts are named by their hash");
        console.visitor().get("/assets/../Cargo.toml").await.is(404);
        console.visitor().get("/assets/nothing.css").await.is(404);
    }

    async fn browsers_get_an_icon_and_robots_are_asked_to_stay_out(console: Console) {
        let icon = console.visitor().get("/favicon.ico").await;
        icon.is(200);
        assert_eq!(icon.headers["content-type"], "image/svg+xml; charset=utf-8");
        assert_eq!(console.visitor().get("/robots.txt").await.body, "User-agent: *\nDisallow: /\n");
    }

    async fn another_site_cannot_post_here(console: Console) {
        let grace = console.set_up().await;
        let url = format!("{}/sign-out", console.base);
        let origin = console.base.clone();
        let cases: [(&[(&str, &str)], u16); 6] = [
            (&[("sec-fetch-site", "cross-site")], 403),
            (&[("sec-fetch-site", "same-site")], 403),
            (&[("origin", "https://evil.example")], 403),
            (&[("origin", "null")], 403),
            (&[], 403),
            (&[("origin", origin.as_str())], 303),
        ];
        for (headers, status) in cases {
            let bare = grace.bare(Method::POST, &url);
            let request = headers.iter().fold(bare, |request, (name, value)| request.header(*name, *value));
            let answer = grace.send(request).await;
            assert_eq!(answer.status, status, "{headers:?}");
            if status == 403 {
                answer.says("another site");
                grace.get("/sign-in/again").await.is(200);
            }
        }
    }

    async fn a_link_from_webmail_opens(console: Console) {
        let grace = console.set_up().await;
        let request = grace.bare(Method::GET, &format!("{}/sign-in/again", console.base)).header("sec-fetch-site", "cross-site");
        grace.send(request).await.is(200);
    }

    async fn what_cannot_be_read_is_refused_and_changes_nothing(console: Console) {
        console.set_up().await;
        let visitor = console.visitor();
        let post = |body: &'static [u8]| visitor.request(Method::POST, "/sign-in").header("content-type", "application/x-www-form-urlencoded").body(body);
        for body in [&b"email=%ff&password=x"[..], b"email=a&email=b&password=x", b"password=x", b"email=\xff&password=x", b"email=a%00b"] {
            visitor.send(post(body)).await.is(400);
        }
        let large = visitor.request(Method::POST, "/sign-in").form(&[("email", "a".repeat(100_000))]);
        visitor.send(large).await.is(400).says("too large");
        let json = visitor.request(Method::POST, "/sign-in").header("content-type", "application/json").body("{}");
        visitor.send(json).await.is(400);
        visitor.get("/sign-in?next=%ff").await.is(400);
        visitor.send(visitor.request(Method::DELETE, "/sign-in")).await.is(405);
        visitor.post("/sign-in", &[("email", "grace@analytical.example\0"), ("password", PASSWORD)]).await.is(422);
    }

    async fn a_fault_of_ours_says_the_request_and_changes_nothing(console: Console) {
        let grace = console.set_up().await;
        console.rows(|c| noxus_console::db::dialect::run(c, "ALTER TABLE memberships RENAME TO memberships_gone"));
        let place = console.workspace_named("Marketing");
        let page = grace.get(&format!("/workspaces/{place}")).await;
        page.is(500).says("Something went wrong").says(page.headers["x-request-id"].to_str().unwrap());
        assert!(!page.body.contains("memberships"), "the page tells nothing of the inside");
    }

    async fn the_host_header_names_nothing(console: Console) {
        let grace = console.set_up().await;
        let page = grace.send(grace.request(Method::GET, "/").header("host", "evil.example")).await;
        assert!(!page.location.clone().unwrap_or_default().contains("evil"), "{:?}", page.location);
        let page = grace.send(grace.request(Method::GET, "/sign-in/again").header("host", "evil.example")).await;
        assert!(!page.body.contains("evil.example"));
    }
}
