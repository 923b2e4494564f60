//! The house rules of the code, as tests that read it. What the program does is tested elsewhere.

mod asvs;
mod house;
mod licences;
mod readme;
mod schema;
mod source;
mod templates;

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

/// A text file of the repository; its path is relative to the repository's root, with `/`.
struct File {
    path: String,
    text: String,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
}

/// Every file under `folder` with this extension, sorted by path. None when there is no such folder yet.
fn files(folder: &str, extension: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.map(|it| it.expect("a readable folder").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found.iter().map(|it| read(root, it)).collect()
}

fn read(root: &Path, path: &PathBuf) -> File {
    let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let path = path.strip_prefix(root).expect("inside the repository");
    File::new(&path.to_string_lossy(), &text)
}

/// The names of all tests there are, those within modules of `src` too.
fn tests() -> HashSet<String> {
    ["tests/console", "src"].into_iter().flat_map(|folder| files(folder, "rs")).flat_map(|file| tests_of(&file.text)).collect()
}

/// A test is what stands under `#[test]` or its like; in a file that runs its tests on both databases, or on one that is named, an
/// async function that is given something to have.
fn tests_of(text: &str) -> Vec<String> {
    let on_both = text.contains("on_both_databases!") || text.contains("on_one_database!");
    let (mut found, mut is_marked) = (Vec::new(), false);
    for line in text.lines().map(str::trim) {
        let line = ["Sqlite: ", "Postgres: "].iter().find_map(|on| line.strip_prefix(on)).unwrap_or(line);
        if line.starts_with("#[") {
            is_marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            continue;
        }
        let is_async = line.starts_with("async fn ");
        if let Some((name, given)) = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ").and_then(|rest| rest.split_once('('))
            && (is_marked || on_both && is_async && !given.starts_with(')') && !given.contains('&'))
        {
            found.push(name.to_owned());
        }
        is_marked &= line.starts_with("//");
    }
    found
}

/// Fails with all of them at once.
#[track_caller]
fn assert_none(breaches: &[String]) {
    assert!(breaches.is_empty(), "{} breaches of the house rules:\n  {}\n", breaches.len(), breaches.join("\n  "));
}
