//! What is spoken over HTTP: the [`kit`] every page is made with, the pages, the API, and the one table of routes.

#[cfg(not(fuzzing))]
pub mod api;
pub mod kit;
#[cfg(not(fuzzing))]
pub mod pages;
#[cfg(not(fuzzing))]
pub mod routes;
