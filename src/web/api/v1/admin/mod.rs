//! `/v1/admin`: who is in, and with which keys.

pub mod me;
