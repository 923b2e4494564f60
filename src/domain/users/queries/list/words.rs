//! The words of a search, each of which has to match: those of three letters drive an index, the others filter what it finds.

use diesel::sql_types::BigInt;

use super::Query;
use crate::db::{Connection, Error, dialect, page::PAGE, written::Value};

/// From three letters on, names and addresses are found by any part.
fn by_parts(word: &str) -> bool {
    word.chars().count() >= 3
}

/// The words that drive the index together, and the others; each once.
fn words(term: &str) -> (Vec<&str>, Vec<&str>) {
    let mut words: Vec<&str> = Vec::new();
    for word in term.split(' ').filter(|word| !word.is_empty()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.into_iter().partition(|word| by_parts(word))
}

/// Whether the search index of parts can be used.
pub(super) fn indexed(term: &str) -> bool {
    term.split(' ').any(by_parts)
}

/// Whether it is one word of a letter or two: what the index of beginnings has in order. Names are parted there at everything that is
/// neither letter nor digit.
pub(super) fn is_one_beginning(term: &str) -> bool {
    !term.is_empty() && !by_parts(term) && term.chars().all(char::is_alphanumeric)
}

/// How rows that hold the words are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum By {
    /// Their `seq` is among those the search index knows: to begin with, or where there are few.
    Index,
    /// The search index itself is what is selected from.
    Walk,
    /// Each row is looked at: where others narrow them down more than the words do.
    Rows,
}

/// [`steps`] along the search index, until the first few matches among the members are met, if it is as likely of them to match as of
/// everybody. `None`: there is no index to walk, either.
pub(in crate::domain) fn few_steps(term: &str, members: i64, everybody: i64) -> Option<i64> {
    // Rounded, so that few statements differ in it.
    let steps = steps(members, everybody).filter(|_| indexed(term) || is_one_beginning(term))?;
    Some(steps.unsigned_abs().next_power_of_two() as i64)
}

/// Along an order of `everybody`: in how many steps a page of the `members` of a workspace should be met; doubled, since they may not be.
/// `None`: in no fewer than going through the members takes.
pub(in crate::domain) fn steps(members: i64, everybody: i64) -> Option<i64> {
    let steps = (2 * PAGE as i64).saturating_mul(everybody) / members.max(1);
    (steps < members).then_some(steps)
}

/// Where a walk along the search index is after some steps, from the person after `after` on; `None`: at its end.
pub(in crate::domain) fn after_steps(c: &mut Connection, term: &str, after: Option<i64>, steps: i64) -> Result<Option<i64>, Error> {
    let mut query = Query::new("");
    if is_one_beginning(term) {
        query.push("SELECT seq FROM user_prefixes WHERE prefix = ").text(term);
    } else {
        let (found, values) = dialect::search_rows(dialect::engine_of(c), 1, &words(term).0);
        query.push(&found).values.extend(values.into_iter().map(Value::Text));
    }
    query.push(" AND seq > ").bind(Value::Number(after.unwrap_or_default())).push(&format!(" ORDER BY seq LIMIT 1 OFFSET {steps}"));
    Ok(query.rows_of::<BigInt, i64>(c)?.into_iter().next())
}

/// What a walk along the search index selects from, and the column of its order.
pub(in crate::domain) fn walked(c: &Connection, term: &str) -> (&'static str, &'static str) {
    if is_one_beginning(term) {
        return ("user_prefixes CROSS JOIN users", "user_prefixes.seq");
    }
    let (from, _, seq) = dialect::search_walk(dialect::engine_of(c), 0, &[]);
    (from, seq)
}

/// Names that begin with the term: a range of the index on `key`. Nothing stands after the last character there is.
pub(in crate::domain) fn begins(query: &mut Query, key: &str, term: &str) {
    query.push(&format!("{key} >= ")).text(term).push(&format!(" AND {key} < ")).text(&format!("{term}\u{10ffff}"));
}

