//! The pages in one workspace.

pub mod checklist;
pub mod home;
pub mod tour;
