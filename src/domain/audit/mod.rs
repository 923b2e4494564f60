//! Who did what, on whom, when and from where. Written in the transaction of the act itself. A row holds ids and impersonal
//! facts; names and addresses stand beside it, by person, and go with the person.

mod queries;

use serde_json::{Map, Value};

use crate::{
    access::{Permitted, need::SignedIn},
    base::{
        clock::Moment,
        ids::{AuditId, UserId, WorkspaceId},
    },
    db::{Connection, Error, Tx, page::PAGE},
};

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    Person(UserId),
    /// The machine's command line.
    Operator,
    /// Nobody who is known: a failed sign-in, an opened link.
    Nobody,
    /// The console itself: a mail was refused.
    System,
}

/// A row being written: `audit::entry("user.deactivated").by(…).on_user(…).fact(…).write(tx)?`.
#[must_use = "an entry that is not written is lost"]
pub struct Entry {
    action: &'static str,
    by: By,
    subject_kind: &'static str,
    subject: Option<String>,
    workspace: Option<WorkspaceId>,
    facts: Map<String, Value>,
    personal: Vec<Personal>,
}

struct Personal {
    /// Whose it is; an address of nobody we know stands under the word `nobody`.
    user: String,
    field: &'static str,
    before: Option<String>,
    after: Option<String>,
}

/// Starts a row. Actions are a noun and what happened to it: `invitation.sent`.
pub fn entry(action: &'static str) -> Entry {
    Entry { action, by: By::Nobody, subject_kind: "organization", subject: None, workspace: None, facts: Map::new(), personal: Vec::new() }
}

impl Entry {
    pub fn by(mut self, user: &UserId) -> Self {
        self.by = By::Person(user.clone());
        self
    }

    pub fn by_whom(mut self, by: By) -> Self {
        self.by = by;
        self
    }

    pub fn on_user(mut self, user: &UserId) -> Self {
        (self.subject_kind, self.subject) = ("user", Some(user.to_string()));
        self
    }

    pub fn on(mut self, kind: &'static str, id: impl ToString) -> Self {
        (self.subject_kind, self.subject) = (kind, Some(id.to_string()));
        self
    }

    pub fn in_workspace(mut self, workspace: &WorkspaceId) -> Self {
        self.workspace = Some(workspace.clone());
        self
    }

    /// An impersonal fact: a role id, a number, a state. Never a name or an address.
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.into(), value.into());
        self
    }

    /// A value before and after that is no personal datum: a role id, a workspace's name.
    pub fn changed(self, name: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        let (before, after) = (before.into(), after.into());
        self.fact(name, serde_json::json!({ "before": before, "after": after }))
    }

    /// A personal datum of `user`, kept beside the row and deleted with them.
    pub fn personal(mut self, user: &UserId, field: &'static str, before: Option<&str>, after: Option<&str>) -> Self {
        self.personal.push(Personal { user: user.to_string(), field, before: before.map(str::to_owned), after: after.map(str::to_owned) });
        self
    }

    /// Writes it.
    pub fn write(self, tx: &mut Tx) -> Result<(), Error> {
        write_all(tx, vec![self])
    }

    /// The network address is a personal datum of the actor, or of the person acted on where nobody is known.
    fn with_address(mut self, tx: &Tx) -> Self {
        let whose = match (&self.by, self.subject_kind, &self.subject) {
            (By::Person(user), _, _) => user.to_string(),
            (By::Nobody, "user", Some(id)) => id.clone(),
            (By::Nobody, _, _) => "nobody".to_owned(),
            (By::Operator | By::System, _, _) => String::new(),
        };
        if !whose.is_empty() && !tx.origin.address.is_empty() {
            let address = tx.origin.address.clone();
            self.personal.push(Personal { user: whose, field: "network address", before: None, after: Some(address) });
        }
        self
    }
}

/// Writes the rows of an act on several, in this order, at once.
pub fn write_all(tx: &mut Tx, entries: Vec<Entry>) -> Result<(), Error> {
    let entries: Vec<Entry> = entries.into_iter().map(|entry| entry.with_address(tx)).collect();
    queries::insert(tx, &entries)
}

/// A row as pages show it.
#[derive(Debug, Clone)]
pub struct Act {
    pub id: AuditId,
    pub at: Moment,
    pub action: String,
    pub actor: Option<UserId>,
    /// The name of the key that the actor's program came with.
    pub key_name: Option<String>,
    pub subject_kind: String,
    pub subject: Option<String>,
    pub subject_name: Option<String>,
    pub workspace_name: Option<String>,
    /// Of a workspace its actor left: what it was called then. They know that, and not what it is called by now.
    pub left: Option<String>,
    pub facts: Map<String, Value>,
    /// Field, before, after.
    pub personal: Vec<(String, Option<String>, Option<String>)>,
}

/// The last things a user did, themselves or through a key of theirs, the newest first.
pub fn last_acts_of(c: &mut Connection, user: &UserId, limit: usize) -> Result<Vec<Act>, Error> {
    queries::acts_of(c, user, None, limit)
}

/// A page of what the reader did, in every workspace, themselves and through their keys: the newest first, or what came before
/// an act. The flag says whether there is more.
pub fn own_acts(c: &mut Connection, may: &Permitted<SignedIn>, before: Option<&AuditId>) -> Result<(Vec<Act>, bool), Error> {
    let mut acts = queries::acts_of(c, may.id(), before, PAGE + 1)?;
    let more = acts.len() > PAGE;
    acts.truncate(PAGE);
    Ok((acts, more))
}

/// Whether somebody did this to that.
pub fn did(c: &mut Connection, user: &UserId, action: &str, subject: &str) -> Result<bool, Error> {
    queries::did(c, user, action, subject)
}

/// Deletes what is personal about somebody who is removed.
pub(in crate::domain) fn forget(tx: &mut Tx, user: &UserId) -> Result<(), Error> {
    queries::delete_personal(tx, user)
}
