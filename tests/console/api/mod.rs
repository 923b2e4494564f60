//! The API, as programs call it.

mod me;
mod walk;
