//! What somebody came with, in words: a browser on a device, or a program by the name it gives itself.

use woothee::parser::Parser;

pub struct Client {
    /// "Firefox on Linux", "Safari on iPhone".
    pub words: String,
    pub is_small: bool,
}

/// From what it says of itself, which may be anything.
pub fn of(says: &str) -> Client {
    let unknown = || Client { words: if says.is_empty() { "Unknown browser".to_owned() } else { named(says) }, is_small: false };
    let Some(found) = Parser::new().parse(says).filter(|found| !matches!(found.category, "crawler" | "misc")) else { return unknown() };
    let device = match found.os {
        "Mac OSX" => "macOS",
        "UNKNOWN" => "",
        os if os.starts_with("Windows") => "Windows",
        os => os,
    };
    let is_small = found.category == "smartphone" || found.category == "mobilephone";
    match (found.name, device) {
        ("UNKNOWN", _) => unknown(),
        (name, "") => Client { words: name.to_owned(), is_small },
        (name, device) => Client { words: format!("{name} on {device}"), is_small },
    }
}

/// The first word, as in "curl/8.5.0".
fn named(says: &str) -> String {
    let first = says.split_whitespace().next().unwrap_or_default();
    first.split('/').next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_in_words() {
        for (says, words, small) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux", false),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
                true,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
                false,
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "Chrome on macOS", false),
            (
                "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
                true,
            ),
            ("curl/8.5.0", "curl", false),
            ("something odd <script>", "something", false),
            ("", "Unknown browser", false),
        ] {
            let client = of(says);
            assert_eq!((client.words.as_str(), client.is_small), (words, small), "{says}");
        }
    }
}
