//! What is spoken over HTTP: the [`kit`] every page is made with, the pages, and the one table of routes.

pub mod kit;
pub mod pages;
pub mod routes;
