//! One's own account.

pub mod access;
