//! The whole URL table. Each line says what it needs; nothing else is mounted.

use super::kit::table::Line;

pub fn table() -> Vec<Line> {
    vec![]
}
