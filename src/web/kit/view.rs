//! What templates show of people, workspaces, times and states.

use std::borrow::Cow;

use chrono::{Datelike as _, Timelike as _};

use crate::base::{
    clock::{self, Moment},
    ids::{UserId, WorkspaceId},
    picture::AvatarHash,
    text::initials,
};

/// A person, wherever one is shown.
#[derive(Debug, Clone)]
pub struct Face {
    pub id: String,
    pub name: String,
    pub email: String,
    pub initials: String,
    pub hue: u8,
    /// Where the picture lies; its side comes after.
    pub picture: Option<String>,
}

impl Face {
    /// `avatar`: the person's picture, if they have one.
    pub fn of(id: &UserId, name: impl Into<String>, email: impl Into<String>, avatar: Option<&AvatarHash>) -> Self {
        let name = name.into();
        Self {
            id: id.as_str().to_owned(),
            initials: initials(&name),
            name,
            email: email.into(),
            hue: id.hue(),
            picture: avatar.map(|hash| format!("/avatars/{hash}")),
        }
    }
}

/// A workspace, wherever one is shown.
#[derive(Debug, Clone)]
pub struct Mark {
    pub id: String,
    pub name: String,
    pub letter: String,
    pub hue: u8,
}

impl Mark {
    pub fn of(id: &WorkspaceId, name: &str, hue: u8) -> Self {
        let letter = name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default();
        Self { id: id.to_string(), name: name.to_owned(), letter, hue }
    }
}

/// A moment: how long ago, and exactly on hover.
#[derive(Debug, Clone)]
pub struct When {
    pub relative: String,
    pub utc: String,
    pub iso: String,
}

impl When {
    pub fn of(at: Moment) -> Self {
        Self::seen_from(at, clock::now())
    }

    fn seen_from(at: Moment, now: Moment) -> Self {
        Self { relative: relative_from(at, now), utc: utc(at), iso: instant(at) }
    }
}

/// "2 minutes ago", "in 7 days", "2 March".
pub fn relative(at: Moment) -> String {
    relative_from(at, clock::now())
}

/// "2026-11-24T14:02:00Z".
pub fn instant(at: Moment) -> String {
    let mut text = String::with_capacity(20);
    year(&mut text, at);
    for (before, n) in [('-', at.month()), ('-', at.day()), ('T', at.hour()), (':', at.minute()), (':', at.second())] {
        text.push(before);
        two_digits(&mut text, n);
    }
    text.push('Z');
    text
}

/// A list has hundreds of moments, and reading a pattern takes longer than what it says: what stands in lists is put together by hand.
const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn day_and_month(at: Moment) -> String {
    let mut words = String::with_capacity(40);
    let day = at.day();
    if day > 9 {
        two_digits(&mut words, day);
    } else {
        words.push(digit(day));
    }
    words.push('\u{a0}');
    words.push_str(MONTHS[at.month0() as usize]);
    words
}

/// Four digits, as every year here has.
fn year(text: &mut String, at: Moment) {
    let n = at.year().unsigned_abs();
    two_digits(text, n / 100);
    two_digits(text, n);
}

fn two_digits(text: &mut String, n: u32) {
    text.push(digit(n / 10));
    text.push(digit(n));
}

fn digit(n: u32) -> char {
    char::from(b'0' + (n % 10) as u8)
}

/// "24 November 2026, 14:02 UTC".
pub fn utc(at: Moment) -> String {
    let mut words = day_and_month(at);
    words.push(' ');
    year(&mut words, at);
    words.push_str(", ");
    for (n, then) in [(at.hour(), ":"), (at.minute(), " UTC")] {
        two_digits(&mut words, n);
        words.push_str(then);
    }
    words
}

/// "24 Nov 2026".
pub fn short_day(at: Moment) -> String {
    format!("{}\u{a0}{} {}", at.day(), &MONTHS[at.month0() as usize][..3], at.year())
}

/// "24 November", with the year where it is not this one.
pub fn day(at: Moment) -> String {
    day_from(at, clock::now())
}

