//! The API, as programs call it.

mod group_keys;
mod me;
mod walk;
