//! What browsers are told and held to: https where there is one, no other site, no odd methods, and what each text is written in.

use reqwest::Method;

use crate::support::{
    Client, Console,
    engine::{Engine, Start as _},
    links::CHOSEN,
    people::PASSWORD,
};

async fn console() -> Console {
    Console::start(Engine::Sqlite).await
}

fn header<'a>(page: &'a crate::support::Page, name: &str) -> &'a str {
    page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// Behind a proxy that carries TLS, as the public URL says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_https_the_cookie_is_of_this_host_alone_and_browsers_stay_with_https() {
    let console = console().await;
    console.set_up().await;
    let served = console.served_by_the_binary(&["--public-url", "https://console.example.org"]).await;
    let visitor = Client::new(&served.base);
    let signed_in = visitor.post("/sign-in", &[("email", "grace@analytical.example"), ("password", PASSWORD)]).await;
    let cookies: Vec<&str> = signed_in.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()).collect();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    assert!(cookies[0].starts_with("__Host-noxus="), "{}", cookies[0]);
    let parts: Vec<&str> = cookies[0].split("; ").skip(1).collect();
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(parts.contains(&part), "{part} is not in {parts:?}");
    }
    assert!(!parts.iter().any(|part| part.starts_with("Domain")), "{parts:?}");
    // Whoever is signed in by now is sent on from there.
    let visitor = Client::new(&served.base);
    let css = visitor.get("/sign-in").await.attributes("link[rel=stylesheet]", "href").remove(0);
    for page in [signed_in, visitor.get("/sign-in").await, visitor.get("/nowhere").await, visitor.get("/v1/admin/me").await, visitor.get(&css).await] {
        assert_eq!(header(&page, "strict-transport-security"), "max-age=31536000; includeSubDomains", "{}", page.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_other_site_may_read_an_answer() {
    let console = console().await;
    let grace = console.set_up().await;
    let key = console.key(&console.user_named("grace"), None, Some("org_admin"));
    for path in ["/", "/sign-in", "/settings/users", "/v1/admin/me", "/v1/nothing", "/favicon.ico", "/nowhere"] {
        for method in [Method::GET, Method::OPTIONS] {
            let asked = grace.bare(method.clone(), path).header("Origin", "https://evil.example").header("Access-Control-Request-Method", "POST");
            let answer = grace.send(asked.header("Access-Control-Request-Headers", "authorization").bearer_auth(key.as_str())).await;
            let lets_in: Vec<_> = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).collect();
            assert!(lets_in.is_empty(), "{method} {path}: {lets_in:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_by_an_odd_method_is_not_done_and_not_echoed() {
    let console = console().await;
    let grace = console.set_up().await;
    for path in ["/sign-in", "/settings/users", "/v1/admin/me", "/favicon.ico"] {
        for method in [Method::TRACE, Method::OPTIONS, Method::PUT, Method::DELETE, Method::from_bytes(b"PROPFIND").expect("a method")] {
            let answer = grace.send(grace.request(method.clone(), path).header("X-Echo", "an-unlikely-word")).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(!answer.body.contains("an-unlikely-word"), "{method} {path}");
        }
    }
    grace.get("/settings/users").await.is(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_text_says_what_it_is_written_in() {
    let console = console().await;
    let grace = console.set_up().await;
    let page = grace.get("/settings/users").await;
    let files = [page.attributes("link[rel=stylesheet]", "href"), page.attributes("script[src]", "src"), page.attributes("link[rel=icon]", "href")].concat();
    assert_eq!(files.len(), 3, "{files:?}");
    for path in ["/settings/users", "/sign-in/again", "/nowhere", "/settings/users/nobody", "/robots.txt", "/favicon.ico", "/assets/nothing.css"]
        .iter()
        .copied()
        .chain(files.iter().map(String::as_str))
    {
        let answer = grace.get(path).await;
        let kind = header(&answer, "content-type");
        assert!(kind.starts_with("text/") || kind.starts_with("image/svg+xml"), "{path}: {kind}");
        assert!(kind.contains("; charset=utf-8"), "{path}: {kind}");
    }
    grace.send(grace.request(Method::PUT, "/sign-in")).await.is(405);
}

/// Nothing keeps a password manager, or somebody who pastes, from a field of a password.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_typed_hidden_and_may_be_pasted() {
    let console = console().await;
    let setup = console.setup_link();
    let first = console.visitor().get(&setup).await;
    let grace = console.set_up().await;
    let ada = console.member_of_organization("Ada Lovelace").await;
    let (visitor, reset) = (console.visitor(), console.forgets(&ada).await);
    let mut fields = 0;
    for page in [first, visitor.get("/sign-in").await, visitor.get(&reset).await, grace.get("/account/password").await, grace.get("/sign-in/again").await] {
        for name in ["password", "current"] {
            let of = |attribute: &str| page.attributes(&format!("input[name={name}]"), attribute);
            assert!(of("type").iter().all(|kind| kind == "password"), "{name}: {:?}", of("type"));
            assert!(of("autocomplete").iter().all(|it| it == "current-password" || it == "new-password"), "{name}: {:?}", of("autocomplete"));
            assert_eq!(of("type").len(), of("autocomplete").len(), "{name}");
            for keeps_out in ["onpaste", "readonly", "maxlength", "disabled"] {
                assert!(of(keeps_out).is_empty(), "{name} has {keeps_out}");
            }
            fields += of("type").len();
        }
    }
    assert!(fields >= 6, "{fields}");
    visitor.post(&reset, &[("password", CHOSEN)]).await.is(303);
}
