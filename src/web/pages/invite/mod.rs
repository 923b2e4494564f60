//! `/invitation/{token}`: the invited person's way in. Opening the link changes nothing, however often and by whomever it is
//! opened. Here are the page of an invitation that works, accepting it, and the pages of one that does not work any more.

pub mod decline;
pub mod fresh_link;
pub mod sign_in;
pub mod switch;

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use crate::{
    access::{WorkspaceSet, explain},
    base::{ids::UserId, password::Password, text::PersonName, token::InvitationToken},
    db::{Connection, Tx},
    domain::{
        Error,
        invites::{self, Arrival, LinkState},
        memberships, roles, sessions,
    },
    web::kit::{
        Answer, Field, Nav, Posted, Problem, Shell, Token, Visitor, WebError,
        form::judge,
        page::render_as,
        redirect, render, render_unprocessable, session_store,
        view::{Mark, When, day, utc},
    },
};

/// Everything a page of a link may need.
struct Opened {
    arrival: Arrival,
    /// Who this browser is signed in as: address, and whether it is whom the invitation is for.
    me: Option<(String, bool)>,
    /// The link is the newest one. An older one may have gone to a wrong address: whoever holds it is told no address.
    newest: bool,
    /// No mail server is set up: mails are files, and links are passed on by hand.
    by_hand: bool,
}

impl Opened {
    /// Somebody else is signed in here.
    fn other(&self) -> Option<&str> {
        self.me.as_ref().filter(|(_, same)| !same).map(|(email, _)| email.as_str())
    }

    /// Whom the invitation is for; empty where that is not to be told.
    fn to(&self) -> String {
        if self.newest { self.arrival.user.email.clone() } else { String::new() }
    }

    fn can_be_accepted(&self) -> bool {
        matches!(self.arrival.state, LinkState::Pending | LinkState::Account)
    }
}

/// Looks the link up. A token that is none of ours has nothing behind it.
async fn open(visitor: &Visitor, token: &str) -> Result<(Shell, Option<Opened>), WebError> {
    let (key, token, by_hand) = (visitor.tools().key.clone(), token.to_owned(), visitor.tools().config.mail_folder().is_some());
    let (shell, opened) = visitor
        .page_knowing(move |c, me| {
            let Some(arrival) = invites::arrive(c, &key, &token)? else { return Ok(None) };
            let me = me.map(|me| (me.actor().email.clone(), *me.id() == arrival.user.id));
            let newest = InvitationToken::parse(&token).is_some_and(|link| link.opens(&key, arrival.invitation.generation));
            Ok(Some(Opened { arrival, me, newest, by_hand }))
        })
        .await?;
    let title = format!("Invitation to {}", shell.organization);
    Ok((shell.at(title, Nav::None), opened))
}

/// What the invitation gives in one workspace.
struct Given {
    mark: Mark,
    words: String,
}

#[derive(Template)]
#[template(path = "pages/invite/show.html")]
struct InvitePage {
    shell: Shell,
    to: String,
    first: String,
    say: String,
    /// There is an account already and it is signed in: one button is all that is left.
    signed_in: bool,
    workspaces: Vec<Given>,
    /// What else is to be known about what it gives.
    besides: Option<&'static str>,
    display_name: Field,
    password: Field,
    problems: Vec<Problem>,
    decline: String,
    told: String,
}

