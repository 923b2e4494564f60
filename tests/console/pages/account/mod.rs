mod access;
mod activity;
