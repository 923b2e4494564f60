//! Forms: what was posted, and what is shown again.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;

use super::{WebError, body, doors::May};
use crate::access::need::SignedIn;

/// The most bytes a form may have.
const LIMIT: usize = 64 << 10;

/// What was posted, read into a typed form. A field twice where one is expected, invalid UTF-8 and the like are refused.
pub struct Posted<T, const MOST: usize = LIMIT>(pub T);

/// A form with a flow's definition in it: 1 MiB of text, of which every byte may be three once it is escaped.
pub type PostedLong<T> = Posted<T, { (3 << 20) + LIMIT }>;

impl<T: DeserializeOwned + 'static, const MOST: usize> FromRequest for Posted<T, MOST> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = body::is_of(request, "application/x-www-form-urlencoded");
        let (payload, request) = (payload.take(), request.clone());
        Box::pin(async move {
            if !is_form {
                return Err(WebError::bad_request("This address takes a form (application/x-www-form-urlencoded)."));
            }
            let body = body::whole(payload, MOST, May::<SignedIn>::who(&request)).await?;
            let text = std::str::from_utf8(&body).map_err(|_| WebError::bad_request("The form is not UTF-8."))?;
            if has_bad_escape(text) {
                return Err(WebError::bad_request("The form holds bytes that are not UTF-8."));
            }
            let form = serde_html_form::from_str(text).map_err(|e| WebError::bad_request(&format!("The form cannot be read: {e}.")))?;
            Ok(Self(form))
        })
    }
}

/// Whether percent-decoding gives invalid UTF-8, which a lenient reader would turn into U+FFFD.
pub fn has_bad_escape(text: &str) -> bool {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b == b'%' {
            let mut look = rest.clone();
            let hex = |b: Option<u8>| b.and_then(|b| (b as char).to_digit(16));
            if let (Some(high), Some(low)) = (hex(look.next()), hex(look.next())) {
                bytes.push((high * 16 + low) as u8);
                rest = look;
                continue;
            }
        }
        bytes.push(b);
    }
    std::str::from_utf8(&bytes).is_err()
}

/// One field as it is shown: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Field {
    pub value: String,
    pub problem: Option<String>,
}

impl Field {
    pub fn of(value: impl Into<String>) -> Self {
        Self { value: value.into(), problem: None }
    }
}

/// One choice of a select or a list of boxes.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: String,
    pub selected: bool,
    pub disabled: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, selected: bool) -> Self {
        Self { value: value.into(), label: label.into(), selected, ..Self::default() }
    }
}

/// One line of the summary at the top of a form that came back.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The id of the field; empty: the form as a whole.
    pub field: String,
    pub label: String,
    pub text: String,
}

/// Judges one field: `judge(&mut problems, &mut field, "email", "Email address", |text| EmailAddress::parse(text))`.
pub fn judge<T>(problems: &mut Vec<Problem>, field: &mut Field, id: &str, label: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
    match parse(&field.value) {
        Ok(good) => Some(good),
        Err(why) => {
            complain(problems, field, id, label, why);
            None
        }
    }
}

/// Puts a problem on a field and into the summary.
pub fn complain(problems: &mut Vec<Problem>, field: &mut Field, id: &str, label: &str, why: String) {
    problems.push(Problem { field: id.to_owned(), label: label.to_owned(), text: why.clone() });
    field.problem = Some(why);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_utf8_behind_percent_signs_is_seen() {
        assert!(has_bad_escape("name=%ff") && has_bad_escape("%C3%28"));
        assert!(!has_bad_escape("name=%C3%A4+b%") && !has_bad_escape("100%"));
    }
}
