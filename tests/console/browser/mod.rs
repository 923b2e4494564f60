//! The main path in real Chromium, against the real binary with a real mail server.

mod main_path;
mod picture;
mod profile;
