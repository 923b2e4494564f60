//! A new password for who has forgotten the old, and what holds for every link about an account.

mod forgotten;
mod links;
mod reset;
