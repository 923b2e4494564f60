//! Reading a body: bounded in size and in time.

use std::time::Duration;

use actix_web::{HttpRequest, dev::Payload, http::header};
use futures_util::StreamExt as _;

use super::WebError;

/// How long a body may take to arrive: actix itself never ends a slow one.
const DEADLINE: Duration = Duration::from_secs(30);

/// Whether the body is of a media type, or of none that is named.
pub fn is_of(request: &HttpRequest, media_type: &str) -> bool {
    let named = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    named.is_none_or(|named| named.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type))
}

/// All of it, if it has at most `limit` bytes.
pub async fn whole(mut payload: Payload, limit: usize) -> Result<Vec<u8>, WebError> {
    let read = async {
        let mut body = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| WebError::bad_request("The request did not arrive whole. Send it again."))?;
            if body.len() + chunk.len() > limit {
                return Err(WebError::BadRequest(format!("The request is too large: at most {} KiB.", limit / 1024)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    };
    tokio::time::timeout(DEADLINE, read).await.map_err(|_| WebError::bad_request("The request took too long to arrive. Send it again."))?
}
