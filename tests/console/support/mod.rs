//! Helpers that speak the user's language.

pub mod binary;
pub mod browser;
pub mod client;
pub mod console;
pub mod declared;
pub mod engine;
pub mod flows;
pub mod invitations;
pub mod keys;
pub mod links;
pub mod mailbox;
pub mod people;
pub mod pictures;
pub mod process;
pub mod statements;

pub use client::{Client, Page};
pub use console::Console;
