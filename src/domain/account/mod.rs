//! What one signs in with: the password and the address, and the links in mail that change them. A link is a row that says
//! what was asked for; its token is derived, never stored. Looking at one never changes anything.

mod address;
mod password;
mod queries;
mod rules;

use crate::{
    access::passes::LinkHolder,
    base::{
        clock::{self, Moment},
        ids::{LinkId, UserId},
        secret::MasterKey,
        token::{AddressChange, AddressUndo, LinkToken, PasswordReset, Purpose},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{
        organization,
        users::{self, User},
        words::words,
    },
};

pub use address::{Undone, ask_address, change_address, undo_address, withdraw_address};
pub use password::{Asked, ask, change, reset, start_reset};
pub use rules::LinkState;

/// Minutes in which a link to a new password works.
pub const RESET_MINUTES: i64 = 30;
/// Hours in which one works that is printed for whoever runs the console: it has to be handed on.
pub const PRINTED_HOURS: i64 = 24;
/// Hours in which a link to another address works.
pub const ADDRESS_HOURS: i64 = 24;
/// Days in which a change of address can be undone from the old one.
pub const UNDO_DAYS: i64 = 7;
/// Days after which a link that has expired is not told from one that never was.
const REMEMBERED: i64 = 30;
/// A link has one token: another one is another row.
const GENERATION: i32 = 1;

words! {
    /// What a link is for.
    Kind { Reset "reset", Address "address", Undo "undo" }
}

/// A purpose whose links are rows of this noun.
pub trait Linked: Purpose<Id = LinkId> {
    const KIND: Kind;
}

impl Linked for PasswordReset {
    const KIND: Kind = Kind::Reset;
}
impl Linked for AddressChange {
    const KIND: Kind = Kind::Address;
}
impl Linked for AddressUndo {
    const KIND: Kind = Kind::Undo;
}

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Link {
    pub id: LinkId,
    pub kind: Kind,
    pub user: UserId,
    /// Where the link went: the only mailbox it was ever in.
    pub email: String,
    /// A new address: the one it replaces; undoing: the one it was changed to.
    pub other_email: Option<String>,
    /// When the password was chosen that was there at the time.
    pub password_at: Option<Moment>,
    pub created_at: Moment,
    /// Who asked on behalf of somebody else.
    pub created_by: Option<UserId>,
    pub expires_at: Moment,
    pub used_at: Option<Moment>,
    pub ended_at: Option<Moment>,
}

/// Whom a link leads to.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub link: Link,
    pub user: User,
    pub state: LinkState,
}

/// Looks a link up. `None`: it is none of ours, or not of this kind, or its person is gone.
pub fn arrive<P: Linked>(c: &mut Connection, key: &MasterKey, token: &str) -> Result<Option<Arrival>, DbError> {
    let Some(token) = LinkToken::<P>::parse(token).filter(|token| token.opens(key, GENERATION)) else { return Ok(None) };
    match queries::find(c, &token.id)? {
        Some(link) if link.kind == P::KIND => judged(c, link),
        _ => Ok(None),
    }
}

/// A link as a mail is to tell of it.
pub fn find(c: &mut Connection, id: &LinkId) -> Result<Option<Arrival>, DbError> {
    match queries::find(c, id)? {
        Some(link) => judged(c, link),
        None => Ok(None),
    }
}

fn judged(c: &mut Connection, link: Link) -> Result<Option<Arrival>, DbError> {
    let Some(user) = users::find(c, &link.user)? else { return Ok(None) };
    let password_at = users::password_chosen_at(c, &user.id)?;
    let state = rules::state(&link, user.status, &user.email, password_at, clock::now());
    Ok(Some(Arrival { link, user, state }))
}

/// The pass of a link that works at this moment.
pub fn hold<P: Linked>(c: &mut Connection, key: &MasterKey, token: &str) -> Result<Option<LinkHolder<P>>, DbError> {
    let Some(arrival) = arrive::<P>(c, key, token)? else { return Ok(None) };
    Ok(LinkHolder::check(arrival.link.id, arrival.user.id, arrival.state == LinkState::Works))
}

/// The token of a link, as it stands in its mail.
pub fn token<P: Linked>(key: &MasterKey, link: &LinkId) -> String {
    LinkToken::<P>::text(key, link, GENERATION)
}

/// Words that are easy to guess in a password of somebody: their names, their address, the organization's name.
pub fn own_words(c: &mut Connection, user: &User) -> Result<Vec<String>, DbError> {
    Ok(vec![user.name.clone(), user.display_name.clone(), user.email.clone(), organization::load(c)?.name])
}

/// The address somebody asked for and has not taken yet: where the link went, and until when it works.
pub fn pending_address(c: &mut Connection, user: &UserId) -> Result<Option<(String, Moment)>, DbError> {
    let Some(link) = queries::newest(c, user, Kind::Address)? else { return Ok(None) };
    Ok(judged(c, link)?.filter(|a| a.state == LinkState::Works).map(|a| (a.link.email, a.link.expires_at)))
}

/// A link to choose a password that goes to no mailbox: whoever runs the console hands it on.
pub(in crate::domain) fn print_reset(tx: &mut Tx, user: &UserId) -> Result<LinkId, DbError> {
    let (id, until) = (LinkId::new(), tx.now + clock::hours(PRINTED_HOURS));
    queries::end(tx, user, Kind::Reset)?;
    queries::insert_reset(tx, &id, user, None, until)?;
    Ok(id)
}

/// Ends every link of somebody that still works.
pub(in crate::domain) fn end_links(tx: &mut Tx, user: &UserId) -> Result<(), DbError> {
    for kind in [Kind::Reset, Kind::Address, Kind::Undo] {
        queries::end(tx, user, kind)?;
    }
    Ok(())
}

/// After a restoration: no link that is out there works.
pub(in crate::domain) fn void_all(tx: &mut Tx) -> Result<(), DbError> {
    queries::end_all(tx)
}

/// Deletes links that have expired long ago: addresses stand in them.
pub fn sweep(tx: &mut Tx) -> Result<(), DbError> {
    let before = tx.now - clock::days(REMEMBERED);
    queries::delete_expired(tx, before)
}
