//! What an admin and a member do in a workspace, each in every way people use a browser.

use noxus_console::{base::ids::WorkspaceId, domain::roles::built_in};

use crate::support::{
    Console,
    browser::hand::{Hand, Way},
    engine::on_one_database,
    people::PASSWORD,
};

async fn sign_in(hand: &Hand, first: &str, next: &str) {
    hand.browser.forget_cookies().await;
    hand.browser.go(&format!("/sign-in?next={next}")).await;
    hand.fill("Email address", &format!("{first}@analytical.example")).await;
    hand.fill("Password", PASSWORD).await;
    hand.press("Sign in").await;
    hand.browser.is_at(next).await;
}

/// A key is created and revoked in its workspace; another by whoever made it, who administers nothing any more.
async fn keys(console: &Console, hand: &Hand, marketing: &WorkspaceId) {
    let list = format!("/workspaces/{marketing}/control/api-keys");
    sign_in(hand, "grace", &list).await;
    hand.press("Create key").await;
    hand.fill("Name", "nightly").await;
    hand.toggle("Run flows_run").await;
    hand.press("Create key").await;
    hand.sees("nightly is ready").await;
    hand.browser.go(&list).await;
    hand.press("Actions for nightly").await;
    hand.press("Revoke").await;
    hand.sees("Whatever uses it is refused").await;
    hand.press("Revoke key").await;
    hand.sees("nightly is revoked").await;

    let ada = console.user_named("ada");
    console.key(&ada, Some(marketing), None);
    sign_in(hand, "ada", "/account/access").await;
    hand.sees("a-key").await;
    hand.press("Revoke a-key").await;
    hand.sees("Revoke a-key?").await;
    hand.press("Revoke key").await;
    hand.sees("a-key is revoked").await;
}

/// Name and colour of a workspace; an invitation sent again from its list; everybody as a file.
async fn settings(console: &Console, hand: &Hand, marketing: &WorkspaceId) {
    sign_in(hand, "grace", &format!("/workspaces/{marketing}/settings/general")).await;
    hand.fill("Name", "Markets and more").await;
    hand.press("Save").await;
    hand.sees("Markets and more").await;
    hand.browser.go(&format!("/workspaces/{marketing}/settings/users")).await;
    hand.browser.sees("Joan Clarke").await;
    let before = console.letters_of("invitation");
    hand.press("Actions for Joan Clarke").await;
    hand.press("Resend").await;
    hand.sees("Joan").await;
    hand.browser.until("a fresh mail is made", async || console.letters_of("invitation") > before).await;
    hand.browser.go("/settings/users").await;
    hand.press("Export CSV").await;
    hand.browser.until("the export is in the audit", async || console.acts_of("people.exported") == 1).await;
    // What is answered is a file: the page stays.
    hand.browser.is_at("/settings/users").await;
}

async fn goes_through(console: Console, way: Way) {
    let grace = console.set_up().await;
    let marketing = console.workspace_named("Marketing");
    let ada = console.member_of_organization("Ada Lovelace").await;
    console.membership(&ada, &marketing, built_in::reader());
    console.invited_by(&grace, "Joan Clarke", &[(&marketing, built_in::reader())]).await;
    let hand = Hand::at(&console.base, way).await;
    keys(&console, &hand, &marketing).await;
    settings(&console, &hand, &marketing).await;
}

on_one_database! {
    Sqlite: async fn keys_and_settings_by_mouse(console: Console) {
        goes_through(console, Way::Mouse).await;
    }

    Postgres: async fn keys_and_settings_by_keyboard_alone(console: Console) {
        goes_through(console, Way::Keyboard).await;
    }

    Sqlite: async fn keys_and_settings_without_javascript(console: Console) {
        goes_through(console, Way::WithoutJavaScript).await;
    }

    Postgres: async fn keys_and_settings_on_a_phone(console: Console) {
        goes_through(console, Way::Phone).await;
    }
}
