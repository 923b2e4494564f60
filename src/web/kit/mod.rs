//! What every page is made with. [`doors`] lets a handler in and is its only way to the database; [`page`] and [`shell`] answer;
//! [`form`] reads what was posted; [`table`] is what the routes are written with; the rest keeps the surface safe.

pub mod app;
pub mod assets;
pub mod doors;
pub mod error;
pub mod form;
pub mod linked;
pub mod origin;
pub mod page;
pub mod paths;
pub mod security;
pub mod session_store;
pub mod shell;
pub mod table;
pub mod view;

pub use app::App;
pub use doors::{May, Sure, Visitor};
pub use error::WebError;
pub use form::{Choice, Field, Posted, Problem};
pub use linked::Linked;
pub use page::{Answer, redirect, render, render_unprocessable};
pub use paths::{At, Query, Token};
pub use shell::{Nav, Shell};
