//! The pages in one workspace.

pub mod control;
pub mod home;
