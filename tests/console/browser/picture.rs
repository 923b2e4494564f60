//! Pictures of the sample organization, as the browser paints it: the README's, and those of the guides under Help.

use std::{
    fs,
    path::{Path, PathBuf},
};

use image::ImageFormat;
use noxus_console::web::pages::help::guides;
use tempfile::TempDir;

use crate::support::{
    browser::Browser,
    pictures::picture,
    process::{Served, free_port, run},
};

/// The sample, served.
struct Sample {
    served: Served,
    password: String,
    dir: TempDir,
}

impl Sample {
    async fn serve() -> Self {
        let dir = TempDir::new().expect("a folder");
        let port = free_port();
        let mut command = run(&["demo", "--data-dir", dir.path().join("sample").to_str().expect("UTF-8"), "--listen", &format!("127.0.0.1:{port}")]);
        let served = Served::start(&mut command, port).await;
        let said = served.said();
        let password = said.split_once("with the password ").and_then(|(_, rest)| rest.split(':').next()).expect("a password").to_owned();
        Self { served, password, dir }
    }

    async fn sign_in(&self, first: &str) -> Browser {
        let browser = Browser::open(&self.served.base).await;
        browser.go("/sign-in?next=/settings/users").await;
        browser.fill("Email address", &format!("{first}@analytical.example")).await;
        browser.fill("Password", &self.password).await;
        browser.press("Sign in").await;
        browser.sees("Users").await;
        browser
    }
}

/// Keeps a fresh picture where there is none yet.
fn keep(fresh: &Path, kept: &Path) {
    if !kept.exists() {
        fs::create_dir_all(kept.parent().expect("a folder")).expect("the folder");
        fs::copy(fresh, kept).expect("the picture");
    }
}

/// Painted at every run into `tests/.cache`. The README shows the copy in `tests/browser`, which is painted anew where it is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_users_page_is_painted() {
    let sample = Sample::serve().await;
    let browser = sample.sign_in("grace").await;
    browser.set_width(1440, 900).await;
    browser.sees("Maria Margaretha Winkelmann-Kirch").await;
    browser.looks_right().await;
    browser.set_width(1440, 900).await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fresh = root.join("tests/.cache/users.png");
    browser.screenshot(&fresh).await;
    keep(&fresh, &root.join("tests/browser/users.png"));
    assert!(fs::metadata(&fresh).expect("a picture").len() > 20_000);
}

/// Where the pictures of the guides are painted at every run, and where those lie that the pages show.
struct Album {
    fresh: PathBuf,
    kept: PathBuf,
    painted: Vec<&'static str>,
}

impl Album {
    fn open() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let album = Self { fresh: root.join("tests/.cache/help"), kept: root.join("static/img/help"), painted: Vec::new() };
        fs::create_dir_all(&album.fresh).expect("a folder");
        album
    }

    /// What the browser shows of a page once it says `words`.
    async fn paint(&mut self, name: &'static str, browser: &Browser, words: &str) {
        browser.set_width(1000, 640).await;
        browser.sees(words).await;
        let fresh = self.fresh.join(name);
        let picture = browser.picture(1000, 640).await;
        assert!((8_000..120_000).contains(&picture.len()), "{name} has {} bytes", picture.len());
        fs::write(&fresh, picture).expect("the picture is written");
        keep(&fresh, &self.kept.join(name));
        self.painted.push(name);
    }

    /// Of Marketing: its flows, a key being made, people being added.
    async fn paint_of_a_workspace(&mut self, admin: &Browser) {
        admin.go("/settings/workspaces?q=marketing").await;
        admin.press("Marketing").await;
        admin.sees("What you may do here").await;
        let marketing = admin.path().await;
        admin.go(&format!("{marketing}/flows")).await;
        self.paint("flows.webp", admin, "Changed by").await;
        admin.go(&format!("{marketing}/control/api-keys/new")).await;
        admin.fill("Name", "weekly-report").await;
        admin.script("document.activeElement.blur()", vec![]).await;
        self.paint("api-key.webp", admin, "Restrict permissions").await;
        admin.go(&format!("{marketing}/settings/users/new")).await;
        self.paint("add-members.webp", admin, "Select users").await;
    }
}

/// A guide shows the copy in `static/img/help`, which is painted anew where it is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pictures_of_the_guides_are_painted() {
    let sample = Sample::serve().await;
    let mut album = Album::open();
    let grace = sample.sign_in("grace").await;
    album.paint("users.webp", &grace, "Export CSV").await;
    grace.go("/settings/users/new").await;
    grace.fill("Name", "Lise Meitner").await;
    grace.fill("Email address", "lise@analytical.example").await;
    grace.tick("Marketing").await;
    grace.tick("Research").await;
    grace.script("document.activeElement.blur(); scrollTo(0, 0)", vec![]).await;
    album.paint("add-user-details.webp", &grace, "Next").await;
    grace.press("Next").await;
    album.paint("add-user-roles.webp", &grace, "Lise").await;
    grace.go("/settings/roles").await;
    album.paint("roles.webp", &grace, "Reader").await;
    grace.go("/settings/users?q=frances").await;
    grace.press("Frances Allen").await;
    grace.sees("Deactivate").await;
    grace.set_width(1000, 640).await;
    grace.script("scrollTo(0, document.documentElement.scrollHeight)", vec![]).await;
    album.paint("leaving.webp", &grace, "Deactivate").await;

    grace.go("/settings/users?q=alan").await;
    grace.press("Alan Turing").await;
    album.paint("mail.webp", &grace, "No mail server is set up").await;
    grace.press("Copy link").await;
    grace.sees("/invitation/").await;
    let link = grace.script("return document.querySelector('.copyline code').textContent.trim()", vec![]).await;
    let alan = Browser::open(&sample.served.base).await;
    alan.go(link.as_str().expect("a link")).await;
    album.paint("invitation.webp", &alan, "Accept and sign in").await;

    let ada = sample.sign_in("ada").await;
    ada.go("/account/access").await;
    album.paint("my-access.webp", &ada, "Operations").await;
    ada.go("/account/profile").await;
    album.paint("profile.webp", &ada, "Display name").await;
    let file = sample.dir.path().join("ada.png");
    fs::write(&file, picture(600, 400, ImageFormat::Png)).expect("a picture to upload");
    ada.attach("Upload a picture", file).await;
    ada.sees("Choose the square").await;
    album.paint("picture.webp", &ada, "Use this square").await;
    ada.go("/account/email").await;
    ada.fill("New email address", "ada.byron@analytical.example").await;
    ada.script("document.activeElement.blur()", vec![]).await;
    album.paint("address.webp", &ada, "Send the link").await;
    ada.go("/account/password").await;
    album.paint("password.webp", &ada, "This one").await;
    album.paint_of_a_workspace(&grace).await;
    let nobody = Browser::open(&sample.served.base).await;
    nobody.go("/password/forgotten").await;
    album.paint("forgotten.webp", &nobody, "Send me a link").await;

    let mut named: Vec<&str> = guides::all().flat_map(|guide| guide.pictures()).map(|(file, _)| file).collect();
    named.sort_unstable();
    album.painted.sort_unstable();
    assert_eq!(album.painted, named, "what is painted, and what the guides show");
}
