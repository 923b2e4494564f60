//! The words of a search, each of which has to match: the longest drives an index, the others filter what it finds.

use super::Query;
use crate::db::{Connection, dialect, written::Value};

/// From three letters on, names and addresses are found by any part.
fn by_parts(word: &str) -> bool {
    word.chars().count() >= 3
}

/// The word that drives the index, and the others.
fn driver(term: &str) -> (&str, Vec<&str>) {
    let mut words: Vec<&str> = Vec::new();
    for word in term.split(' ').filter(|word| !word.is_empty()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    // The first of the longest: for equal ones `max_by_key` takes the last.
    let at = (0..words.len()).rev().max_by_key(|at| words[*at].chars().count()).unwrap_or_default();
    let longest = if words.is_empty() { "" } else { words.remove(at) };
    (longest, words)
}

/// Whether the search index of parts can be used.
pub(super) fn indexed(term: &str) -> bool {
    by_parts(driver(term).0)
}

/// Whose name or address holds every word. `walk`: the search index itself is what is selected from.
///
/// Where no word has three letters, words of the name or the address begin with each, or it is a part as it stands.
pub(in crate::domain) fn holds(query: &mut Query, c: &Connection, term: &str, walk: bool) {
    let (longest, others) = driver(term);
    let engine = dialect::engine_of(c);
    if !by_parts(longest) {
        query.push("users.seq IN (SELECT seq FROM user_prefixes WHERE prefix = ").text(longest);
        for word in others {
            query.push(" INTERSECT SELECT seq FROM user_prefixes WHERE prefix = ").text(word);
        }
        if by_parts(term) {
            let (rows, value) = dialect::search_rows(engine, query.values.len() + 1, term);
            query.push(" UNION ").push(&rows).values.push(Value::Text(value));
        }
        query.push(")");
        return;
    }
    let n = query.values.len() + 1;
    let (condition, value) = dialect::search_condition(engine, n, longest);
    let condition = if walk { dialect::search_walk(engine, n).1 } else { condition };
    query.push(&condition).values.push(Value::Text(value));
    // Looked for in each row that is found: no engine is offered another index to begin with.
    for word in others {
        query.push(&format!(" AND {}(users.name_key || ' ' || COALESCE(users.email_key, ''), ", dialect::position(engine))).text(word).push(") > 0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_drives() {
        assert_eq!(driver("karen jones"), ("karen", vec!["jones"]));
        assert_eq!(driver("j spärck j"), ("spärck", vec!["j"]));
        assert_eq!(driver("a"), ("a", vec![]));
        assert_eq!(driver(""), ("", vec![]));
        assert!(indexed("of the") && !indexed("a bc"));
    }
}
