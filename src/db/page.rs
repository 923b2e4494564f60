//! Pages of a list by key: a page says where the next one begins, so that the last costs what the first does.

/// How many rows a page of a list holds.
pub const PAGE: usize = 50;

/// One page, and the key to go on with, if there is more.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// From up to `PAGE + 1` rows that were read: the last is not shown, it only says that there is more.
    pub fn of(mut rows: Vec<T>, key: impl FnOnce(&T) -> String) -> Self {
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = if more { rows.last().map(key) } else { None };
        Self { rows, next }
    }
}
