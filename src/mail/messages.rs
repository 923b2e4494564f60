//! What each kind of letter says, from what is true now. Words only: the letter's head is the envelope's matter.

mod account;

use crate::{
    access::explain,
    base::{clock::Moment, ids::UserId, text::unlinked, token::invitation_token},
    config::Config,
    db::{Connection, Error as DbError},
    domain::{
        invites::{self, Invitation, State as InvitationState},
        memberships::{self, Membership},
        organization::{self, Organization},
        outbox::{Kind, Letter},
        roles,
        users::{self, Status, User},
    },
};

use super::Post;

/// Workspaces that are named one by one.
const NAMED: usize = 20;

/// A letter in words, for the text and the HTML of it.
pub(super) struct Words {
    pub organization: String,
    /// The person it goes to.
    pub name: String,
    pub address: String,
    /// Subject and headline.
    pub title: String,
    /// What a list of mails shows beside the subject.
    pub preview: String,
    pub intro: String,
    /// Where, and what one is there.
    pub places: Vec<Place>,
    /// How many more there are.
    pub more: usize,
    pub button: String,
    pub link: String,
    /// Until when the link works, where it is one that ends.
    pub until: Option<String>,
    /// The last paragraph, before the support address.
    pub aside: String,
    pub support: Option<Support>,
}

pub(super) struct Place {
    pub name: String,
    pub role: String,
}

/// Where questions go.
pub(super) struct Support {
    pub text: String,
    pub link: String,
}

