use crate::support::{
    binary::Binary,
    browser::Browser,
    engine::{Engine, Start, on_both_databases},
    mailbox::MailServer,
};

const PASSWORD: &str = "four unrelated little words";

struct Path {
    binary: Binary,
    mail: MailServer,
}

impl Start for Path {
    async fn start(engine: Engine) -> Self {
        let mail = MailServer::start().await;
        Self { binary: Binary::start(engine, &mail.url()).await, mail }
    }
}

impl Path {
    /// The first run, as a person does it.
    async fn set_up(&self, browser: &Browser) {
        browser.go(&self.binary.setup_link).await;
        browser.fill("Organization name", "Analytical Engines").await;
        browser.fill("Name", "Grace Hopper").await;
        browser.fill("Email address", "grace@analytical.example").await;
        browser.fill("Password", PASSWORD).await;
        browser.fill("Workspace name", "Marketing").await;
        browser.press("Create the organization").await;
        browser.sees("What you may do here").await;
    }

    async fn create_workspace(&self, browser: &Browser, name: &str) {
        browser.press("Workspaces").await;
        browser.press("Create workspace").await;
        browser.fill("Name", name).await;
        browser.press("Create workspace").await;
        browser.sees("What you may do here").await;
    }

    async fn add_joan(&self, browser: &Browser) {
        browser.go("/settings/users").await;
        browser.press("Add user").await;
        browser.fill("Name", "Joan Clarke").await;
        browser.fill("Email address", "joan@analytical.example").await;
        browser.tick("Marketing").await;
        browser.tick("Research").await;
        browser.press("Next").await;
        browser.choose("Role in Marketing", "Editor").await;
        browser.press("Add").await;
        browser.sees("Joan Clarke is invited").await;
    }
}

on_both_databases! {
    async fn an_admin_adds_a_person_the_invitation_arrives_the_person_is_in(path: Path) {
        let grace = Browser::open(&path.binary.base).await;
        grace.go(&path.binary.setup_link).await;
        grace.looks_right().await;
        path.set_up(&grace).await;
        grace.looks_right().await;
        path.create_workspace(&grace, "Research").await;
        for page in ["/settings/workspaces", "/settings/workspaces/new", "/settings/roles", "/settings/general", "/settings/users", "/settings/users/new"] {
            grace.go(page).await;
            grace.looks_right().await;
        }
        path.add_joan(&grace).await;
        grace.looks_right().await;
        grace.sees("Sent").await;
        let persons_page = grace.path().await;

        let letter = path.mail.wait_for("joan@analytical.example").await;
        assert_eq!(letter.subject, "Grace Hopper invites you to Analytical Engines");
        assert!(letter.text.contains("Marketing") && letter.text.contains("Editor") && letter.text.contains("Research") && letter.text.contains("Reader"), "{}", letter.text);

        let joan = Browser::phone(&path.binary.base).await;
        joan.go(&letter.link()).await;
        joan.sees("Grace Hopper invites you").await;
        joan.looks_right().await;
        joan.fill("Display name", "Joan").await;
        joan.fill("Choose a password", PASSWORD).await;
        joan.press("Accept and sign in").await;
        joan.sees("You are an Editor").await;
        joan.looks_right().await;
        joan.does_not_see("General").await;
        let answer = joan.script("const r = await fetch('/settings/general'); return r.status", vec![]).await;
        assert_eq!(answer, 403);
        joan.go("/settings/general").await;
        joan.sees("You may not").await;
        joan.sees("Grace Hopper").await;
        joan.looks_right().await;
        joan.go(&persons_page).await;
        joan.sees("joan@analytical.example").await;
        joan.looks_right().await;
        joan.go(&letter.link()).await;
        joan.sees("used").await;
        joan.looks_right().await;

        grace.go(&persons_page).await;
        grace.sees("Active").await;
        grace.looks_right().await;
        for question in ["role", "deactivation", "removal"] {
            grace.go(&format!("{persons_page}/{question}")).await;
            grace.looks_right().await;
        }
        grace.go("/nowhere").await;
        grace.looks_right().await;
    }

    async fn the_wizard_and_the_invitation_work_by_keyboard_alone(path: Path) {
        let grace = Browser::open(&path.binary.base).await;
        path.set_up(&grace).await;
        grace.go("/settings/users").await;
        grace.focus_on("Add user").await;
        grace.keys(&["Enter"]).await;
        grace.focus_on("Name").await;
        grace.keys(&["Joan Clarke"]).await;
        grace.focus_on("Email address").await;
        grace.keys(&["joan@analytical.example"]).await;
        grace.focus_on("Marketing").await;
        grace.keys(&["Space"]).await;
        grace.focus_on("Next").await;
        grace.keys(&["Enter"]).await;
        grace.focus_on("Add").await;
        grace.keys(&["Enter"]).await;
        grace.sees("Joan Clarke is invited").await;
        let letter = path.mail.wait_for("joan@analytical.example").await;
        let joan = Browser::open(&path.binary.base).await;
        joan.go(&letter.link()).await;
        joan.focus_on("Choose a password").await;
        joan.keys(&[PASSWORD, "Enter"]).await;
        joan.sees("You are a Reader").await;
    }

    async fn the_wizard_and_the_invitation_work_without_javascript(path: Path) {
        let grace = Browser::without_javascript(&path.binary.base).await;
        path.set_up(&grace).await;
        path.create_workspace(&grace, "Research").await;
        path.add_joan(&grace).await;
        let letter = path.mail.wait_for("joan@analytical.example").await;
        let joan = Browser::without_javascript(&path.binary.base).await;
        joan.go(&letter.link()).await;
        joan.fill("Choose a password", PASSWORD).await;
        joan.press("Accept and sign in").await;
        joan.sees("What you may do here").await;
    }
}
