//! What a flow does, as JSON: judged once, and kept as it was written, byte for byte: order, white space, how numbers are written, a
//! name that stands twice. What the nodes mean is not judged here.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The most bytes a definition may have.
pub const LIMIT: usize = 1 << 20;

/// How deep objects and lists may lie in each other. Programs that read a definition give up somewhere beyond a hundred.
const DEPTH: usize = 100;

/// What JSON takes for space.
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// The JSON of a flow: an object that holds the lists `nodes` and `edges`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition(String);

impl From<Definition> for String {
    fn from(definition: Definition) -> Self {
        definition.0
    }
}

/// What is wrong with a text, and where, if at a place: line and column count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub what: String,
    pub at: Option<(usize, usize)>,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "Line {line}, column {column}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl Definition {
    /// Judges a text. Space around it does not count; everything within is kept.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let inner = text.trim_matches(SPACE);
        if inner.is_empty() {
            return Err(Wrong { what: "The definition is missing. The smallest one is {\"nodes\": [], \"edges\": []}.".into(), at: None });
        }
        if inner.len() > LIMIT {
            let what = format!("The definition is too large: {} bytes, at most {LIMIT} (1 MiB).", inner.len());
            return Err(Wrong { what, at: None });
        }
        // From the beginning of the text, so that the line is the one its writer sees.
        let read: &RawValue = serde_json::from_str(text).map_err(|e| wrong(text, &e))?;
        if let Some(at) = too_deep(read.get()) {
            let before = &text[..text.len() - text.trim_start_matches(SPACE).len() + at];
            return Err(Wrong { what: format!("objects and lists lie more than {DEPTH} deep in each other."), at: Some(place(before)) });
        }
        if !read.get().starts_with('{') {
            return Err(Wrong { what: "The definition is not an object. It begins with { and ends with }.".into(), at: None });
        }
        let lists: Lists = serde_json::from_str(read.get()).map_err(|e| wrong(text, &e))?;
        match (lists.nodes, lists.edges) {
            (false, false) => Err(lacks("the lists “nodes” and “edges”")),
            (false, true) => Err(lacks("the list “nodes”")),
            (true, false) => Err(lacks("the list “edges”")),
            (true, true) => Ok(Self(inner.to_owned())),
        }
    }

    /// What is stored was judged when it came.
    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many nodes and edges there are.
    pub fn counts(&self) -> (usize, usize) {
        serde_json::from_str(&self.0).map_or((0, 0), |lists: Lists| (lists.counted.0, lists.counted.1))
    }

    /// Whether another text is this one but for how its lines end: a form sends every end of a line as CR LF.
    pub fn is_but_for_line_ends(&self, other: &Self) -> bool {
        fn plain(text: &str) -> String {
            text.replace("\r\n", "\n").replace('\r', "\n")
        }
        plain(&self.0) == plain(&other.0)
    }
}

fn lacks(what: &str) -> Wrong {
    Wrong { what: format!("The definition lacks {what}."), at: None }
}

/// serde_json puts the place at the end of its sentence, and counts bytes where an editor counts characters.
fn wrong(text: &str, e: &serde_json::Error) -> Wrong {
    let line = e.line();
    let before = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default().bytes().take(e.column());
    // The first byte of every character, not those that continue one.
    let column = before.filter(|byte| byte & 0xc0 != 0x80).count().max(1);
    let said = e.to_string();
    let said = said.strip_suffix(&format!(" at line {line} column {}", e.column())).unwrap_or(&said);
    let what = match said {
        "key must be a string" => "a name in double quotes belongs here; a comma before } is one too many.".to_owned(),
        "expected value" => "a value belongs here; a comma before ] is one too many.".to_owned(),
        "EOF while parsing a value" | "EOF while parsing an object" | "EOF while parsing a list" | "EOF while parsing a string" => {
            "the text ends too early: a bracket or a quote is not closed.".to_owned()
        }
        said => format!("{said}."),
    };
    Wrong { what, at: (line > 0).then_some((line, column)) }
}

/// Where brackets first lie deeper in each other than they may, in a text that is JSON.
fn too_deep(json: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for (at, byte) in json.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > DEPTH {
                    return Some(at);
                }
            }
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Line and column of what follows a text.
fn place(before: &str) -> (usize, usize) {
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// Of the outermost object: whether `nodes` and `edges` are lists, each time they stand there, and how long the last is, which is
/// the one that programs take.
#[derive(Default)]
struct Lists {
    nodes: bool,
    edges: bool,
    counted: (usize, usize),
}

impl<'de> Deserialize<'de> for Lists {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(ListsVisitor)
    }
}

struct ListsVisitor;

