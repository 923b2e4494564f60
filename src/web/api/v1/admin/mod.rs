//! `/v1/admin`: who is in, where, and with which keys.

pub mod group_keys;
pub mod groups;
mod key;
pub mod me;
pub mod roles;
pub mod users;
