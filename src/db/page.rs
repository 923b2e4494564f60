//! Pages of a list by key: a page says where the next one begins, so that the last costs what the first does.

/// How many rows a page of a list holds.
pub const PAGE: usize = 50;
