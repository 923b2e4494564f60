//! Text people type, parsed once: after that a value is known to be good. Each error is a sentence for the form.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most characters a name may have (people, workspaces, roles, the organization).
pub const NAME_LIMIT: usize = 100;
/// The most bytes an address may have (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const EMAIL_LIMIT: usize = 254;
/// The most characters a description may have.
pub const DESCRIPTION_LIMIT: usize = 500;

/// Folded text that sorts by bytes the way people expect: marks and case are gone, spaces are single.
pub fn fold(text: &str) -> String {
    // A sigma at a word's end is the same letter, whose capital is the same too.
    let lower = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let plain: String = lower.map(|c| if c == 'ς' { 'σ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One line of text: trimmed, single spaces, no control characters, in NFC. What is left out counts towards the limit: so it can be
/// told beforehand, as forms and the API's document do.
fn one_line(text: &str, what: &str, limit: usize) -> Result<String, String> {
    if text.chars().any(cannot_be_shown) {
        return Err(format!("{what} holds a character that cannot be shown. Type it again."));
    }
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    match line.chars().count().max(text.chars().count()) {
        n if n > limit => Err(format!("{what} is too long: {n} characters, at most {limit}.")),
        _ => Ok(line),
    }
}

/// A name as it stands in a mail. Mail programs make a link of what looks like an address of the web or of a person: an invisible
/// joiner after its dots and signs leaves it the text that it is.
pub fn unlinked(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if matches!(c, '.' | '@' | ':' | '/') && chars.peek().is_some_and(|next| !next.is_whitespace()) {
            out.push('\u{2060}');
        }
    }
    out
}

/// Characters that would let one name pose as another, or as nothing: what Unicode lets a renderer ignore
/// (`Default_Ignorable_Code_Point`), direction marks, blanks that are no spaces, the replacement character.
const INVISIBLE: [(char, char); 18] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{2069}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{fffd}', '\u{fffd}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Control characters that are no white space.
const CONTROLS: [(char, char); 4] = [('\0', '\u{8}'), ('\u{e}', '\u{1f}'), ('\u{7f}', '\u{84}'), ('\u{86}', '\u{9f}')];

fn cannot_be_shown(c: char) -> bool {
    CONTROLS.iter().chain(&INVISIBLE).any(|(first, last)| (*first..=*last).contains(&c))
}

/// A name as a regular expression of JSON Schema: nothing that cannot be shown, and something that can.
pub fn name_pattern() -> String {
    let bad: String = CONTROLS.iter().chain(&INVISIBLE).map(|(first, last)| format!("{first}-{last}")).collect();
    format!(r"^[^{bad}]*[^{bad}\s\p{{M}}][^{bad}]*$")
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident($what:literal);)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            pub fn parse(text: &str) -> Result<Self, String> {
                let line = one_line(text, $what, NAME_LIMIT)?;
                // A name stands in mails, where it would become a link.
                if line.contains("://") {
                    return Err(concat!($what, " looks like a link. Leave out “://”.").into());
                }
                if line.is_empty() || fold(&line).is_empty() { Err(concat!($what, " is missing.").into()) } else { Ok(Self(line)) }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The form it is sorted and searched by.
            pub fn key(&self) -> String {
                fold(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

names! {
    /// A person's name or display name.
    PersonName("The name");
    /// A workspace's name.
    WorkspaceName("The workspace’s name");
    /// The organization's name.
    OrganizationName("The organization’s name");
    /// The name of an API key: what uses it.
    KeyName("The key’s name");
    FlowName("The flow’s name");
}

/// An optional sentence about something; may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description(String);

impl Description {
    pub fn parse(text: &str) -> Result<Self, String> {
        one_line(text, "The description", DESCRIPTION_LIMIT).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An email address: ASCII, one `@`, a domain with a dot. Kept as typed; compared by [`EmailAddress::key`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Only ASCII is taken: a full-width or dotless letter would look like somebody else's address (and few mail servers take them).
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("The email address is missing.".into());
        }
        if text.len() > EMAIL_LIMIT {
            return Err(format!("The email address is too long: at most {EMAIL_LIMIT} characters."));
        }
        if !text.is_ascii() {
            return Err("Use an address of plain letters (a–z), digits and signs. A domain with other letters has an “xn--” spelling.".into());
        }
        let good = text.split_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
        if good { Ok(Self(text.to_owned())) } else { Err("This is not an email address. It looks like name@example.com.".into()) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Lower case: one mailbox, one person.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    pub fn domain(&self) -> String {
        self.key().split_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default()
    }
}

impl AsRef<str> for EmailAddress {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A dot-atom of RFC 5322; quoted local parts are not taken.
fn is_local(local: &str) -> bool {
    local.len() <= 64 && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b)))
}

/// A host name with at least one dot (RFC 1123).
pub fn is_domain(domain: &str) -> bool {
    let label = |l: &str| (1..=63).contains(&l.len()) && !l.starts_with('-') && !l.ends_with('-') && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label)
        && !domain.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()))
}

/// Words as they stand within a sentence: "Create flows" as "create flows".
pub fn lower_first(text: &str) -> String {
    with_first(text, char::to_lowercase)
}

/// Words as a sentence begins with them: "create flows" as "Create flows".
pub fn upper_first(text: &str) -> String {
    with_first(text, char::to_uppercase)
}

fn with_first<C: Iterator<Item = char>>(text: &str, change: fn(char) -> C) -> String {
    let mut chars = text.chars();
    let mut changed = String::with_capacity(text.len() + 4);
    changed.extend(chars.next().into_iter().flat_map(change));
    changed.push_str(chars.as_str());
    changed
}

/// One or two letters for an avatar: the first of the first and of the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@b.co", " Ada.L+x@Analytical.example ", "o'hara@mail.example.org"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "a@b", "a@@b.co", "a b@c.de", "a@b..co", ".a@b.co", "a@-b.co", "ada@ﬀ.example", "adı@b.co", "ａda@b.co", "a@1.2.3.4", "a@b.co\0"]
        {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_one_clean_line() {
        assert_eq!(PersonName::parse("  Ada \n Lovelace ").unwrap().as_str(), "Ada Lovelace");
        for bad in ["", "   ", "A\0da", "A\u{202e}da", "\u{3164}", "Marke\u{ad}ting", "https://evil.example", "\u{301}", &"x".repeat(101)] {
            assert!(PersonName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn of_controls_only_white_space_can_be_shown() {
        for c in ('\0'..='\u{ff}').filter(|c| *c != '\u{ad}') {
            assert_eq!(cannot_be_shown(c), c.is_control() && !c.is_whitespace(), "{c:?}");
        }
    }

    #[test]
    fn a_name_in_a_mail_is_no_link() {
        assert_eq!(unlinked("www.evil.example/x"), "www.\u{2060}evil.\u{2060}example/\u{2060}x");
        assert_eq!(unlinked("admin@evil.example"), "admin@\u{2060}evil.\u{2060}example");
        assert_eq!(unlinked("Dr. Ada Lovelace Jr."), "Dr. Ada Lovelace Jr.");
    }

    #[test]
    fn folding_ignores_marks_and_case() {
        assert_eq!(fold("  Élodie  ÅNGSTRÖM "), "elodie angstrom");
        assert_eq!(fold("Σοφός"), fold("ΣΟΦΌΣ"));
        assert_eq!(initials("Maria Margaretha Winkelmann-Kirch"), "MW");
        assert_eq!(initials("ada"), "A");
    }
}
