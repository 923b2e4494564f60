//! `/settings`: what holds for the organization as a whole.

pub mod users;
pub mod workspaces;
