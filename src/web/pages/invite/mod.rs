//! `/invitation/{token}`: the invited person's way in. Opening the link changes nothing, however often and by whomever it is
//! opened. Here is what every page of a link needs to know about it.

pub mod accept;
pub mod decline;
mod ended;
pub mod fresh_link;
pub mod sign_in;
pub mod switch;

use crate::{
    base::token::InvitationToken,
    domain::invites::{self, Arrival, LinkState},
    web::kit::{Nav, Shell, Visitor, WebError},
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

/// The invitation's page. Only for a token that was found to be ours: it has the letters of one.
fn way(token: &str) -> String {
    format!("/invitation/{token}")
}
