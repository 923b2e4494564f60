//! The question before an act: what ends, what stays, and the button that does it.

use askama::Template;

use super::{
    Shell,
    told::fallen::Open,
    view::{Crumb, Face, Mark},
};

#[derive(Template)]
#[template(path = "layouts/question.html")]
pub struct Question {
    pub shell: Shell,
    /// The workspace it is about, for a question of its pages.
    pub mark: Option<Mark>,
    pub crumbs: Vec<Crumb>,
    pub title: String,
    pub face: Face,
    pub ends: Vec<String>,
    pub stays: Vec<String>,
    /// Invitations that lose something by it.
    pub open: Option<Open>,
    pub button: String,
    pub kind: &'static str,
    pub leave: String,
    pub back: String,
}
