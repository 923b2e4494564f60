//! How people and what they do are told in sentences: [`acts`] from the audit, what has [`fallen`], a [`status`], [`why`] somebody may
//! what they may, the way to [`more`], what one may [`here`], and how it is with [`keys`].

pub mod acts;
pub mod fallen;
mod flows;
pub mod here;
pub mod keys;
pub mod more;
pub mod status;
pub mod why;

use std::collections::HashMap;

use super::{
    Shell,
    view::{Face, relative, thousands},
};
use crate::{
    access::{OrgPermission, OrgSet},
    base::{clock::Moment, ids::UserId},
    db::Connection,
    domain::{
        Error,
        invites::{self, Invitation},
        roles::Resting,
        users::{Named, Status, User, list::Count},
    },
};

/// Whether somebody is shown workspaces they do not belong to: who may enter or manage any of them knows their names.
pub fn sees_every_workspace(may: OrgSet) -> bool {
    [OrgPermission::OrgAdmin, OrgPermission::WorkspaceEdit, OrgPermission::WorkspaceDelete].into_iter().any(|p| may.has(p))
}

/// The person of a row.
pub fn face(user: &User) -> Face {
    Face::of(&user.id, &user.name, &user.email, user.avatar.as_ref())
}

/// Somebody named among others.
pub fn named(who: &Named) -> Face {
    Face::of(&who.id, &who.name, "", who.avatar.as_ref())
}

/// How a person is called in a sentence: by their first name.
pub fn first_name(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}

/// "just now", "3 hours ago", "on 19 November".
pub fn in_a_sentence(at: Moment) -> String {
    let words = relative(at);
    match words.as_str() {
        "Now" => "just now".to_owned(),
        "Yesterday" => "yesterday".to_owned(),
        long_ago if long_ago.ends_with(" ago") => words,
        date => format!("on {date}"),
    }
}

/// Where somebody stands, for what can be said of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Active,
    /// Their invitation can be accepted.
    Invited,
    /// Their invitation has expired, was revoked or declined.
    Ended,
    Deactivated,
}

impl Stage {
    pub fn of(c: &mut Connection, user: &User) -> Result<Self, Error> {
        let invitation = if user.status == Status::Invited { invites::find_of(c, &user.id)? } else { None };
        Ok(Self::judged(user, invitation.as_ref()))
    }

    fn judged(user: &User, invitation: Option<&Invitation>) -> Self {
        match (user.status, invitation) {
            (Status::Active, _) => Self::Active,
            (Status::Deactivated | Status::Removed, _) => Self::Deactivated,
            (Status::Invited, Some(i)) if i.state == invites::State::Pending && !i.is_expired() => Self::Invited,
            (Status::Invited, _) => Self::Ended,
        }
    }
}

/// How sentences speak of somebody: of the reader themselves as "you".
pub struct Called {
    pub you: bool,
    pub first: String,
}

impl Called {
    pub fn of(user: &User, reader: &UserId) -> Self {
        Self { you: user.id == *reader, first: first_name(&user.name).to_owned() }
    }

    /// The same, on a page of the shell's reader.
    pub fn in_shell(user: &User, shell: &Shell) -> Self {
        Self { you: shell.me.as_ref().is_some_and(|me| me.face.id == user.id.as_str()), first: first_name(&user.name).to_owned() }
    }

    /// "your", "Ada’s".
    pub fn whose(&self) -> String {
        if self.you { "your".to_owned() } else { format!("{}’s", self.first) }
    }

    /// "What you keep", "What Ada keeps".
    pub fn keeps(&self) -> String {
        if self.you { "What you keep".to_owned() } else { format!("What {} keeps", self.first) }
    }

    /// "your", "their".
    pub fn their(&self) -> &'static str {
        if self.you { "your" } else { "their" }
    }

    /// Within a sentence.
    pub fn name(&self) -> &str {
        if self.you { "you" } else { &self.first }
    }

    /// At the beginning of one.
    pub fn subject(&self) -> &str {
        if self.you { "You" } else { &self.first }
    }

    pub fn is(&self) -> &'static str {
        if self.you { "are" } else { "is" }
    }

    pub fn they(&self) -> &'static str {
        if self.you { "you" } else { "they" }
    }
}

/// Whether what changes for somebody counts at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// On their next request.
    Now,
    /// They have not accepted yet: a fresh invitation goes out.
    OnceAccepted,
    /// Their invitation has ended, and no fresh one goes out by itself.
    OnceInvited,
}

impl Counts {
    pub fn of(c: &mut Connection, user: &User) -> Result<Self, Error> {
        Ok(Self::at(Stage::of(c, user)?))
    }

    /// The same of several, in their order.
    pub fn of_each(c: &mut Connection, users: &[&User]) -> Result<Vec<Self>, Error> {
        let invited: Vec<UserId> = users.iter().filter(|user| user.status == Status::Invited).map(|user| user.id.clone()).collect();
        let invitations = if invited.is_empty() { HashMap::new() } else { invites::of_each(c, &invited)? };
        Ok(users.iter().map(|user| Self::at(Stage::judged(user, invitations.get(&user.id)))).collect())
    }

    fn at(stage: Stage) -> Self {
        match stage {
            Stage::Active | Stage::Deactivated => Self::Now,
            Stage::Invited => Self::OnceAccepted,
            Stage::Ended => Self::OnceInvited,
        }
    }

    /// Before it is done.
    pub fn hint(self, called: &Called) -> String {
        let first = &called.first;
        match self {
            Self::Now => format!("It takes effect on {} next request.", called.their()),
            Self::OnceAccepted => format!("{first} has not accepted yet: links sent before stop working, and a fresh invitation goes out that names this."),
            Self::OnceInvited => format!("{first}’s invitation has ended: this counts once they are invited again and accept."),
        }
    }

    /// After it was done: a sentence of its own, with the space before it.
    pub fn told(self) -> &'static str {
        match self {
            Self::Now => "",
            Self::OnceAccepted => " A fresh invitation that names this was made; links sent before do not work any more.",
            Self::OnceInvited => " The invitation has ended: send a fresh one.",
        }
    }
}

/// "an Editor", "a Reader".
pub fn article(role: &str) -> String {
    let vowel = role.chars().next().is_some_and(|c| "aeiouAEIOU".contains(c));
    format!("{} {role}", if vowel { "an" } else { "a" })
}

/// "2 invited, 1 deactivated"; empty for nobody.
pub fn resting(of: Resting) -> String {
    let each = [(of.invited, "invited"), (of.expired, "expired"), (of.declined, "declined"), (of.revoked, "revoked"), (of.deactivated, "deactivated")];
    each.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{}\u{a0}{words}", thousands(*n))).collect::<Vec<_>>().join(", ")
}

/// "12 of 100,000 people", where they say how many there are: "More than 1,000 of 100,000 people".
pub fn matching(count: Count, of: &str) -> String {
    match count {
        Count::Exactly(n) => format!("{} of {of}", thousands(n)),
        Count::MoreThan(n) => format!("More than {} of {of}", thousands(n)),
    }
}
