//! API keys: what programs come with. A key is bounded by its owner at every request (see [`crate::access`]); here is how one
//! is made, listed and ended, and its use noted.

mod list;
mod own;
mod queries;
mod revoke;
mod rules;

use chrono::NaiveDate;

use crate::{
    access::{
        OrgSet, Permitted, WorkspaceSet,
        need::{Confirmed, Need},
        passes::Operator,
        permission::here,
    },
    base::{
        clock::{self, Moment},
        ids::{KeyId, UserId, WorkspaceId},
        key::KeySecret,
        secret,
        text::{KeyName, PersonName},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        Error, audit, organization,
        roles::built_in,
        users::{self, Kind, NewUser, Status},
    },
};

pub use list::{Entry, Filter, From, List, Owner, Revoked, Use, find, list, live};
pub use own::{OwnKey, of_maker};
pub use revoke::{Ended, count_of, find_own, made_through, revoke, revoke_any, revoke_own, system_keys};
pub(in crate::domain) use revoke::{end_all_of, live_of_organization};
pub use rules::Condition;

/// The days a new key works unless it is told otherwise.
const SUGGESTED_DAYS: i64 = 90;
/// As good as for good: a hundred years.
const MOST_DAYS: i64 = 36_500;
/// How many keys of one workspace may be in use, so that a list of them is read at once and ending one with all that were made
/// through it takes no time.
const MOST_IN_USE: i64 = 1_000;

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
    pub life: Life,
    /// The page it is made with, where there is one: see [`made_with`].
    pub form: Option<String>,
}

/// How long a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    Days(i64),
    /// To the end of this day, in UTC.
    Through(NaiveDate),
    ForGood,
}

/// What a form is told apart by: random, and made new each time the page is opened.
pub fn new_form() -> String {
    secret::random_token()
}

/// The name of the key that the actor made with this form already. A form that is sent twice makes one key, whose secret
/// was shown the first time.
pub fn made_with<N: Need>(c: &mut Connection, may: &Permitted<N>, form: &str) -> Result<Option<String>, DbError> {
    queries::made_with(c, may.id(), form)
}

/// A key as acts on it need it.
#[derive(Debug, Clone)]
pub struct Held {
    pub id: KeyId,
    pub name: String,
    /// The two ends of its secret.
    pub hint: String,
    /// `None`: a system key.
    pub workspace: Option<WorkspaceId>,
    /// `None`: the command line.
    pub maker: Option<UserId>,
    pub made_at: Moment,
    pub expires_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
    pub used: Option<Use>,
}

/// How many keys work in a workspace.
#[derive(Debug, Clone)]
pub struct KeysOf {
    pub id: WorkspaceId,
    pub name: String,
    pub hue: i32,
    pub keys: i64,
}

/// Workspaces with keys that were made before that moment and have not ended, the most first.
pub(in crate::domain) fn live_by_workspace(c: &mut Connection, made_before: Moment, limit: usize) -> Result<Vec<KeysOf>, DbError> {
    queries::live_by_workspace(c, made_before, limit)
}

type HeldRow =
    ((KeyId, String, String, Option<WorkspaceId>, Option<UserId>), (Moment, Option<Moment>, Option<Moment>), (Option<Moment>, Option<String>, Option<String>));

impl Held {
    fn of(((id, name, hint, workspace, maker), (made_at, expires_at, revoked_at), (used_at, address, client)): HeldRow) -> Self {
        Self { id, name, hint, workspace, maker, made_at, expires_at, revoked_at, used: Use::of(used_at, address, client) }
    }

    /// Whether it can still be revoked.
    pub fn is_live(&self) -> bool {
        rules::is_live(self.revoked_at.is_some(), self.expires_at, clock::now())
    }
}