/// A page that says what is the matter, and the one thing to do.
#[derive(Template)]
#[template(path = "pages/invite/ended.html")]
struct EndedPage {
    shell: Shell,
    to: String,
    title: String,
    say: String,
    act: Option<Act>,
    /// A small line with another way.
    other: Option<(&'static str, &'static str, &'static str)>,
}

enum Act {
    /// Label, where to.
    Go(&'static str, String),
    /// Label, where to, icon.
    Post(String, String, &'static str),
}

/// "Reader: run flows and agents, query knowledge bases".
fn in_words(role: &str, permissions: WorkspaceSet) -> String {
    if permissions.covers(WorkspaceSet::all()) {
        return format!("{role}: everything in the workspace");
    }
    let lines = explain::summary(permissions).yes;
    if lines.is_empty() {
        return role.to_owned();
    }
    let between = if lines.iter().any(|l| l.contains(',')) { "; " } else { ", " };
    format!("{role}: {}", lines.iter().map(|l| lower_first(l)).collect::<Vec<_>>().join(between))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn given(c: &mut Connection, arrival: &Arrival) -> Result<(Vec<Given>, Option<&'static str>), Error> {
    if roles::find(c, &arrival.user.role)?.is_some_and(|r| r.makes_org_admin()) {
        return Ok((Vec::new(), Some("You will be an organization admin, and with that an admin in every workspace.")));
    }
    let rows = memberships::of_user(c, &arrival.user.id)?.into_iter().filter(|m| !m.archived);
    let list: Vec<Given> =
        rows.map(|m| Given { mark: Mark::of(&m.workspace, &m.workspace_name, m.hue), words: in_words(&m.role_name, m.permissions) }).collect();
    let besides = list.is_empty().then_some("You will be in no workspace yet. Once you are in, you see whom to ask.");
    Ok((list, besides))
}

pub async fn show(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    match opened.arrival.state {
        LinkState::Pending | LinkState::Account if opened.other().is_some() => other_account(shell, &opened, &token),
        LinkState::Account if opened.me.is_none() => sign_in::page(shell, &opened.arrival, &token, None, StatusCode::OK),
        LinkState::Pending | LinkState::Account => {
            let name = Field::of(&opened.arrival.user.display_name);
            render(&page(&visitor, shell, &opened, &token, name, Vec::new()).await?)
        }
        _ => ended(shell, &opened, &token),
    }
}

async fn page(visitor: &Visitor, shell: Shell, opened: &Opened, token: &str, display_name: Field, problems: Vec<Problem>) -> Result<InvitePage, WebError> {
    let arrival = opened.arrival.clone();
    let (_, (workspaces, besides)) = visitor.page(move |c| given(c, &arrival)).await?;
    let arrival = &opened.arrival;
    let by = arrival.inviter.as_ref();
    let invites = by.map_or_else(|| "You are invited to work here.".to_owned(), |by| format!("{} invites you to work here.", by.name));
    let until = arrival.invitation.expires_at;
    let password = problems.iter().find(|p| p.field == "password").map(|p| p.text.clone());
    Ok(InvitePage {
        shell,
        to: arrival.user.email.clone(),
        first: arrival.user.display_name.clone(),
        say: format!("{invites} The invitation expires {}, on {}.", When::of(until).relative, day(until)),
        signed_in: arrival.state == LinkState::Account,
        workspaces,
        besides,
        display_name,
        password: Field { value: String::new(), problem: password },
        problems,
        decline: format!("/invitation/{token}/decline"),
        told: by.map(|by| if opened.by_hand { format!("{} sees it", by.display_name) } else { format!("{} is told", by.display_name) }).unwrap_or_default(),
    })
}

#[derive(Deserialize)]
pub struct AcceptInput {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    password: String,
}

/// Accepts. Everything is looked at again under the lock: between opening and accepting the invitation may have ended.
pub async fn submit(visitor: Visitor, Token(token): Token, Posted(input): Posted<AcceptInput>) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    if !opened.can_be_accepted() {
        return ended(shell, &opened, &token);
    }
    if opened.other().is_some() {
        return other_account(shell, &opened, &token);
    }
    if opened.arrival.state == LinkState::Account {
        return if opened.me.is_some() { apply(&visitor, &token).await } else { redirect(&way(&token)) };
    }
    let mut problems = Vec::new();
    let mut display_name = Field::of(input.display_name);
    let mut password = Field::of(input.password);
    let user = &opened.arrival.user;
    let own = [user.name.clone(), display_name.value.clone(), user.email.clone(), shell.organization.clone()];
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let name = judge(&mut problems, &mut display_name, "display_name", "Display name", PersonName::parse);
    let chosen = judge(&mut problems, &mut password, "password", "Choose a password", |text| Password::choose(text, &own));
    let (Some(name), Some(chosen)) = (name, chosen) else {
        return render_unprocessable(&page(&visitor, shell, &opened, &token, display_name, problems).await?);
    };
    let hash = visitor.tools().hasher.hash(&chosen).await;
    let (key, link) = (visitor.tools().key.clone(), token.clone());
    let accepted = visitor.write_knowing(move |tx, me| match invites::hold(tx, &key, &link)? {
        // Signed in as somebody else, or as anybody, since the page was opened.
        Some(_) if me.is_some() => Ok(None),
        Some(pass) => {
            let user = pass.user().clone();
            let (session, workspace) = invites::accept(tx, pass, &name, &hash)?;
            tell(tx, &user, &sessions::hash_of(session.as_str()))?;
            Ok(Some((session, workspace)))
        }
        None => Ok(None),
    });
    match accepted.await? {
        Ok(Some((session, workspace))) => {
            session_store::adopt(visitor.session(), &session);
            redirect(&home(workspace.as_ref()))
        }
        // It ended, or something else changed, in between: its page says what.
        Ok(None) | Err(_) => redirect(&way(&token)),
    }
}

/// The account with the address takes what the invitation gives.
async fn apply(visitor: &Visitor, token: &str) -> Answer {
    let (key, link) = (visitor.tools().key.clone(), token.to_owned());
    let applied = visitor.write_knowing(move |tx, me| match (me, invites::hold(tx, &key, &link)?) {
        (Some(me), Some(pass)) if me.id() == pass.user() => {
            let workspace = invites::apply(tx, me, pass)?;
            tell(tx, me.id(), &me.session().hash)?;
            Ok(Some(workspace))
        }
        _ => Ok(None),
    });
    match applied.await? {
        Ok(Some(workspace)) => redirect(&home(workspace.as_ref())),
        Ok(None) | Err(_) => redirect(&way(token)),
    }
}

/// Says where one is in now, on the first page. In no workspace, that page is about nothing else.
fn tell(tx: &mut Tx, user: &UserId, session: &str) -> Result<(), Error> {
    let places: Vec<String> = memberships::of_user(tx, user)?.into_iter().filter(|m| !m.archived).map(|m| m.workspace_name).collect();
    if !places.is_empty() {
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        sessions::notice(tx, session, Some(&format!("You are in {}.", explain::list(&places))))?;
    }
    Ok(())
}

fn home(workspace: Option<&crate::base::ids::WorkspaceId>) -> String {
    workspace.map_or_else(|| "/".to_owned(), |w| format!("/workspaces/{w}"))
}

/// The invitation's page. Only for a token that was found to be ours: it has the letters of one.
fn way(token: &str) -> String {
    format!("/invitation/{token}")
}

/// The page of somebody else's invitation: nothing applies to the account that is signed in.
fn other_account(shell: Shell, opened: &Opened, token: &str) -> Answer {
    let (to, me) = (opened.arrival.user.email.clone(), opened.other().unwrap_or_default());
    render(&EndedPage {
        shell,
        title: "This invitation is for somebody else".into(),
        say: format!("You are signed in as {me}; this invitation is for {to}. If that is you too, sign out here first: the invitation stays as it is."),
        act: Some(Act::Post("Sign out and open the invitation".into(), format!("/invitation/{token}/switch"), "log-out")),
        other: Some(("Not for you?", "Go to your workspace", "/")),
        to,
    })
}

fn unknown(shell: Shell) -> Answer {
    let page = EndedPage {
        shell,
        to: String::new(),
        title: "This link opens no invitation".into(),
        say: "Part of it may be missing: mail programs sometimes break long links. Copy it whole, or ask whoever invited you for a fresh one.".into(),
        act: None,
        other: Some(("In already?", "Sign in", "/sign-in")),
    };
    render_as(StatusCode::NOT_FOUND, &page)
}

/// The page of a link that does not work any more, 410.
fn ended(shell: Shell, opened: &Opened, token: &str) -> Answer {
    let (arrival, invitation) = (&opened.arrival, &opened.arrival.invitation);
    let inviter = arrival.inviter.as_ref().map(|u| u.name.clone());
    let inviter_or = |nobody: &str| inviter.clone().unwrap_or_else(|| nobody.to_owned());
    let sign_in = Some(("In already?", "Sign in", "/sign-in"));
    let ended_on = day(invitation.ended_at.unwrap_or(invitation.expires_at));
    let (title, say, act, other) = match arrival.state {
        LinkState::Expired => return expired(shell, opened, token),
        LinkState::Revoked => (
            "This invitation was taken back",
            format!("Its link does not work any more. If you think that is a mistake, ask {}.", inviter_or("whoever invited you")),
            None,
            sign_in,
        ),
        LinkState::Declined => (
            "This invitation was declined",
            format!(
                "It was declined on {ended_on}, and its link does not work any more. If you want to come in after all, ask {} to invite you again.",
                inviter_or("whoever invited you")
            ),
            None,
            sign_in,
        ),
        LinkState::Replaced => (
            "There is a newer link",
            {
                let look = if opened.by_hand { "Ask" } else { "Look for the newest email, or ask" };
                let whom = inviter.unwrap_or_else(|| format!("whoever invited you to {}", shell.organization));
                format!("A newer link was made since, and this older one does not work any more. {look} {whom}.")
            },
            None,
            sign_in,
        ),
        _ => {
            let act = if opened.me.is_some() { Act::Go("Go to your workspace", "/".into()) } else { Act::Go("Sign in", "/sign-in".into()) };
            let say = if opened.me.as_ref().is_some_and(|(_, same)| *same) {
                "You are in, and signed in.".to_owned()
            } else if opened.newest {
                format!("There is an account for {} now. Sign in with that address and its password.", arrival.user.email)
            } else {
                "There is an account now. Sign in with its address and password.".to_owned()
            };
            ("This invitation was used already", say, Some(act), None)
        }
    };
    let page = EndedPage { shell: shell.at(title, Nav::None), to: opened.to(), title: title.into(), say, act, other };
    render_as(StatusCode::GONE, &page)
}

fn expired(shell: Shell, opened: &Opened, token: &str) -> Answer {
    let arrival = &opened.arrival;
    let invitation = &arrival.invitation;
    let worked = (invitation.expires_at - invitation.sent_at).num_days();
    let worked = match worked {
        ..1 => String::new(),
        1 => " for 1 day,".to_owned(),
        n => format!(" for {n} days,"),
    };
    let title = "This invitation has expired";
    let mut say = format!("It worked{worked} until {}.", day(invitation.expires_at));
    let mut act = None;
    match (&arrival.asked, invitation.asked_at) {
        (Some((_, name)), Some(at)) if !arrival.may_ask => {
            let at = utc(at);
            say.push_str(&if opened.by_hand {
                format!(" {name} was asked for a fresh link on {at}, and sees that in the console. No email comes: ask {name} to pass the link on.")
            } else {
                format!(" {name} was asked for a fresh link on {at}. It comes by email to {}.", arrival.user.email)
            });
        }
        (Some((id, name)), _) => {
            let inviter = arrival.inviter.as_ref().filter(|by| by.id == *id);
            let who = inviter.map_or_else(|| format!("{name}, an organization admin,"), |by| format!("{}, who invited you,", by.name));
            say.push_str(&format!(" {who} can send a fresh one."));
            act = Some(Act::Post(format!("Ask {name} for a fresh link"), format!("/invitation/{token}/fresh-link"), "mail"));
        }
        (None, _) => say.push_str(" Ask whoever invited you to send a fresh one."),
    }
    let page = EndedPage {
        shell: shell.at(title, Nav::None),
        to: arrival.user.email.clone(),
        title: title.into(),
        say,
        act,
        other: Some(("In already?", "Sign in", "/sign-in")),
    };
    render_as(StatusCode::GONE, &page)
}
