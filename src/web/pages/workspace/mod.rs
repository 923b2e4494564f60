//! The pages in one workspace.

pub mod home;
pub mod settings;
