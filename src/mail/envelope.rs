//! A letter as a message: its head, and its words as text and as HTML. lettre writes the head, so that no value in it can
//! begin a line of its own.

use askama::Template;
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

use super::messages::Words;
use crate::{config::Config, domain::outbox::Letter};

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    w: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct Text<'a> {
    w: &'a Words,
}

/// RFC 3834: no answering machine answers.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

/// The same bytes at each try, but for what has changed meanwhile and the parts' boundary. `Err`: why nobody can send it.
pub(super) fn seal(config: &Config, letter: &Letter, words: &Words) -> Result<Message, String> {
    let from: Mailbox = config.mail_from.parse().map_err(|e| format!("the sender {} cannot be used: {e}", config.mail_from))?;
    let from = Mailbox::new(Some(one_line(&from.name.unwrap_or_else(|| words.organization.clone()))), from.email);
    let address = words.address.parse().map_err(|e| format!("nothing can be sent to this address: {e}"))?;
    let html = Html { w: words }.render().map_err(|e| e.to_string())?;
    let text = Text { w: words }.render().map_err(|e| e.to_string())?;
    Message::builder()
        .from(from)
        .to(Mailbox::new(Some(one_line(&words.name)), address))
        .subject(one_line(&words.title))
        .date(letter.created_at.and_utc().into())
        .message_id(Some(format!("<{}@{}>", letter.id, config.public_url.host_str().unwrap_or("localhost"))))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(text, html))
        .map_err(|e| e.to_string())
}

/// Names are parsed, and so hold no control character; should one ever, lettre would panic over it.
fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
