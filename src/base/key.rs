//! API keys as they are written down: `noxus_`, 36 random characters, and 6 of their checksum, so that a mistyped key is told
//! from an unknown one without a look into the database.

use std::fmt;

use super::secret::{fingerprint, random_bytes};

const PREFIX: &str = "noxus_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 36 characters of 62 are 214 bits.
const RANDOM: usize = 36;
/// 6 characters of 62 hold 35 bits, enough for CRC-32.
const CHECKSUM: usize = 6;
/// How many characters of each end are kept in the open, to tell keys apart by: 166 bits are left to guess.
const SHOWN: usize = 4;

/// The secret of a key. Shown once, when the key is made; the database keeps its hash.
#[derive(Clone)]
pub struct KeySecret(String);

impl KeySecret {
    pub fn random() -> Self {
        let mut text = PREFIX.to_owned();
        while text.len() < PREFIX.len() + RANDOM {
            // 248 is the largest multiple of 62 in a byte: what is above would make some characters likelier.
            let even = random_bytes::<64>().into_iter().filter(|b| *b < 248);
            text.extend(even.map(|b| char::from(ALPHABET[usize::from(b % 62)])));
            text.truncate(PREFIX.len() + RANDOM);
        }
        let checksum = checksum(&text);
        Self(format!("{text}{checksum}"))
    }

    /// Reads a key; `None` if it has not the shape of one, or the checksum of another.
    pub fn parse(text: &str) -> Option<Self> {
        let right_letters = || text.bytes().skip(PREFIX.len()).all(|b| b.is_ascii_alphanumeric());
        if text.len() != PREFIX.len() + RANDOM + CHECKSUM || !text.starts_with(PREFIX) || !right_letters() {
            return None;
        }
        let (body, given) = text.split_at(PREFIX.len() + RANDOM);
        (checksum(body) == given).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> String {
        fingerprint("api key", self.0.as_bytes())
    }

    /// Its two ends, by which people tell keys apart: `noxus_5Tqv…tK6B`.
    pub fn hint(&self) -> String {
        format!("{}…{}", &self.0[..PREFIX.len() + SHOWN], &self.0[self.0.len() - SHOWN..])
    }
}

impl fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeySecret({})", self.hint())
    }
}

fn checksum(body: &str) -> String {
    let mut left = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(left % 62) as usize];
        left /= 62;
    }
    digits.iter().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = KeySecret::random();
        assert_eq!(key.as_str().len(), 48);
        assert_eq!(KeySecret::parse(key.as_str()).unwrap().hash(), key.hash());
        assert!(!key.hash().contains(&key.as_str()[6..12]));
        assert!(!format!("{key:?}").contains(&key.as_str()[10..20]));
    }

    #[test]
    fn one_wrong_letter_is_seen() {
        let key = KeySecret::random().as_str().to_owned();
        for at in 0..key.len() {
            let mut wrong = key.clone().into_bytes();
            wrong[at] = if wrong[at] == b'x' { b'y' } else { b'x' };
            assert!(KeySecret::parse(&String::from_utf8(wrong).unwrap()).is_none(), "{at}");
        }
        for text in ["", "noxus_", &key[..47], &format!("{key}0"), &key.replace('_', "-"), &format!(" {key}"), &"ä".repeat(24)] {
            assert!(KeySecret::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn every_character_turns_up_and_no_key_twice() {
        let keys: Vec<String> = (0..500).map(|_| KeySecret::random().as_str()[6..42].to_owned()).collect();
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 500);
        assert_eq!(keys.iter().flat_map(|k| k.chars()).collect::<HashSet<_>>().len(), 62);
    }
}
