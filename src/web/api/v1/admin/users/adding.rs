//! `POST /v1/admin/users`: adds a person as the wizard does, with an invitation and its mail. The link is in the mail alone.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TenantUser;
use crate::{
    access::{OrgPermission, Permitted, permission::org},
    base::{
        clock::Moment,
        ids::{RoleId, UserId, WorkspaceId},
        text::{EmailAddress, PersonName, fold},
    },
    db::Connection,
    domain::{
        Error,
        invites::{self, Invitation, Invite, State, Taken},
        memberships,
        roles::{self, Role, built_in},
        users::{self, Status},
    },
    web::{
        api::v1::{name, some_name},
        kit::{Calls, Json, JsonAnswer, json},
    },
};

/// The most workspaces one request may name: each is judged under the lock.
const MOST: usize = 100;

/// Whom to add, and what they get. A name it does not know is refused: somebody would be added without what was meant for them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    #[schema(schema_with = name, required = true)]
    name: Option<String>,
    #[schema(value_type = String, format = Email, max_length = 254)]
    email: Option<String>,
    #[schema(schema_with = some_name)]
    display_name: Option<String>,
    /// Id or name of an organization role; without one it is Org Base.
    org_role: Option<String>,
    #[serde(default)]
    #[schema(max_items = 100)]
    workspaces: Option<Vec<PlaceInput>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlaceInput {
    #[schema(format = "uuid")]
    id: String,
    /// Id or name of a role that can be used there.
    role: String,
}

/// The person as they are now.
#[derive(Serialize, ToSchema)]
pub struct Added {
    #[serde(flatten)]
    user: TenantUser,
    name: String,
    org_role: NamedRole,
    workspaces: Vec<AddedPlace>,
    invitation: InvitationView,
}

#[derive(Serialize, ToSchema)]
struct NamedRole {
    id: RoleId,
    name: String,
}

#[derive(Serialize, ToSchema)]
struct AddedPlace {
    id: WorkspaceId,
    name: String,
    role: NamedRole,
}

