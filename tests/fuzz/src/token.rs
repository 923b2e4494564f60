//! The token of a link in mail: only the text that was sent opens, only what it was made for, and of one generation only.

use noxus_console::base::{
    secret::MasterKey,
    token::{AddressChange, AddressUndo, Invitation, LinkToken, PasswordReset, Purpose},
};

/// The master key that the seeds were made with.
const KEY: [u8; 32] = [7; 32];

pub fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let opened = [of::<Invitation>(text), of::<PasswordReset>(text), of::<AddressChange>(text), of::<AddressUndo>(text)];
    assert!(opened.iter().sum::<usize>() <= 1, "one token opens two kinds of links");
}

/// How many generations it opens.
fn of<P: Purpose>(text: &str) -> usize {
    let (key, other) = (MasterKey::new(KEY), MasterKey::new([8; 32]));
    let Some(token) = LinkToken::<P>::parse(text) else { return 0 };
    assert!(token.id.as_ref().parse::<P::Id>().is_ok(), "the id is one");
    let mut opened = 0;
    for generation in -1..4 {
        let right = LinkToken::<P>::text(&key, &token.id, generation);
        assert_eq!(token.opens(&key, generation), right == text, "what opens is the text that was sent, to the letter");
        assert!(!token.opens(&other, generation) || right != text);
        assert!(LinkToken::<P>::parse(&right).is_some_and(|again| again.opens(&key, generation) && again.id.as_ref() == token.id.as_ref()));
        opened += usize::from(right == text);
    }
    opened
}