/// Makes a key of the workspace of the proof, owned by whoever makes it. Through a key: by that key's owner, with at most that
/// key's permissions, ending with it.
pub fn create(tx: &mut Tx, may: &Permitted<Confirmed<here::WorkspaceAdmin>>, new: &NewKey) -> Result<Made, Error> {
    let here = may.workspace();
    if here.archived {
        return Err(Error::because(format!("{} is archived, and its keys rest. Restore it first.", here.name)));
    }
    if count_in(tx, &here.id)? >= MOST_IN_USE {
        return Err(Error::because(format!("{} has 1,000 keys in use, and more there cannot be. Revoke some that nobody needs first.", here.name)));
    }
    let parent = may.key();
    let permissions = match new.permissions {
        Some(set) if set.is_empty() => return Err(invalid("permissions", "A key that may do nothing is of no use. Tick at least one.".to_owned())),
        Some(set) if !here.may.covers(set.closure()) => {
            let beyond = set.closure().minus(here.may).keys().join(", ");
            return Err(invalid("permissions", format!("You do not hold {beyond} in {} yourself, so a key of yours cannot either.", here.name)));
        }
        None if parent.is_some_and(|key| key.restricted) => Some(here.may),
        given => given,
    };
    let expires_at = [expiry(tx, new.life)?, parent.and_then(|key| key.expires_at)].into_iter().flatten().min();
    let row = Row {
        name: &new.name,
        workspace: Some(&here.id),
        owner: may.id(),
        maker: Some(may.id()),
        parent: parent.map(|key| &key.id),
        permissions: permissions.map(|set| set.to_string()),
        expires_at,
        form: new.form.as_deref(),
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

/// The days a new key works unless it is told otherwise: as long as the organization lets one.
pub fn suggested_days(longest: Option<i64>) -> i64 {
    longest.map_or(SUGGESTED_DAYS, |longest| SUGGESTED_DAYS.min(longest))
}

/// The longest a key may work, in days, if that is limited.
pub fn longest_days(c: &mut Connection) -> Result<Option<i64>, DbError> {
    Ok(organization::load(c)?.key_max_days.map(i64::from))
}

/// When a key made now ends. The organization may limit how long one works.
fn expiry(tx: &mut Tx, life: Life) -> Result<Option<Moment>, Error> {
    let longest = longest_days(tx)?;
    let too_long = |longest: i64| invalid("expires", format!("A key works for at most {}. Choose an earlier end.", days_in_words(longest)));
    match life {
        Life::ForGood => match longest {
            Some(longest) => Err(invalid("expires", format!("Every key has an end here, after at most {}.", days_in_words(longest)))),
            None => Ok(None),
        },
        Life::Days(days) if days < 1 => Err(invalid("expires", "A key works for at least one day.".to_owned())),
        Life::Days(days) => match longest {
            Some(longest) if days > longest => Err(too_long(longest)),
            _ => Ok(Some(tx.now + clock::days(days.min(MOST_DAYS)))),
        },
        Life::Through(day) => match (longest, (day - tx.now.date()).num_days()) {
            (_, ahead) if ahead < 0 => Err(invalid("until", "This day is over. Choose a later one.".to_owned())),
            (Some(longest), ahead) if ahead > longest => {
                Err(invalid("until", format!("A key works for at most {}. Choose an earlier day.", days_in_words(longest))))
            }
            (None, ahead) if ahead > MOST_DAYS => Err(invalid("until", "This day is more than a hundred years away. Choose an earlier one.".to_owned())),
            _ => Ok(Some((day + clock::days(1)).and_time(Default::default()))),
        },
    }
}

/// "1 day", "90 days".
pub fn days_in_words(n: i64) -> String {
    if n == 1 { "1 day".to_owned() } else { format!("{n} days") }
}

fn invalid(field: &'static str, why: String) -> Error {
    Error::Invalid(vec![(field, why)])
}

/// From the command line: a key of the whole organization, owned by the service account *Operator*.
pub fn create_system(tx: &mut Tx, _: Operator, name: &KeyName, permissions: OrgSet) -> Result<Made, Error> {
    if !organization::load(tx)?.set_up {
        return Err(Error::because("Nothing is set up yet. Start the console and open the link it prints."));
    }
    let owner = operator(tx)?;
    let row = Row { name, workspace: None, owner: &owner, maker: None, parent: None, permissions: Some(permissions.to_string()), expires_at: None, form: None };
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
        Some(_) => return Err(Error::because("The service account Operator is deactivated, so no key can be made for it.")),
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
    form: Option<&'a str>,
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
pub fn count_owned_in(c: &mut Connection, workspace: &WorkspaceId, owners: &[UserId]) -> Result<i64, DbError> {
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
