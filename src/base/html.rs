//! Text in a page. `askama.toml` has every template write what it is given through here.

use std::fmt;

use askama::filters::{Escaper, Html};

/// Escapes what [`Html`] does, and as it does. A page writes thousands of texts that have nothing to be escaped: those are seen
/// sixteen bytes at a time instead of one after the other, and written whole.
#[derive(Clone, Copy, Default)]
pub struct Escaped;

impl Escaper for Escaped {
    fn write_escaped_str<W: fmt::Write>(&self, mut into: W, text: &str) -> fmt::Result {
        if is_plain(text) { into.write_str(text) } else { Html.write_escaped_str(into, text) }
    }

    fn write_escaped_char<W: fmt::Write>(&self, into: W, letter: char) -> fmt::Result {
        Html.write_escaped_char(into, letter)
    }
}

/// Without a way out at the first that is found: only so the compiler takes many bytes at once.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, byte| plain & !matches!(byte, b'"' | b'&' | b'\'' | b'<' | b'>'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by(escaper: impl Escaper, text: &str) -> String {
        let mut into = String::new();
        escaper.write_escaped_str(&mut into, text).unwrap();
        into
    }

    proptest! {
        #[test]
        fn the_same_is_escaped_as_by_the_library(text in "([a-zé\u{1F600}\"&'<>]|.){0,70}") {
            prop_assert_eq!(by(Escaped, &text), by(Html, &text));
        }
    }

    #[test]
    fn each_byte_that_must_be_is_escaped_wherever_it_stands() {
        for byte in 0..128u8 {
            for before in 0..40 {
                let text = format!("{}{}é", "a".repeat(before), char::from(byte));
                assert_eq!(by(Escaped, &text), by(Html, &text), "{byte} after {before}");
                assert_eq!(by(Escaped, &text) == text, !b"\"&'<>".contains(&byte), "{byte} after {before}");
            }
        }
    }
}
