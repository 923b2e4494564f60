//! What DESIGN says of the built-in roles, path by path: written apart from the table, so that the two can disagree.

use actix_web::http::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    Nobody,
    /// With a session from before.
    Invited,
    Deactivated,
    /// Org Base, in no workspace.
    Base,
    Reader,
    Editor,
    Admin,
    /// Admin of another workspace.
    AdminElsewhere,
    OrgAdmin,
}

pub(super) const ACTORS: [Actor; 9] =
    [Actor::Nobody, Actor::Invited, Actor::Deactivated, Actor::Base, Actor::Reader, Actor::Editor, Actor::Admin, Actor::AdminElsewhere, Actor::OrgAdmin];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Marketing, where Reader, Editor and Admin are, and somebody in it.
    Own,
    /// A workspace none of them is in but `AdminElsewhere`.
    Elsewhere,
    Unknown,
    Malformed,
}

pub(super) const TARGETS: [Target; 4] = [Target::Own, Target::Elsewhere, Target::Unknown, Target::Malformed];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Allowed,
    SignIn,
    Forbidden,
    NotFound,
}

use Expected::{Allowed, Forbidden, NotFound, SignIn};

/// What DESIGN's rules say of the built-in roles, by path. `None`: a route this reference does not know.
pub(super) fn reference(method: &Method, path: &str, actor: Actor, target: Target) -> Option<Expected> {
    use Actor::{Admin, AdminElsewhere, Deactivated, Editor, Invited, Nobody, OrgAdmin, Reader};
    let member = match target {
        Target::Own => matches!(actor, Reader | Editor | Admin),
        Target::Elsewhere => actor == AdminElsewhere,
        _ => false,
    };
    let administers = actor == OrgAdmin || (target == Target::Own && actor == Admin) || (target == Target::Elsewhere && actor == AdminElsewhere);
    let exists = matches!(target, Target::Own | Target::Elsewhere);
    let admins_only = if actor == OrgAdmin { Allowed } else { Forbidden };
    let existing = |expected| if exists { expected } else { NotFound };
    let has_hole = path.contains('{');
    let public = match path {
        "/healthz" | "/readyz" | "/sign-in" | "/v1/openapi.json" => Some(Allowed),
        "/setup" => Some(NotFound),
        "/password/forgotten" => Some(Allowed),
        "/invitation/{token}"
        | "/invitation/{token}/decline"
        | "/invitation/{token}/fresh-link"
        | "/invitation/{token}/sign-in"
        | "/invitation/{token}/switch"
        | "/password/reset/{token}"
        | "/password/reset/{token}/strength"
        | "/email/confirm/{token}"
        | "/email/undo/{token}" => Some(NotFound),
        _ => None,
    };
    if public.is_some() {
        return public;
    }
    // Guides are few and known beforehand: a name that is none of theirs is malformed.
    if has_hole && (target == Target::Malformed || path == "/help/{guide}" && target == Target::Unknown) {
        return Some(NotFound);
    }
    if matches!(actor, Nobody | Invited | Deactivated) {
        return Some(SignIn);
    }
    Some(match path {
        "/" | "/sign-in/again" | "/sign-out" | "/help" => Allowed,
        "/help/{guide}" => existing(Allowed),
        // Nobody here has uploaded a picture.
        "/account/profile/picture/{draft}" | "/account/profile/picture/{draft}/image" | "/avatars/{avatar}/64" | "/avatars/{avatar}/256" => NotFound,
        // Whoever made it, and nobody else: the Admin of the workspace made the one there.
        "/account/access/keys/{key}/revocation" => {
            let maker = (target == Target::Own && actor == Admin) || (target == Target::Elsewhere && actor == AdminElsewhere);
            if maker { Allowed } else { NotFound }
        }
        // One's own: whoever is signed in. A session that is unknown and one that has ended are told alike.
        "/account/profile" | "/account/profile/picture" | "/account/profile/picture/removal" => Allowed,
        "/account/email" | "/account/email/withdrawal" => Allowed,
        "/account/password" | "/account/password/strength" | "/account/password/sessions" | "/account/password/sessions/{session}" => Allowed,
        "/account/access" | "/account/activity" => Allowed,
        "/workspaces/{workspace}" | "/workspaces/{workspace}/tour" | "/workspaces/{workspace}/tour/{step}" | "/workspaces/{workspace}/checklist" => {
            existing(if member || actor == OrgAdmin { Allowed } else { NotFound })
        }
        "/workspaces/{workspace}/settings/users" | "/workspaces/{workspace}/settings/users/leaving" => {
            existing(if member || actor == OrgAdmin { Allowed } else { NotFound })
        }
        // Opened, it leads to the list. Nobody here is invited, so there is nothing to send again.
        "/workspaces/{workspace}/settings/users/{user}/invitation" if method == Method::GET => {
            existing(if member || actor == OrgAdmin { Allowed } else { NotFound })
        }
        "/workspaces/{workspace}/settings/users/{user}/invitation" => existing(if member { Forbidden } else { NotFound }),
        "/workspaces/{workspace}/settings/users/new/{draft}/people" | "/workspaces/{workspace}/settings/users/new/{draft}/roles" => {
            if member && !administers {
                Forbidden
            } else {
                NotFound
            }
        }
        "/workspaces/{workspace}/settings/general"
        | "/workspaces/{workspace}/settings/users/new"
        | "/workspaces/{workspace}/settings/users/role"
        | "/workspaces/{workspace}/settings/users/removal" => existing(match () {
            () if administers => Allowed,
            () if member => Forbidden,
            () => NotFound,
        }),
        "/workspaces/{workspace}/control/api-keys"
        | "/workspaces/{workspace}/control/api-keys/new"
        | "/workspaces/{workspace}/control/api-keys/{key}/revocation" => existing(match () {
            () if administers => Allowed,
            () if member => Forbidden,
            () => NotFound,
        }),
        "/workspaces/{workspace}/flows" | "/workspaces/{workspace}/flows/{flow}" => existing(if member || actor == OrgAdmin { Allowed } else { NotFound }),
        "/workspaces/{workspace}/flows/new"
        | "/workspaces/{workspace}/flows/examples"
        | "/workspaces/{workspace}/flows/{flow}/details"
        | "/workspaces/{workspace}/flows/{flow}/removal" => existing(match () {
            () if administers || (member && actor == Editor) => Allowed,
            () if member => Forbidden,
            () => NotFound,
        }),
        "/settings/users"
        | "/settings/users/export"
        | "/settings/users/workspaces"
        | "/settings/roles"
        | "/settings/workspaces"
        | "/settings/workspaces/new" => Allowed,
        "/settings/general" | "/settings/restored" | "/settings/users/new" => admins_only,
        "/settings/users/new/{draft}/details" | "/settings/users/new/{draft}/roles" => {
            if actor == OrgAdmin {
                NotFound
            } else {
                Forbidden
            }
        }
        "/settings/users/{user}" | "/settings/roles/{role}" => existing(Allowed),
        // Who may, learns that there is nobody; who may not, learns nothing.
        "/settings/users/{user}/deactivation"
        | "/settings/users/{user}/reactivation"
        | "/settings/users/{user}/removal"
        | "/settings/users/{user}/role"
        | "/settings/users/{user}/reset"
        | "/settings/users/{user}/details" => {
            if actor == OrgAdmin {
                existing(Allowed)
            } else {
                Forbidden
            }
        }
        // Opened, these two only lead back to the person. Nobody here is invited, so there is nothing to act on.
        "/settings/users/{user}/invitation" | "/settings/users/{user}/invitation/link" if method == Method::GET => admins_only,
        "/settings/users/{user}/invitation" | "/settings/users/{user}/invitation/revocation" | "/settings/users/{user}/invitation/link" => {
            if actor == OrgAdmin { NotFound } else { Forbidden }
        }
        "/settings/users/{user}/withheld/{withheld}" => NotFound,
        // Somebody who may add members nowhere has nobody to add: there is nothing at this address for them.
        "/settings/users/{user}/workspaces/new" => existing(if matches!(actor, OrgAdmin | Admin | AdminElsewhere) { Allowed } else { NotFound }),
        "/settings/users/{user}/workspaces/{workspace}" => existing(match () {
            () if administers => Allowed,
            () if member => Forbidden,
            () => NotFound,
        }),
        "/settings/workspaces/{workspace}/name" | "/settings/workspaces/{workspace}/archive" => existing(match () {
            () if administers => Allowed,
            () if member => Forbidden,
            () => NotFound,
        }),
        "/settings/workspaces/{workspace}/restoration" | "/settings/workspaces/{workspace}/deletion" => existing(match () {
            () if actor == OrgAdmin => Allowed,
            () if member => Forbidden,
            () => NotFound,
        }),
        _ => return None,
    })
}
