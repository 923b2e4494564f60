//! The whole URL table. Each line says what it needs; nothing else is mounted.

use std::sync::OnceLock;

use actix_web::{HttpResponse, http::header, web::Bytes};

use super::{
    api::v1,
    kit::{
        Answer, Visitor, WebError, openapi,
        table::{AccountLink, InvitationLink, Line, Public, SetUpLink, delete, get, key, patch, post, sure},
    },
    pages::{
        account::{self, access, activity, profile},
        avatars, email, health, help, home, invite, password,
        settings::{general, restored, roles, users, workspaces},
        setup, sign_in,
        workspace::{self, control::api_keys, flows, settings::users as members},
    },
};
use crate::access::{
    need::{DeleteWorkspace, ManageWorkspace, Member, RestoreWorkspace, SeeFlows, SignedIn},
    permission::{here, org},
};

#[rustfmt::skip]
pub fn table() -> Vec<Line> {
    vec![
        // For supervisors and load balancers
        get("/healthz", Public, health::alive),
        get("/readyz", Public, health::ready),

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
        get("/password/forgotten", Public, password::forgotten::show),
        post("/password/forgotten", Public, password::forgotten::submit),
        get("/password/reset/{token}", AccountLink, password::reset::show),
        post("/password/reset/{token}", AccountLink, password::reset::submit),
        post("/password/reset/{token}/strength", AccountLink, password::reset::judge_strength),
        get("/email/confirm/{token}", AccountLink, email::confirm::show),
        post("/email/confirm/{token}", AccountLink, email::confirm::submit),
        get("/email/undo/{token}", AccountLink, email::undo::show),
        post("/email/undo/{token}", AccountLink, email::undo::submit),
        // Settings: users
        get("/settings/users", org::UsersRead, users::list::show),
        get("/settings/users/export", org::UsersRead, users::list::export::back),
        post("/settings/users/export", org::UsersRead, users::list::export::submit),
        get("/settings/users/workspaces", org::UsersRead, users::list::place::names),
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
        get("/settings/users/{user}/reset", sure(org::UsersEdit), users::reset::show),
        post("/settings/users/{user}/reset", sure(org::UsersEdit), users::reset::submit),
        get("/settings/users/{user}/removal", sure(org::UsersDelete), users::removal::show),
        post("/settings/users/{user}/removal", sure(org::UsersDelete), users::removal::submit),
        get("/settings/users/{user}/workspaces/new", SignedIn, users::workspaces::show),
        get("/settings/users/{user}/workspaces/{workspace}", SignedIn, users::membership::show),
        post("/settings/users/{user}/workspaces/{workspace}", SignedIn, users::membership::submit),
        post("/settings/users/{user}/withheld/{withheld}", SignedIn, users::withheld::give),

        // One's own account
        get("/account/profile", SignedIn, profile::show),
        post("/account/profile", SignedIn, profile::submit),
        get("/account/profile/picture", SignedIn, profile::picture::back),
        post("/account/profile/picture", SignedIn, profile::picture::upload),
        post("/account/profile/picture/removal", SignedIn, profile::picture::remove),
        get("/account/profile/picture/{draft}", SignedIn, profile::picture::show),
        post("/account/profile/picture/{draft}", SignedIn, profile::picture::submit),
        get("/account/profile/picture/{draft}/image", SignedIn, profile::picture::image),
        get("/avatars/{avatar}/64", SignedIn, avatars::small),
        get("/avatars/{avatar}/256", SignedIn, avatars::large),
        get("/account/email", sure(SignedIn), account::email::show),
        post("/account/email", sure(SignedIn), account::email::submit),
        get("/account/email/withdrawal", SignedIn, account::email::back),
        post("/account/email/withdrawal", SignedIn, account::email::withdraw),
        get("/account/password", SignedIn, account::password::show),
        post("/account/password", SignedIn, account::password::submit),
        post("/account/password/strength", SignedIn, account::password::judge_strength),
        get("/account/password/sessions", SignedIn, account::password::back),
        post("/account/password/sessions", SignedIn, account::password::end_sessions),
        get("/account/password/sessions/{session}", SignedIn, account::password::back_from),
        post("/account/password/sessions/{session}", SignedIn, account::password::end_session),
        get("/account/access", SignedIn, access::show),
        get("/account/access/keys/{key}/revocation", SignedIn, account::access::keys::revocation::show),
        post("/account/access/keys/{key}/revocation", SignedIn, account::access::keys::revocation::submit),
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

        // A workspace: its flows ("new" and "examples" stand before any {flow})
        get("/workspaces/{workspace}/flows", SeeFlows, flows::list::show),
        get("/workspaces/{workspace}/flows/new", here::FlowsEdit, flows::new::show),
        post("/workspaces/{workspace}/flows/new", here::FlowsEdit, flows::new::submit),
        get("/workspaces/{workspace}/flows/examples", here::FlowsEdit, flows::examples::back),
        post("/workspaces/{workspace}/flows/examples", here::FlowsEdit, flows::examples::submit),
        get("/workspaces/{workspace}/flows/{flow}", SeeFlows, flows::flow::show),
        get("/workspaces/{workspace}/flows/{flow}/details", here::FlowsEdit, flows::details::show),
        post("/workspaces/{workspace}/flows/{flow}/details", here::FlowsEdit, flows::details::submit),
        get("/workspaces/{workspace}/flows/{flow}/removal", here::FlowsDelete, flows::removal::show),
        post("/workspaces/{workspace}/flows/{flow}/removal", here::FlowsDelete, flows::removal::submit),

        // A workspace's settings ("new" and the acts stand before any {user})
        get("/workspaces/{workspace}/settings/general", ManageWorkspace, workspace::settings::general::show),
        post("/workspaces/{workspace}/settings/general", ManageWorkspace, workspace::settings::general::submit),
        get("/workspaces/{workspace}/settings/users", Member, members::list::show),
        get("/workspaces/{workspace}/settings/users/new", here::UsersEdit, members::new::show),
        post("/workspaces/{workspace}/settings/users/new", here::UsersEdit, members::new::submit),
        get("/workspaces/{workspace}/settings/users/new/{draft}/people", here::UsersEdit, members::new::people::show),
        post("/workspaces/{workspace}/settings/users/new/{draft}/people", here::UsersEdit, members::new::people::submit),
        get("/workspaces/{workspace}/settings/users/new/{draft}/roles", here::UsersEdit, members::new::roles::show),
        post("/workspaces/{workspace}/settings/users/new/{draft}/roles", here::UsersEdit, members::new::roles::submit),
        get("/workspaces/{workspace}/settings/users/role", here::UsersEdit, members::role::show),
        post("/workspaces/{workspace}/settings/users/role", here::UsersEdit, members::role::submit),
        get("/workspaces/{workspace}/settings/users/removal", here::UsersDelete, members::removal::show),
        post("/workspaces/{workspace}/settings/users/removal", here::UsersDelete, members::removal::submit),
        get("/workspaces/{workspace}/settings/users/leaving", Member, members::leaving::show),
        post("/workspaces/{workspace}/settings/users/leaving", Member, members::leaving::submit),
        get("/workspaces/{workspace}/settings/users/{user}/invitation", Member, members::invitation::back),
        post("/workspaces/{workspace}/settings/users/{user}/invitation", Member, members::invitation::resend),

        // A workspace: its API keys ("new" stands before any {key})
        get("/workspaces/{workspace}/control/api-keys", here::WorkspaceAdmin, api_keys::list::show),
        get("/workspaces/{workspace}/control/api-keys/new", sure(here::WorkspaceAdmin), api_keys::new::show),
        post("/workspaces/{workspace}/control/api-keys/new", sure(here::WorkspaceAdmin), api_keys::new::submit),
        get("/workspaces/{workspace}/control/api-keys/{key}/revocation", here::WorkspaceAdmin, api_keys::revocation::show),
        post("/workspaces/{workspace}/control/api-keys/{key}/revocation", here::WorkspaceAdmin, api_keys::revocation::submit),

        // Settings: General, Roles, Workspaces
        get("/settings/general", org::OrgEdit, general::show),
        post("/settings/general", org::OrgEdit, general::submit),
        get("/settings/restored", org::OrgAdmin, restored::show),
        post("/settings/restored", org::OrgAdmin, restored::submit),
        get("/settings/roles", org::SettingsRead, roles::list::show),
        get("/settings/roles/{role}", org::SettingsRead, roles::holders::show),
        get("/settings/workspaces", org::WorkspaceRead, workspaces::list::show),
        get("/settings/workspaces/new", org::WorkspaceWrite, workspaces::new::show),
        post("/settings/workspaces/new", org::WorkspaceWrite, workspaces::new::submit),
        get("/settings/workspaces/{workspace}/name", ManageWorkspace, workspaces::name::show),
        post("/settings/workspaces/{workspace}/name", ManageWorkspace, workspaces::name::submit),
        get("/settings/workspaces/{workspace}/archive", ManageWorkspace, workspaces::archive::show),
        post("/settings/workspaces/{workspace}/archive", ManageWorkspace, workspaces::archive::submit),
        get("/settings/workspaces/{workspace}/deletion", sure(DeleteWorkspace), workspaces::deletion::show),
        post("/settings/workspaces/{workspace}/deletion", sure(DeleteWorkspace), workspaces::deletion::submit),
        get("/settings/workspaces/{workspace}/restoration", RestoreWorkspace, workspaces::restoration::show),
        post("/settings/workspaces/{workspace}/restoration", RestoreWorkspace, workspaces::restoration::submit),

        // The API, by key, and its document
        get("/v1/openapi.json", Public, openapi).about("This document"),
        get("/v1/nodes", key(SignedIn), v1::nodes::list).about("The kinds of nodes that the example flows use"),
        get("/v1/admin/me", key(SignedIn), v1::admin::me::read).about("The key itself, and what it may do now"),
        get("/v1/admin/users", key(org::UsersRead), v1::admin::users::list).about("People: all, or a page of them"),
        post("/v1/admin/users", key(org::UsersWrite), v1::admin::users::create).about("Adds a person, with an invitation by mail"),
        get("/v1/admin/groups", key(org::WorkspaceRead), v1::admin::groups::list).about("Workspaces: all, or a page of them"),
        get("/v1/admin/roles", key(org::SettingsRead), v1::admin::roles::list).about("Roles"),
        get("/v1/workflows", key(SeeFlows), v1::workflows::list).about("A page of the flows of a workspace"),
        post("/v1/workflows", key(here::FlowsEdit), v1::workflows::create).about("Makes a flow"),
        get("/v1/workflows/{flow}", key(SeeFlows), v1::workflows::read).about("A flow"),
        patch("/v1/workflows/{flow}", key(here::FlowsEdit), v1::workflows::change).about("Changes a flow"),
        delete("/v1/workflows/{flow}", key(here::FlowsDelete), v1::workflows::remove).about("Deletes a flow"),
        get("/v1/admin/groups/{workspace}/api-keys", key(here::WorkspaceAdmin), v1::admin::group_keys::list).about("The keys of a workspace that are in use"),
        post("/v1/admin/groups/{workspace}/api-keys", key(sure(here::WorkspaceAdmin)), v1::admin::group_keys::create).about("Makes a key, and shows its secret once"),
        delete("/v1/admin/groups/{workspace}/api-keys/{key}", key(here::WorkspaceAdmin), v1::admin::group_keys::remove).about("Revokes a key, and what was made through it"),
    ]
}

/// `GET /v1/openapi.json`: what stands above of the API. It is here because it reads the table.
async fn openapi(_: Visitor) -> Answer {
    static DOCUMENT: OnceLock<Bytes> = OnceLock::new();
    let document = match DOCUMENT.get() {
        Some(document) => document,
        None => {
            let made = openapi::document(&table()).to_json().map_err(|e| WebError::fault(&e))?;
            DOCUMENT.get_or_init(|| made.into())
        }
    };
    Ok(HttpResponse::Ok().content_type("application/json").insert_header((header::CACHE_CONTROL, "public, max-age=3600")).body(document.clone()))
}
