//! Settings of the organization.

pub mod users;
