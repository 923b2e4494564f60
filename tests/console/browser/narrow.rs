//! Narrowing lists down by keyboard, and names that are too long for any page.

use noxus_console::domain::roles::built_in;

use crate::support::{Console, browser::Browser, engine::on_both_databases, people::PASSWORD};

async fn grace(console: &Console) -> Browser {
    let browser = Browser::open(&console.base).await;
    browser.go("/sign-in").await;
    browser.fill("Email address", "grace@analytical.example").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.sees("What you may do here").await;
    browser
}

on_both_databases! {
    /// Arrow keys pass over choices that are not meant (WCAG 3.2.2): nothing is sent before Enter, or before it is left.
    async fn a_filter_waits_for_enter_by_keyboard_and_keeps_the_focus(console: Console) {
        console.set_up().await;
        console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        let browser = grace(&console).await;
        browser.go("/settings/users").await;
        browser.focus_on("Status").await;
        let sent = "sessionStorage.setItem('sent', 1 + Number(sessionStorage.getItem('sent')))";
        browser.script(&format!("document.querySelector('form.filters').addEventListener('submit', () => {sent}); return 1"), vec![]).await;
        // A letter changes a closed box at once, as an arrow key does.
        browser.keys(&["d"]).await;
        let chosen = "return document.getElementById('filter-status').value";
        browser.until("it is chosen", async || browser.script(chosen, vec![]).await == "deactivated").await;
        assert!(browser.script("return sessionStorage.getItem('sent')", vec![]).await.is_null(), "it was sent at the first key");
        assert_eq!(browser.focused().await, "Status");
        browser.keys(&["Enter"]).await;
        browser.sees("Dora Deactivated").await;
        browser.until("the focus is back", async || browser.focused().await == "Status").await;
        assert!(browser.url().await.ends_with("?status=deactivated"), "{}", browser.url().await);
        // Left with Tab it is sent too, and one goes on from there.
        browser.keys(&["a", "Tab"]).await;
        browser.sees("Grace Hopper grace@").await;
        // A driver may press its Tab once more in the page that comes.
        browser.until("the focus is further on", async || ["Role", "Workspace"].contains(&browser.focused().await.as_str())).await;
        assert!(!browser.url().await.contains("deactivated"), "{}", browser.url().await);
    }

    async fn on_a_phone_a_key_has_the_width_and_the_steps_one_line(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        console.key(&console.user_named("grace"), Some(&marketing), None);
        let browser = grace(&console).await;
        browser.go("/account/access").await;
        browser.sees("Your API keys").await;
        browser.set_width(390, 844).await;
        let width = browser.script("return document.querySelector('.rows > .parted > .grow').getBoundingClientRect().width", vec![]).await;
        assert!(width.as_f64().is_some_and(|px| px > 280.0), "{width}");
        for stop in ["role", "flows", "people", "account"] {
            browser.go(&format!("/workspaces/{marketing}/tour/{stop}")).await;
            browser.sees("A short look around").await;
            let lines = browser.script("return new Set([...document.querySelectorAll('.steps i')].map(it => Math.round(it.getBoundingClientRect().top))).size", vec![]).await;
            assert_eq!(lines, 1, "at {stop}");
        }
        browser.looks_right().await;
        browser.go(&format!("/workspaces/{marketing}/control/api-keys")).await;
        browser.sees("Everything you may do").await;
        browser.set_width(390, 844).await;
        let label = browser.script("return getComputedStyle(document.querySelector('.keys .named'), '::before').content", vec![]).await;
        assert!(label.as_str().is_some_and(|label| label.contains(':')), "{label}");
    }

    async fn a_workspace_of_a_name_without_a_gap_pushes_no_page_sideways(console: Console) {
        let admin = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let member = console.member_of_organization("Ada Lovelace").await;
        console.membership(&member, &marketing, built_in::reader());
        console.member_of_organization("Joan Clarke").await;
        admin.post(&format!("/settings/workspaces/{marketing}/name"), &[("name", &"W".repeat(69)), ("description", "")]).await.is(303);
        let browser = grace(&console).await;
        let own = format!("/workspaces/{marketing}");
        let pages = ["", "/tour/role", "/tour/flows", "/flows", "/flows/new", "/settings/users", "/settings/users/new", "/control/api-keys"];
        for page in pages.iter().map(|page| format!("{own}{page}")).chain(["/help".to_owned(), "/settings/workspaces".to_owned()]) {
            browser.go(&page).await;
            browser.sees("WWW").await;
            for width in [320, 390, 768, 1440] {
                browser.set_width(width, 900).await;
                let out = browser.sideways().await;
                assert!(out.is_empty(), "{page} at {width} px: {out}");
            }
        }
    }

    async fn a_name_without_a_gap_pushes_no_page_sideways(console: Console) {
        let admin = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let long = "W".repeat(100);
        let alan = console.invited_by(&admin, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        admin.post(&format!("/settings/users/{alan}/details"), &[("name", &long), ("email", "alan@analytical.example")]).await.is(303);
        let member = console.member_of_organization("Ada Lovelace").await;
        console.membership(&member, &marketing, built_in::reader());
        console.sign_in("ada").await.post("/account/profile", &[("name", &long), ("display_name", &long)]).await;
        let browser = grace(&console).await;
        for (user, acts) in [(&alan, &["", "/details", "/removal", "/role", "/invitation/revocation"][..]), (&member, &["", "/removal", "/role", "/deactivation"])] {
            for act in acts {
                browser.go(&format!("/settings/users/{user}{act}")).await;
                browser.sees("WWW").await;
                for width in [320, 390, 768, 1440] {
                    browser.set_width(width, 900).await;
                    let out = browser.sideways().await;
                    assert!(out.is_empty(), "{act} at {width} px: {out}");
                }
            }
        }
        for page in ["/settings/users".to_owned(), format!("/workspaces/{marketing}/settings/users"), "/settings/roles".to_owned()] {
            browser.go(&page).await;
            for width in [320, 390, 768, 800, 900, 1000, 1100, 1200, 1440] {
                browser.set_width(width, 900).await;
                let out = browser.sideways().await;
                assert!(out.is_empty(), "{page} at {width} px: {out}");
            }
        }
    }
}
