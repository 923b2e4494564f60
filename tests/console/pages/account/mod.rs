mod access;
mod activity;
mod email;
mod password;
mod profile;
