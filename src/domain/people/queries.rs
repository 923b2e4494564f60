//! Rows that are about a person, across the nouns.

use diesel::prelude::*;
use serde_json::Value;

use super::Withheld;
use crate::{
    base::{
        clock::Moment,
        ids::{DraftId, InvitationId, LinkId, RoleId, UserId, WithheldId, WorkspaceId},
    },
    db::{
        Connection, Error, Tx,
        schema::{account_links, drafts, invitations, outbox, roles, withheld, workspaces},
    },
};

type Row = (WithheldId, Option<(WorkspaceId, String, i32)>, (RoleId, String), Option<UserId>, Moment);

macro_rules! columns {
    () => {
        (withheld::id, (workspaces::id, workspaces::name, workspaces::hue).nullable(), (roles::id, roles::name), withheld::given_by, withheld::withheld_at)
    };
}

fn row((id, workspace, (role, role_name), by, at): Row) -> Withheld {
    let workspace = workspace.map(|(id, name, hue)| crate::domain::workspaces::Listed { id, name, hue: hue as u8 });
    Withheld { id, workspace, role, role_name, by, at }
}

pub(super) fn withheld_of(c: &mut Connection, user: &UserId) -> Result<Vec<Withheld>, Error> {
    let rows: Vec<Row> = withheld::table
        .inner_join(roles::table)
        .left_join(workspaces::table)
        .filter(withheld::user_id.eq(user))
        .order(withheld::id)
        .select(columns!())
        .load(c)?;
    Ok(rows.into_iter().map(row).collect())
}

/// Forgets what was withheld in one workspace, or in the organization.
pub(super) fn delete_withheld(tx: &mut Tx, users: &[UserId], workspace: Option<&WorkspaceId>) -> Result<(), Error> {
    let of_user = withheld::table.filter(withheld::user_id.eq_any(users));
    match workspace {
        Some(workspace) => diesel::delete(of_user.filter(withheld::workspace_id.eq(workspace))).execute(&mut **tx)?,
        None => diesel::delete(of_user.filter(withheld::workspace_id.is_null())).execute(&mut **tx)?,
    };
    Ok(())
}

/// Everything that stands about somebody in rows of other kinds: what was withheld, their mails, their links, their own
/// drafts, drafts and links of others that name their address, and what a mail server said about it.
pub(super) fn delete_traces(tx: &mut Tx, user: &UserId, email_key: &str) -> Result<(), Error> {
    diesel::delete(withheld::table.filter(withheld::user_id.eq(user))).execute(&mut **tx)?;
    let theirs: Option<InvitationId> = invitations::table.filter(invitations::user_id.eq(user)).select(invitations::id).first(&mut **tx).optional()?;
    diesel::delete(outbox::table.filter(outbox::user_id.eq(user).or(outbox::subject_id.eq(user)))).execute(&mut **tx)?;
    if let Some(invitation) = theirs {
        diesel::delete(outbox::table.filter(outbox::invitation_id.eq(&invitation))).execute(&mut **tx)?;
        diesel::update(invitations::table.find(&invitation)).set(invitations::mail_problem.eq(None::<String>)).execute(&mut **tx)?;
    }
    diesel::delete(account_links::table.filter(account_links::user_id.eq(user))).execute(&mut **tx)?;
    // Somebody else may have asked to take this address; those live a day, so they are few.
    let wanted: Vec<(LinkId, String)> =
        account_links::table.filter(account_links::kind.eq("address")).select((account_links::id, account_links::email)).load(&mut **tx)?;
    for (link, _) in wanted.iter().filter(|(_, email)| email.eq_ignore_ascii_case(email_key)) {
        diesel::delete(account_links::table.find(link)).execute(&mut **tx)?;
    }
    diesel::delete(drafts::table.filter(drafts::owner_id.eq(user))).execute(&mut **tx)?;
    // Drafts live a day, so they are few.
    let all: Vec<(DraftId, String)> = drafts::table.select((drafts::id, drafts::body)).load(&mut **tx)?;
    for (draft, _) in all.iter().filter(|(_, body)| !email_key.is_empty() && names(body, email_key)) {
        diesel::delete(drafts::table.find(draft)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Whether a value somewhere in a draft is this address.
fn names(body: &str, email_key: &str) -> bool {
    fn any(value: &Value, email_key: &str) -> bool {
        match value {
            Value::String(text) => text.trim().eq_ignore_ascii_case(email_key),
            Value::Array(all) => all.iter().any(|value| any(value, email_key)),
            Value::Object(all) => all.values().any(|value| any(value, email_key)),
            _ => false,
        }
    }
    serde_json::from_str(body).is_ok_and(|value| any(&value, email_key))
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_drafts_that_hold_the_very_address() {
        let names = |body: &str| super::names(body, "ob@analytical.example");
        assert!(names(r#"{"open":{"details":{"email":" OB@analytical.example"}}}"#) && names(r#"{"to":["ob@analytical.example"]}"#));
        assert!(!names(r#"{"email":"xob@analytical.example.org"}"#) && !names("{}") && !names("no json"));
    }
}
