//! One workspace of many is found by typing, in each way people use a browser.

use noxus_console::domain::roles::built_in;

use crate::support::{
    Console,
    browser::hand::{Hand, Way},
    engine::on_one_database,
    people::PASSWORD,
};

async fn finds(console: Console, way: Way) {
    console.set_up().await;
    for n in 0..35 {
        console.workspace(&format!("Place {n:02}"));
    }
    let ada = console.member_of_organization("Ada Lovelace").await;
    console.membership(&ada, &console.workspace("Zoology"), built_in::reader());
    let hand = Hand::at(&console.base, way).await;
    hand.browser.go("/sign-in?next=/settings/users").await;
    hand.fill("Email address", "grace@analytical.example").await;
    hand.fill("Password", PASSWORD).await;
    hand.press("Sign in").await;
    hand.sees("2 people").await;
    if way == Way::Phone {
        hand.press("Filter").await;
    }
    hand.fill("Workspace", "zoo").await;
    if hand.has_scripts() {
        let filled = "return [...document.querySelector('#filter-workspace').list.options].some((option) => option.value === 'Zoology')";
        hand.browser.until("names are suggested", async || hand.browser.script(filled, vec![]).await == true).await;
    }
    match way {
        Way::Mouse => hand.browser.keys(&["Enter"]).await,
        // Takes the suggestion, which is all there is to do.
        Way::Keyboard => hand.browser.keys(&["Down", "Enter"]).await,
        Way::Phone | Way::WithoutJavaScript => hand.press("Show results").await,
    }
    hand.browser.sees("1 of 2 people").await;
    // It goes on where the reader was, until the window gets so narrow that the filters are put away.
    if matches!(way, Way::Mouse | Way::Keyboard) {
        assert_eq!(hand.browser.focused().await, "Workspace");
        assert_eq!(hand.browser.value("Workspace").await, "Zoology");
    }
    hand.sees("Ada Lovelace").await;
    hand.browser.looks_right().await;
}

on_one_database! {
    Sqlite: async fn a_workspace_is_typed_and_entered(console: Console) {
        finds(console, Way::Mouse).await;
    }

    Postgres: async fn a_suggested_workspace_is_taken_by_keyboard_alone(console: Console) {
        finds(console, Way::Keyboard).await;
    }

    Sqlite: async fn a_workspace_is_typed_without_javascript(console: Console) {
        finds(console, Way::WithoutJavaScript).await;
    }

    Postgres: async fn a_workspace_is_typed_on_a_phone(console: Console) {
        finds(console, Way::Phone).await;
    }
}
