//! Arriving in a workspace and finding one's way, in real Chromium: the tour, the first steps, Help, what one may do.

use diesel::prelude::*;
use noxus_console::{db::schema::audit, domain::roles::built_in};

use crate::support::{Console, browser::Browser, engine::on_both_databases, people::PASSWORD};

async fn sign_in(browser: &Browser, first: &str) {
    browser.go("/sign-in").await;
    browser.fill("Email address", &format!("{first}@analytical.example")).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.sees("What you may do here").await;
}

/// Marketing with Ada as Reader and Hedy, of a long name, as Admin.
async fn populate(console: &Console) {
    console.set_up().await;
    let marketing = console.workspace_named("Marketing");
    for (name, role) in [("Ada Lovelace", built_in::reader()), ("Hedy Eva-Maria Kiesler-Lamarr-von-und-zu-Hohenstein", built_in::admin())] {
        let user = console.member_of_organization(name).await;
        console.membership(&user, &marketing, role);
    }
}

on_both_databases! {
    async fn somebody_new_is_shown_around_and_finds_help(console: Console) {
        populate(&console).await;
        let ada = Browser::open(&console.base).await;
        sign_in(&ada, "ada").await;
        ada.sees("A short look around, Ada?").await;
        ada.looks_right().await;
        ada.press("Start the tour").await;
        ada.sees("You are a Reader").await;
        ada.looks_right().await;
        ada.press("Next").await;
        ada.sees("Flows are what Marketing is for").await;
        ada.press("Next").await;
        ada.sees("Marketing has 2 members and 1 organization admin").await;
        ada.looks_right().await;
        ada.press("Home").await;
        ada.sees("You are at stop 3 of 4").await;
        ada.looks_right().await;
        ada.press("Go on").await;
        ada.press("Back").await;
        ada.sees("Flows are what Marketing is for").await;
        ada.press("Back").await;
        ada.sees("You are a Reader").await;
        for seen in ["Flows are what Marketing is for", "Marketing has 2 members and 1 organization admin", "Your name at the foot of the sidebar"] {
            ada.press("Next").await;
            ada.sees(seen).await;
        }
        ada.looks_right().await;
        ada.press("Finish").await;
        ada.sees("That was the tour.").await;
        ada.does_not_see("A short look around").await;
        ada.press("Ada Lovelace").await;
        ada.press("Help").await;
        ada.sees("Tour of Marketing").await;
        ada.looks_right().await;
        ada.press("Accept an invitation").await;
        ada.sees("opening it changes nothing yet").await;
        ada.looks_right().await;
        for page in ["/account/access", "/account/activity"] {
            ada.go(page).await;
            ada.looks_right().await;
        }
    }

    async fn the_tour_and_help_work_by_keyboard_alone(console: Console) {
        populate(&console).await;
        let ada = Browser::open(&console.base).await;
        sign_in(&ada, "ada").await;
        for (button, seen) in [("Start the tour", "You are a Reader"), ("Next", "Flows are what Marketing is for"), ("Next", "Marketing has 2 members and 1 organization admin"), ("Next", "Your name at the foot"), ("Finish", "That was the tour.")] {
            ada.focus_on(button).await;
            ada.keys(&["Enter"]).await;
            ada.sees(seen).await;
        }
        ada.focus_on("Ada Lovelace Org Base Your account").await;
        ada.keys(&["Enter"]).await;
        ada.focus_on("Help").await;
        ada.keys(&["Enter"]).await;
        ada.sees("Short guides with pictures").await;
        ada.focus_on("Your profile How you are called, everywhere the same").await;
        ada.keys(&["Enter"]).await;
        ada.sees("press Profile").await;
        ada.focus_on("Open Profile").await;
        ada.keys(&["Enter"]).await;
        ada.is_at("/account/profile").await;
    }

    async fn the_tour_and_help_work_without_javascript(console: Console) {
        populate(&console).await;
        let ada = Browser::without_javascript(&console.base).await;
        sign_in(&ada, "ada").await;
        ada.press("Start the tour").await;
        ada.press("Next").await;
        ada.sees("Flows are what Marketing is for").await;
        ada.press("Next").await;
        ada.sees("Marketing has 2 members and 1 organization admin").await;
        ada.press("Next").await;
        ada.press("Finish").await;
        ada.sees("That was the tour.").await;
        ada.press("Ada Lovelace").await;
        ada.press("Help").await;
        ada.press("Tour of Marketing").await;
        ada.sees("You are a Reader").await;
        ada.press("Leave the tour").await;
        ada.sees("What you may do here").await;
        ada.press("Ada Lovelace").await;
        ada.press("Activity").await;
        ada.sees("Signed in from").await;
    }

    async fn an_admin_takes_the_first_steps_on_a_phone(console: Console) {
        populate(&console).await;
        let grace = Browser::phone(&console.base).await;
        sign_in(&grace, "grace").await;
        grace.sees("First steps").await;
        grace.looks_right().await;
        grace.press("Skip the tour").await;
        grace.sees("Skipped.").await;
        grace.press("Set up mail").await;
        grace.sees("NOXUS_SMTP_URL").await;
        grace.looks_right().await;
        grace.back().await;
        grace.press("Hide the first steps").await;
        grace.sees("The first steps are put away.").await;
        grace.does_not_see("Invite someone").await;
        for page in ["/help", "/account/access", "/account/activity", "/help/review-who-has-access"] {
            grace.go(page).await;
            grace.looks_right().await;
        }
    }

    async fn a_file_leaves_the_page_as_it_is(console: Console) {
        populate(&console).await;
        let grace = Browser::open(&console.base).await;
        sign_in(&grace, "grace").await;
        grace.go("/settings/users").await;
        grace.press("Export CSV").await;
        // Going on at once would call the download off.
        let exports = || console.rows(|c| audit::table.filter(audit::action.eq("people.exported")).count().get_result::<i64>(c));
        grace.until("the file has come", async || exports() == 1).await;
        grace.go("/account/activity").await;
        grace.sees("Exported 3 people as a CSV file").await;
        grace.go("/settings/users").await;
        grace.press("Export CSV").await;
        grace.press("Export CSV").await;
        grace.is_at("/settings/users").await;
        grace.looks_right().await;
    }
}