/// How to search among `rows` that something else knows: from the rarer side. One or two letters are never that.
pub(in crate::domain) fn rarer(c: &mut Connection, term: &str, rows: i64) -> Result<By, Error> {
    if !indexed(term) {
        return Ok(By::Rows);
    }
    let mut query = Query::new("SELECT count(*) AS n FROM (");
    let (found, values) = dialect::search_rows(dialect::engine_of(c), 1, &words(term).0);
    query.push(&found).values.extend(values.into_iter().map(Value::Text));
    query.push(&format!(" LIMIT {}) AS found", rows.max(0) + 1));
    Ok(if query.number(c)? <= rows { By::Index } else { By::Rows })
}

/// Whose name or address holds every word.
///
/// Where no word has three letters, words of the name or the address begin with each, or it is a part as it stands.
pub(in crate::domain) fn holds(query: &mut Query, c: &Connection, term: &str, by: By) {
    let (long, short) = words(term);
    let engine = dialect::engine_of(c);
    let position = dialect::position(engine);
    let is_part = |query: &mut Query, text: &str| {
        query.push(&format!("({position}(users.name_key, ")).text(text);
        query.push(&format!(") > 0 OR {position}(users.email_key, ")).text(text).push(") > 0)");
    };
    if by == By::Walk && is_one_beginning(term) {
        query.push("users.seq = user_prefixes.seq AND user_prefixes.prefix = ").text(term);
        return;
    }
    if long.is_empty() && by == By::Rows {
        query.push("(");
        for (n, word) in short.into_iter().enumerate() {
            query.push(if n == 0 { "" } else { " AND " });
            query.push("EXISTS (SELECT 1 FROM user_prefixes WHERE prefix = ").text(word).push(" AND user_prefixes.seq = users.seq)");
        }
        if by_parts(term) {
            query.push(" OR ");
            is_part(query, term);
        }
        query.push(")");
        return;
    }
    if long.is_empty() {
        query.push("users.seq IN (");
        for (n, word) in short.into_iter().enumerate() {
            query.push(if n == 0 { "" } else { " INTERSECT " }).push("SELECT seq FROM user_prefixes WHERE prefix = ").text(word);
        }
        if by_parts(term) {
            let (rows, values) = dialect::search_rows(engine, query.values.len() + 1, &[term]);
            query.push(" UNION ").push(&rows).values.extend(values.into_iter().map(Value::Text));
        }
        query.push(")");
        return;
    }
    let n = query.values.len() + 1;
    let (condition, values) = dialect::search_condition(engine, n, &long);
    let condition = match by {
        By::Index => condition,
        By::Walk => dialect::search_walk(engine, n, &long).1,
        By::Rows => String::new(),
    };
    // Looked for in each row that is found: no engine is offered another index to begin with.
    let mut looked_for = short;
    if by == By::Rows {
        looked_for.splice(0..0, long);
    } else {
        query.push(&condition).values.extend(values.into_iter().map(Value::Text));
    }
    for (n, word) in looked_for.into_iter().enumerate() {
        query.push(if by == By::Rows && n == 0 { "" } else { " AND " });
        is_part(query, word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_three_letters_drive() {
        assert_eq!(words("karen jones j karen"), (vec!["karen", "jones"], vec!["j"]));
        assert_eq!(words("a"), (vec![], vec!["a"]));
        assert_eq!(words(""), (vec![], vec![]));
        assert!(is_one_beginning("a") && is_one_beginning("é1") && !is_one_beginning("j.") && !is_one_beginning("") && !is_one_beginning("a b"));
        assert!(indexed("of the") && !indexed("a bc") && !indexed(""));
    }

    #[test]
    fn a_walk_is_worth_it_in_a_large_workspace() {
        assert_eq!(few_steps("karen", 20_000, 100_000), Some(512));
        assert_eq!(few_steps("k", 100, 100), None);
        assert_eq!(few_steps("k", 211, 211), Some(128));
        assert_eq!((few_steps("karen", 3_000, 100_000), few_steps("karen", 0, 10), few_steps("a l", 20_000, 20_000)), (None, None, None));
    }
}
