//! Whether a kill meets every act: what the stories told is held against the URL table.

use std::collections::BTreeSet;

use noxus_console::web::routes;
use reqwest::RequestBuilder;

use crate::support::declared::pattern_of;

/// Method and pattern of a line of the table.
pub type Call = (String, &'static str);

/// What no story tells though its method may change something, and why.
const UNTOLD: [(&str, &str, &str); 3] = [
    ("POST", "/setup", "it begins with an empty database: `set_up.rs` kills over it"),
    ("POST", "/account/password/strength", "it judges a password that is being typed, and writes nothing"),
    ("POST", "/password/reset/{token}/strength", "it judges a password that is being typed, and writes nothing"),
];

/// The line that a request is for.
pub fn call_of(request: &RequestBuilder) -> Call {
    let request = request.try_clone().expect("its body is at hand").build().expect("a request");
    let (method, path) = (request.method().as_str(), request.url().path());
    (method.to_owned(), pattern_of(path, method).unwrap_or_else(|| panic!("{method} {path} is not in the table")))
}

/// Every call that may change something is among what was told, or is named above.
pub fn all_are_among(told: &BTreeSet<Call>) {
    let table = routes::table();
    let acts: BTreeSet<Call> = table.iter().filter(|line| !line.method.is_safe()).map(|line| (line.method.to_string(), line.path)).collect();
    let untold: BTreeSet<Call> = UNTOLD.iter().map(|(method, path, _)| ((*method).to_owned(), *path)).collect();
    let left: Vec<_> = acts.iter().filter(|act| !told.contains(act) && !untold.contains(act)).collect();
    assert!(left.is_empty(), "no story tells of these: add them in stories.rs, or say in acts.rs why not: {left:?}");
    let wrong: Vec<_> = untold.iter().filter(|act| told.contains(act) || !acts.contains(act)).collect();
    assert!(wrong.is_empty(), "acts.rs leaves these out, and they are told or gone: {wrong:?}");
}
