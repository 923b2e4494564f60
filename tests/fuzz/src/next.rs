//! Where one goes on to after signing in: a page of this console, as every browser reads it, or nowhere.

use actix_web::http::header::HeaderValue;
use noxus_console::web::kit::paths::safe_next;

pub fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(next) = safe_next(text) else { return };
    assert_eq!(next, text, "as it stands, never longer");
    assert!(HeaderValue::from_str(next).is_ok(), "it can be sent");
    // How a browser reads an address (https://url.spec.whatwg.org/#url-parsing): blanks at its ends and tabs and line ends within are
    // gone, a backslash is a slash, and two slashes begin another host.
    let seen: String =
        next.trim_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\r' | '\n')).map(|c| if c == '\\' { '/' } else { c }).collect();
    assert!(seen.starts_with('/') && !seen.starts_with("//"), "{seen:?} leads elsewhere");
    assert!(!seen.chars().any(|c| c < ' '), "{seen:?}");
}
