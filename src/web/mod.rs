//! What is spoken over HTTP: the [`kit`] every page is made with, the pages, the API, and the one table of routes.

pub mod api;
pub mod kit;
pub mod pages;
pub mod routes;
