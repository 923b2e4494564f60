//! One's own password, address and sessions, by mouse, by keyboard alone, without JavaScript and on a phone.

use crate::support::{
    Console,
    browser::hand::{Hand, Way},
    engine::on_one_database,
    links::CHOSEN,
    mailbox::MailServer,
    people::PASSWORD,
};

const ADA: &str = "ada@analytical.example";
const NEW: &str = "ada.byron@analytical.example";
const THIRD: &str = "another four unrelated words";

async fn sign_in(hand: &Hand, email: &str, password: &str, next: &str) {
    hand.browser.go(&format!("/sign-in?next={next}")).await;
    hand.fill("Email address", email).await;
    hand.fill("Password", password).await;
    hand.press("Sign in").await;
    hand.browser.is_at(next).await;
}

/// Ends the other sessions, one and all, and changes the password both ways.
async fn password_and_sessions(console: &Console, hand: &Hand) {
    let elsewhere = [console.sign_in("ada").await, console.sign_in("ada").await, console.sign_in("ada").await];
    sign_in(hand, ADA, PASSWORD, "/account/password").await;
    hand.sees("This one").await;
    hand.press("End the session of").await;
    hand.sees("That session is over.").await;
    hand.press("End all others").await;
    hand.browser.sees("The 2 other sessions are over.").await;
    for other in &elsewhere {
        other.get("/account/profile").await.is(303);
    }
    let elsewhere = console.sign_in("ada").await;
    hand.browser.go("/account/password").await;
    hand.fill("Current password", "not the password at all").await;
    hand.fill("New password", "analytical.example").await;
    if hand.has_scripts() {
        hand.browser.sees("easy to guess").await;
    }
    hand.press("Change password").await;
    hand.sees("needs another look").await;
    hand.fill("Current password", "not the password at all").await;
    hand.fill("New password", CHOSEN).await;
    if hand.has_scripts() {
        let gone = "return document.querySelector('.strength .problem') === null";
        hand.browser.until("what was said of the other password is gone", async || hand.browser.script(gone, vec![]).await == true).await;
    }
    hand.press("Change password").await;
    hand.sees("This is not your password.").await;
    hand.fill("Current password", PASSWORD).await;
    hand.fill("New password", CHOSEN).await;
    hand.toggle("Stay signed in elsewhere").await;
    hand.press("Change password").await;
    hand.browser.sees("Your password is changed").await;
    elsewhere.get("/account/profile").await.is(200);
    hand.fill("Current password", CHOSEN).await;
    hand.fill("New password", PASSWORD).await;
    hand.press("Change password").await;
    hand.browser.sees("Your password is changed. The other session is over.").await;
    elsewhere.get("/account/profile").await.is(303);
}

/// Changes the address, and takes it back from the old one.
async fn address(server: &MailServer, hand: &Hand) {
    hand.press("Profile").await;
    hand.press("Change your email address").await;
    hand.sees("Your address is").await;
    hand.fill("New email address", NEW).await;
    hand.press("Send the link").await;
    hand.sees(&format!("A link is on its way to {NEW}")).await;
    hand.browser.go(&server.wait_for(NEW).await.link_with("/email/confirm/")).await;
    hand.sees("Is this your new address?").await;
    hand.press("Confirm the address").await;
    hand.sees(&format!("Your address is {NEW} now.")).await;
    hand.browser.go(&server.wait_for(ADA).await.link_with("/email/undo/")).await;
    hand.sees("Undo the change of your address?").await;
    hand.press("Undo the change").await;
    hand.sees("The change of address was undone").await;
}

/// From the page where the undo ended, a new password.
async fn forgotten(console: &Console, server: &MailServer, hand: &Hand) {
    hand.press("Send me a link to a new password").await;
    hand.sees("Look into your mailbox").await;
    let first = server.wait_for(ADA).await.link_with("/password/reset/");
    hand.browser.go("/sign-in").await;
    hand.press("Forgotten").await;
    hand.sees("Give your address").await;
    hand.fill("Email address", ADA).await;
    hand.press("Send me a link").await;
    hand.browser.sees("Look into your mailbox").await;
    let second = server.wait_for(ADA).await.link_with("/password/reset/");
    hand.browser.go(&first).await;
    hand.sees("There is a newer link").await;
    hand.browser.go(&second).await;
    hand.sees("Choose a new password").await;
    hand.fill("New password", "ada lovelace, ada").await;
    hand.press("Choose this password").await;
    hand.sees("easy to guess").await;
    hand.fill("New password", CHOSEN).await;
    if hand.has_scripts() {
        hand.browser.sees("ood.").await;
    }
    hand.press("Choose this password").await;
    hand.sees("Your new password is set. Sign in with it.").await;
    hand.browser.go(&second).await;
    hand.sees("This link was used already").await;
    assert!(!console.still_has_the_old_password(ADA).await);
    sign_in(hand, ADA, CHOSEN, "/account/password").await;
}

/// Whoever administers people starts it; the person chooses.
async fn started_by_an_admin(console: &Console, server: &MailServer, hand: &Hand) {
    let ada = console.user_named("ada");
    sign_in(hand, "grace@analytical.example", PASSWORD, &format!("/settings/users/{ada}")).await;
    hand.press("Send a reset link").await;
    hand.sees("Send Ada a link to a new password?").await;
    hand.press("Send the link").await;
    hand.browser.sees("A link to choose a new password is on its way to").await;
    let link = server.wait_for(ADA).await.link_with("/password/reset/");
    hand.browser.go(&link).await;
    hand.fill("New password", THIRD).await;
    hand.press("Choose this password").await;
    hand.browser.sees("Your new password is set").await;
    assert!(console.lets_in(ADA, THIRD).await);
}

async fn goes_through((console, server): (Console, MailServer), way: Way) {
    console.member_of_organization("Ada Lovelace").await;
    let hand = Hand::at(&console.base, way).await;
    password_and_sessions(&console, &hand).await;
    // The notices of the two changes.
    for _ in 0..2 {
        assert!(server.wait_for(ADA).await.subject.contains("password"));
    }
    address(&server, &hand).await;
    forgotten(&console, &server, &hand).await;
    assert!(server.wait_for(ADA).await.subject.contains("password"));
    hand.browser.forget_cookies().await;
    started_by_an_admin(&console, &server, &hand).await;
}

on_one_database! {
    Sqlite: async fn password_address_and_sessions_by_mouse((console, server): (Console, MailServer)) {
        goes_through((console, server), Way::Mouse).await;
    }

    Postgres: async fn password_address_and_sessions_by_keyboard_alone((console, server): (Console, MailServer)) {
        goes_through((console, server), Way::Keyboard).await;
    }

    Sqlite: async fn password_address_and_sessions_without_javascript((console, server): (Console, MailServer)) {
        goes_through((console, server), Way::WithoutJavaScript).await;
    }

    Postgres: async fn password_address_and_sessions_on_a_phone((console, server): (Console, MailServer)) {
        goes_through((console, server), Way::Phone).await;
    }
}
