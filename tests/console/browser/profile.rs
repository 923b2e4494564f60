//! A picture of oneself: chosen, its square dragged or moved by keys, or by the form alone.

use std::path::PathBuf;

use image::ImageFormat;
use tempfile::TempDir;

use crate::support::{Console, browser::Browser, engine::on_both_databases, people::PASSWORD, pictures::picture};

/// Signed in as Grace, on her profile.
async fn on_the_profile(console: &Console, browser: &Browser) {
    console.set_up().await;
    browser.go("/sign-in?next=/account/profile").await;
    browser.fill("Email address", "grace@analytical.example").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.sees("Your account").await;
}

/// 600 × 400, as a file.
fn file(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("me.png");
    std::fs::write(&path, picture(600, 400, ImageFormat::Png)).expect("a file");
    path
}

async fn square(browser: &Browser) -> [f64; 3] {
    let values = browser.script("return ['x', 'y', 'width'].map(it => Number(document.querySelector('.crop-square').getAttribute(it)))", vec![]).await;
    [0, 1, 2].map(|at| values[at].as_f64().expect("a number"))
}

/// Whether every face on the page is a picture that has been drawn.
async fn has_a_face(browser: &Browser) {
    let drawn =
        "const all = [...document.querySelectorAll('.upload .avatar img')]; return all.length > 0 && all.every(it => it.complete && it.naturalWidth === 256)";
    for _ in 0..100 {
        if browser.script(drawn, vec![]).await == true {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no picture is drawn: {}", browser.text().await);
}

on_both_databases! {
    async fn a_square_is_dragged_and_the_page_looks_right(console: Console) {
        let folder = TempDir::new().expect("a folder");
        let browser = Browser::open(&console.base).await;
        on_the_profile(&console, &browser).await;
        browser.looks_right().await;
        browser.attach("Upload a picture", file(&folder)).await;
        browser.sees("Choose the square").await;
        browser.looks_right().await;
        assert_eq!(square(&browser).await, [100.0, 0.0, 400.0]);
        assert!(!browser.offers("Update preview").await, "the square follows by itself");
        browser.drag(".crop-stage", 1000.0, 0.0).await;
        assert_eq!(square(&browser).await, [200.0, 0.0, 400.0], "as far as the edge");
        browser.fill("Size", "50").await;
        browser.drag(".crop-stage", -1000.0, 1000.0).await;
        assert_eq!(square(&browser).await, [0.0, 200.0, 200.0]);
        browser.press("Use this square").await;
        browser.sees("Your picture is changed").await;
        has_a_face(&browser).await;
        browser.looks_right().await;
        browser.attach("Upload another picture", "/etc/hostname").await;
        browser.sees("This is not a picture the console can read").await;
        browser.looks_right().await;
        browser.press("Remove picture").await;
        browser.sees("Your picture is removed").await;
        // Signing out takes pictures out of the browser, and holds nobody up.
        browser.go("/sign-in/again").await;
        browser.looks_right().await;
        let began = std::time::Instant::now();
        browser.press("Sign out").await;
        browser.is_at("/sign-in").await;
        assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    }

    async fn a_picture_is_chosen_by_keyboard_alone(console: Console) {
        let folder = TempDir::new().expect("a folder");
        let browser = Browser::open(&console.base).await;
        on_the_profile(&console, &browser).await;
        browser.focus_on("Upload a picture").await;
        // What opens then is the system's own.
        browser.attach("Upload a picture", file(&folder)).await;
        browser.sees("Choose the square").await;
        browser.focus_on("Across").await;
        browser.keys(&["End"]).await;
        assert_eq!(square(&browser).await, [200.0, 0.0, 400.0]);
        browser.focus_on("Size").await;
        browser.keys(&["Home"]).await;
        assert_eq!(square(&browser).await[2], 40.0);
        browser.focus_on("Use this square").await;
        browser.keys(&["Enter"]).await;
        browser.sees("Your picture is changed").await;
        browser.focus_on("Display name").await;
        browser.keys(&["Amazing", "Enter"]).await;
        browser.sees("Saved.").await;
    }

    async fn a_picture_is_chosen_without_javascript(console: Console) {
        let folder = TempDir::new().expect("a folder");
        let browser = Browser::without_javascript(&console.base).await;
        on_the_profile(&console, &browser).await;
        browser.attach("Upload a picture", file(&folder)).await;
        browser.press("Upload").await;
        browser.sees("Choose the square").await;
        browser.focus_on("Across").await;
        browser.keys(&["Home"]).await;
        assert_eq!(square(&browser).await, [100.0, 0.0, 400.0]);
        browser.press("Update preview").await;
        browser.sees("Choose the square").await;
        for _ in 0..100 {
            if square(&browser).await == [0.0, 0.0, 400.0] {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(square(&browser).await, [0.0, 0.0, 400.0]);
        browser.press("Use this square").await;
        browser.sees("Your picture is changed").await;
        has_a_face(&browser).await;
        browser.press("Remove picture").await;
        browser.sees("Your picture is removed").await;
    }

    async fn a_picture_is_chosen_on_a_phone(console: Console) {
        let folder = TempDir::new().expect("a folder");
        let phone = Browser::phone(&console.base).await;
        on_the_profile(&console, &phone).await;
        phone.looks_right().await;
        phone.attach("Upload a picture", file(&folder)).await;
        phone.sees("Choose the square").await;
        phone.looks_right().await;
        phone.fill("Size", "40").await;
        phone.press("Use this square").await;
        phone.sees("Your picture is changed").await;
        has_a_face(&phone).await;
    }
}
