//! Secrets: random ones, what is stored of them, and the master key from which link tokens are derived.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use rand::{TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

/// Random bytes from the operating system.
#[allow(clippy::disallowed_methods, clippy::disallowed_types)] // the one place that asks for randomness
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// 256 random bits as text, for a session or the set-up link.
pub fn random_token() -> String {
    base64_url(&random_bytes::<32>())
}

/// What is stored of a random secret: SHA-256 over a purpose label and the secret, in hex.
pub fn fingerprint(purpose: &str, secret: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(purpose.as_bytes());
    hash.update([0]);
    hash.update(secret);
    hex(&hash.finalize())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn base64_url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// 32 bytes that never enter the database: with the database alone nobody can accept an invitation.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn random() -> Self {
        Self(random_bytes())
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What the database keeps, to notice that it was started with another key.
    pub fn fingerprint(&self) -> String {
        fingerprint("master key", &self.0)
    }

    /// HMAC-SHA-256 of a purpose and its parts; each part is preceded by its length, so that no two lists read alike.
    pub fn derive(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Compares in constant time.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let key = MasterKey::new([7; 32]);
        assert_ne!(key.derive("link", &[b"ab", b"c"]), key.derive("link", &[b"a", b"bc"]));
        assert_ne!(key.derive("link", &[b"a"]), key.derive("reset", &[b"a"]));
    }

    #[test]
    fn the_master_key_does_not_print_itself() {
        assert_eq!(format!("{:?}", MasterKey::new([7; 32])), "MasterKey(…)");
    }
}
