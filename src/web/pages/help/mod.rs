//! `/help`: guides with pictures, a tour, people to ask. What the guides say stands in [`guides`].

pub mod guide;
pub mod guides;
pub mod list;
