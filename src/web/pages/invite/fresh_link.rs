//! Asking for a fresh link in the place of an expired one.

use super::{ended::unknown, open, way};
use crate::{
    domain::invites,
    web::kit::{Answer, Token, Visitor, redirect},
};

/// Whoever opens this address finds the invitation.
pub async fn show(visitor: Visitor, Token(token): Token) -> Answer {
    match open(&visitor, &token).await? {
        (shell, None) => unknown(shell),
        _ => redirect(&way(&token)),
    }
}

/// Asks, at most once an hour; the page then says that somebody was asked.
pub async fn submit(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    if opened.is_none() {
        return unknown(shell);
    }
    let (key, link, pass) = (visitor.tools().key.clone(), token.clone(), visitor.pass());
    visitor.write(move |tx| invites::ask(tx, pass, &key, &link)).await??;
    redirect(&way(&token))
}
