//! The whole URL table. Each line says what it needs; nothing else is mounted.

use super::{
    api::v1,
    kit::table::{InvitationLink, Line, Public, SetUpLink, get, key, post, sure},
    pages::{
        account::{access, activity, profile},
        help, home, invite,
        settings::{general, roles, users, workspaces},
        setup, sign_in, workspace,
    },
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
        get("/invitation/{token}", InvitationLink, invite::accept::show),
        post("/invitation/{token}", InvitationLink, invite::accept::submit),
        get("/invitation/{token}/decline", InvitationLink, invite::decline::show),
        post("/invitation/{token}/decline", InvitationLink, invite::decline::submit),
        get("/invitation/{token}/fresh-link", InvitationLink, invite::fresh_link::show),
        post("/invitation/{token}/fresh-link", InvitationLink, invite::fresh_link::submit),
        get("/invitation/{token}/sign-in", InvitationLink, invite::sign_in::show),
        post("/invitation/{token}/sign-in", InvitationLink, invite::sign_in::submit),
        get("/invitation/{token}/switch", InvitationLink, invite::switch::show),
        post("/invitation/{token}/switch", InvitationLink, invite::switch::submit),
        // Settings: users
        get("/settings/users", org::UsersRead, users::list::show),
        get("/settings/users/export", org::UsersRead, users::list::export::back),
        post("/settings/users/export", org::UsersRead, users::list::export::submit),
        // Settings: adding somebody, their invitation ("new" stands before any {user})
        get("/settings/users/new", org::UsersWrite, users::new::show),
        post("/settings/users/new", org::UsersWrite, users::new::submit),
        get("/settings/users/new/{draft}/details", org::UsersWrite, users::new::details::show),
        post("/settings/users/new/{draft}/details", org::UsersWrite, users::new::details::submit),
        get("/settings/users/new/{draft}/roles", org::UsersWrite, users::new::roles::show),
        post("/settings/users/new/{draft}/roles", org::UsersWrite, users::new::roles::submit),
        get("/settings/users/{user}/invitation", org::UsersWrite, users::invitation::back),
        post("/settings/users/{user}/invitation", org::UsersWrite, users::invitation::resend),
        get("/settings/users/{user}/invitation/revocation", org::UsersWrite, users::invitation::ask_revocation),
        post("/settings/users/{user}/invitation/revocation", org::UsersWrite, users::invitation::revoke),
        get("/settings/users/{user}/invitation/link", org::UsersWrite, users::invitation::back),
        post("/settings/users/{user}/invitation/link", org::UsersWrite, users::invitation::link),
        // Settings: a person
        get("/settings/users/{user}", org::UsersRead, users::person::show),
        get("/settings/users/{user}/details", org::UsersWrite, users::details::show),
        post("/settings/users/{user}/details", org::UsersWrite, users::details::submit),
        get("/settings/users/{user}/role", sure(org::UsersEdit), users::role::show),
        post("/settings/users/{user}/role", sure(org::UsersEdit), users::role::submit),
        get("/settings/users/{user}/deactivation", sure(org::UsersEdit), users::deactivation::show),
        post("/settings/users/{user}/deactivation", sure(org::UsersEdit), users::deactivation::submit),
        get("/settings/users/{user}/reactivation", sure(org::UsersEdit), users::reactivation::show),
        post("/settings/users/{user}/reactivation", sure(org::UsersEdit), users::reactivation::submit),
        get("/settings/users/{user}/removal", sure(org::UsersDelete), users::removal::show),
        post("/settings/users/{user}/removal", sure(org::UsersDelete), users::removal::submit),
        get("/settings/users/{user}/workspaces/new", SignedIn, users::workspaces::show),
        get("/settings/users/{user}/workspaces/{workspace}", SignedIn, users::membership::show),
        post("/settings/users/{user}/workspaces/{workspace}", SignedIn, users::membership::submit),
        post("/settings/users/{user}/withheld/{withheld}", SignedIn, users::withheld::give),

        // One's own account
        get("/account/profile", SignedIn, profile::show),
        post("/account/profile", SignedIn, profile::submit),
        get("/account/access", SignedIn, access::show),
        get("/account/activity", SignedIn, activity::show),

        // Help
        get("/help", SignedIn, help::list::show),
        get("/help/{guide}", SignedIn, help::guide::show),

        // A workspace
        get("/workspaces/{workspace}", Member, workspace::home::show),
        get("/workspaces/{workspace}/tour", Member, workspace::tour::resume),
        post("/workspaces/{workspace}/tour", Member, workspace::tour::submit),
        get("/workspaces/{workspace}/tour/{step}", Member, workspace::tour::show),
        get("/workspaces/{workspace}/checklist", Member, workspace::checklist::back),
        post("/workspaces/{workspace}/checklist", Member, workspace::checklist::hide),

        // Settings: General, Roles, Workspaces
        get("/settings/general", org::OrgEdit, general::show),
        post("/settings/general", org::OrgEdit, general::submit),
        get("/settings/roles", org::SettingsRead, roles::list::show),
        get("/settings/roles/{role}", org::SettingsRead, roles::holders::show),
        get("/settings/workspaces", org::WorkspaceRead, workspaces::list::show),
        get("/settings/workspaces/new", org::WorkspaceWrite, workspaces::new::show),
        post("/settings/workspaces/new", org::WorkspaceWrite, workspaces::new::submit),
        get("/settings/workspaces/{workspace}/name", ManageWorkspace, workspaces::name::show),
        post("/settings/workspaces/{workspace}/name", ManageWorkspace, workspaces::name::submit),
        get("/settings/workspaces/{workspace}/archive", ManageWorkspace, workspaces::archive::show),
        post("/settings/workspaces/{workspace}/archive", ManageWorkspace, workspaces::archive::submit),
        get("/settings/workspaces/{workspace}/restoration", RestoreWorkspace, workspaces::restoration::show),
        post("/settings/workspaces/{workspace}/restoration", RestoreWorkspace, workspaces::restoration::submit),

        // The API, by key
        get("/v1/nodes", key(SignedIn), v1::nodes::list),
        get("/v1/admin/me", key(SignedIn), v1::admin::me::read),
    ]
}
