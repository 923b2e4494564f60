//! Tokens of links in mail: derived from the master key, never stored, so that a link can be sent again and copied. What a
//! link is for is part of its type and of its proof: one kind's token is none of another's.

use std::{fmt, marker::PhantomData, str::FromStr};

use base64::Engine as _;
use uuid::Uuid;

use super::{
    ids::{InvitationId, LinkId},
    secret::{MasterKey, base64_url, same},
};

/// 128 of the 256 bits: what a guesser would have to hit, and a link that still fits a line.
const MAC: usize = 16;

/// What a link is for.
pub trait Purpose: fmt::Debug + Clone + Send + Sync + 'static {
    /// The row it names.
    type Id: AsRef<str> + FromStr + Clone + fmt::Debug + Send;
    /// What its proof is derived with. Never changed: every link out there would die.
    const LABEL: &'static str;
}

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident($id:ident) $label:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl Purpose for $name {
            type Id = $id;
            const LABEL: &'static str = $label;
        }
    )+};
}

purposes! {
    /// Coming in.
    Invitation(InvitationId) "invitation link";
    /// Choosing a new password.
    PasswordReset(LinkId) "password reset link";
    /// Taking another address, from the mailbox it is of.
    AddressChange(LinkId) "address change link";
    /// Taking the old address back.
    AddressUndo(LinkId) "address undo link";
}

/// A link's token as it arrived: which row it names, and its proof. Nothing is believed before [`LinkToken::opens`].
#[derive(Clone)]
pub struct LinkToken<P: Purpose> {
    pub id: P::Id,
    proof: [u8; MAC],
    purpose: PhantomData<P>,
}

pub type InvitationToken = LinkToken<Invitation>;

impl<P: Purpose> LinkToken<P> {
    /// Reads a token; `None` if it has not the shape of one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, proof) = bytes.split_at_checked(16)?;
        Some(Self { id: Uuid::from_slice(id).ok()?.to_string().parse().ok()?, proof: proof.try_into().ok()?, purpose: PhantomData })
    }

    /// Whether this is the token of the given generation of its row.
    pub fn opens(&self, key: &MasterKey, generation: i32) -> bool {
        same(&self.proof, &proof::<P>(key, &self.id, generation))
    }

    /// The token of one generation of a row, as it stands in its link.
    pub fn text(key: &MasterKey, id: &P::Id, generation: i32) -> String {
        let uuid = Uuid::try_parse(id.as_ref()).expect("an id is a UUID");
        let mut bytes = uuid.as_bytes().to_vec();
        bytes.extend(proof::<P>(key, id, generation));
        base64_url(&bytes)
    }
}

fn proof<P: Purpose>(key: &MasterKey, id: &P::Id, generation: i32) -> [u8; MAC] {
    let full = key.derive(P::LABEL, &[id.as_ref().as_bytes(), &generation.to_be_bytes()]);
    full[..MAC].try_into().expect("a MAC is longer than its half")
}

/// The token of one generation of an invitation.
pub fn invitation_token(key: &MasterKey, invitation: &InvitationId, generation: i32) -> String {
    InvitationToken::text(key, invitation, generation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_own_generation_only() {
        let (key, id) = (MasterKey::random(), InvitationId::new());
        let token = InvitationToken::parse(&invitation_token(&key, &id, 3)).unwrap();
        assert_eq!(token.id, id);
        assert!(token.opens(&key, 3));
        assert!(!token.opens(&key, 2) && !token.opens(&key, 4) && !token.opens(&MasterKey::random(), 3));
    }

    #[test]
    fn a_token_of_one_purpose_opens_nothing_of_another() {
        let (key, id) = (MasterKey::random(), LinkId::new());
        let reset = LinkToken::<PasswordReset>::text(&key, &id, 1);
        assert!(LinkToken::<PasswordReset>::parse(&reset).unwrap().opens(&key, 1));
        assert!(!LinkToken::<AddressChange>::parse(&reset).unwrap().opens(&key, 1));
        assert!(!LinkToken::<AddressUndo>::parse(&reset).unwrap().opens(&key, 1));
        assert!(!InvitationToken::parse(&reset).unwrap().opens(&key, 1));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", "a", "äöü", "AAAA", &"A".repeat(44), &"A".repeat(4000)] {
            assert!(InvitationToken::parse(text).is_none(), "{text}");
        }
    }
}
