//! Declining: the question, and the act.

use askama::Template;

use super::{
    ended::{ended, other_account, unknown},
    open, way,
};
use crate::{
    domain::{
        invites::{self, LinkState},
        users::Status,
    },
    web::kit::{Answer, Nav, Shell, Token, Visitor, redirect, render},
};

#[derive(Template)]
#[template(path = "pages/invite/decline.html")]
struct DeclinePage {
    shell: Shell,
    to: String,
    ends: Vec<String>,
    back: String,
}

pub async fn show(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    match opened.arrival.state {
        LinkState::Pending if opened.other().is_some() => other_account(shell, &opened, &token),
        LinkState::Pending => {
            let mut ends = vec!["The link stops working: nobody can come in with it.".to_owned()];
            if let Some(by) = opened.arrival.inviter.as_ref().filter(|by| by.status == Status::Active) {
                let told = if opened.by_hand { "sees in the console that you declined" } else { "is told by email" };
                ends.push(format!("{} {told}.", by.name));
            }
            render(&DeclinePage { shell: shell.at("Decline the invitation", Nav::None), to: opened.arrival.user.email, ends, back: way(&token) })
        }
        // An account has nothing to decline; its page says what there is to do.
        LinkState::Account => redirect(&way(&token)),
        _ => ended(shell, &opened, &token),
    }
}

pub async fn submit(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    if opened.arrival.state != LinkState::Pending {
        return if opened.can_be_accepted() { redirect(&way(&token)) } else { ended(shell, &opened, &token) };
    }
    if opened.other().is_some() {
        return other_account(shell, &opened, &token);
    }
    let (key, link) = (visitor.tools().key.clone(), token.clone());
    let declined = visitor.write_knowing(move |tx, me| match invites::hold(tx, &key, &link)? {
        Some(pass) if me.is_none() => invites::decline(tx, pass),
        _ => Ok(()),
    });
    // A refusal means that it ended in between: the invitation's own page says how.
    let _refused = declined.await?;
    redirect(&way(&token))
}
