//! Real Chromium: the main path against the real binary with a real mail server, the others against a console of their own.

mod account;
mod api_keys;
mod arriving;
mod flows;
mod main_path;
mod narrow;
mod picture;
mod profile;
mod suggest;
mod ways;
mod workspace_users;
