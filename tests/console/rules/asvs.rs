//! What `tests/ASVS.md` says of the standard: each requirement of levels 1 and 2 once, in a known state, with what it names there
//! being there.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use super::{assert_none, tests};

/// The sections of OWASP ASVS 5.0.0, each with the levels of its requirements in their order.
const STANDARD: &str = "1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123 2.1:122 2.2:112 2.3:12223 2.4:23 3.1:3 3.2:113 3.3:12223 \
    3.4:11222233 3.5:11122333 3.6:3 3.7:22333 4.1:12233 4.2:23333 4.3:22 4.4:1222 5.1:2 5.2:112333 5.3:113 5.4:222 6.1:122 \
    6.2:111111112222 6.3:11223333 6.4:112233 6.5:22222333 6.6:2223 6.7:33 6.8:2222 7.1:222 7.2:1111 7.3:22 7.4:11222 \
    7.5:223 7.6:22 8.1:1233 8.2:1123 8.3:133 8.4:23 9.1:111 9.2:1222 10.1:22 10.2:223 10.3:22223 10.4:1111122222233333 \
    10.5:22222 10.6:22 10.7:222 11.1:2233 11.2:22233 11.3:11233 11.4:1222 11.5:23 11.6:23 11.7:33 12.1:12233 12.2:11 \
    12.3:22223 13.1:2333 13.2:222223 13.3:2233 13.4:1222233 14.1:22 14.2:12223333 14.3:122 15.1:12233 15.2:12233 \
    15.3:1222222 15.4:3333 16.1:2 16.2:22222 16.3:2222 16.4:222 16.5:2223 17.1:23 17.2:22223333 17.3:22";

/// What is left of a requirement, as the head of the page counts it.
const STATES: [&str; 4] = ["Met", "Met by design", "Not met yet", "Does not apply"];

/// Chapter, section, place in it.
type Number = [u16; 3];

struct Row {
    number: Number,
    chapter: u16,
    level: char,
    state: usize,
    words: String,
}

fn number(text: &str) -> Option<Number> {
    let parts: Option<Vec<u16>> = text.split('.').map(|part| part.parse().ok()).collect();
    parts?.try_into().ok()
}

fn shown([chapter, section, place]: Number) -> String {
    format!("{chapter}.{section}.{place}")
}

/// Each requirement's level, but for those of level 3.
fn levels(standard: &str) -> BTreeMap<Number, char> {
    let mut levels = BTreeMap::new();
    for (section, all) in standard.split_whitespace().filter_map(|part| part.split_once(':')) {
        for (at, level) in all.chars().enumerate().filter(|(_, level)| *level != '3') {
            levels.insert(number(&format!("{section}.{}", at + 1)).expect("a number"), level);
        }
    }
    levels
}

/// The rows of the tables, and what does not apply, by chapter. A row that cannot be read is a breach.
fn rows(text: &str, breaches: &mut Vec<String>) -> Vec<Row> {
    let (mut rows, mut chapter) = (Vec::new(), 0);
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## V") {
            chapter = title.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        }
        if let Some(words) = line.strip_prefix("Does not apply: ") {
            let all = words.split([' ', ',', ';', ':', '(', ')']).filter_map(number);
            rows.extend(all.map(|number| Row { number, chapter, level: ' ', state: 3, words: words.to_owned() }));
        }
        let Some(cells) = line.strip_prefix("| ").and_then(|rest| rest.strip_suffix(" |")) else { continue };
        let cells: Vec<&str> = cells.split(" | ").collect();
        let Some(number) = number(cells[0]) else { continue };
        let state = cells.get(3).and_then(|words| words.split_once(": "));
        match state.and_then(|(state, words)| Some((STATES[..3].iter().position(|it| *it == state)?, words))) {
            Some((state, words)) if cells.len() == 4 => {
                rows.push(Row { number, chapter, level: cells[1].parse().unwrap_or(' '), state, words: words.to_owned() })
            }
            _ => breaches.push(format!("{}: four cells, and the last begins with one of {:?}", shown(number), &STATES[..3])),
        }
    }
    rows
}

/// What stands in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn is_name_of_test(word: &str) -> bool {
    word.matches('_').count() > 1 && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_path(word: &str) -> bool {
    let folders = ["src/", "tests/", "templates/", "static/", "migrations/"];
    folders.iter().any(|folder| word.starts_with(folder)) || ["Cargo.toml", "Cargo.lock", ".clippy.toml", "README.md"].contains(&word)
}

