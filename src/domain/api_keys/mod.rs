//! API keys: what programs come with. A key is bounded by its owner at every request (see [`crate::access`]); here is how one
//! is made, and its use noted.

mod own;
mod queries;

use crate::{
    access::{OrgSet, Permitted, WorkspaceSet, need::Confirmed, passes::Operator, permission::here},
    base::{
        clock::{self, Moment},
        ids::{KeyId, UserId, WorkspaceId},
        key::KeySecret,
        text::{KeyName, PersonName},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, Refusal, audit, organization,
        roles::built_in,
        users::{self, Kind, NewUser, Status},
    },
};

pub use own::{Home, OwnKey, Works, of_maker};

/// The days a new key works unless it is told otherwise.
pub const SUGGESTED_DAYS: i64 = 90;

/// A key that was just made: the only moment its secret is known.
pub struct Made {
    pub id: KeyId,
    pub secret: KeySecret,
}

/// What a new key of a workspace shall be.
pub struct NewKey {
    pub name: KeyName,
    /// `None`: whatever its owner may, now and later.
    pub permissions: Option<WorkspaceSet>,
    /// Days it works; `None`: for good.
    pub days: Option<i64>,
}

/// Makes a key of the workspace of the proof, owned by whoever makes it. Through a key: by that key's owner, with at most that
/// key's permissions, ending with it.
pub fn create(tx: &mut Tx, may: &Permitted<Confirmed<here::WorkspaceAdmin>>, new: &NewKey) -> Result<Made, Error> {
    let here = may.workspace();
    if here.archived {
        return Err(Error::because(format!("{} is archived, and its keys rest. Restore it first.", here.name)));
    }
    let parent = may.key();
    let permissions = match new.permissions {
        Some(set) if !here.may.covers(set.closure()) => {
            let beyond = set.closure().minus(here.may).to_string();
            return Err(Refusal::Because(format!("You do not hold {beyond} in {} yourself, so a key of yours cannot either.", here.name)).into());
        }
        None if parent.is_some_and(|key| key.restricted) => Some(here.may),
        given => given,
    };
    let expires_at = [expiry(tx, new.days)?, parent.and_then(|key| key.expires_at)].into_iter().flatten().min();
    let row = Row {
        name: &new.name,
        workspace: Some(&here.id),
        owner: may.id(),
        maker: Some(may.id()),
        parent: parent.map(|key| &key.id),
        permissions: permissions.map(|set| set.to_string()),
        expires_at,
    };
    let made = insert(tx, &row)?;
    audit::entry("key.created")
        .by(may.id())
        .on("key", &made.id)
        .in_workspace(&here.id)
        .fact("name", new.name.as_str())
        .fact("permissions", row.permissions.as_deref().unwrap_or("unrestricted"))
        .fact("expires_at", expires_at.map(|at| at.and_utc().to_rfc3339()))
        .write(tx)?;
    Ok(made)
}

/// When a key made now ends. The organization may limit how long one works.
fn expiry(tx: &mut Tx, days: Option<i64>) -> Result<Option<Moment>, Error> {
    let longest = organization::load(tx)?.key_max_days.map(i64::from);
    match (days, longest) {
        (Some(days), _) if days < 1 => Err(Error::Invalid(vec![("days", "A key works for at least one day.".into())])),
        (Some(days), Some(longest)) if days > longest => Err(Error::Invalid(vec![("days", format!("A key works for at most {longest} days here."))])),
        (None, Some(longest)) => Err(Error::Invalid(vec![("days", format!("Every key ends here, after at most {longest} days."))])),
        (Some(days), _) => Ok(Some(tx.now + clock::days(days.min(36_500)))),
        (None, None) => Ok(None),
    }
}

/// From the command line: a key of the whole organization, owned by the service account *Operator*.
pub fn create_system(tx: &mut Tx, _: Operator, name: &KeyName, permissions: OrgSet) -> Result<Made, Error> {
    if !organization::load(tx)?.set_up {
        return Err(Error::because("Nothing is set up yet. Start the console and open the link it prints."));
    }
    let owner = operator(tx)?;
    let row = Row { name, workspace: None, owner: &owner, maker: None, parent: None, permissions: Some(permissions.to_string()), expires_at: None };
    let made = insert(tx, &row)?;
    audit::entry("key.created")
        .by_whom(audit::By::Operator)
        .on("key", &made.id)
        .fact("name", name.as_str())
        .fact("permissions", permissions.to_string())
        .write(tx)?;
    Ok(made)
}

/// The service account that stands for the machine's command line, made when it is first needed.
fn operator(tx: &mut Tx) -> Result<UserId, Error> {
    let id = users::operator();
    match users::find(tx, &id)? {
        Some(user) if user.status == Status::Active => return Ok(id),
        Some(_) => return Err(Error::because("The service account Operator is deactivated. Reactivate it under Settings → Users first.")),
        None => {}
    }
    let name = PersonName::parse("Operator").map_err(Error::because)?;
    let role = built_in::org_admin();
    let new = NewUser {
        id: &id,
        kind: Kind::Service,
        status: Status::Active,
        name: &name,
        display_name: "Operator",
        email: None,
        role: &role,
        by: None,
        password: None,
    };
    users::add(tx, &new)?;
    audit::entry("user.added").by_whom(audit::By::Operator).on_user(&id).fact("role", role.as_str()).write(tx)?;
    Ok(id)
}

/// A row to be written.
struct Row<'a> {
    name: &'a KeyName,
    workspace: Option<&'a WorkspaceId>,
    owner: &'a UserId,
    /// `None`: the command line.
    maker: Option<&'a UserId>,
    parent: Option<&'a KeyId>,
    /// As stored; `None`: unrestricted.
    permissions: Option<String>,
    expires_at: Option<Moment>,
}

fn insert(tx: &mut Tx, row: &Row) -> Result<Made, DbError> {
    let made = Made { id: KeyId::new(), secret: KeySecret::random() };
    queries::insert(tx, &made, row)?;
    Ok(made)
}

/// Notes that a key was used now, and from where.
pub fn used(tx: &mut Tx, key: &KeyId) -> Result<(), DbError> {
    queries::set_used(tx, key)
}

/// How many live keys of a workspace some people own, all together.
pub fn count_of(c: &mut Connection, workspace: &WorkspaceId, owners: &[UserId]) -> Result<i64, DbError> {
    queries::count_live(c, workspace, Some(owners))
}

/// How many keys of a workspace live, whoever owns them.
pub fn count_in(c: &mut Connection, workspace: &WorkspaceId) -> Result<i64, DbError> {
    queries::count_live(c, workspace, None)
}

/// Deletes the keys of a workspace that is deleted; says how many there were.
pub(in crate::domain) fn forget_workspace(tx: &mut Tx, workspace: &WorkspaceId) -> Result<usize, DbError> {
    queries::delete_of_workspace(tx, workspace)
}
