//! An API key as it arrives: read as it stands or not at all, a mistyped one never, and what is kept or shown of it gives nothing away.

use noxus_console::base::key::KeySecret;

pub fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(key) = KeySecret::parse(text) else { return };
    assert_eq!(key.as_str(), text, "read as it stands");
    assert_eq!(text.len(), 48);
    assert!(text.starts_with("noxus_") && text[6..].bytes().all(|b| b.is_ascii_alphanumeric()));
    let hash = key.hash();
    assert_eq!(hash.len(), 64);
    assert_eq!(KeySecret::parse(text).map(|again| again.hash()), Some(hash.clone()));
    for shown in [hash, key.hint(), format!("{key:?}")] {
        assert!(!shown.contains(&text[10..44]), "{shown}");
    }
    // One wrong letter, anywhere, and it is none.
    for at in 0..text.len() {
        for wrong in [b'0', b'Z', b'_', b' '] {
            let mut other = input.to_vec();
            if other[at] != wrong {
                other[at] = wrong;
                assert!(KeySecret::parse(&String::from_utf8_lossy(&other)).is_none(), "{at}");
            }
        }
    }
    assert!(KeySecret::parse(&text[..47]).is_none() && KeySecret::parse(&format!("{text}0")).is_none());
}
