//! What a flow does, as JSON: judged once, and kept as it was written, byte for byte. What the nodes mean is not judged here.

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The most bytes a definition may have.
pub const LIMIT: usize = 1 << 20;

/// How deep objects and lists may lie in each other. Programs that read a definition give up somewhere beyond a hundred.
const DEPTH: usize = 100;

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
        let inner = text.trim_matches([' ', '\t', '\r', '\n']);
        if inner.is_empty() {
            return Err(Wrong { what: "The definition is missing. The smallest one is {\"nodes\": [], \"edges\": []}.".into(), at: None });
        }
        if inner.len() > LIMIT {
            let what = format!("The definition is too large: {} bytes, at most {LIMIT} (1 MiB).", inner.len());
            return Err(Wrong { what, at: None });
        }
        // From the beginning of the text, so that the line is the one its writer sees.
        let mut reader = serde_json::Deserializer::from_str(text.trim_end_matches([' ', '\t', '\r', '\n']));
        let top = Value { depth: 0 }.deserialize(&mut reader).and_then(|top| reader.end().map(|()| top)).map_err(|e| wrong(text, &e))?;
        match top {
            Top { is_object: false, .. } => Err(Wrong { what: "The definition is not an object. It begins with { and ends with }.".into(), at: None }),
            Top { nodes: false, edges: false, .. } => Err(lacks("the lists “nodes” and “edges”")),
            Top { nodes: false, .. } => Err(lacks("the list “nodes”")),
            Top { edges: false, .. } => Err(lacks("the list “edges”")),
            _ => Ok(Self(inner.to_owned())),
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
        #[derive(serde::Deserialize)]
        struct Lists {
            nodes: Vec<IgnoredAny>,
            edges: Vec<IgnoredAny>,
        }
        serde_json::from_str(&self.0).map_or((0, 0), |lists: Lists| (lists.nodes.len(), lists.edges.len()))
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
        "number out of range" => "this number is too large for programs to read.".to_owned(),
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" | "invalid unicode code point" => {
            "this \\u escape is half of a character: write both halves, or the character itself.".to_owned()
        }
        "EOF while parsing a value" | "EOF while parsing an object" | "EOF while parsing a list" | "EOF while parsing a string" => {
            "the text ends too early: a bracket or a quote is not closed.".to_owned()
        }
        said => format!("{said}."),
    };
    Wrong { what, at: (line > 0).then_some((line, column)) }
}

/// What the outermost value is.
#[derive(Default)]
struct Top {
    is_object: bool,
    is_list: bool,
    nodes: bool,
    edges: bool,
}

/// Reads any value, and refuses what programs would read differently from one another: a name twice in one object, half a
/// character, a number beyond what they can hold.
#[derive(Clone, Copy)]
struct Value {
    depth: usize,
}

impl Value {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH {
            return Err(E::custom(format!("objects and lists lie more than {DEPTH} deep in each other")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Top;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Top, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Top;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
        let inner = self.deeper()?;
        let mut seen: HashSet<Cow<'de, str>> = HashSet::new();
        let mut top = Top { is_object: true, ..Top::default() };
        while let Some(Name(name)) = map.next_key()? {
            if seen.contains(&name) {
                let short: String = name.chars().take(40).collect();
                return Err(A::Error::custom(format!("the name “{short}” stands twice in one object")));
            }
            let value = map.next_value_seed(inner)?;
            match &*name {
                "nodes" => top.nodes = value.is_list,
                "edges" => top.edges = value.is_list,
                _ => {}
            }
            seen.insert(name);
        }
        Ok(top)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Top, A::Error> {
        let inner = self.deeper()?;
        while list.next_element_seed(inner)?.is_some() {}
        Ok(Top { is_list: true, ..Top::default() })
    }

    fn visit_bool<E>(self, _: bool) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Top, E> {
        Ok(Top::default())
    }

    fn visit_unit<E>(self) -> Result<Top, E> {
        Ok(Top::default())
    }
}

/// A name in an object: borrowed from the text, unless it has escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_good_is_kept_as_it_is() {
        for good in [
            r#"{"nodes":[],"edges":[]}"#,
            "{\r\n\t\"edges\" : [ ],\n  \"nodes\": [1e300, 123456789012345678901234567890, -0.0, 1.10]\n}",
            r#"{"z":1,"nodes":[{"a":{"nodes":5}}],"edges":[],"a":"\u0000\ud83d\ude00\/ä"}"#,
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
            ("{\"nodes\":[],\n \"edges\":[],}", "Line 2, column 13: trailing comma."),
            ("\n\n{\"nodes\":[\n", "Line 4, column 1: the text ends too early"),
            (r#"{"nodes":[],"edges":[],"nodes":[]}"#, "column 30: the name “nodes” stands twice in one object"),
            (r#"{"nodes":[],"edges":[],"\u006eodes":[]}"#, "the name “nodes” stands twice"),
            (r#"{"nodes":[{"a":1,"a":2}],"edges":[]}"#, "the name “a” stands twice"),
            (r#"{"nodes":["\ud800"],"edges":[]}"#, "half of a character"),
            (r#"{"nodes":["\udc00"],"edges":[]}"#, "half of a character"),
            (r#"{"nodes":[1e400],"edges":[]}"#, "too large for programs"),
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
    fn line_ends_of_a_form_change_nothing() {
        let kept = Definition::parse("{\n\"nodes\":[],\r\"edges\":[]}").unwrap();
        assert!(kept.is_but_for_line_ends(&Definition::parse("{\r\n\"nodes\":[],\r\n\"edges\":[]}").unwrap()));
        assert!(!kept.is_but_for_line_ends(&Definition::parse("{\n\n\"nodes\":[],\n\"edges\":[]}").unwrap()));
    }
}