/// How far the invitation has got. Times are UTC.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
struct InvitationView {
    /// `pending` until it is accepted, declined or revoked.
    state: String,
    /// `queued` until the mail server took it.
    mail: String,
    #[schema(format = DateTime)]
    sent_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

pub async fn create(calls: Calls<org::UsersWrite>, Json(input): Json<UserInput>) -> JsonAnswer<Added> {
    let added = calls.write(move |tx, may| {
        let invite = read(tx, may, &input)?;
        if let Some(taken) = invites::judge_address(tx, &invite.email)? {
            return Err(refused(&taken, may));
        }
        invites::invite(tx, may, &invite)?;
        answer(tx, &invite)
    });
    json(&added.await?)
}

type Wrong = Vec<(&'static str, String)>;

/// Everything that is wrong with what was sent, at once.
fn read(c: &mut Connection, may: &Permitted<org::UsersWrite>, input: &UserInput) -> Result<Invite, Error> {
    let mut wrong = Wrong::new();
    let parsed = |wrong: &mut Wrong, field, text: &str| PersonName::parse(text).map_err(|e| wrong.push((field, e))).ok();
    let name = parsed(&mut wrong, "name", input.name.as_deref().unwrap_or_default());
    let display_name = input.display_name.as_deref().and_then(|text| parsed(&mut wrong, "display_name", text));
    let email = EmailAddress::parse(input.email.as_deref().unwrap_or_default()).map_err(|e| wrong.push(("email", e))).ok();
    let org_role = match &input.org_role {
        None => Some(built_in::org_base()),
        Some(text) => {
            let givable = invites::organization_roles(c, may)?;
            one_called(&roles::of_organization(c)?, &givable.iter().collect::<Vec<_>>(), text).map_err(|e| wrong.push(("org_role", e))).ok()
        }
    };
    let all = roles::of_workspaces(c)?;
    let named = input.workspaces.as_deref().unwrap_or_default();
    if named.len() > MOST {
        return Err(Error::Invalid(vec![("workspaces", format!("{} are too many at once: at most {MOST}.", named.len()))]));
    }
    let mut workspaces: Vec<(WorkspaceId, RoleId)> = Vec::new();
    for (n, place) in named.iter().enumerate() {
        match chosen(c, may, &all, place) {
            Ok((id, _)) if workspaces.iter().any(|(there, _)| *there == id) => wrong.push(("workspaces", format!("Workspace {}: it is named twice.", n + 1))),
            Ok(chosen) => workspaces.push(chosen),
            Err(Error::Invalid(found)) => wrong.extend(found.into_iter().map(|(field, e)| (field, format!("Workspace {}: {e}", n + 1)))),
            Err(e) => return Err(e),
        }
    }
    match (name, email, org_role) {
        (Some(name), Some(email), Some(org_role)) if wrong.is_empty() => Ok(Invite { user: UserId::new(), name, display_name, email, org_role, workspaces }),
        _ => Err(Error::Invalid(wrong)),
    }
}

/// One workspace with a role there. One the key may not add people to is as unknown as one that does not exist.
fn chosen(c: &mut Connection, may: &Permitted<org::UsersWrite>, all: &[Role], place: &PlaceInput) -> Result<(WorkspaceId, RoleId), Error> {
    let wrong = |why: String| Error::Invalid(vec![("workspaces", why)]);
    let open = match place.id.parse::<WorkspaceId>() {
        Ok(id) => invites::chosen_places(c, may, std::slice::from_ref(&id))?.pop(),
        Err(_) => None,
    };
    let Some(open) = open else { return Err(wrong("there is no workspace with this id that this key may add people to.".into())) };
    let usable: Vec<Role> = all.iter().filter(|role| role.in_workspace(&open.id).is_some()).cloned().collect();
    let role = one_called(&usable, &invites::workspace_roles(all, &open), &place.role).map_err(wrong)?;
    Ok((open.id, role))
}

/// The role that an id or a name means, in whatever case the name is written. Whether it may be given is for the act to judge;
/// named are only those that may.
fn one_called(all: &[Role], givable: &[&Role], text: &str) -> Result<RoleId, String> {
    let key = fold(text);
    let mut called = all.iter().filter(|role| role.id.as_str() == text || fold(&role.name) == key);
    match (called.next(), called.next()) {
        (Some(role), None) => Ok(role.id.clone()),
        (Some(_), Some(_)) => Err("two roles are called so. Give the id of the one you mean.".to_owned()),
        (None, _) => {
            let names: Vec<&str> = givable.iter().take(10).map(|role| role.name.as_str()).collect();
            Err(if names.is_empty() {
                "there is no such role here.".to_owned()
            } else {
                format!("there is no such role here. There are: {}.", names.join(", "))
            })
        }
    }
}

/// Why an address is not free. Who has it is told to a key that may see people.
fn refused(taken: &Taken, may: &Permitted<org::UsersWrite>) -> Error {
    let named = |name: &str| if may.organization().has(OrgPermission::UsersRead) { name.to_owned() } else { "Somebody".to_owned() };
    Error::stale(match taken {
        Taken::Account(user) => format!("{} has an account with this address already.", named(&user.name)),
        Taken::Deactivated(user) => format!("{} has an account with this address, and it is deactivated. Reactivate it instead.", named(&user.name)),
        Taken::Invited(there) => match &there.invitation {
            Some(i) if i.state == State::Pending && !i.is_expired() => {
                format!("{} is invited to this address already. Send that invitation again instead.", named(&there.user.name))
            }
            _ => format!("{} was invited to this address already, and that invitation has ended. Send it again instead.", named(&there.user.name)),
        },
        Taken::Domain(domains) => {
            return Error::Invalid(vec![("email", format!("Only addresses of {} can be invited.", domains.join(", ")))]);
        }
    })
}

fn answer(c: &mut Connection, invite: &Invite) -> Result<Added, Error> {
    let user = users::find(c, &invite.user)?.ok_or(Error::NotFound)?;
    let role = roles::find(c, &user.role)?.ok_or(Error::NotFound)?;
    let invitation = invites::find_of(c, &user.id)?.ok_or(Error::NotFound)?;
    let places = memberships::of_user(c, &user.id)?;
    let place = |m: memberships::Membership| AddedPlace { id: m.workspace, name: m.workspace_name, role: NamedRole { id: m.role, name: m.role_name } };
    Ok(Added {
        user: TenantUser {
            id: user.id,
            email: user.email,
            display_name: Some(user.display_name),
            tenant_admin: role.makes_org_admin(),
            is_active: user.status == Status::Active,
        },
        name: user.name,
        org_role: NamedRole { id: role.id, name: role.name },
        workspaces: places.into_iter().map(place).collect(),
        invitation: view(&invitation),
    })
}

fn view(invitation: &Invitation) -> InvitationView {
    let iso = |at: Moment| at.and_utc().to_rfc3339();
    InvitationView {
        state: invitation.state.as_ref().to_owned(),
        mail: invitation.mail.as_ref().to_owned(),
        sent_at: iso(invitation.sent_at),
        expires_at: iso(invitation.expires_at),
    }
}
