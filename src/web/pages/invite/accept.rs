//! The page of an invitation that works, and accepting it: making the account, or giving it to the one there is.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use super::{
    Opened,
    ended::{ended, other_account, unknown},
    open, sign_in, way,
};
use crate::{
    access::explain,
    base::{
        ids::{UserId, WorkspaceId},
        password::Password,
        text::PersonName,
    },
    db::{Connection, Tx},
    domain::{
        Error,
        invites::{self, Arrival, LinkState},
        memberships, sessions,
        users::Status,
    },
    web::kit::{
        Answer, Field, Posted, Problem, Shell, Token, Visitor, WebError,
        form::judge,
        redirect, render, render_unprocessable, session_store,
        told::fallen,
        view::{Mark, day, relative},
    },
};

/// What the invitation gives in one workspace.
struct Given {
    mark: Mark,
    words: String,
}

#[derive(Template)]
#[template(path = "pages/invite/accept.html")]
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

/// Only what can still be given: the rest would be withheld.
fn given(c: &mut Connection, arrival: &Arrival) -> Result<(Vec<Given>, Option<&'static str>), Error> {
    let outcome = invites::outcome(c, &arrival.user)?;
    if outcome.role.is_some_and(|role| role.makes_org_admin()) {
        return Ok((Vec::new(), Some("You will be an organization admin, and with that an admin in every workspace.")));
    }
    let rows = outcome.memberships.into_iter().filter(|m| !m.archived);
    let list: Vec<Given> =
        rows.map(|m| Given { mark: Mark::of(&m.workspace, &m.workspace_name, m.hue), words: explain::role(&m.role_name, m.permissions) }).collect();
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
        say: format!("{invites} The invitation expires {}, on {}.", relative(until), day(until)),
        signed_in: arrival.state == LinkState::Account,
        workspaces,
        besides,
        display_name,
        password: Field { value: String::new(), problem: password },
        problems,
        decline: format!("/invitation/{token}/decline"),
        told: by
            .filter(|by| by.status == Status::Active)
            .map(|by| if opened.by_hand { format!("{} sees it", by.display_name) } else { format!("{} is told", by.display_name) })
            .unwrap_or_default(),
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
            if let Some(session) = me.session() {
                tell(tx, me.id(), &session.hash)?;
            }
            Ok(Some(workspace))
        }
        _ => Ok(None),
    });
    match applied.await? {
        Ok(Some(workspace)) => redirect(&home(workspace.as_ref())),
        Ok(None) | Err(_) => redirect(&way(token)),
    }
}

/// Says on the first page where one is in now, and what could not be given. In no workspace, that page is about nothing else.
fn tell(tx: &mut Tx, user: &UserId, session: &str) -> Result<(), Error> {
    let places: Vec<String> = memberships::of_user(tx, user)?.into_iter().filter(|m| !m.archived).map(|m| m.workspace_name).collect();
    if !places.is_empty() {
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let withheld = fallen::told_after(tx, user)?.map(|words| format!(" {words}")).unwrap_or_default();
        sessions::notice_in(tx, session, Some(&format!("You are in {}.{withheld}", explain::list(&places))))?;
    }
    Ok(())
}

fn home(workspace: Option<&WorkspaceId>) -> String {
    workspace.map_or_else(|| "/".to_owned(), |w| format!("/workspaces/{w}"))
}
