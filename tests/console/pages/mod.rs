//! Pages, at the paths they have in `src/web/pages`.

mod account;
mod email;
mod help;
mod home;
mod invite;
mod password;
mod settings;
mod setup;
mod sign_in;
mod workspace;
