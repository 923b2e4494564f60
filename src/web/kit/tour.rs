//! The tour of a workspace: which stops it has for somebody, and what they are called.

use super::{Nav, Shell};
use crate::domain::tours::Stop;

/// What a stop is called.
pub fn title(stop: Stop) -> &'static str {
    match stop {
        Stop::Role => "What your role allows",
        Stop::Flows => "Where the flows are",
        Stop::People => "Who is in",
        Stop::Account => "Your profile and password",
    }
}

/// The stops of this reader's tour: only pages that are theirs to use.
pub fn stops(shell: &Shell) -> Vec<Stop> {
    let exists = |stop: &Stop| match stop {
        Stop::Role | Stop::Account => true,
        Stop::Flows => shell.way_to(Nav::Flows).is_some(),
        Stop::People => shell.way_to(Nav::Users).is_some(),
    };
    Stop::ALL.into_iter().filter(exists).collect()
}

/// "Three stops, about a minute."
pub fn how_long(stops: usize) -> String {
    let number = ["No", "One", "Two", "Three", "Four"].get(stops).copied().unwrap_or("Some");
    format!("{number} stops, about a minute.")
}
