//! The API, as programs call it.

mod admin;
mod clients;
mod group_keys;
mod me;
mod openapi;
mod schemathesis;
mod walk;
mod workflows;
