//! The page of a link that opens nothing any more, or not here: what is the matter, and the one thing to do.

use actix_web::http::StatusCode;
use askama::Template;

use super::{Answer, Nav, Shell, page::render_as, shell::Link};

#[derive(Template)]
#[template(path = "layouts/ended.html")]
pub struct Ended {
    pub shell: Shell,
    /// Whom it is about; empty where that is not to be told.
    pub to: String,
    pub title: String,
    pub say: String,
    pub act: Option<Act>,
    /// A small line with another way: what goes before it, the way.
    pub other: Option<(&'static str, Link)>,
}

pub enum Act {
    Go(Link),
    /// A button, and the address that it sends along.
    Ask(Link, String),
}

impl Act {
    pub fn go(label: &str, href: &str) -> Self {
        Self::Go(Link { label: label.to_owned(), href: href.to_owned() })
    }

    /// Sends a link to a new password to this address, if it is one of somebody here.
    pub fn reset(label: &str, email: &str) -> Self {
        Self::Ask(Link { label: label.to_owned(), href: "/password/forgotten".to_owned() }, email.to_owned())
    }
}

impl Ended {
    pub fn new(shell: Shell, title: &str, say: impl Into<String>) -> Self {
        Self { shell: shell.at(title, Nav::None), to: String::new(), title: title.to_owned(), say: say.into(), act: None, other: None }
    }

    pub fn of(self, to: &str) -> Self {
        Self { to: to.to_owned(), ..self }
    }

    pub fn act(self, act: Act) -> Self {
        Self { act: Some(act), ..self }
    }

    pub fn other(self, words: &'static str, label: &str, href: &str) -> Self {
        Self { other: Some((words, Link { label: label.to_owned(), href: href.to_owned() })), ..self }
    }

    pub fn render(&self, status: StatusCode) -> Answer {
        render_as(status, self)
    }
}
