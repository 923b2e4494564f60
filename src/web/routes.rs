//! The whole URL table. Each line says what it needs; nothing else is mounted.

use super::{
    api::v1,
    kit::table::{InvitationLink, Line, Public, SetUpLink, delete, get, key, post, sure},
    pages::{
        account, home, invite,
        settings::{general, roles, users, workspaces},
        setup, sign_in,
        workspace::{self, control::api_keys},
    },
};
use crate::access::{
    need::{ManageWorkspace, Member, RestoreWorkspace, SignedIn},
    permission::{here, org},
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

        // A workspace
        get("/workspaces/{workspace}", Member, workspace::home::show),
        // A workspace: its API keys ("new" stands before any {key})
        get("/workspaces/{workspace}/control/api-keys", here::WorkspaceAdmin, api_keys::list::show),
        get("/workspaces/{workspace}/control/api-keys/new", sure(here::WorkspaceAdmin), api_keys::new::show),
        post("/workspaces/{workspace}/control/api-keys/new", sure(here::WorkspaceAdmin), api_keys::new::submit),
        get("/workspaces/{workspace}/control/api-keys/{key}/revocation", here::WorkspaceAdmin, api_keys::revocation::show),
        post("/workspaces/{workspace}/control/api-keys/{key}/revocation", here::WorkspaceAdmin, api_keys::revocation::submit),

        // One's own: the keys one made
        get("/account/access/keys/{key}/revocation", SignedIn, account::access::keys::revocation::show),
        post("/account/access/keys/{key}/revocation", SignedIn, account::access::keys::revocation::submit),

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
        get("/v1/admin/groups/{workspace}/api-keys", key(here::WorkspaceAdmin), v1::admin::group_keys::list),
        post("/v1/admin/groups/{workspace}/api-keys", key(sure(here::WorkspaceAdmin)), v1::admin::group_keys::create),
        delete("/v1/admin/groups/{workspace}/api-keys/{key}", key(here::WorkspaceAdmin), v1::admin::group_keys::remove),
    ]
}
