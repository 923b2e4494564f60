//! Bodies of the API: what was sent, and what is answered.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, http::StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Answer, WebError, body,
    room::{Large, Place},
};

/// The most bytes a JSON body may have: the largest thing kept as one value is a flow's definition of 1 MiB; the rest is small.
const LIMIT: usize = (1 << 20) + (64 << 10);

/// A JSON body, read into a typed struct. Depth is bounded by serde_json (128) where it recurses; a name of the struct twice is refused.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = body::is_of(request, "application/json");
        let payload = payload.take();
        Box::pin(async move {
            if !is_json {
                return Err(WebError::bad_request("This address takes JSON (application/json)."));
            }
            let bytes = body::whole(payload, LIMIT).await?;
            // A list would be read as the fields of a struct in their order.
            if bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[') {
                return Err(WebError::Unprocessable(vec![(String::new(), "The JSON does not fit: a list where an object is expected.".to_owned())]));
            }
            let read = serde_json::from_slice(&bytes);
            read.map(Self).map_err(|e| match e.classify() {
                serde_json::error::Category::Data => WebError::Unprocessable(vec![(String::new(), format!("The JSON does not fit: {e}."))]),
                _ => WebError::BadRequest(format!("The body is not JSON: {e}.")),
            })
        })
    }
}

/// 200 with a body: clients expect one on every success.
pub fn json(value: &impl Serialize) -> Answer {
    json_as(StatusCode::OK, value)
}

/// The same for what may be large; a large one keeps its place until it is fetched.
pub fn json_in(place: Option<Place>, value: &impl Serialize) -> Answer {
    let body = serde_json::to_string(value).map_err(|e| WebError::fault(&e))?;
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/json");
    Ok(match place {
        Some(place) => answer.body(Large::new(body, place)),
        None => answer.body(body),
    })
}

pub fn json_as(status: StatusCode, value: &impl Serialize) -> Answer {
    let body = serde_json::to_string(value).map_err(|e| WebError::fault(&e))?;
    Ok(HttpResponse::build(status).content_type("application/json").body(body))
}
