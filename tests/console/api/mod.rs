//! The API, as programs call it.

mod admin;
mod clients;
mod group_keys;
mod me;
mod walk;
mod workflows;
