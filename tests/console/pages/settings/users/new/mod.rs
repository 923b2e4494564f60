//! Adding somebody: the whole way, drafts, and what is refused.

mod details;
mod roles;

use crate::support::{Client, Page};

/// Posts the first step; the answer leads to the draft.
async fn start(browser: &Client, name: &str, email: &str, role: &str, workspaces: &[&str]) -> Page {
    let mut form = vec![("name", name), ("email", email), ("role", role)];
    form.extend(workspaces.iter().map(|w| ("workspaces", *w)));
    browser.post("/settings/users/new", &form).await
}

/// Where an answer leads.
#[track_caller]
fn way(page: &Page) -> String {
    page.is(303);
    page.location.clone().expect("a way on")
}
