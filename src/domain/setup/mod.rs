//! The first run: organization, first admin, first workspace. Open to whoever holds the link that the console printed, once.

mod queries;

use crate::{
    access::passes::{Operator, SetupOpen},
    base::{
        ids::{LinkId, UserId, WorkspaceId},
        secret,
        text::{EmailAddress, OrganizationName, PersonName, WorkspaceName},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, account, audit, invites, memberships,
        roles::built_in,
        sessions::{self, SessionToken},
        users::{self, Kind, NewUser, Status, User},
        workspaces,
    },
};

fn hash_of(token: &str) -> String {
    secret::fingerprint("setup", token.as_bytes())
}

/// A fresh token of the set-up link, if nobody has set up yet. Only its hash is kept; links printed before are dead.
pub fn renew_link(tx: &mut Tx, _: Operator) -> Result<Option<String>, Error> {
    if !queries::is_open(tx)? {
        return Ok(None);
    }
    let token = secret::random_token();
    queries::set_token(tx, &hash_of(&token))?;
    Ok(Some(token))
}

/// The pass of a token that was printed last, while nobody has set up.
pub fn open_with(c: &mut Connection, token: &str) -> Result<Option<SetupOpen>, DbError> {
    let (open, stored) = (queries::is_open(c)?, queries::token(c)?);
    let right = stored.is_some_and(|stored| secret::same(stored.as_bytes(), hash_of(token).as_bytes()));
    Ok(SetupOpen::check(open, right))
}

/// Whether nobody has set up yet.
pub fn is_open(c: &mut Connection) -> Result<bool, DbError> {
    queries::is_open(c)
}

/// What the first page asks for, parsed.
#[derive(Clone)]
pub struct Beginning {
    pub organization: OrganizationName,
    pub name: PersonName,
    pub email: EmailAddress,
    /// PHC string.
    pub password: String,
    pub workspace: WorkspaceName,
}

/// Sets up, once; the second of two browsers finds nothing open. The admin is signed in.
pub fn begin(tx: &mut Tx, _: SetupOpen, given: &Beginning) -> Result<(SessionToken, WorkspaceId), Error> {
    queries::close(tx, given.organization.as_str())?;
    let admin = add_admin(tx, &given.name, &given.email, Some(&given.password))?;
    let workspace = workspaces::insert(tx, &given.workspace, "", Some(&admin))?;
    memberships::give(tx, &admin, &workspace, &built_in::admin(), Some(&admin))?;
    audit::entry("organization.set_up").by(&admin).write(tx)?;
    audit::entry("workspace.created").by(&admin).on("workspace", &workspace).in_workspace(&workspace).write(tx)?;
    let token = sessions::open(tx, &admin)?;
    Ok((token, workspace))
}

fn add_admin(tx: &mut Tx, name: &PersonName, email: &EmailAddress, password: Option<&str>) -> Result<UserId, Error> {
    let first = name.as_str().split(' ').next().unwrap_or_default();
    let role = built_in::org_admin();
    let id = UserId::new();
    let new = NewUser { id: &id, kind: Kind::Person, status: Status::Active, name, display_name: first, email: Some(email), role: &role, by: None, password };
    users::add(tx, &new)?;
    audit::entry("user.added")
        .by_whom(audit::By::Operator)
        .on_user(&id)
        .fact("role", role.as_str())
        .personal(&id, "name", None, Some(name.as_str()))
        .personal(&id, "email", None, Some(email.as_str()))
        .write(tx)?;
    Ok(id)
}

/// From the command line: one more organization admin, active at once. Without a password they get a link to choose one.
pub fn create_admin(tx: &mut Tx, _: Operator, name: &PersonName, email: &EmailAddress, password: Option<&str>) -> Result<Option<LinkId>, Error> {
    if queries::is_open(tx)? {
        return Err(Error::because("Nothing is set up yet. Start the console and open the link it prints."));
    }
    if let Some(there) = users::find_by_email(tx, email)? {
        return Err(Error::because(format!(
            "{} has this address already. To let them in as an organization admin, use: admin recover --email {email}",
            there.name
        )));
    }
    let id = add_admin(tx, name, email, password)?;
    link_without(password, tx, &id)
}

/// From the command line: an account becomes an active organization admin. The password and the sessions of before end; without
/// a new password there is a link to choose one.
pub fn recover_admin(tx: &mut Tx, pass: Operator, email: &EmailAddress, password: Option<&str>) -> Result<(User, Option<LinkId>), Error> {
    let user = users::find_by_email(tx, email)?.filter(|u| u.kind == Kind::Person).ok_or_else(|| Error::because(format!("Nobody has the address {email}.")))?;
    let role = built_in::org_admin();
    sessions::end_all(tx, &user.id)?;
    users::set_role(tx, &user.id, &role, None)?;
    users::set_status(tx, &user.id, Status::Active, None)?;
    match password {
        Some(password) => users::set_password(tx, &user.id, password)?,
        None => users::forget_password(tx, &user.id)?,
    }
    account::end_links(tx, &user.id)?;
    let mut entry = audit::entry("user.recovered");
    if user.status == Status::Invited {
        entry = entry.fact("withheld", invites::take_in(tx, pass, &user.id)?);
    }
    entry
        .by_whom(audit::By::Operator)
        .on_user(&user.id)
        .changed("role", user.role.as_str(), role.as_str())
        .changed("status", user.status.as_ref(), Status::Active.as_ref())
        .write(tx)?;
    let link = link_without(password, tx, &user.id)?;
    Ok((user, link))
}

fn link_without(password: Option<&str>, tx: &mut Tx, user: &UserId) -> Result<Option<LinkId>, Error> {
    Ok(if password.is_none() { Some(account::print_reset(tx, user)?) } else { None })
}

/// From the command line: who is an organization admin, with their status.
pub fn admins(c: &mut Connection, _: Operator) -> Result<Vec<(String, String, String)>, DbError> {
    queries::admins(c)
}
