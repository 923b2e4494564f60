//! Reads Rust source far enough to say which paths it names and where. No types, no macros, no expansion.

use super::File;

/// A path such as `crate::db::Page` as it is written in a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    /// Its segments, with `crate`, `super` and `self` resolved: those begin with `crate`.
    pub path: Vec<String>,
}

impl Named {
    pub fn begins_with(&self, start: &[&str]) -> bool {
        self.path.len() >= start.len() && self.path.iter().zip(start).all(|(a, b)| a == b)
    }
}

#[derive(Debug)]
struct Token<'a> {
    line: usize,
    text: &'a str,
}

/// The module that a file under `src` is: `src/web/kit/mod.rs` is `web`, `kit`; `src/lib.rs` is the empty path.
pub fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<_> = inner.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|it| it == "mod") || module == ["lib"] {
        module.pop();
    }
    module
}

/// Every path that the file names, in `use` declarations and in code. Comments and literals do not count.
pub fn named_in(file: &File) -> Vec<Named> {
    let tokens = tokens(&file.text);
    let mut reader = Reader { tokens: &tokens, at: 0, module: module_of(&file.path), found: Vec::new() };
    reader.read();
    reader.found
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    module: Vec<String>,
    found: Vec<Named>,
}

impl Reader<'_> {
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |it| it.text)
    }

    fn read(&mut self) {
        let mut depth = 0;
        // Depths at which inline modules began.
        let mut inline = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            match token.text {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if inline.last() == Some(&depth) {
                        inline.pop();
                        self.module.pop();
                    }
                }
                "mod" if self.text(2) == "{" => {
                    self.module.push(self.text(1).to_owned());
                    inline.push(depth);
                    depth += 1;
                    self.at += 2;
                }
                // `use<'a>` in a type is no import.
                "use" if self.text(1) != "<" => {
                    self.at += 1;
                    self.tree(&[]);
                }
                // `pub(in crate::web)` says who may see, not what is used.
                "in" if self.text(1) == "crate" && self.text(2) == "::" => self.at += 1,
                word if is_word(word) => self.path(token.line),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// A path in code. Stands on its last segment afterwards.
    fn path(&mut self, line: usize) {
        let mut path = vec![self.text(0).to_owned()];
        while self.text(1) == "::" && is_word(self.text(2)) {
            self.at += 2;
            path.push(self.text(0).to_owned());
        }
        self.keep(line, path);
    }

    /// One branch of a `use` declaration. Stands on the token after it afterwards.
    fn tree(&mut self, start: &[String]) {
        let mut path = start.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |it| it.line);
        loop {
            match self.text(0) {
                "::" => self.at += 1,
                "{" => {
                    self.at += 1;
                    while !matches!(self.text(0), "}" | "") {
                        self.tree(&path);
                        if self.text(0) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "*" => {
                    path.push("*".to_owned());
                    self.at += 1;
                }
                "self" if !path.is_empty() => self.at += 1,
                "as" => self.at += 2,
                word if is_word(word) => {
                    path.push(word.to_owned());
                    self.at += 1;
                }
                _ => break,
            }
        }
        if path.is_empty() {
            // Not a `use` after all, as in a macro's pattern: go on behind it.
            self.at += 1;
        } else {
            self.keep(line, path);
        }
    }

    fn keep(&mut self, line: usize, path: Vec<String>) {
        let ups = path.iter().take_while(|it| *it == "super").count();
        let own = usize::from(path[0] == "self" && path.len() > 1);
        let path = if ups > 0 || own > 0 {
            let above = self.module.len().saturating_sub(ups);
            let home = self.module[..above].iter().cloned();
            let home = std::iter::once("crate".to_owned()).chain(home);
            home.chain(path[ups + own..].iter().cloned()).collect()
        } else {
            path
        };
        self.found.push(Named { line, path });
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|it: char| it.is_alphabetic() || it == '_')
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let rest = &text[at..];
        let length = token_length(rest);
        let token = &rest[..length];
        let literal = token.starts_with(['"', '\'']) || is_prefixed_literal(token);
        if !token.trim().is_empty() && !token.starts_with("//") && !token.starts_with("/*") && !literal {
            let text = token.strip_prefix("r#").unwrap_or(token);
            found.push(Token { line, text });
        }
        line += token.matches('\n').count();
        at += length;
    }
    found
}

fn is_prefixed_literal(token: &str) -> bool {
    token.starts_with(['r', 'b', 'c']) && token.ends_with(['"', '#', '\'']) && token.len() > 1
}

fn token_length(rest: &str) -> usize {
    let first = rest.chars().next().expect("not at the end");
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if rest.starts_with("::") {
        return 2;
    }
    if let Some(length) = literal(rest) {
        return length;
    }
    if first.is_alphanumeric() || first == '_' {
        let word = rest.strip_prefix("r#").unwrap_or(rest);
        let end = word.find(|it: char| !it.is_alphanumeric() && it != '_');
        return rest.len() - word.len() + end.unwrap_or(word.len());
    }
    first.len_utf8()
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of a text, byte or character literal, or of a lifetime.
fn literal(rest: &str) -> Option<usize> {
    let bare = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - bare.len();
    if prefix > 1 {
        return None;
    }
    if let Some(raw) = bare.strip_prefix('r') {
        let quote = raw.trim_start_matches('#');
        let hashes = raw.len() - quote.len();
        if let Some(inside) = quote.strip_prefix('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let inside = inside.find(&end).map_or(inside.len(), |it| it + end.len());
            return Some(prefix + "r".len() + hashes + "\"".len() + inside);
        }
    }
    let quote = bare.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    if quote == '\'' {
        // A lifetime unless it closes after one character or an escape.
        let mut inner = bare[1..].chars();
        let escaped = inner.next() == Some('\\');
        if !escaped && inner.next() != Some('\'') {
            return Some(1);
        }
    }
    let mut escaped = false;
    for (at, it) in bare.char_indices().skip(1) {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if it == quote => return Some(prefix + at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

#[test]
fn paths_are_read_as_rust_reads_them() {
    let file = File::new(
        "src/domain/users/rules.rs",
        r##"
        use crate::{access::{self, Scope as S}, db::*};
        use super::{queries, super::roles::Role};
        // use crate::comment;
        /* crate::comment /* nested */ crate::comment */
        pub(in crate::domain) fn f<'a>(x: &'a str) -> impl Fn() + use<'a> {
            let _ = ("crate::text", 'c', '\'', r#"crate::"raw""#, b"crate::bytes");
            crate::base::clock::now();
            r#type::x();
        }
        mod tests { use super::Inner; }
        use std::env;
        "##,
    );
    let seen = named_in(&file);
    let all: Vec<_> = seen.iter().map(|it| it.path.join("::")).collect();
    for expected in [
        "crate::access",
        "crate::access::Scope",
        "crate::db::*",
        "crate::domain::users::queries",
        "crate::domain::roles::Role",
        "crate::base::clock::now",
        "crate::domain::users::rules::Inner",
        "type::x",
        "std::env",
    ] {
        assert!(all.iter().any(|it| it == expected), "{expected} in {all:?}");
    }
    assert!(!all.iter().any(|it| it.contains("comment") || it.contains("text")), "{all:?}");
    assert!(!all.iter().any(|it| it.contains("raw") || it.contains("bytes")), "{all:?}");
    assert_eq!(seen.iter().find(|it| it.begins_with(&["std", "env"])).map(|it| it.line), Some(12));
}
