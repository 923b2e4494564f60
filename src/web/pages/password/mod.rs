//! `/password`: a new one for who has forgotten the old.

pub mod forgotten;
pub mod reset;
