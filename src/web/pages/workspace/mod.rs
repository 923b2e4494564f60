//! The pages in one workspace.

pub mod checklist;
pub mod control;
pub mod flows;
pub mod home;
pub mod settings;
pub mod tour;
