//! The pages in one workspace.

pub mod home;
