//! The keys one made, in whichever workspace.

pub mod revocation;