fn day_from(at: Moment, now: Moment) -> String {
    if at.year() == now.year() { day_and_month(at) } else { format!("{} {}", day_and_month(at), at.year()) }
}

fn relative_from(at: Moment, now: Moment) -> String {
    let ahead = at > now;
    let seconds = (now - at).num_seconds().abs();
    let days = (now.date() - at.date()).num_days();
    let ago = |n: i64, unit: &str| {
        let s = if n == 1 { "" } else { "s" };
        let n = n.to_string();
        if ahead { ["in ", &n, " ", unit, s].concat() } else { [&n, " ", unit, s, " ago"].concat() }
    };
    match seconds {
        0..60 => if ahead { "in a moment" } else { "Now" }.to_owned(),
        60..3600 => ago(seconds / 60, "minute"),
        3600..86_400 if ahead || days == 0 => ago(seconds / 3600, "hour"),
        _ if days == 1 => "Yesterday".to_owned(),
        _ if ahead && seconds < 86_400 * 60 => ago((seconds + 43_200) / 86_400, "day"),
        _ if !ahead && days < 14 => ago(days, "day"),
        _ => day_from(at, now),
    }
}

/// A status: a dot, a word, and the fact that matters under it. `kind`: "", wait, bad, part, off.
#[derive(Debug, Clone)]
pub struct State {
    pub kind: &'static str,
    pub word: Cow<'static, str>,
    pub detail: Option<String>,
}

impl State {
    pub fn new(kind: &'static str, word: impl Into<Cow<'static, str>>, detail: Option<String>) -> Self {
        Self { kind, word: word.into(), detail }
    }
}

/// One step of the way to this page.
#[derive(Debug, Clone)]
pub struct Crumb {
    pub label: String,
    pub href: Option<String>,
}

impl Crumb {
    pub fn text(label: &str) -> Self {
        Self { label: label.to_owned(), href: None }
    }

    pub fn link(label: &str, href: &str) -> Self {
        Self { label: label.to_owned(), href: Some(href.to_owned()) }
    }
}

/// "1 person", "12 people".
pub fn people(n: i64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{} people", thousands(n)) }
}

/// "1 member", "12 members": who belongs to a workspace by a role there, whatever their status. Organization admins are counted apart.
pub fn members(n: i64) -> String {
    if n == 1 { "1 member".to_owned() } else { format!("{} members", thousands(n)) }
}

/// "7 members and 2 organization admins".
pub fn members_and_admins(n: i64, admins: i64) -> String {
    format!("{} and {} organization admin{}", members(n), thousands(admins), if admins == 1 { "" } else { "s" })
}

/// 100000 as "100,000".
pub fn thousands(n: i64) -> String {
    let digits = n.abs().to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap_or_default()).collect();
    format!("{}{}", if n < 0 { "−" } else { "" }, groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_in_words() {
        let now: Moment = "2026-11-24T14:02:00".parse().unwrap();
        for (at, words) in [
            ("2026-11-24T14:01:30", "Now"),
            ("2026-11-24T14:00:00", "2 minutes ago"),
            ("2026-11-24T08:31:00", "5 hours ago"),
            ("2026-11-23T23:59:00", "Yesterday"),
            ("2026-11-21T10:00:00", "3 days ago"),
            ("2026-03-02T10:00:00", "2\u{a0}March"),
            ("2025-03-02T10:00:00", "2\u{a0}March 2025"),
            ("2026-12-01T14:02:00", "in 7 days"),
            ("2026-11-24T15:03:00", "in 1 hour"),
        ] {
            assert_eq!(relative_from(at.parse().unwrap(), now), words, "{at}");
        }
        assert_eq!(short_day(now), "24\u{a0}Nov 2026");
        assert_eq!(instant(now), "2026-11-24T14:02:00Z");
        assert_eq!(instant("2027-01-09T00:10:59".parse().unwrap()), "2027-01-09T00:10:59Z");
        assert_eq!(utc(now), "24\u{a0}November 2026, 14:02 UTC");
        assert_eq!(utc("2027-01-09T00:10:59".parse().unwrap()), "9\u{a0}January 2027, 00:10 UTC");
        assert_eq!(thousands(100_000), "100,000");
    }
}
