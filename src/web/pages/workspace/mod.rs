//! The pages in one workspace.

pub mod flows;
pub mod home;
pub mod settings;
