//! What the dependencies are allowed to be: permissive or weak per file, and new enough. Reads `cargo metadata`.

use std::process::Command;

use serde_json::Value;

use super::assert_none;

/// Licences that ask for a notice at most, and MPL-2.0, whose copyleft ends at its own files.
const WELCOME: [&str; 20] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "NCSA",
    "OpenSSL",
    "PostgreSQL",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// The oldest versions that may be locked. Each older one has a defect that matters here.
const FLOORS: [(&str, [u64; 3]); 6] = [
    ("actix-web", [4, 14, 1]),
    ("actix-http", [3, 12, 1]),
    ("actix-multipart", [0, 8, 0]),
    ("diesel", [2, 3, 10]),
    ("lettre", [0, 11, 22]),
    ("askama", [0, 16, 0]),
];

fn metadata() -> Value {
    // Only this machine's platform: packages of others are neither downloaded nor built.
    let done = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", &host()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "cargo metadata: {said}");
    serde_json::from_slice(&done.stdout).expect("JSON")
}

fn host() -> String {
    let done = Command::new("rustc").arg("-vV").output();
    let said = done.expect("rustc runs").stdout;
    let said = String::from_utf8(said).expect("text");
    let host = said.lines().find_map(|it| it.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

/// The packages that are built, of all that the lock file knows.
fn packages(metadata: &Value) -> Vec<&Value> {
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let all = metadata["packages"].as_array().expect("packages").iter();
    all.filter(|package| nodes.iter().any(|node| node["id"] == package["id"])).collect()
}

fn label(package: &Value) -> String {
    let word = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    format!("{} {}", word("name"), word("version"))
}

/// Whether a licence expression can be met with welcome licences alone: one side of every OR, both of every AND.
fn is_welcome(expression: &str) -> bool {
    // Before SPDX, cargo's "/" meant OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<_> = spaced.split_whitespace().collect();
    let mut at = 0;
    let welcome = any(&words, &mut at);
    welcome && at == words.len()
}

fn any(words: &[&str], at: &mut usize) -> bool {
    let mut welcome = all(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        welcome |= all(words, at);
    }
    welcome
}

fn all(words: &[&str], at: &mut usize) -> bool {
    let mut welcome = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        welcome &= one(words, at);
    }
    welcome
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let welcome = any(words, at);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return welcome && closed;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).unwrap_or(&"");
        *at += 2;
        // An exception only takes conditions away.
        return WELCOME.contains(&format!("{word} WITH {exception}").as_str()) || WELCOME.contains(word);
    }
    WELCOME.contains(word)
}

#[test]
fn no_dependency_is_copyleft() {
    let metadata = metadata();
    let breaches: Vec<_> = packages(&metadata)
        .into_iter()
        .filter(|it| !is_welcome(it["license"].as_str().unwrap_or_default()))
        .map(|it| format!("{}: its licence {} is not among the welcome ones of tests/console/rules/licences.rs", label(it), it["license"]))
        .collect();
    assert_none(&breaches);
}

#[test]
fn no_dependency_is_under_its_floor() {
    let metadata = metadata();
    let mut breaches = Vec::new();
    for package in packages(&metadata) {
        let floor = FLOORS.iter().find(|(name, _)| package["name"] == *name);
        let Some((_, floor)) = floor else { continue };
        let version = package["version"].as_str().unwrap_or_default();
        let numbers = version.split(['.', '-', '+']).take(3);
        let numbers: Vec<u64> = numbers.map(|it| it.parse().unwrap_or(0)).collect();
        if numbers.as_slice() < floor.as_slice() {
            breaches.push(format!("{}: at least {floor:?} is needed", label(package)));
        }
    }
    assert_none(&breaches);
}

#[test]
fn mail_uses_rustls() {
    let metadata = metadata();
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let lettre = packages(&metadata).into_iter().find(|it| it["name"] == "lettre");
    let id = &lettre.expect("lettre is a dependency")["id"];
    let node = nodes.iter().find(|it| it["id"] == *id).expect("it is resolved");
    let features: Vec<_> = node["features"].as_array().into_iter().flatten().collect();
    assert!(features.iter().any(|it| **it == "tokio1-rustls"), "{features:?}");
    assert!(!features.iter().any(|it| **it == "native-tls"), "{features:?}");
}

#[test]
fn licence_expressions_are_read_as_spdx_reads_them() {
    for welcome in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "MIT AND (GPL-2.0 OR BSD-3-Clause)",
        "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
    ] {
        assert!(is_welcome(welcome), "{welcome}");
    }
    for refused in ["", "GPL-3.0-only", "AGPL-3.0", "MIT AND LGPL-2.1", "MIT AND (GPL-2.0 OR LGPL-3.0)", "(MIT", "MIT MIT"] {
        assert!(!is_welcome(refused), "{refused}");
    }
}
