//! Flows in a workspace, by mouse, on a phone, by keyboard alone and without JavaScript.

use noxus_console::{base::ids::WorkspaceId, domain::roles::built_in};

use crate::support::{Console, browser::Browser, engine::on_both_databases, people::PASSWORD};

const LONG: &str = "Collect what customers wrote overnight, sort it by urgency and answer what can be answered by itself";
const BROKEN: &str = "{\"nodes\": [],\n\"edges\": [],}";
const GOOD: &str = "{\"nodes\": [{\"id\": \"a\"}], \"edges\": []}";

/// Marketing, with Hedy Lamarr as an Editor and Rita as a Reader.
async fn populate(console: &Console) -> (WorkspaceId, String) {
    console.set_up().await;
    let marketing = console.workspace_named("Marketing");
    for (name, role) in [("Hedy Lamarr", built_in::editor()), ("Rita Reader", built_in::reader())] {
        let id = console.member_of_organization(name).await;
        console.membership(&id, &marketing, role);
    }
    let list = format!("/workspaces/{marketing}/flows");
    (marketing, list)
}

async fn sign_in(browser: &Browser, first: &str) {
    browser.go("/sign-in").await;
    browser.fill("Email address", &format!("{first}@analytical.example")).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.sees("What you may do here").await;
}

on_both_databases! {
    async fn an_editor_adds_examples_and_creates_edits_and_deletes_a_flow(console: Console) {
        let (marketing, list) = populate(&console).await;
        let rita = Browser::open(&console.base).await;
        sign_in(&rita, "rita").await;
        rita.go(&list).await;
        rita.sees("No flows yet").await;
        rita.looks_right().await;
        let hedy = Browser::open(&console.base).await;
        sign_in(&hedy, "hedy").await;
        hedy.press("Flows").await;
        hedy.sees("No flows yet").await;
        hedy.looks_right().await;
        hedy.press("Add example flows").await;
        hedy.sees("3 example flows are added.").await;
        hedy.looks_right().await;
        hedy.press("Create flow").await;
        hedy.fill("Name", LONG).await;
        hedy.fill("Definition", BROKEN).await;
        hedy.press("Create flow").await;
        hedy.sees("Line 2, column 13: a name in double quotes belongs here").await;
        hedy.looks_right().await;
        hedy.fill("Definition", GOOD).await;
        hedy.press("Create flow").await;
        hedy.sees("1 node, 0 edges").await;
        hedy.looks_right().await;
        // Somebody else was quicker.
        hedy.press("Edit").await;
        hedy.sees("Everybody here").await;
        hedy.looks_right().await;
        let id = console.flow_named(&marketing, LONG);
        let grace = console.sign_in("grace").await;
        grace.post(&format!("{list}/{id}/details"), &[("name", "Overnight"), ("definition", GOOD)]).await.is(303);
        hedy.fill("Name", "Mine").await;
        hedy.press("Save").await;
        hedy.sees("Grace Hopper changed this flow").await;
        hedy.looks_right().await;
        hedy.press("Save").await;
        hedy.sees("Saved.").await;
        hedy.go(&list).await;
        hedy.fill("Search flows", "mine").await;
        hedy.sees("1 flow").await;
        hedy.press("Actions for Mine").await;
        hedy.press("Delete").await;
        hedy.sees("Delete Mine?").await;
        hedy.looks_right().await;
        hedy.press("Delete flow").await;
        hedy.sees("Mine is deleted.").await;
        rita.reload().await;
        rita.sees("3 flows").await;
        rita.looks_right().await;
        rita.press("Paper summary").await;
        rita.sees("flow_version").await;
        rita.looks_right().await;
        assert!(!rita.offers("Edit").await && !rita.offers("Delete").await);
    }

    async fn it_all_works_on_a_phone(console: Console) {
        let (_, list) = populate(&console).await;
        let hedy = Browser::phone(&console.base).await;
        sign_in(&hedy, "hedy").await;
        hedy.go(&list).await;
        hedy.press("Create flow").await;
        hedy.fill("Name", LONG).await;
        hedy.fill("Definition", GOOD).await;
        hedy.press("Create flow").await;
        hedy.sees("1 node, 0 edges").await;
        hedy.press("Edit").await;
        hedy.fill("Name", "Overnight").await;
        hedy.press("Save").await;
        hedy.sees("Saved.").await;
        hedy.press("Delete").await;
        hedy.sees("Delete Overnight?").await;
        hedy.press("Delete flow").await;
        hedy.sees("No flows yet").await;
        hedy.press("Add example flows").await;
        hedy.sees("3 flows").await;
        hedy.looks_right().await;
    }

    async fn it_all_works_by_keyboard_alone(console: Console) {
        let (_, list) = populate(&console).await;
        let hedy = Browser::open(&console.base).await;
        sign_in(&hedy, "hedy").await;
        hedy.go(&list).await;
        hedy.focus_on("Add example flows").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("3 flows").await;
        hedy.focus_on("Create flow").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("It is kept as you write it.").await;
        hedy.focus_on("Name").await;
        hedy.keys(&["A small one"]).await;
        // Tab leaves the definition: it is no trap.
        hedy.focus_on("Definition").await;
        hedy.keys(&["Tab"]).await;
        hedy.focus_on("Create flow").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("0 nodes, 0 edges").await;
        hedy.focus_on("Edit").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("Everybody here").await;
        hedy.focus_on("Name").await;
        hedy.keys(&["End", " indeed", "Enter"]).await;
        hedy.sees("Saved.").await;
        hedy.sees("A small one indeed").await;
        hedy.go(&list).await;
        hedy.focus_on("Actions for A small one indeed").await;
        hedy.keys(&["Enter"]).await;
        hedy.focus_on("Delete").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("Delete A small one indeed?").await;
        hedy.focus_on("Delete flow").await;
        hedy.keys(&["Enter"]).await;
        hedy.sees("A small one indeed is deleted.").await;
    }

    async fn it_all_works_without_javascript(console: Console) {
        let (_, list) = populate(&console).await;
        let hedy = Browser::without_javascript(&console.base).await;
        sign_in(&hedy, "hedy").await;
        hedy.go(&list).await;
        hedy.press("Add example flows").await;
        hedy.sees("3 flows").await;
        hedy.press("Create flow").await;
        hedy.fill("Name", "A small one").await;
        hedy.fill("Definition", BROKEN).await;
        hedy.press("Create flow").await;
        hedy.sees("Line 2, column 13").await;
        hedy.fill("Definition", GOOD).await;
        hedy.press("Create flow").await;
        hedy.sees("A small one is created.").await;
        hedy.press("Edit").await;
        hedy.fill("Name", "Smaller").await;
        hedy.press("Save").await;
        hedy.sees("Saved.").await;
        hedy.press("Delete").await;
        hedy.press("Delete flow").await;
        hedy.sees("Smaller is deleted.").await;
        hedy.press("Actions for Reply draft").await;
        hedy.press_in("Reply draft", "Edit").await;
        hedy.sees("Everybody here").await;
    }
}
