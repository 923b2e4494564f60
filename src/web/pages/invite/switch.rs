//! Signing out of another account, to open the invitation as whom it is for.

use super::{ended::unknown, open, way};
use crate::{
    domain::sessions,
    web::kit::{Answer, Token, Visitor, redirect, session_store},
};

/// Whoever opens this address finds the invitation; only its button signs out.
pub async fn show(visitor: Visitor, Token(token): Token) -> Answer {
    match open(&visitor, &token).await? {
        (shell, None) => unknown(shell),
        _ => redirect(&way(&token)),
    }
}

pub async fn submit(visitor: Visitor, Token(token): Token) -> Answer {
    let (shell, opened) = open(&visitor, &token).await?;
    let Some(opened) = opened else { return unknown(shell) };
    if opened.me.is_some() {
        visitor
            .write_knowing(|tx, me| match me {
                Some(me) => sessions::sign_out(tx, me),
                None => Ok(()),
            })
            .await??;
        session_store::let_go(visitor.session());
    }
    redirect(&way(&token))
}
