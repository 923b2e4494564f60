//! Tokens of links in mail: derived from the master key, never stored, so that a link can be sent again and copied.

use base64::Engine as _;
use uuid::Uuid;

use super::{
    ids::InvitationId,
    secret::{MasterKey, base64_url, same},
};

const PURPOSE: &str = "invitation link";
/// 128 of the 256 bits: what a guesser would have to hit, and a link that still fits a line.
const MAC: usize = 16;

/// A link's token as it arrived: which row it names, and its proof. Nothing is believed before [`InvitationToken::opens`].
#[derive(Clone)]
pub struct InvitationToken {
    pub invitation: InvitationId,
    proof: [u8; MAC],
}

impl InvitationToken {
    /// Reads a token; `None` if it has not the shape of one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, proof) = bytes.split_at_checked(16)?;
        Some(Self { invitation: Uuid::from_slice(id).ok()?.to_string().parse().ok()?, proof: proof.try_into().ok()? })
    }

    /// Whether this is the token of the given generation of its row.
    pub fn opens(&self, key: &MasterKey, generation: i32) -> bool {
        same(&self.proof, &proof(key, &self.invitation, generation))
    }
}

fn proof(key: &MasterKey, invitation: &InvitationId, generation: i32) -> [u8; MAC] {
    let full = key.derive(PURPOSE, &[invitation.as_str().as_bytes(), &generation.to_be_bytes()]);
    full[..MAC].try_into().expect("a MAC is longer than its half")
}

/// The token of one generation of an invitation, as it stands in its link.
pub fn invitation_token(key: &MasterKey, invitation: &InvitationId, generation: i32) -> String {
    let id = Uuid::try_parse(invitation.as_str()).expect("an id is a UUID");
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend(proof(key, invitation, generation));
    base64_url(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_own_generation_only() {
        let (key, id) = (MasterKey::random(), InvitationId::new());
        let token = InvitationToken::parse(&invitation_token(&key, &id, 3)).unwrap();
        assert_eq!(token.invitation, id);
        assert!(token.opens(&key, 3));
        assert!(!token.opens(&key, 2) && !token.opens(&key, 4) && !token.opens(&MasterKey::random(), 3));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", "a", "äöü", "AAAA", &"A".repeat(44), &"A".repeat(4000)] {
            assert!(InvitationToken::parse(text).is_none(), "{text}");
        }
    }
}
