//! The pages. Each module is one page, at the path its address has: its form, its view, its handlers; its template lies at the
//! same path below `templates/pages`. A page never imports another.

pub mod account;
pub mod home;
pub mod invite;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod workspace;
