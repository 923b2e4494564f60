//! `/settings`: what holds for the organization as a whole.

pub mod general;
pub mod restored;
pub mod roles;
pub mod users;
pub mod workspaces;
