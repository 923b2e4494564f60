//! What an address says: ids in its path, and its query. Ids are typed, so that a malformed one answers as an unknown one does.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode};
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::{
    WebError,
    form::has_bad_escape,
    openapi::{Call, Told},
};
use crate::{
    base::{
        ids::{DraftId, FlowId, InvitationId, KeyId, RoleId, UserId, WithheldId, WorkspaceId},
        picture::AvatarHash,
    },
    domain::sessions::SessionMark,
};

/// A kind of id, and the name of its segment in a path.
pub trait Segment: std::str::FromStr + 'static {
    const NAME: &'static str;
}

impl Segment for UserId {
    const NAME: &'static str = "user";
}
impl Segment for WorkspaceId {
    const NAME: &'static str = "workspace";
}
impl Segment for RoleId {
    const NAME: &'static str = "role";
}
impl Segment for DraftId {
    const NAME: &'static str = "draft";
}
impl Segment for InvitationId {
    const NAME: &'static str = "invitation";
}
impl Segment for WithheldId {
    const NAME: &'static str = "withheld";
}
impl Segment for KeyId {
    const NAME: &'static str = "key";
}
impl Segment for FlowId {
    const NAME: &'static str = "flow";
}
impl Segment for SessionMark {
    const NAME: &'static str = "session";
}

impl Segment for AvatarHash {
    const NAME: &'static str = "avatar";
}

/// The id in the path.
pub struct At<T>(pub T);

impl<T: Segment> FromRequest for At<T> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get(T::NAME).and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or(WebError::NotFound))
    }
}

/// The path itself tells of its ids.
impl<T> Told for At<T> {
    fn tell(_: &mut Call) {}
}

/// The last segment of a path as it stands, for a token that is judged elsewhere.
pub struct Token(pub String);

impl FromRequest for Token {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().query("token").to_owned())))
    }
}

/// The query, read into a typed struct; names it does not know are ignored.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.query_string();
        if has_bad_escape(text) {
            return ready(Err(WebError::bad_request("The address holds bytes that are not UTF-8.")));
        }
        ready(serde_html_form::from_str(text).map(Self).map_err(|e| WebError::bad_request(&format!("The address cannot be read: {e}."))))
    }
}

impl<T: IntoParams> Told for Query<T> {
    fn tell(call: &mut Call) {
        call.asks(T::into_params(|| None));
        call.is_refused([StatusCode::UNPROCESSABLE_ENTITY]);
    }
}

/// A path of this console to go on to, if `next` is one; never another site, whatever it is dressed as.
pub fn safe_next(next: &str) -> Option<&str> {
    let path = next.strip_prefix('/')?;
    let bad = path.starts_with(['/', '\\']) || next.contains('\\') || next.chars().any(char::is_control) || next.len() > 2000;
    let base = url::Url::parse("http://console.invalid/").ok()?;
    let stays = base.join(next).is_ok_and(|url| url.host_str() == Some("console.invalid") && url.scheme() == "http" && url.port().is_none());
    (!bad && stays).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_stays_here() {
        for good in ["/", "/settings/users?q=a%20b&after=x", "/workspaces/1#top"] {
            assert_eq!(safe_next(good), Some(good));
        }
        for bad in [
            "",
            "settings",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a\r\nb",
            "javascript:alert(1)",
            "/..//evil.example\\x",
        ] {
            assert_eq!(safe_next(bad), None, "{bad}");
        }
    }
}
