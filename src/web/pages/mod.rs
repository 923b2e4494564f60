//! The pages. Each module is one page, at the path its address has: its form, its view, its handlers; its template lies at the
//! same path below `templates/pages`. A page never imports another.

pub mod account;
pub mod avatars;
pub mod email;
pub mod health;
pub mod help;
pub mod home;
pub mod invite;
pub mod password;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod workspace;
