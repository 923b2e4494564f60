//! The README's picture: Settings → Users of the sample organization, as the browser paints it.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::support::{
    browser::Browser,
    process::{Served, free_port, run},
};

/// Painted at every run into `tests/.cache`. The README shows the copy in `tests/browser`, which is painted anew where it is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_users_page_is_painted() {
    let dir = TempDir::new().expect("a folder");
    let port = free_port();
    let mut command = run(&["demo", "--data-dir", dir.path().join("sample").to_str().expect("UTF-8"), "--listen", &format!("127.0.0.1:{port}")]);
    let served = Served::start(&mut command, port).await;
    let said = served.said();
    let password = said.split_once("with the password ").and_then(|(_, rest)| rest.split(':').next()).expect("a password").to_owned();
    let browser = Browser::open(&served.base).await;
    browser.set_width(1440, 900).await;
    browser.go("/sign-in?next=/settings/users").await;
    browser.fill("Email address", "grace@analytical.example").await;
    browser.fill("Password", &password).await;
    browser.press("Sign in").await;
    browser.sees("Maria Margaretha Winkelmann-Kirch").await;
    browser.looks_right().await;
    browser.set_width(1440, 900).await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fresh = root.join("tests/.cache/users.png");
    browser.screenshot(&fresh).await;
    let kept = root.join("tests/browser/users.png");
    if !kept.exists() {
        fs::create_dir_all(kept.parent().expect("a folder")).expect("tests/browser");
        fs::copy(&fresh, &kept).expect("the picture");
    }
    assert!(fs::metadata(&fresh).expect("a picture").len() > 20_000);
}
