//! The main path in real Chromium, against the real binary with a real mail server.

mod api_keys;
mod main_path;
mod picture;
