//! Who may import whom, which library belongs where, and how long a file may be.

use std::collections::HashSet;

use super::{
    File, assert_none, files,
    source::{Named, module_of, named_in},
};

/// The levels, lowest first. A module imports only from lower ones, and from itself. The longest match counts, so plain `web`
/// is what stands in `src/web/mod.rs` itself.
const LEVELS: [(&str, u8); 15] = [
    ("base", 0),
    ("config", 1),
    ("db", 1),
    ("access", 2),
    ("domain", 3),
    ("mail", 3),
    ("web::kit", 4),
    ("web::pages", 5),
    ("web::api", 5),
    ("web::routes", 6),
    ("web", 6),
    ("server", 7),
    ("start", 8),
    ("demo", 9),
    ("main", 10),
];

/// A library, where it may be named in words, and whether a file is such a place. A `*` stands for every ending of its name.
type Library = (&'static str, &'static str, fn(&str) -> bool);

/// Libraries that are named in few places only.
const LIBRARIES: [Library; 3] = [
    ("diesel*", "src/db, src/access/grants and the queries of src/domain", |path| {
        path.starts_with("src/db")
            || path == "src/access/grants.rs"
            || path.starts_with("src/access/grants/")
            || path.starts_with("src/domain/") && (path.ends_with("/queries.rs") || path.contains("/queries/"))
    }),
    ("actix_*", "src/web and src/server.rs", |path| path.starts_with("src/web") || path.starts_with("src/server")),
    ("askama*", "src/web, src/mail and src/base/html.rs", |path| path.starts_with("src/web") || path.starts_with("src/mail") || path == "src/base/html.rs"),
];

/// The ways in without an account: what makes each, and the only place that has checked what it stands for.
const PASSES: [([&str; 2], &str); 5] = [
    (["Anyone", "pass"], "src/web/kit/doors/"),
    (["SetupOpen", "check"], "src/domain/setup/"),
    (["InviteHolder", "check"], "src/domain/invites/"),
    (["LinkHolder", "check"], "src/domain/account/"),
    (["Operator", "at_the_console"], "src/start"),
];

/// Who may write without the lock of all acts: nothing that they write says what anybody may do.
const UNLOCKED: [&str; 3] = ["src/db/", "src/mail/", "src/web/kit/"];

const LONGEST: usize = 400;

/// Judges one path that a file names; says what is wrong with it, if anything.
type Rule = fn(&House, &File, &Named) -> Option<String>;

/// All that the rules need to know about the code.
struct House {
    files: Vec<File>,
    modules: HashSet<Vec<String>>,
    /// The nouns of the domain, in the order of `src/domain/mod.rs`.
    nouns: Vec<String>,
}

impl House {
    fn new(files: Vec<File>) -> Self {
        let modules = files.iter().map(|it| module_of(&it.path));
        let modules = modules.flat_map(|it| (0..=it.len()).map(move |length| it[..length].to_vec())).collect();
        let domain = files.iter().find(|it| it.path == "src/domain/mod.rs");
        let lines = domain.map(|it| it.text.lines()).into_iter().flatten();
        let nouns = lines.filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned)).collect();
        Self { files, modules, nouns }
    }

    fn breaches(&self, rule: Rule) -> Vec<String> {
        let mut breaches = Vec::new();
        for file in &self.files {
            for named in named_in(file) {
                if let Some(why) = rule(self, file, &named) {
                    let Named { line, path } = named;
                    breaches.push(format!("{}:{line}: `{}`: {why}", file.path, path.join("::")));
                }
            }
        }
        breaches
    }

    /// The longest beginning of a path in the crate that is a module with a file of its own.
    fn target<'a>(&self, named: &'a Named) -> Option<&'a [String]> {
        let inner = named.path.strip_prefix(&["crate".to_owned()])?;
        let lengths = (0..=inner.len()).rev();
        lengths.map(|it| &inner[..it]).find(|it| self.modules.contains(*it))
    }
}

fn level(module: &[String]) -> Option<(&'static str, u8)> {
    let path = module.join("::");
    let fits = |name: &str| path == name || path.starts_with(&format!("{name}::"));
    let all = LEVELS.into_iter().filter(|(name, _)| fits(name));
    all.max_by_key(|(name, _)| name.len())
}

