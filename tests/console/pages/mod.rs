//! Pages, at the paths they have in `src/web/pages`.

mod account;
mod home;
mod invite;
mod settings;
mod setup;
mod sign_in;
mod workspace;
