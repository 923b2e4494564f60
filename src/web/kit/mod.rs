//! What every page is made with. [`doors`] lets a handler in and is its only way to the database; [`page`] and [`shell`] answer;
//! [`form`] reads what was posted, [`json`] and [`problem`] are the API's; [`table`] is what the routes are written with; the rest keeps the surface safe.

pub mod app;
pub mod assets;
mod body;
pub mod doors;
pub mod error;
pub mod families;
pub mod form;
pub mod json;
pub mod linked;
pub mod origin;
pub mod page;
pub mod paths;
pub mod problem;
pub mod question;
pub mod security;
pub mod session_store;
pub mod shell;
pub mod table;
pub mod told;
pub mod view;

pub use app::App;
pub use doors::{Calls, May, Sure, Visitor};
pub use error::WebError;
pub use form::{Choice, Field, Posted, Problem};
pub use json::{Json, json};
pub use linked::Linked;
pub use page::{Answer, redirect, render, render_unprocessable};
pub use paths::{At, Query, Token};
pub use question::Question;
pub use shell::{Nav, Shell};
