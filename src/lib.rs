//! noxus-console: an admin console for people, workspaces, roles and invitations, in one binary.
//!
//! Modules in the order of their levels; each imports only those above it in this list.
//!
//! - [`base`]: ids, the clock, parsed text, secrets, passwords, tokens of links
//! - [`config`]: every setting, and the only reader of the environment
//! - [`db`]: connections, transactions, the tables; the only place that knows the engines
//! - [`access`]: who may do what, and the proof that every act asks for
//! - [`domain`]: the nouns and their acts, each act one transaction
//! - [`mail`]: what the outbox holds, rendered and sent
//! - [`web`]: `kit` (doors, pages, forms, errors), `pages` (one module a page), `routes` (the whole URL table)
//! - [`server`]: builds the application, for the binary and for the tests
//! - [`start`]: everything before the first request, and the commands for admins
//! - [`demo`]: the sample organization
//!
//! What the fuzzer reaches nothing of is not built for it: instrumented, the pages alone take a quarter of an hour and 7 GB.

pub mod access;
pub mod base;
pub mod config;
pub mod db;
#[cfg(not(fuzzing))]
pub mod demo;
pub mod domain;
pub mod mail;
#[cfg(not(fuzzing))]
pub mod server;
#[cfg(not(fuzzing))]
pub mod start;
pub mod web;
