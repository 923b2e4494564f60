//! The whole URL table. Each line says what it needs; nothing else is mounted.

use super::{
    kit::table::{InvitationLink, Line, Public, SetUpLink, get, post, sure},
    pages::{home, settings, setup, sign_in, workspace},
};
use crate::access::{
    need::{ManageWorkspace, Member, RestoreWorkspace, SignedIn},
    permission::org,
};

#[rustfmt::skip]
pub fn table() -> Vec<Line> {
    vec![
        // Arriving
        get("/", SignedIn, home::show),
        get("/setup", SetUpLink, setup::show),
        post("/setup", SetUpLink, setup::submit),
        get("/sign-in", Public, sign_in::show),
        post("/sign-in", Public, sign_in::submit),
        get("/sign-in/again", SignedIn, sign_in::ask_again),
        post("/sign-in/again", SignedIn, sign_in::confirm),
        post("/sign-out", SignedIn, sign_in::sign_out),

        // A workspace
        get("/workspaces/{workspace}", Member, workspace::home::show),

        // Settings: General, Roles, Workspaces
        get("/settings/workspaces", org::WorkspaceRead, settings::workspaces::list::show),
        get("/settings/workspaces/new", org::WorkspaceWrite, settings::workspaces::new::show),
        post("/settings/workspaces/new", org::WorkspaceWrite, settings::workspaces::new::submit),
        get("/settings/workspaces/{workspace}/name", ManageWorkspace, settings::workspaces::name::show),
        post("/settings/workspaces/{workspace}/name", ManageWorkspace, settings::workspaces::name::submit),
        get("/settings/workspaces/{workspace}/archive", ManageWorkspace, settings::workspaces::archive::show),
        post("/settings/workspaces/{workspace}/archive", ManageWorkspace, settings::workspaces::archive::submit),
        get("/settings/workspaces/{workspace}/restoration", RestoreWorkspace, settings::workspaces::restoration::show),
        post("/settings/workspaces/{workspace}/restoration", RestoreWorkspace, settings::workspaces::restoration::submit),
    ]
}
