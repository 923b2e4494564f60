//! Bodies of the API: what was sent, and what is answered.

use std::{future::Future, marker::PhantomData, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, Responder,
    body::{BoxBody, MessageBody},
    dev::Payload,
    http::StatusCode,
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{
    WebError, body,
    doors::Calls,
    openapi::{Call, Told},
    room::{Large, Place},
};
use crate::access::need::SignedIn;

/// The most bytes a JSON body may have: the largest thing kept as one value is a flow's definition of 1 MiB; the rest is small.
const LIMIT: usize = (1 << 20) + (64 << 10);

/// A JSON body, read into a typed struct. Depth is bounded by serde_json (128) where it recurses; a name of the struct twice is refused.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = body::is_of(request, "application/json");
        let (payload, request) = (payload.take(), request.clone());
        Box::pin(async move {
            if !is_json {
                return Err(WebError::bad_request("This address takes JSON (application/json)."));
            }
            let bytes = body::whole(payload, LIMIT, Calls::<SignedIn>::who(&request)).await?;
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

impl<T: ToSchema> Told for Json<T> {
    fn tell(call: &mut Call) {
        call.takes::<T>();
        call.is_refused([StatusCode::UNPROCESSABLE_ENTITY]);
    }
}

/// 200 with a JSON body of a type: clients expect one on every success.
pub struct Body<T>(HttpResponse, PhantomData<fn() -> T>);

/// The same for what may be large.
pub struct LargeBody<T>(Body<T>);

/// What a handler of the API returns.
pub type JsonAnswer<T> = Result<Body<T>, WebError>;
pub type LargeAnswer<T> = Result<LargeBody<T>, WebError>;

pub fn json<T: Serialize>(value: &T) -> JsonAnswer<T> {
    Ok(Body::of(text(value)?))
}

/// A large one keeps its place until it is fetched.
pub fn json_in<T: Serialize>(place: Option<Place>, value: &T) -> LargeAnswer<T> {
    let body = text(value)?;
    Ok(LargeBody(match place {
        Some(place) => Body::of(Large::new(body, place)),
        None => Body::of(body),
    }))
}

fn text(value: &impl Serialize) -> Result<String, WebError> {
    serde_json::to_string(value).map_err(|e| WebError::fault(&e))
}

impl<T> Body<T> {
    fn of(body: impl MessageBody + 'static) -> Self {
        Self(HttpResponse::Ok().content_type("application/json").body(body), PhantomData)
    }
}

impl<T> From<Body<T>> for HttpResponse {
    fn from(body: Body<T>) -> Self {
        body.0
    }
}

impl<T> Responder for Body<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl<T> Responder for LargeBody<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        self.0.respond_to(request)
    }
}

impl<T: ToSchema> Told for Body<T> {
    fn tell(call: &mut Call) {
        call.answers::<T>();
    }
}

impl<T: ToSchema> Told for LargeBody<T> {
    fn tell(call: &mut Call) {
        call.answers::<T>();
        call.is_refused([StatusCode::TOO_MANY_REQUESTS]);
    }
}
