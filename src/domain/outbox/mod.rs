//! Mails to be sent. A row commits with the act that wants the mail; it holds kind and references, never a rendered mail or a
//! link. Sending is the mail worker's, which renders each one from what is true then.

mod queries;

use crate::{
    base::ids::{InvitationId, LetterId, UserId},
    db::{Error as DbError, Tx},
    domain::words::words,
};

words! {
    /// What a mail says.
    Kind {
        /// To somebody invited: who invites, to what, the link.
        Invitation "invitation",
        /// To the inviter: the invited person declined.
        Declined "declined",
        /// To the inviter: the link has expired, and the invited person asks for a fresh one.
        Asked "asked",
        /// To somebody who has an account and was given more: an invitation applied to it.
        Applied "applied",
    }
}

words! {
    /// How far a mail has got. `Failed`: the server refused it for good.
    State { Queued "queued", Sent "sent", Failed "failed" }
}

/// A mail to write into the outbox.
pub struct NewLetter<'a> {
    pub kind: Kind,
    /// To whom.
    pub to: &'a UserId,
    pub invitation: Option<&'a InvitationId>,
    /// The link the mail carries is of this generation; if it is not the newest when the mail is sent, it is not sent.
    pub generation: Option<i32>,
    /// Whom it is about, where that is not whom it goes to.
    pub about: Option<&'a UserId>,
}

/// Puts a mail into the outbox. Its id is the mail's Message-ID, however often it is tried.
pub(in crate::domain) fn put(tx: &mut Tx, letter: &NewLetter) -> Result<LetterId, DbError> {
    queries::insert(tx, letter)
}
