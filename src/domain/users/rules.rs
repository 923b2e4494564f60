//! Words of the noun, and the prefixes people are found by.

use crate::{base::text::fold, domain::words::words};

words! {
    /// Only people sign in.
    Kind { Person "person", Service "service" }
}

words! {
    /// Only the active may do anything. A removed person is a tombstone with a pseudonym.
    Status { Invited "invited", Active "active", Deactivated "deactivated", Removed "removed" }
}

/// The one and two first letters of every word of the name and of the address: what a search of one or two letters looks up.
pub fn prefixes(name_key: &str, email_key: &str) -> Vec<String> {
    let mut all: Vec<String> = name_key
        .split(|c: char| !c.is_alphanumeric())
        .chain(std::iter::once(email_key))
        .flat_map(|word| (1..=2).filter(move |n| word.chars().count() >= *n).map(move |n| word.chars().take(n).collect::<String>()))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What stands in the place of a removed person's name.
pub fn pseudonym(id: &crate::base::ids::UserId) -> String {
    format!("Former member {}", &id.as_str()[id.as_str().len() - 6..])
}

/// Folded search text. Control characters, which no name holds and no index takes, are gone.
pub fn search_term(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    fold(&plain).chars().take(100).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_words_and_address() {
        assert_eq!(prefixes("ada lovelace", "al@example.org"), ["a", "ad", "al", "l", "lo"]);
    }
}
