//! Templates, styles and scripts keep to the page's Content-Security-Policy, and to the size of what they are.

use super::{File, assert_none, files};

const LONGEST_SCRIPT: usize = 60;

/// Blanks everything between `open` and `close`, keeping lines, so that what is left is judged at its own line.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(open) {
        left.push_str(&rest[..start]);
        let inside = &rest[start..];
        let end = inside.find(close).map_or(inside.len(), |it| it + close.len());
        left.extend(inside[..end].chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
        rest = &inside[end..];
    }
    left.push_str(rest);
    left
}

/// A tag as it stands in a template: where it begins, what is between `<` and `>`, and what follows.
struct Tag<'a> {
    line: usize,
    inner: &'a str,
    rest: &'a str,
}

fn tags(markup: &str) -> impl Iterator<Item = Tag<'_>> {
    markup.match_indices('<').filter_map(move |(start, _)| {
        let rest = &markup[start + 1..];
        rest.starts_with(|it: char| it.is_ascii_alphabetic()).then(|| {
            let end = end_of_tag(rest);
            Tag { line: markup[..start].matches('\n').count() + 1, inner: &rest[..end], rest: rest.get(end + 1..).unwrap_or_default() }
        })
    })
}

/// A `>` within a quoted value does not end a tag.
fn end_of_tag(rest: &str) -> usize {
    let mut quote = None;
    for (at, it) in rest.char_indices() {
        match (quote, it) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(it),
            (Some(open), _) if open == it => quote = None,
            _ => {}
        }
    }
    rest.len()
}

/// Names and values of a tag's attributes, names in lower case.
fn attributes(inner: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut rest = inner.trim_start_matches(|it: char| !it.is_whitespace());
    loop {
        rest = rest.trim_start_matches(|it: char| it.is_whitespace() || it == '/' || it == '=');
        let end = rest.find(|it: char| it.is_whitespace() || it == '=' || it == '/').unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(given) = rest.strip_prefix('=') {
            let given = given.trim_start();
            let (quote, inside) = match given.chars().next() {
                Some(it @ ('"' | '\'')) => (Some(it), &given[1..]),
                _ => (None, given),
            };
            let end = inside.find(|it: char| quote.map_or(it.is_whitespace(), |quote| quote == it));
            let end = end.unwrap_or(inside.len());
            value = &inside[..end];
            rest = inside.get(end + usize::from(quote.is_some())..).unwrap_or_default();
        }
        found.push((name, value));
    }
}

fn template_breaches(file: &File) -> Vec<String> {
    // What askama and comments hold is not markup. An expression leaves blanks in an attribute's value, which is fine.
    let markup = [("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<!--", "-->")];
    let markup = markup.into_iter().fold(file.text.clone(), |text, (open, close)| without(&text, open, close));
    let mut breaches = Vec::new();
    for tag in tags(&markup) {
        let mut breach = |why: &str| breaches.push(format!("{}:{}: {why}", file.path, tag.line));
        let element = tag.inner.split(|it: char| it.is_whitespace() || it == '/').next().unwrap_or_default();
        match element.to_ascii_lowercase().as_str() {
            "script" if tag.rest.find("</script").is_none_or(|end| !tag.rest[..end].trim().is_empty()) => {
                breach("an inline script: write static/js/behaviours/….js");
            }
            "style" => breach("an inline style sheet: write static/css/…"),
            _ => {}
        }
        for (name, value) in attributes(tag.inner) {
            let value = value.trim_start().to_ascii_lowercase();
            if name == "style" {
                breach("a style attribute: give it a class");
            } else if name.starts_with("on") {
                breach(&format!("the handler {name}: write a behaviour in static/js/behaviours"));
            } else if value.starts_with("data:") || value.contains("url(data:") {
                breach(&format!("a data: address in {name}: write a file"));
            } else if value.starts_with("javascript:") {
                breach(&format!("a script in {name}: write a behaviour in static/js/behaviours"));
            }
        }
    }
    breaches
}

fn style_breaches(file: &File) -> Vec<String> {
    let styles = without(&file.text, "/*", "*/");
    let words = [("data:", "a data: address: write a file"), ("!important", "!important: let the order of the layers decide")];
    let lines = styles.lines().enumerate();
    lines
        .flat_map(|(at, line)| {
            let found = words.iter().filter(move |(word, _)| line.to_ascii_lowercase().contains(word));
            found.map(move |(_, why)| format!("{}:{}: {why}", file.path, at + 1))
        })
        .collect()
}

fn script_breaches(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    (lines >= LONGEST_SCRIPT).then(|| format!("{}: {lines} lines; a behaviour has fewer than {LONGEST_SCRIPT}: split it, or do less", file.path))
}

#[test]
fn templates_hold_no_styles_scripts_or_data() {
    let all = files("templates", "html").into_iter();
    // Mail programs know neither style sheets nor our policy.
    let pages = all.filter(|it| !it.path.starts_with("templates/mail/"));
    assert_none(&pages.flat_map(|it| template_breaches(&it)).collect::<Vec<_>>());
}

#[test]
fn style_sheets_hold_no_data_and_force_nothing() {
    let all = files("static/css", "css").into_iter();
    assert_none(&all.flat_map(|it| style_breaches(&it)).collect::<Vec<_>>());
}

#[test]
fn behaviours_stay_small() {
    let all = files("static/js/behaviours", "js").into_iter();
    assert_none(&all.filter_map(|it| script_breaches(&it)).collect::<Vec<_>>());
}

#[test]
fn each_rule_finds_its_breach() {
    let breaches = |text: &str| template_breaches(&File::new("x.html", text)).len();
    for fine in [
        r#"<p class="a" data-style="x">style= onclick= data: 1 < 2</p>"#,
        r#"{% call ui::button(style="quiet", onboard=1) %}{# <p style="x"> #}<!-- <p style> -->"#,
        r#"<script src="{{ "a" }}" defer></script><a href="/data:x" title="a > b" {% if x %}hidden{% endif %}>x</a>"#,
        r#"<input value="{{ value }}" required><br/><option value=on selected>"#,
    ] {
        assert_eq!(breaches(fine), 0, "{fine}");
    }
    for bad in [
        r#"<p style="color: red">"#,
        "<p {% if x %}style='x'{% endif %}>",
        r#"<button class="{{ x }}" onclick="f()">"#,
        "<p\n ONLOAD=f>",
        "<script>f()</script>",
        "<style>p {}</style>",
        r#"<img alt="" src="data:image/png;base64,x">"#,
        r#"<a href=" javascript:f()">"#,
    ] {
        assert_eq!(breaches(bad), 1, "{bad}");
    }
    let style = style_breaches(&File::new("x.css", "/* data: */\na { color: red !important;\nbackground: url(data:x) }"));
    assert_eq!(style.len(), 2, "{style:?}");
    assert!(script_breaches(&File::new("x.js", &"\n".repeat(60))).is_some());
}
