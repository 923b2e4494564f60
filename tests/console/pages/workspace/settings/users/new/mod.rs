mod people;
mod roles;

use noxus_console::base::ids::{UserId, WorkspaceId};

use super::{list, member};
use crate::support::{Client, client::Page};

/// Posts the first step.
pub(super) async fn start(client: &Client, workspace: &WorkspaceId, people: &[&UserId]) -> Page {
    let form: Vec<(&str, &str)> = people.iter().map(|id| ("people", id.as_str())).collect();
    client.post(&format!("{}/new", list(workspace)), &form).await
}

/// Where a step leads to.
#[track_caller]
pub(super) fn way(page: &Page) -> String {
    page.is(303).location.clone().expect("a way on")
}
