//! The API, as programs call it.

mod admin;
mod clients;
mod me;
mod walk;
mod workflows;
