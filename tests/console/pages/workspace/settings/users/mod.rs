mod invitation;
mod leaving;
mod list;
mod many;
mod new;
mod removal;
mod role;

use noxus_console::base::ids::{RoleId, UserId, WorkspaceId};

use crate::support::{Client, Console};

/// The list's address.
fn list(workspace: &WorkspaceId) -> String {
    format!("/workspaces/{workspace}/settings/users")
}

/// A member of a workspace, who is signed in.
async fn member(console: &Console, name: &str, workspace: &WorkspaceId, role: RoleId) -> (UserId, Client) {
    let id = console.member_of_organization(name).await;
    console.membership(&id, workspace, role);
    let client = console.sign_in(&name.split(' ').next().unwrap_or_default().to_lowercase()).await;
    (id, client)
}
