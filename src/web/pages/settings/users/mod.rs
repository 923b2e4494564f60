//! People of the organization.

pub mod invitation;
pub mod new;
