//! Creating and revoking a key in a real browser.

use crate::support::{Client, Console, browser::Browser, engine::on_both_databases, people::PASSWORD};

async fn sign_in(browser: &Browser) {
    browser.go("/sign-in").await;
    browser.fill("Email address", "grace@analytical.example").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.sees("What you may do here").await;
}

/// The text of a line to copy.
async fn line(browser: &Browser, name: &str) -> String {
    let code = "return [...document.querySelectorAll('.copyline')].find(line => line.innerText.startsWith(arguments[0])).querySelector('code').textContent";
    browser.script(code, vec![name.into()]).await.as_str().unwrap_or_default().to_owned()
}

/// What the ready line of `curl` would be answered, at the address that is there already.
async fn works(console: &Console, secret: &str) -> bool {
    let program = Client::new(&console.base);
    program.send(program.bare(reqwest::Method::GET, "/v1/admin/me").bearer_auth(secret)).await.status == 200
}

on_both_databases! {
    async fn a_key_is_created_its_secret_copied_and_the_key_revoked(console: Console) {
        console.set_up().await;
        let browser = Browser::open(&console.base).await;
        sign_in(&browser).await;
        browser.press("API keys").await;
        browser.sees("No keys yet").await;
        browser.looks_right().await;
        browser.press("Create key").await;
        browser.sees("Its secret is shown once").await;
        browser.looks_right().await;
        browser.fill("Name", "weekly-digest").await;
        browser.press("Create key").await;
        browser.sees("Tick what it may do").await;
        browser.looks_right().await;
        assert_eq!(browser.value("Name").await, "weekly-digest");
        // What hangs on a choice is there once it is made.
        browser.does_not_see("Last day").await;
        browser.choose("Expires", "On a day you choose").await;
        browser.sees("It works to the end of this day").await;
        browser.choose("Expires", "In 30 days").await;
        browser.untick("Restrict permissions").await;
        browser.does_not_see("Knowledge bases").await;
        browser.sees("The key may do everything you may do in Marketing").await;
        browser.tick("Restrict permissions").await;
        browser.tick("Run flows_run").await;
        browser.tick("Query and search kbs_query").await;
        browser.press("Create key").await;
        browser.sees("weekly-digest is ready. Copy its secret now").await;
        browser.sees("Run flows, query knowledge bases").await;
        browser.looks_right().await;
        let secret = line(&browser, "Secret").await;
        assert!(works(&console, &secret).await);
        assert_eq!(line(&browser, "Try it").await, format!("curl -X GET {}/v1/workflows -H \"Authorization: Bearer {secret}\"", console.base));
        assert!(browser.offers("Copy Secret").await && browser.offers("Copy Try it").await);
        browser.press("API keys").await;
        browser.sees("127.0.0.1").await;
        browser.does_not_see(&secret).await;
        browser.looks_right().await;
        browser.press("Actions for weekly-digest").await;
        browser.press("Revoke").await;
        browser.sees("Whatever uses it is refused from its next request on.").await;
        browser.looks_right().await;
        browser.press("Revoke key").await;
        browser.sees("weekly-digest is revoked").await;
        assert!(!works(&console, &secret).await);
        browser.press("Ended (1)").await;
        browser.sees("by you").await;
        browser.looks_right().await;
    }

    async fn a_key_is_created_by_keyboard_alone(console: Console) {
        console.set_up().await;
        let browser = Browser::open(&console.base).await;
        sign_in(&browser).await;
        browser.focus_on("API keys").await;
        browser.keys(&["Enter"]).await;
        browser.sees("No keys yet").await;
        browser.focus_on("Create key").await;
        browser.keys(&["Enter"]).await;
        browser.focus_on("Name").await;
        browser.keys(&["nightly-report"]).await;
        browser.focus_on("Run flows_run").await;
        browser.keys(&["Space"]).await;
        browser.focus_on("Create key").await;
        browser.keys(&["Enter"]).await;
        browser.sees("nightly-report is ready").await;
        let secret = line(&browser, "Secret").await;
        assert!(works(&console, &secret).await);
        browser.focus_on("Copy Secret").await;
        browser.focus_on("Actions for nightly-report").await;
        browser.keys(&["Enter"]).await;
        browser.focus_on("Revoke…").await;
        browser.keys(&["Enter"]).await;
        browser.focus_on("Revoke key").await;
        browser.keys(&["Enter"]).await;
        browser.sees("nightly-report is revoked").await;
        assert!(!works(&console, &secret).await);
    }

    async fn a_key_is_created_without_javascript_and_on_a_phone(console: Console) {
        console.set_up().await;
        for browser in [Browser::without_javascript(&console.base).await, Browser::phone(&console.base).await] {
            sign_in(&browser).await;
            let marketing = console.workspace_named("Marketing");
            browser.go(&format!("/workspaces/{marketing}/control/api-keys/new")).await;
            browser.fill("Name", "from-afar").await;
            browser.untick("Restrict permissions").await;
            browser.does_not_see("Knowledge bases").await;
            browser.press("Create key").await;
            browser.sees("from-afar is ready").await;
            browser.sees("Everything you may do").await;
            browser.sees("curl -X GET").await;
        }
    }
}