/// Imports run strictly down the levels.
fn down_the_levels(house: &House, file: &File, named: &Named) -> Option<String> {
    let own = module_of(&file.path);
    if own.is_empty() || own == ["main"] {
        return None;
    }
    let target = house.target(named)?;
    let Some((own_name, own_level)) = level(&own) else {
        return Some(format!("`{}` has no level yet: give it one in tests/console/rules/house.rs", own.join("::")));
    };
    if target.is_empty() {
        // `#[macro_export]` puts macros there, wherever they were written; nothing else is.
        let is_macro = named.path.len() == 2 && named.path[1].starts_with(char::is_lowercase);
        return (!is_macro).then(|| "nothing is imported from the root of the crate".to_owned());
    }
    let (name, level) = level(target)?;
    let allowed = name == own_name || level < own_level || (own_name, name) == ("mail", "domain");
    (!allowed).then(|| format!("{own_name} (level {own_level}) must not use {name} (level {level}): imports run strictly down the levels"))
}

/// A noun of the domain imports only nouns listed before it in `src/domain/mod.rs`.
fn earlier_nouns_only(house: &House, file: &File, named: &Named) -> Option<String> {
    let own = module_of(&file.path);
    let [domain, own, ..] = &own[..] else {
        return None;
    };
    if domain != "domain" || !named.begins_with(&["crate", "domain"]) {
        return None;
    }
    let place = |noun: &str| house.nouns.iter().position(|it| it == noun);
    let Some(own_place) = place(own) else {
        return Some(format!("`{own}` is not a `pub mod` of src/domain/mod.rs"));
    };
    match named.path.get(2).map(String::as_str) {
        None | Some("*") => Some("import the noun itself, not the whole domain".to_owned()),
        Some(noun) => (place(noun)? > own_place).then(|| format!("{own} must not use {noun}: nouns import only nouns listed before them in src/domain/mod.rs")),
    }
}

/// A page imports from its own folder and from the modules it lies in, never from another page.
fn no_page_imports_a_page(house: &House, file: &File, named: &Named) -> Option<String> {
    let own = module_of(&file.path);
    let target = house.target(named)?;
    let pages = ["web".to_owned(), "pages".to_owned()];
    if !own.starts_with(&pages) || own.len() == 2 || !target.starts_with(&pages) {
        return None;
    }
    let is_folder = file.path.ends_with("/mod.rs") || own.len() == 3;
    let folder = if is_folder { &own[..] } else { &own[..own.len() - 1] };
    let allowed = target.starts_with(folder) || own.starts_with(target);
    (!allowed).then(|| "a page never imports another page: what both need belongs in web/kit, or in the module that holds both".to_owned())
}

/// Each library in its own place.
fn libraries_in_their_place(_: &House, file: &File, named: &Named) -> Option<String> {
    let (_, places, _) = LIBRARIES.into_iter().find(|(library, _, allowed)| {
        let named = &named.path[0];
        let stem = library.trim_end_matches('*');
        let is_it = named == stem || named.starts_with(&format!("{}_", stem.trim_end_matches('_')));
        is_it && !allowed(&file.path)
    })?;
    Some(format!("only named in {places}"))
}

/// Only the configuration reads the environment.
fn environment_only_in_config(_: &House, file: &File, named: &Named) -> Option<String> {
    let allowed = file.path.starts_with("src/config") || file.path == "src/main.rs";
    (named.begins_with(&["std", "env"]) && !allowed).then(|| "only src/config.rs reads the environment".to_owned())
}

/// What is said or done otherwise on another engine is decided in one place.
fn engines_only_in_db(_: &House, file: &File, named: &Named) -> Option<String> {
    let one = [["Connection", "Sqlite"], ["Connection", "Postgres"]].iter().any(|one| named.path.ends_with(&one.map(str::to_owned)));
    let engine = one || named.begins_with(&["crate", "db", "Engine"]) || named.begins_with(&["crate", "db", "backend", "Engine"]);
    (engine && !file.path.starts_with("src/db/")).then(|| "only src/db knows the engines".to_owned())
}

/// A pass is made only where what it stands for was checked.
fn passes_made_in_their_place(_: &House, file: &File, named: &Named) -> Option<String> {
    let (_, place) = PASSES.into_iter().find(|(maker, _)| named.path.ends_with(&maker.map(str::to_owned)))?;
    (!file.path.starts_with(place)).then(|| format!("only made in {place}"))
}

fn writes_unlocked(file: &File) -> Option<String> {
    let allowed = UNLOCKED.iter().any(|place| file.path.starts_with(place));
    (file.text.contains(".touch(") && !allowed).then(|| format!("{}: an act writes under the lock, with `write`", file.path))
}

fn too_long(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    (lines > LONGEST && file.path != "src/db/schema.rs").then(|| format!("{}: {lines} lines; {LONGEST} at most: split it", file.path))
}

fn this_house() -> House {
    House::new(files("src", "rs"))
}