impl<'de> Visitor<'de> for ListsVisitor {
    type Value = Lists;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lists, A::Error> {
        let (mut nodes, mut edges) = (None, None);
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            // A name may be written with escapes; one that is no text is neither of the two.
            let which = match serde_json::from_str::<String>(name.get()).as_deref() {
                Ok("nodes") => &mut nodes,
                Ok("edges") => &mut edges,
                _ => continue,
            };
            let items = serde_json::from_str::<Vec<IgnoredAny>>(value.get()).map(|list| list.len()).ok();
            *which = if *which == Some(None) { *which } else { Some(items) };
        }
        let (nodes, edges) = (nodes.flatten(), edges.flatten());
        Ok(Lists { nodes: nodes.is_some(), edges: edges.is_some(), counted: (nodes.unwrap_or(0), edges.unwrap_or(0)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_good_is_kept_as_it_is() {
        for good in [
            r#"{"nodes":[],"edges":[]}"#,
            "{\r\n\t\"edges\" : [ ],\n  \"nodes\": [1e300, 123456789012345678901234567890, -0.0, 1.10]\n}",
            r#"{"z":1,"nodes":[{"a":{"nodes":5}}],"edges":[],"a":"\u0000\ud83d\ude00\/ä"}"#,
            r#"{"edges":[1.0,1,1e0,10E-1,1e400,-1e-400],"nodes":[{"a":1,"a":2}],"nodes":["\ud800","\udc00"],"\ud800":"]]"}"#,
            r#"{"\u006eodes":["[\"["],"edges":[]}"#,
        ] {
            assert_eq!(Definition::parse(good).unwrap().as_str(), good);
            assert_eq!(Definition::parse(&format!("\n  {good}\r\n")).unwrap().as_str(), good);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let wrong = |text: &str| Definition::parse(text).unwrap_err().to_string();
        for (text, says) in [
            ("", "The definition is missing"),
            (" \n", "The definition is missing"),
            ("[]", "is not an object"),
            ("null", "is not an object"),
            ("\"nodes edges\"", "is not an object"),
            ("{}", "lacks the lists “nodes” and “edges”"),
            (r#"{"nodes":[]}"#, "lacks the list “edges”"),
            (r#"{"nodes":{},"edges":[]}"#, "lacks the list “nodes”"),
            (r#"{"nodes":[],"edges":null}"#, "lacks the list “edges”"),
            ("{\"nodes\":[],\n \"edges\":[],}", "Line 2, column 13: a name in double quotes belongs here; a comma before } is one too many."),
            ("\n\n{\"nodes\":[\n", "Line 4, column 1: the text ends too early"),
            (r#"{"nodes":[],"edges":[],"nodes":{}}"#, "lacks the list “nodes”"),
            (r#"{"nodes":{},"edges":[],"\u006eodes":[]}"#, "lacks the list “nodes”"),
            (r#"{"nodes":["\u12"],"edges":[]}"#, "Line 1, column 17: invalid escape."),
            (r#"{"nodes":[],"edges":[],"nodes":[}"#, "Line 1, column 33"),
            (r#"{"nodes":[NaN],"edges":[]}"#, "Line 1, column 11"),
            (r#"{"nodes":[01],"edges":[]}"#, "Line 1, column 12"),
            ("{\"nodes\":[\"a\tb\"],\"edges\":[]}", "Line 1, column"),
            ("\u{feff}{\"nodes\":[],\"edges\":[]}", "Line 1, column 1"),
            (r#"{"nodes":[],"edges":[]} x"#, "Line 1, column 25: trailing characters."),
            (r#"{"nodes":[],"edges":[]}{}"#, "trailing characters"),
        ] {
            let said = wrong(text);
            assert!(said.contains(says), "{text}: {said}");
        }
    }

    #[test]
    fn size_and_depth_have_an_end() {
        let of = |inner: &str| format!(r#"{{"nodes":[{inner}],"edges":[]}}"#);
        let deep = |n: usize| of(&["[".repeat(n), "]".repeat(n)].concat());
        assert!(Definition::parse(&deep(98)).is_ok());
        assert!(Definition::parse(&deep(99)).unwrap_err().what.contains("more than 100 deep"));
        assert!(Definition::parse(&deep(200_000)).unwrap_err().what.contains("more than 100 deep"));
        let long = |n: usize| of(&format!("\"{}\"", "x".repeat(n - of("\"\"").len())));
        assert_eq!(Definition::parse(&long(LIMIT)).unwrap().as_str().len(), LIMIT);
        assert!(Definition::parse(&long(LIMIT + 1)).unwrap_err().what.contains("at most 1048576 (1 MiB)"));
    }

    #[test]
    fn nodes_and_edges_are_counted_where_programs_look() {
        let counts = |text: &str| Definition::parse(text).unwrap().counts();
        assert_eq!(counts(r#"{"nodes":[1,[2,3],{}],"edges":[{}]}"#), (3, 1));
        assert_eq!(counts(r#"{"nodes":[1],"edges":[1e400,"\ud800"],"nodes":[1,2]}"#), (2, 2));
    }

    #[test]
    fn line_ends_of_a_form_change_nothing() {
        let kept = Definition::parse("{\n\"nodes\":[],\r\"edges\":[]}").unwrap();
        assert!(kept.is_but_for_line_ends(&Definition::parse("{\r\n\"nodes\":[],\r\n\"edges\":[]}").unwrap()));
        assert!(!kept.is_but_for_line_ends(&Definition::parse("{\n\n\"nodes\":[],\n\"edges\":[]}").unwrap()));
    }
}
