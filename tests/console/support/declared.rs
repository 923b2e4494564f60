//! What the code declares: the tables of the schema, and the calls of the URL table.

use std::collections::BTreeSet;

use noxus_console::web::routes;

/// The tables of `src/db/schema.rs`.
pub fn tables() -> BTreeSet<&'static str> {
    let schema = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema.rs"));
    schema.split("diesel::table! {").skip(1).filter_map(|rest| rest.trim_start().split(' ').next()).collect()
}

/// The pattern of the URL table that a path is of.
pub fn pattern_of(path: &str, method: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let fits = |pattern: &str| {
        let (a, b): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
        a.len() == b.len() && a.iter().zip(&b).all(|(p, s)| p == s || (p.starts_with('{') && !s.is_empty()))
    };
    let lines = routes::table();
    // A fixed path wins over one with a hole, as it does in the server.
    let of_method = || lines.iter().filter(|line| line.method.as_str() == method).map(|line| line.path);
    of_method().find(|p| *p == path).or_else(|| of_method().find(|p| fits(p)))
}
