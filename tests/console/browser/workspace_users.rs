//! A workspace's people and its settings, by mouse, on a phone, by keyboard alone and without JavaScript.

use noxus_console::{
    base::ids::{UserId, WorkspaceId},
    domain::roles::built_in,
};

use crate::support::{Console, browser::Browser, engine::on_both_databases, people::PASSWORD};

const LONG: &str = "Maria Margaretha Winkelmann-Kirch";

/// Marketing with members in every state, and people who can be added.
async fn populate(console: &Console) -> WorkspaceId {
    let grace = console.set_up().await;
    let marketing = console.workspace_named("Marketing");
    for (name, role) in [("Ada Lovelace", built_in::editor()), ("Hedy Lamarr", built_in::admin())] {
        let id: UserId = console.member_of_organization(name).await;
        console.membership(&id, &marketing, role);
    }
    let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
    console.membership(&dora, &marketing, built_in::reader());
    console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
    for name in ["Joan Clarke", "Kit Ten", LONG] {
        console.member_of_organization(name).await;
    }
    marketing
}

async fn sign_in(browser: &Browser, first: &str) {
    browser.go("/sign-in").await;
    browser.fill("Email address", &format!("{first}@analytical.example")).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.sees("What you may do here").await;
}

on_both_databases! {
    async fn an_admin_adds_changes_and_removes_several_people(console: Console) {
        let marketing = populate(&console).await;
        let list = format!("/workspaces/{marketing}/settings/users");
        let grace = Browser::open(&console.base).await;
        sign_in(&grace, "grace").await;
        grace.go(&list).await;
        grace.sees("4 members and 1 organization admin").await;
        grace.looks_right().await;
        grace.press("Add users").await;
        grace.looks_right().await;
        grace.tick("Joan Clarke").await;
        grace.tick("Maria").await;
        grace.press("Next").await;
        grace.looks_right().await;
        grace.choose("Role of Joan Clarke", "Editor").await;
        grace.press("Add 2 people").await;
        grace.sees("2 people were added to Marketing.").await;
        // The bar comes with the first tick, and says how many.
        grace.does_not_see("selected").await;
        grace.tick("Select Joan Clarke").await;
        grace.tick("Select Maria").await;
        grace.sees("2 selected").await;
        grace.looks_right().await;
        grace.press("Clear").await;
        grace.does_not_see("selected").await;
        grace.tick("Select all on this page").await;
        grace.sees("6 selected").await;
        grace.untick("Select all on this page").await;
        grace.tick("Select Joan Clarke").await;
        grace.tick("Select Maria").await;
        grace.press("Change role").await;
        grace.sees("Change the role of 2 people in Marketing").await;
        grace.looks_right().await;
        grace.press("Change role").await;
        grace.sees("Joan Clarke is a Reader in Marketing now.").await;
    }

    async fn an_admin_settles_what_the_workspace_is_called_and_deletes_it(console: Console) {
        let marketing = populate(&console).await;
        let grace = Browser::open(&console.base).await;
        sign_in(&grace, "grace").await;
        grace.go(&format!("/workspaces/{marketing}/settings/general")).await;
        grace.looks_right().await;
        grace.fill("Name", "Growth").await;
        grace.choose("Colour", "Blue").await;
        grace.press("Save").await;
        grace.sees("Marketing is now called Growth.").await;
        grace.press("Delete").await;
        grace.sees("Delete Growth for good?").await;
        grace.looks_right().await;
        grace.fill("Its name", "Marketing").await;
        grace.press("Delete Growth for good").await;
        grace.sees("This is not its name").await;
        grace.looks_right().await;
        grace.fill("Its name", "Growth").await;
        grace.press("Delete Growth for good").await;
        grace.sees("Growth is deleted.").await;
    }

    async fn a_member_is_added_and_removed_on_a_phone(console: Console) {
        let marketing = populate(&console).await;
        let list = format!("/workspaces/{marketing}/settings/users");
        let hedy = Browser::phone(&console.base).await;
        sign_in(&hedy, "hedy").await;
        hedy.go(&list).await;
        hedy.press("Add users").await;
        hedy.tick("Joan Clarke").await;
        hedy.press("Next").await;
        hedy.choose("Role for everyone", "Editor").await;
        hedy.press("Add Joan").await;
        hedy.sees("Joan Clarke is an Editor in Marketing now.").await;
        hedy.tick("Select Ada Lovelace").await;
        hedy.tick("Select Joan Clarke").await;
        hedy.sees("2 selected").await;
        hedy.press("Remove from Marketing").await;
        hedy.sees("Remove 2 people from Marketing?").await;
        hedy.looks_right().await;
        hedy.press("Remove 2 people from Marketing").await;
        hedy.sees("Ada Lovelace and Joan Clarke are no longer in Marketing.").await;
        let joan = Browser::phone(&console.base).await;
        joan.go("/sign-in").await;
        joan.fill("Email address", "joan@analytical.example").await;
        joan.fill("Password", PASSWORD).await;
        joan.press("Sign in").await;
        joan.sees("Grace Hopper").await;
    }

    async fn it_all_works_by_keyboard_alone(console: Console) {
        let marketing = populate(&console).await;
        let list = format!("/workspaces/{marketing}/settings/users");
        let hedy = Browser::open(&console.base).await;
        sign_in(&hedy, "hedy").await;
        hedy.go(&list).await;
        hedy.focus_on("Add users").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("In Marketing already").await;
        hedy.focus_on("Joan Clarke joan@analytical.example").await;
        hedy.keys(&["Space"]).await;
        hedy.focus_on("Next").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("Role for everyone").await;
        hedy.focus_on("Add Joan").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("Joan Clarke is a Reader in Marketing now.").await;
        hedy.focus_on("Select Ada Lovelace").await;
        hedy.keys(&["Space"]).await;
        hedy.sees("1 selected").await;
        hedy.focus_on("Change role").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("Change Ada’s role in Marketing").await;
        hedy.focus_on("Editor Creates, edits, runs and deletes flows and agents. Creates, edits, queries and deletes knowledge bases.").await;
        hedy.keys(&["Up"]).await;
        hedy.focus_on("Change role").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("Ada Lovelace is a Reader in Marketing now.").await;
        hedy.focus_on("Role of Joan Clarke: Reader, change").await;
        hedy.focus_on("Actions for Joan Clarke").await;
        hedy.keys(&["Enter"]).await;
        hedy.focus_on("Remove from Marketing…").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("Remove Joan from Marketing?").await;
        hedy.focus_on("Remove from Marketing").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("Joan Clarke is no longer in Marketing.").await;
        hedy.go(&format!("{list}/leaving")).await;
        hedy.focus_on("Leave Marketing").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("You left Marketing.").await;
    }

    async fn it_all_works_without_javascript(console: Console) {
        let marketing = populate(&console).await;
        let list = format!("/workspaces/{marketing}/settings/users");
        let grace = Browser::without_javascript(&console.base).await;
        sign_in(&grace, "grace").await;
        grace.go(&list).await;
        grace.press("Add users").await;
        grace.tick("Joan Clarke").await;
        grace.tick("Kit Ten").await;
        grace.press("Next").await;
        grace.choose("Role for everyone", "Editor").await;
        grace.press("Add 2 people").await;
        grace.sees("2 people were added to Marketing.").await;
        assert!(!grace.offers("Change role").await, "the bar waits for a tick");
        grace.tick("Select Joan Clarke").await;
        grace.tick("Select Kit Ten").await;
        grace.press("Remove from Marketing").await;
        grace.press("Remove 2 people from Marketing").await;
        grace.sees("Joan Clarke and Kit Ten are no longer in Marketing.").await;
        grace.go(&format!("{list}?q=ada")).await;
        grace.press("Role of Ada Lovelace").await;
        grace.sees("Change Ada’s role in Marketing").await;
        grace.go(&format!("/workspaces/{marketing}/settings/general")).await;
        grace.fill("Name", "Growth").await;
        grace.press("Save").await;
        grace.sees("Marketing is now called Growth.").await;
        grace.press("Delete").await;
        grace.fill("Its name", "Growth").await;
        grace.press("Delete Growth for good").await;
        grace.sees("Growth is deleted.").await;
    }

    async fn a_menu_at_the_lower_edge_of_the_window_opens_upwards(console: Console) {
        let marketing = populate(&console).await;
        let grace = Browser::phone(&console.base).await;
        sign_in(&grace, "grace").await;
        grace.go(&format!("/workspaces/{marketing}/settings/users")).await;
        let press = "const menu = [...document.querySelectorAll('td.act details')].at(-1); menu.scrollIntoView({ block: 'end' }); menu.firstElementChild.click();";
        grace.script(press, Vec::new()).await;
        let within = "const { top, bottom } = document.querySelector('details[open] > .pop').getBoundingClientRect(); return top > 0 && bottom < innerHeight;";
        grace.until("the menu is in sight", async || grace.script(within, Vec::new()).await == true).await;
    }
}
