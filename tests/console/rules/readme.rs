//! What the README says of settings, commands, the map and the promises is what there is.

use std::{collections::BTreeSet, path::Path};

use clap::CommandFactory as _;
use noxus_console::config::Cli;

use super::{assert_none, files, tests};

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    std::fs::read_to_string(path).expect("the README")
}

/// The rows of the table under a heading, without their backticks; the first two are its head.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = readme();
    let section = text.split("\n## ").find(|s| s.starts_with(heading)).unwrap_or_else(|| panic!("no section {heading}"));
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.skip(2).map(|row| row.split(" | ").map(|cell| cell.replace('`', "")).collect()).collect()
}

/// Variable, option, default, meaning of every setting, as the binary has them.
fn settings() -> Vec<Vec<String>> {
    let cli = Cli::command();
    let of = |arg: &clap::Arg| {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let (meaning, default) = match help.split_once(" [default: ") {
            Some((meaning, default)) => (meaning.to_owned(), default.trim_end_matches(']').to_owned()),
            None => (help, arg.get_default_values().iter().map(|v| v.to_string_lossy()).collect()),
        };
        let variable = arg.get_env()?.to_string_lossy().into_owned();
        Some(vec![variable, format!("--{}", arg.get_long()?), default, meaning])
    };
    cli.get_arguments().filter_map(of).collect()
}

#[test]
fn the_settings_are_all_there_with_their_defaults() {
    let row = |cells: &Vec<String>| format!("| `{}` | `{}` | {} | {} |", cells[0], cells[1], cells[2], cells[3]);
    let wanted: Vec<_> = settings().iter().map(row).collect();
    let written: Vec<_> = table("Settings").iter().map(row).collect();
    assert_eq!(written, wanted, "the README should have\n\n{}\n", wanted.join("\n"));
}

/// Each address of the API, with each of its methods, stands in the table of calls.
#[test]
fn the_calls_of_the_api_are_all_there() {
    let text = readme();
    let calls = text.split("| Call | ").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a table of calls");
    let told: Vec<String> = calls.lines().filter_map(|row| row.split(" | ").next()).map(|cell| cell.replace(['`', '|'], "")).collect();
    let mut missing = Vec::new();
    for line in noxus_console::web::routes::table().into_iter().filter(|line| line.path.starts_with("/v1/")) {
        let path = line.path.replace("{workspace}", "{id}").replace("{flow}", "{id}");
        let tail = path.trim_start_matches("/v1/admin");
        let is_told = |row: &String| row.contains(line.method.as_str()) && row.split([' ', ',']).any(|word| word == path || word == tail);
        if !told.iter().any(is_told) {
            missing.push(format!("{} {path}", line.method));
        }
    }
    assert_none(&missing);
}

#[test]
fn the_commands_are_all_there() {
    let written: Vec<String> = table("Commands").into_iter().map(|row| row[0].clone()).collect();
    let mut missing = Vec::new();
    for command in Cli::command().get_subcommands() {
        let mut names: Vec<String> = command.get_subcommands().map(|sub| format!("{} {}", command.get_name(), sub.get_name())).collect();
        if names.is_empty() {
            names.push(command.get_name().to_owned());
        }
        missing.extend(names.into_iter().filter(|name| !written.iter().any(|w| w == name || w.starts_with(&format!("{name} ")))));
    }
    assert_none(&missing);
}

#[test]
fn the_map_shows_what_there_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map: BTreeSet<String> = table("The map of the house").into_iter().map(|row| row[0].clone()).collect();
    let mut breaches: Vec<String> = map.iter().filter(|path| !root.join(path).exists()).map(|path| format!("{path} is on the map and not there")).collect();
    let modules = |file: &str, folder: &str| -> Vec<String> {
        let text = files(folder, "rs").into_iter().find(|f| f.path == file).expect("a module").text;
        let names = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned));
        names.map(|name| format!("{folder}/{name}")).collect()
    };
    for module in modules("src/lib.rs", "src").into_iter().chain(modules("src/domain/mod.rs", "src/domain")) {
        let shown = map.iter().any(|path| *path == module || *path == format!("{module}.rs") || path.starts_with(&format!("{module}/")));
        if !shown {
            breaches.push(format!("{module} is there and not on the map"));
        }
    }
    assert_none(&breaches);
}

/// Whatever looks like a path of the repository, in prose, tables and commands alike.
#[test]
fn every_path_it_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tops: Vec<String> =
        std::fs::read_dir(root).expect("the root").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    // What a build and the first run make is not the repository's.
    let is_ours = |path: &str| path.split_once('/').is_some_and(|(top, _)| top != "target" && top != "data" && tops.iter().any(|it| it == top));
    let text = readme();
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-./".contains(c))).map(|word| word.trim_end_matches(['.', '/']));
    let paths: BTreeSet<&str> = words.filter(|word| is_ours(word)).collect();
    assert!(paths.contains("tests/run") && paths.len() > 30, "{paths:?}");
    assert_none(&paths.iter().filter(|path| !root.join(path).exists()).map(|path| format!("{path} is not there")).collect::<Vec<_>>());
}

#[test]
fn every_promise_names_a_test() {
    let tests = tests();
    let promises = table("Promises");
    assert!(promises.len() > 10);
    let named = promises.iter().flat_map(|row| row[1].split(", ").map(str::to_owned));
    assert_none(&named.filter(|name| !tests.contains(name)).map(|name| format!("there is no test {name}")).collect::<Vec<_>>());
}
