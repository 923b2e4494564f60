//! `/email`: links in mail about another address: taking it, and undoing that.

pub mod confirm;
pub mod undo;

use actix_web::http::StatusCode;

use crate::{
    domain::account::{self, Arrival, Linked},
    web::kit::{Answer, Ended, Shell, Visitor, WebError},
};

/// A link, and whether the browser is signed in: as somebody else, under that address, or as whom the link is for.
struct Opened {
    arrival: Arrival,
    me: Option<(String, bool)>,
}

async fn open<P: Linked>(visitor: &Visitor, token: &str) -> Result<(Shell, Option<Opened>), WebError> {
    let (key, token) = (visitor.tools().key.clone(), token.to_owned());
    visitor
        .page_knowing(move |c, me| {
            let Some(arrival) = account::arrive::<P>(c, &key, &token)? else { return Ok(None) };
            let me = me.map(|me| (me.actor().email.clone(), *me.id() == arrival.user.id));
            Ok(Some(Opened { arrival, me }))
        })
        .await
}

fn unknown(shell: Shell) -> Answer {
    let say = "Part of it may be missing: mail programs sometimes break long links. Copy it whole.";
    Ended::new(shell, "This link opens nothing", say).other("", "Go to the console", "/").render(StatusCode::NOT_FOUND)
}
