//! What holds whatever is sent: one function a target, which panics where its promise is broken. The fuzzer calls them with what it
//! makes up; the tests of the console call them with the committed seeds.

pub mod key;
pub mod next;
pub mod permissions;
pub mod search;
pub mod token;
pub mod upload;

/// A target: its name, which is that of its folder of seeds, and what holds.
pub type Target = (&'static str, fn(&[u8]));

#[allow(dead_code, reason = "for the tests of the console")]
pub const TARGETS: [Target; 6] = [
    ("key", key::holds),
    ("next", next::holds),
    ("permissions", permissions::holds),
    ("search", search::holds),
    ("token", token::holds),
    ("upload", upload::holds),
];
