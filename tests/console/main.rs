//! All tests of the console in one binary: over HTTP against the real server, on SQLite and on PostgreSQL.

mod access;
mod api;
mod backup;
mod browser;
mod crawl;
mod demo;
mod durable;
mod hammer;
mod hostile;
mod kit;
mod mail;
mod operating;
mod pages;
mod routes;
mod rules;
mod secrets;
mod seeds;
mod start;
mod support;
