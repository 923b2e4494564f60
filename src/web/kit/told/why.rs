//! Why somebody may do what they may do in a workspace: their yes and no in words, with reasons and the way to more.

use super::{Called, article, first_name};
use crate::{
    access::{
        Permitted, WorkspaceSet,
        explain::{self, list},
        grants,
        need::{Missing, Need},
    },
    base::ids::UserId,
    db::{Connection, Error},
    domain::{
        invites,
        memberships::Membership,
        roles::Role,
        users::{Status, User},
    },
};

/// A name in a sentence, with a way to their page.
#[derive(Debug, Clone)]
pub struct Named {
    pub name: String,
    pub href: String,
}

impl Named {
    /// The reader is named "you".
    pub fn of(id: &UserId, name: &str, reader: &UserId) -> Self {
        let name = if id == reader { "you" } else { name };
        Self { name: name.to_owned(), href: format!("/settings/users/{id}") }
    }
}

pub struct Why {
    pub title: String,
    /// Why nothing of it holds now, if so.
    pub not_now: Option<String>,
    pub yes: Vec<String>,
    pub no: Vec<String>,
    /// "Ada is an Editor here", "you are an Editor here".
    pub because: String,
    /// "No, because Editor lacks it: Admin is the smallest role that has it.".
    pub lacks: String,
    pub givers: Vec<Named>,
    /// Whether the reader can give it too.
    pub you: bool,
}

/// `held`: what they may do there once they are active. `roles`: all workspace roles.
pub fn explain<N: Need>(c: &mut Connection, may: &Permitted<N>, user: &User, membership: &Membership, roles: &[Role]) -> Result<Why, Error> {
    let held = membership.permissions;
    let called = Called::of(user, may.id());
    let summary = explain::summary(held);
    let givers = grants::givers(c, Some(&membership.workspace), 4)?;
    // Nobody gives themselves more than they hold.
    let you = !called.you && givers.iter().any(|giver| giver.id == *may.id());
    let others = givers.iter().filter(|giver| giver.id != *may.id() && giver.id != user.id);
    let archived = || membership.archived.then(|| format!("Nothing now, because {} is archived. Once it is restored:", membership.workspace_name));
    let not_now = not_now(c, user)?.or_else(archived);
    Ok(Why {
        title: format!("What {} may do in {}, and why", called.name(), membership.workspace_name),
        not_now,
        yes: summary.yes,
        no: summary.no,
        because: format!("{} {} {} here", called.name(), if user.status == Status::Invited { "will be" } else { called.is() }, article(&membership.role_name)),
        lacks: lacks(c, membership, held, roles)?,
        givers: others.map(|giver| Named::of(&giver.id, &giver.name, may.id())).collect(),
        you,
    })
}

/// Why somebody may do nothing at all now, up to the colon behind which stands what they would have.
pub fn not_now(c: &mut Connection, user: &User) -> Result<Option<String>, Error> {
    let first = first_name(&user.name);
    if user.status == Status::Active {
        return Ok(None);
    }
    if user.status != Status::Invited {
        return Ok(Some(format!("Nothing now, because {first} is deactivated. Once active again:")));
    }
    let invitation = invites::find_of(c, &user.id)?;
    let ended = match invitation {
        Some(i) if i.state == invites::State::Revoked => "was revoked",
        Some(i) if i.state == invites::State::Declined => "was declined",
        Some(i) if i.is_expired() => "has expired",
        _ => return Ok(Some(format!("Nothing yet, because {first} has not accepted the invitation. Once accepted:"))),
    };
    Ok(Some(format!("Nothing, because the invitation {ended}. With a fresh one, once accepted:")))
}

/// Which roles have what this one lacks, from the smallest on.
fn lacks(c: &mut Connection, membership: &Membership, held: WorkspaceSet, roles: &[Role]) -> Result<String, Error> {
    let mut missing = WorkspaceSet::all().minus(held);
    let mut more: Vec<String> = Vec::new();
    while let Some(permission) = missing.iter().next() {
        let Some(name) = grants::smallest_role(c, Missing::Workspace(permission), Some(&membership.workspace))? else { break };
        let set = roles.iter().filter(|role| role.name == name).find_map(|role| role.in_workspace(&membership.workspace)).unwrap_or(WorkspaceSet::NONE);
        missing = missing.minus(set | WorkspaceSet::of(&[permission]));
        more.push(name);
    }
    let role = &membership.role_name;
    Ok(match more.as_slice() {
        [] => format!("No, because {role} lacks it, and so does every other role."),
        [one] => format!("No, because {role} lacks it: {one} is the smallest role that has it."),
        [some @ .., rest] => {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            format!("No, because {role} lacks it: {} {} some of it, {rest} the rest.", list(&some), if some.len() == 1 { "has" } else { "have" })
        }
    })
}
