//! `/account`: what is one's own, the same in every workspace. Each page is a tab of it: its line stands in `account` in
//! `src/web/kit/shell.rs`, its head is `templates/ui/account.html`.

pub mod access;
pub mod activity;
pub mod email;
pub mod password;
pub mod profile;
