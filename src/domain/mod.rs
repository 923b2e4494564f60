//! The nouns and their acts. Each imports only those listed above it; an act that spans nouns lives in the last of them.
//! An act takes a transaction and a proof, changes rows, writes its audit row and its mail, or refuses and changes nothing.

pub mod audit;

pub mod outbox;

pub mod organization;

pub mod users;

pub mod roles;

pub mod workspaces;

pub mod memberships;

pub mod sessions;

pub mod avatars;

pub mod api_keys;

pub mod flows;

pub mod invites;

pub mod tours;

pub mod people;

pub mod account;

pub mod drafts;

pub mod deletion;

pub mod setup;

pub mod backup;

mod error;
mod words;

pub use error::{Error, Refusal};
