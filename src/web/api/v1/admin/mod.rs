//! `/v1/admin`: who is in, and with which keys.

pub mod group_keys;
mod key;
pub mod me;
