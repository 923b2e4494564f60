//! Settings: what holds for the organization. One module a page or a family of pages.

pub mod workspaces;