/// What became of a letter when it was to be written.
pub(super) enum Written {
    Words(Box<Words>),
    /// No longer true, or nobody there to read it.
    Unwanted,
    /// It cannot arrive any more; why.
    TooLate(&'static str),
}

pub(super) fn write(c: &mut Connection, post: &Post, letter: &Letter) -> Result<Written, DbError> {
    let Some(to) = named(c, Some(&letter.to))? else { return Ok(Written::Unwanted) };
    let about = named(c, letter.about.as_ref())?;
    let mut organization = organization::load(c)?;
    organization.name = unlinked(&organization.name);
    match (letter.kind, about) {
        (Kind::Reset | Kind::Address | Kind::AddressChanged | Kind::PasswordChanged, _) => account::write(c, post, letter, &to, &organization),
        (Kind::Invitation, _) => invitation(c, post, letter, &to, &organization),
        (Kind::Applied, about) if to.status == Status::Active => applied(c, &post.config, letter, &to, about.as_ref(), &organization),
        (Kind::Added, about) if to.status == Status::Active => added(c, &post.config, letter, &to, about.as_ref(), &organization),
        (Kind::Declined, Some(about)) if to.status == Status::Active => Ok(declined(&post.config, &to, &about, &organization)),
        (Kind::Asked, Some(about)) if to.status == Status::Active => {
            let invitation = invites::find_of(c, &about.id)?.filter(|i| is_newest(i, letter) && i.is_expired());
            Ok(invitation.map_or(Written::Unwanted, |i| asked(&post.config, &to, &about, &i, &organization)))
        }
        _ => Ok(Written::Unwanted),
    }
}

/// Somebody, with their names as a mail may show them: people choose these themselves.
fn named(c: &mut Connection, id: Option<&UserId>) -> Result<Option<User>, DbError> {
    let Some(id) = id else { return Ok(None) };
    let user = users::find(c, id)?;
    Ok(user.map(|user| User { name: unlinked(&user.name), display_name: unlinked(&user.display_name), ..user }))
}

fn is_newest(invitation: &Invitation, letter: &Letter) -> bool {
    invitation.state == InvitationState::Pending && letter.generation.is_none_or(|g| g == invitation.generation)
}

fn invitation(c: &mut Connection, post: &Post, letter: &Letter, to: &User, organization: &Organization) -> Result<Written, DbError> {
    let invitation = invites::find_of(c, &to.id)?.filter(|i| is_newest(i, letter) && letter.invitation.as_ref() == Some(&i.id));
    let Some(invitation) = invitation else { return Ok(Written::Unwanted) };
    if invitation.is_expired() {
        return Ok(Written::TooLate("the invitation expired before the mail server took the mail"));
    }
    let inviter = named(c, invitation.invited_by.as_ref())?;
    // Only what can still be given: the rest would be withheld at acceptance.
    let outcome = invites::outcome(c, to)?;
    let (places, more) = match outcome.role.filter(roles::Role::makes_org_admin) {
        Some(role) => (vec![Place { name: "Every workspace".into(), role: format!("{}: admin in every workspace", role.name) }], 0),
        None => places(outcome.memberships, invitation.invited_by.as_ref()),
    };
    let intro = if places.is_empty() {
        format!("Hello {}, accept the invitation and you have an account. Workspaces can follow.", to.display_name)
    } else {
        format!("Hello {}, you will work here:", to.display_name)
    };
    let told = inviter.as_ref().filter(|i| i.status == Status::Active).map_or(String::new(), |i| format!(": {} is told", i.display_name));
    Ok(words(Words {
        title: match &inviter {
            Some(inviter) => format!("{} invites you to {}", inviter.name, organization.name),
            None => format!("You are invited to {}", organization.name),
        },
        preview: format!("{}The link works until {}.", preview(&places), invitation.expires_at.format("%-d %B")),
        intro,
        places,
        more,
        button: "Accept the invitation".into(),
        link: post.config.link(&format!("/invitation/{}", invitation_token(&post.key, &invitation.id, invitation.generation))),
        until: Some(utc(invitation.expires_at)),
        aside: format!("Not expecting this? Ignore it, or open the link and decline{told}."),
        ..blank(to, organization)
    }))
}

fn declined(config: &Config, to: &User, about: &User, organization: &Organization) -> Written {
    words(Words {
        title: format!("{} declined your invitation to {}", about.name, organization.name),
        preview: "The link no longer works.".into(),
        intro: format!(
            "Hello {}, {} ({}) declined. The link no longer works, and you need not do anything. If it was a mistake, you can send the invitation again.",
            to.display_name, about.name, about.email
        ),
        ..to_inviter(config, to, about, organization)
    })
}

/// Whoever is asked is not always the inviter, who may be gone.
fn asked(config: &Config, to: &User, about: &User, invitation: &Invitation, organization: &Organization) -> Written {
    let (whose, why) = match &invitation.invited_by {
        Some(by) if *by == to.id => ("your", "You get this because you sent the invitation."),
        _ => ("the", "You get this because you can send the invitation again."),
    };
    words(Words {
        title: format!("{} asks you for a fresh invitation link", about.name),
        preview: "The last one has expired.".into(),
        intro: format!(
            "Hello {}, {whose} invitation to {} expired on {}, and {} ({}) asks for a fresh link. To send one, open the page and choose Resend.",
            to.display_name,
            organization.name,
            utc(invitation.expires_at),
            about.name,
            about.email
        ),
        aside: why.into(),
        ..to_inviter(config, to, about, organization)
    })
}

fn applied(c: &mut Connection, config: &Config, letter: &Letter, to: &User, about: Option<&User>, organization: &Organization) -> Result<Written, DbError> {
    let mut all = memberships::of_user(c, &to.id)?;
    // What the act gave bears the time of the act, as the letter does.
    if all.iter().any(|m| m.given_at == letter.created_at) {
        all.retain(|m| m.given_at == letter.created_at);
    }
    let (places, more) = places(all, about.map(|by| &by.id));
    Ok(words(Words {
        title: match about {
            Some(by) => format!("{} gave you more access at {}", by.name, organization.name),
            None => format!("You have more access at {}", organization.name),
        },
        preview: preview(&places),
        intro: match places.len() {
            0 => format!("Hello {}, your invitation was applied to the account you have.", to.display_name),
            _ => format!("Hello {}, your invitation was applied to the account you have. You now work here:", to.display_name),
        },
        places,
        more,
        button: format!("Open {}", organization.name),
        link: config.link("/"),
        aside: "Not expecting this? Ask whoever looks after accounts.".into(),
        ..blank(to, organization)
    }))
}

/// Only while it is true: the role is the one they have when it is sent.
fn added(c: &mut Connection, config: &Config, letter: &Letter, to: &User, by: Option<&User>, organization: &Organization) -> Result<Written, DbError> {
    let membership = match &letter.workspace {
        Some(workspace) => memberships::find(c, &to.id, workspace)?.filter(|m| !m.archived),
        None => None,
    };
    let Some(membership) = membership else { return Ok(Written::Unwanted) };
    let (name, link) = (unlinked(&membership.workspace_name), config.link(&format!("/workspaces/{}", membership.workspace)));
    let (places, more) = places(vec![membership], by.map(|by| &by.id));
    Ok(words(Words {
        title: match by {
            Some(by) => format!("{} added you to {name}", by.name),
            None => format!("You were added to {name}"),
        },
        preview: preview(&places),
        intro: format!("Hello {}, from now on you work here too:", to.display_name),
        places,
        more,
        button: format!("Open {name}"),
        link,
        aside: format!(
            "Not expecting this? Ask {}, or leave {name} on its page of users.",
            by.map_or("whoever looks after accounts", |by| by.display_name.as_str())
        ),
        ..blank(to, organization)
    }))
}

fn words(words: Words) -> Written {
    Written::Words(Box::new(words))
}

/// What every letter has.
fn blank(to: &User, organization: &Organization) -> Words {
    Words {
        organization: organization.name.clone(),
        name: to.name.clone(),
        address: to.email.clone(),
        title: String::new(),
        preview: String::new(),
        intro: String::new(),
        places: Vec::new(),
        more: 0,
        button: String::new(),
        link: String::new(),
        until: None,
        aside: String::new(),
        support: support(&organization.support),
    }
}

fn to_inviter(config: &Config, to: &User, about: &User, organization: &Organization) -> Words {
    Words {
        button: format!("Open {}’s page", about.name),
        link: config.link(&format!("/settings/users/{}", about.id)),
        aside: "You get this because you sent the invitation.".into(),
        ..blank(to, organization)
    }
}

fn support(text: &str) -> Option<Support> {
    let link = match text {
        "" => return None,
        link if link.contains("://") => link.to_owned(),
        address => format!("mailto:{address}"),
    };
    Some(Support { text: text.to_owned(), link })
}

/// Workspaces that can be entered, each with its role, and who gave it where that is not whom the letter speaks of; and how
/// many more there are.
fn places(memberships: Vec<Membership>, by: Option<&UserId>) -> (Vec<Place>, usize) {
    let open: Vec<Membership> = memberships.into_iter().filter(|m| !m.archived).collect();
    let more = open.len().saturating_sub(NAMED);
    let place = |m: Membership| {
        let mut role = explain::role(&m.role_name, m.permissions.closure());
        if let Some(name) = m.given_by_name.filter(|_| m.given_by.as_ref() != by) {
            role.push_str(&format!(" (added by {})", unlinked(&name)));
        }
        Place { role, name: unlinked(&m.workspace_name) }
    };
    (open.into_iter().take(NAMED).map(place).collect(), more)
}

/// "Research, as Reader. ".
fn preview(places: &[Place]) -> String {
    let named: Vec<String> = places.iter().take(2).map(|p| format!("{}, as {}", p.name, p.role.split(':').next().unwrap_or_default())).collect();
    if named.is_empty() { String::new() } else { format!("{}. ", named.join("; ")) }
}

/// "24 November 2026, 14:02 UTC".
fn utc(at: Moment) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}
