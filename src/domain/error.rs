//! Why an act did not happen.

use std::fmt;

use crate::{access::Refused, db};

#[derive(Debug)]
pub enum Error {
    /// The actor may not.
    Refused(Refused),
    /// There is no such thing, or not for this actor.
    NotFound,
    /// They may, and it is not possible now: a sentence that says why, and what to do.
    Refusal(Refusal),
    /// What was posted is wrong: sentences by field.
    Invalid(Vec<(&'static str, String)>),
    /// The act is sensitive, and the password was not given lately.
    Unconfirmed,
    Database(db::Error),
}

/// An expected refusal. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There must always be an active organization admin.
    LastAdmin { name: String },
    /// The target holds more than the actor in the scope.
    HoldsMore { name: String },
    /// The actor would give more than they hold.
    GivesMore { role: String },
    /// It is in another state by now; the sentence says which.
    Stale(String),
    /// Any other sentence.
    Because(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastAdmin { name } => write!(f, "{name} is the last active organization admin. Make somebody else an organization admin first."),
            Self::HoldsMore { name } => write!(f, "{name} may do more than you, so you cannot change this. Ask an organization admin."),
            Self::GivesMore { role } => {
                write!(f, "{role} allows more than you may do yourself, so you cannot give it. Choose a smaller role, or ask an organization admin.")
            }
            Self::Stale(why) | Self::Because(why) => f.write_str(why),
        }
    }
}

impl From<Refused> for Error {
    fn from(e: Refused) -> Self {
        match e {
            Refused::NotFound => Self::NotFound,
            Refused::Unconfirmed => Self::Unconfirmed,
            Refused::Database(e) => Self::Database(e),
            other => Self::Refused(other),
        }
    }
}

impl From<db::Error> for Error {
    fn from(e: db::Error) -> Self {
        Self::Database(e)
    }
}

impl From<Refusal> for Error {
    fn from(e: Refusal) -> Self {
        Self::Refusal(e)
    }
}

impl Error {
    pub fn because(sentence: impl Into<String>) -> Self {
        Self::Refusal(Refusal::Because(sentence.into()))
    }

    pub fn stale(sentence: impl Into<String>) -> Self {
        Self::Refusal(Refusal::Stale(sentence.into()))
    }
}
