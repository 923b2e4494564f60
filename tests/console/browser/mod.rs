//! The main path in real Chromium, against the real binary with a real mail server; arriving, and one's own pages.

mod arriving;
mod main_path;
mod picture;