#[test]
fn imports_run_strictly_down_the_levels() {
    assert_none(&this_house().breaches(down_the_levels));
}

#[test]
fn nouns_import_only_nouns_listed_before_them() {
    assert_none(&this_house().breaches(earlier_nouns_only));
}

#[test]
fn a_page_never_imports_a_page() {
    assert_none(&this_house().breaches(no_page_imports_a_page));
}

#[test]
fn libraries_are_named_only_in_their_place() {
    assert_none(&this_house().breaches(libraries_in_their_place));
}

#[test]
fn only_the_configuration_reads_the_environment() {
    assert_none(&this_house().breaches(environment_only_in_config));
}

#[test]
fn engines_are_named_only_by_the_database() {
    assert_none(&this_house().breaches(engines_only_in_db));
}

#[test]
fn a_pass_is_made_only_where_it_was_checked() {
    assert_none(&this_house().breaches(passes_made_in_their_place));
}

#[test]
fn no_act_writes_without_the_lock() {
    let breaches: Vec<_> = files("src", "rs").iter().filter_map(writes_unlocked).collect();
    assert_none(&breaches);
}

#[test]
fn no_file_is_too_long() {
    let places = [("src", "rs"), ("tests/console", "rs"), ("static/css", "css")];
    let all = places.into_iter().flat_map(|(folder, extension)| files(folder, extension));
    let breaches: Vec<_> = all.filter_map(|it| too_long(&it)).collect();
    assert_none(&breaches);
}

#[test]
fn each_rule_finds_its_breach() {
    let house = House::new(vec![
        File::new("src/lib.rs", "pub mod base;"),
        File::new("src/base/mod.rs", "use crate::db::Page;"),
        File::new("src/db/mod.rs", "use crate::config::Config; use crate::base::Id; use diesel::prelude::*;"),
        File::new("src/config.rs", "use std::env;"),
        File::new("src/mail/mod.rs", "use crate::domain::users::User; use std::env::var;"),
        File::new("src/domain/mod.rs", "pub mod users;\n\npub mod roles;"),
        File::new("src/domain/users/mod.rs", "use super::{roles, users::queries}; fn f() { crate::mail::send() }"),
        File::new("src/domain/users/queries.rs", "use diesel::prelude::*; use crate::domain;"),
        File::new("src/domain/roles/mod.rs", "use crate::domain::users; #[diesel(x)] struct A;"),
        File::new("src/web/kit/mod.rs", "use actix_web::web; use crate::server;"),
        File::new("src/web/pages/home.rs", "use super::login; use askama::Template;"),
        File::new("src/web/pages/login.rs", "use crate::web::kit; fn f() { Anyone::pass() }"),
        File::new("src/web/pages/users/mod.rs", "pub struct Tab;"),
        File::new("src/web/pages/users/list.rs", "use super::{Tab, new::Draft};"),
        File::new("src/web/pages/users/new/mod.rs", "use super::Tab;"),
        File::new("src/web/pages/users/new/roles.rs", "use super::super::list::Row; use super::review;"),
        File::new("src/web/pages/users/new/review.rs", ""),
        File::new("src/server.rs", "use tracing_actix_web::X; use crate::{db::{Database, Engine}, web::pages};"),
        File::new("src/surprise.rs", "use crate::base;"),
    ]);
    let found = |rule: Rule| {
        let all = house.breaches(rule).into_iter();
        all.map(|it| it[4..it.find("`: ").expect("a path")].replace(".rs:1: `", " ")).collect::<Vec<_>>()
    };
    assert_eq!(
        found(down_the_levels),
        ["base/mod crate::db::Page", "db/mod crate::config::Config", "domain/users/mod crate::mail::send", "web/kit/mod crate::server", "surprise crate::base",]
    );
    assert_eq!(found(earlier_nouns_only), ["domain/users/mod crate::domain::roles", "domain/users/queries crate::domain"]);
    assert_eq!(found(no_page_imports_a_page), ["web/pages/home crate::web::pages::login", "web/pages/users/new/roles crate::web::pages::users::list::Row"]);
    assert_eq!(found(libraries_in_their_place), ["domain/roles/mod diesel"]);
    assert_eq!(found(environment_only_in_config), ["mail/mod std::env::var"]);
    assert_eq!(found(engines_only_in_db), ["server crate::db::Engine"]);
    assert_eq!(found(passes_made_in_their_place), ["web/pages/login Anyone::pass"]);
    assert!(writes_unlocked(&File::new("src/domain/users/mod.rs", "database.touch(origin, work)")).is_some());
    assert!(too_long(&File::new("src/x.rs", &"\n".repeat(401))).is_some());
}
