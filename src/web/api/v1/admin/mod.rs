//! `/v1/admin`: who is in, where, and with which keys.

pub mod groups;
pub mod me;
pub mod roles;
pub mod users;