/// Everything that is wrong with a page about a standard.
fn breaches(text: &str, standard: &str, tests: &HashSet<String>) -> Vec<String> {
    let (levels, mut breaches) = (levels(standard), Vec::new());
    let rows = rows(text, &mut breaches);
    let mut seen: BTreeMap<Number, usize> = BTreeMap::new();
    for row in &rows {
        let Row { number, chapter, level, state, words } = row;
        let mut breach = |why: &str| breaches.push(format!("{}: {why}", shown(*number)));
        match levels.get(number) {
            None => breach("not of level 1 or 2 in the standard"),
            Some(right) if *state < 3 && level != right => breach(&format!("is of level {right}")),
            Some(_) => {}
        }
        if seen.insert(*number, *state).is_some() {
            breach("stands here twice");
        }
        if *chapter != number[0] {
            breach("stands in another chapter");
        }
        match state {
            0 if !quoted(words).any(is_name_of_test) => breach("is met, and names no test"),
            1 if !quoted(words).any(is_path) => breach("is met by design, and names no file"),
            2 | 3 if words.split(' ').count() < 5 => breach("gives no reason"),
            _ => {}
        }
    }
    for apply in [true, false] {
        let order: Vec<Number> = rows.iter().filter(|row| (row.state < 3) == apply).map(|row| row.number).collect();
        breaches.extend(order.windows(2).filter(|two| two[0] >= two[1]).map(|two| format!("{} stands before {}", shown(two[0]), shown(two[1]))));
    }
    breaches.extend(levels.keys().filter(|number| !seen.contains_key(*number)).map(|number| format!("{} is missing", shown(*number))));
    let count =
        |level: char, state: Option<usize>| seen.iter().filter(|(n, it)| levels.get(*n) == Some(&level) && state.is_none_or(|state| state == **it)).count();
    let mut states: Vec<_> = STATES.iter().enumerate().map(|(at, name)| (*name, Some(at))).collect();
    states.push(("All", None));
    for (name, state) in states {
        let counted = format!("| {name} | {} | {} |", count('1', state), count('2', state));
        if !text.lines().any(|line| line == counted) {
            breaches.push(format!("the head should say {counted}"));
        }
    }
    let gone = |word: &&str| is_name_of_test(word) && !tests.contains(*word) || is_path(word) && !Path::new(env!("CARGO_MANIFEST_DIR")).join(word).exists();
    breaches.extend(quoted(text).filter(gone).map(|word| format!("there is no {word}")));
    breaches
}

#[test]
fn each_requirement_of_the_standard_stands_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ASVS.md");
    let text = std::fs::read_to_string(path).expect("the page");
    assert_eq!(levels(STANDARD).len(), 253, "70 of level 1 and 183 of level 2");
    assert_none(&breaches(&text, STANDARD, &tests()));
}

#[test]
fn each_rule_finds_its_breach() {
    let (standard, tests) = ("1.1:123 2.1:21", HashSet::from(["it_is_so".to_owned()]));
    let head = "| Met | 1 | 0 |\n| Met by design | 1 | 0 |\n| Not met yet | 0 | 1 |\n| Does not apply | 0 | 1 |\n| All | 2 | 2 |\n";
    let row = |number: &str, level: u8, words: &str| format!("| {number} | {level} | it | {words} |\n");
    let good = |number: &str| match number {
        "1.1.1" => row(number, 1, "Met: `it_is_so`"),
        "1.1.2" => "Does not apply: 1.1.2 (there is none of it).\n".to_owned(),
        "2.1.1" => row(number, 2, "Not met yet: nobody has come to it."),
        _ => row(number, 1, "Met by design: `src/main.rs`"),
    };
    let page = |of: &dyn Fn(&str) -> String| format!("{head}## V1 One\n{}{}## V2 Two\n{}{}", of("1.1.1"), of("1.1.2"), of("2.1.1"), of("2.1.2"));
    assert_eq!(breaches(&page(&good), standard, &tests), Vec::<String>::new());
    for (instead_of, put, found) in [
        ("1.1.1", row("1.1.1", 1, "Met: `it_was_so`"), "there is no it_was_so"),
        ("1.1.1", row("1.1.1", 1, "Met: `README.md`"), "1.1.1: is met, and names no test"),
        ("1.1.1", row("1.1.1", 1, "Perhaps: `it_is_so`"), "1.1.1: four cells"),
        ("1.1.1", row("1.1.1", 2, "Met: `it_is_so`"), "1.1.1: is of level 1"),
        ("1.1.1", good("1.1.1").repeat(2), "1.1.1: stands here twice"),
        ("1.1.1", String::new(), "1.1.1 is missing"),
        ("1.1.1", String::new(), "the head should say | Met | 0 | 0 |"),
        ("1.1.1", good("1.1.1") + row("1.1.3", 3, "Met: `it_is_so`").as_str(), "1.1.3: not of level 1 or 2"),
        ("1.1.1", good("2.1.1"), "2.1.1: stands in another chapter"),
        ("1.1.2", "Does not apply: 1.1.2 (none).\n".to_owned(), "1.1.2: gives no reason"),
        ("2.1.1", good("2.1.2") + good("2.1.1").as_str(), "2.1.2 stands before 2.1.1"),
        ("2.1.1", row("2.1.1", 2, "Not met yet: later."), "2.1.1: gives no reason"),
        ("2.1.2", row("2.1.2", 1, "Met by design: `it_is_so`"), "2.1.2: is met by design, and names no file"),
        ("2.1.2", row("2.1.2", 1, "Met by design: `src/nowhere.rs`"), "there is no src/nowhere.rs"),
    ] {
        let all = breaches(&page(&|number: &str| if number == instead_of { put.clone() } else { good(number) }), standard, &tests);
        assert!(all.iter().any(|it| it.starts_with(found)), "{found:?} is not among {all:#?}");
    }
}

#[test]
fn tests_are_told_from_what_helps_them() {
    let text = "on_both_databases! {\n    /// Says so.\n    async fn it_is_so(console: Console) {\n}\nasync fn asks() {\n}\nasync fn ask(client: &Client, what: &str) {\n}\n\
        #[test]\n// Why.\nfn it_was_so() {\n}\nfn helps(\n#[derive(Debug)]\nfn no_test_this_is() {\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn it_will_be_so() {";
    assert_eq!(super::tests_of(text), ["it_is_so", "it_was_so", "it_will_be_so"]);
}
