//! noxus-console.
pub mod access;
pub mod base;
pub mod config;
pub mod db;
pub mod domain;
pub mod mail;
pub mod web;
pub mod server;
pub mod start;
pub mod demo;
