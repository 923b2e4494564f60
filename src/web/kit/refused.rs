//! What the log is told of refusals: a line each, with what was missing; who asked, and in which request, is in its span. Whoever
//! tries thousands of times fills no log with it: of each kind there are a few lines a second, and the next one has the number of
//! those that were left out.

use std::{
    mem,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{HttpRequest, dev::ServiceResponse};

use super::{App, WebError, origin, table::Ways};
use crate::{access::need::Missing, db::Origin};

/// Lines of one kind in each [`SPAN`].
const LINES: u32 = 10;
const SPAN: Duration = Duration::from_secs(1);

/// What was told lately, by kind: many of one hide none of another.
#[derive(Default)]
pub struct Refusals([Told; KINDS]);

type Told = Mutex<Lately>;

#[derive(Default)]
struct Lately {
    /// When the first line of these was told.
    since: Option<Instant>,
    lines: u32,
    left_out: u64,
}

impl Lately {
    /// How many were left out before this one; `None`: it is left out itself.
    fn tell(&mut self, now: Instant) -> Option<u64> {
        if self.since.is_none_or(|since| now - since >= SPAN) {
            (self.since, self.lines) = (Some(now), 0);
        }
        if self.lines == LINES {
            self.left_out += 1;
            return None;
        }
        self.lines += 1;
        Some(mem::take(&mut self.left_out))
    }
}

impl Refusals {
    /// [`Lately::tell`] of a kind.
    fn left_out(&self, kind: Kind) -> Option<u64> {
        self.0[kind as usize].lock().unwrap_or_else(PoisonError::into_inner).tell(Instant::now())
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Key,
    Password,
    Permission,
    Hidden,
    Forged,
    TooOften,
    NotNow,
    Unreadable,
}

const KINDS: usize = 8;

/// Of which kind a refusal is, and what was missing. Nothing of it was typed by anybody.
fn kind<B>(response: &ServiceResponse<B>) -> Option<(Kind, &str)> {
    let error = response.response().error().and_then(|e| e.as_error::<WebError>());
    Some(match (error, response.status().as_u16()) {
        (Some(WebError::Unauthorized(why)), _) => (Kind::Key, why.as_str()),
        (Some(WebError::Denied(denial)), _) => (Kind::Permission, if denial.missing == Missing::Nothing { "a role there" } else { denial.missing.key() }),
        (Some(WebError::Forged), _) => (Kind::Forged, ""),
        // Addresses that nobody has are everybody's guesses; under those there are, something was asked for by its name or token.
        (_, 404) if is_ours(response.request()) => (Kind::Hidden, ""),
        (_, 429) => (Kind::TooOften, ""),
        (_, 409) => (Kind::NotNow, ""),
        (_, 400 | 405) => (Kind::Unreadable, ""),
        _ => return None,
    })
}

fn is_ours(request: &HttpRequest) -> bool {
    request.app_data::<Ways>().is_some_and(|ways| ways.pattern(request.path()).is_some())
}

/// Tells the log of a password that was not right. With whose address or name it came is in no line.
pub fn password(app: &App, origin: &Origin) {
    if let Some(left_out) = app.refusals.left_out(Kind::Password) {
        tracing::warn!(address = origin.address, left_out, "a password was not right");
    }
}

/// Tells the log, if it is a refusal: with the address it came from, which is what one shuts out.
pub fn tell<B>(app: &App, response: &ServiceResponse<B>) {
    let Some((kind, missing)) = kind(response) else { return };
    let Some(left_out) = app.refusals.left_out(kind) else { return };
    let address = origin::address(response.request(), app).map(|address| address.to_string()).unwrap_or_default();
    match kind {
        Kind::Key => tracing::warn!(address, missing, left_out, "a key was refused"),
        // Its answer is a page like any other: see [`password`].
        Kind::Password => {}
        Kind::Permission => tracing::info!(address, missing, left_out, "a permission was missing"),
        Kind::Hidden => tracing::info!(address, left_out, "nothing is there, or nothing for whoever asked"),
        Kind::Forged => tracing::warn!(address, left_out, "a request came from another site"),
        Kind::TooOften => tracing::warn!(address, left_out, "somebody was told to wait"),
        Kind::NotNow => tracing::info!(address, left_out, "an act was refused"),
        Kind::Unreadable => tracing::info!(address, left_out, "a request cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_of_a_kind_are_counted_and_not_repeated() {
        let (mut lately, now) = (Lately::default(), Instant::now());
        let told: Vec<_> = (0..1_000).filter_map(|_| lately.tell(now)).collect();
        assert_eq!(told, [0; LINES as usize]);
        assert_eq!(lately.tell(now + SPAN), Some(1_000 - u64::from(LINES)));
        assert_eq!(lately.tell(now + SPAN), Some(0));
    }
}
