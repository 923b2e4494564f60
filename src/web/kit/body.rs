//! Reading a body: bounded in size and in time.

use std::{future::Future, time::Duration};

use actix_web::{HttpRequest, dev::Payload, http::header};
use futures_util::StreamExt as _;

use super::{WebError, room::Room};
use crate::base::ids::UserId;

/// How long a body may take to arrive: actix itself never ends a slow one.
const DEADLINE: Duration = Duration::from_secs(30);

/// Whether the body is of a media type, or of none that is named.
pub fn is_of(request: &HttpRequest, media_type: &str) -> bool {
    let named = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    named.is_none_or(|named| named.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type))
}

/// More than this is kept of no stranger's body.
const SMALL: usize = 64 << 10;
/// Bodies longer than that which each person, with all their keys, may have under way.
static LONG: Room = Room::new(4);
const BUSY: &str = "As much as one may send at a time is under way from you already.";

/// All of it, if it has at most `limit` bytes. `known`: who sends it, asked where it is long.
pub async fn whole(mut payload: Payload, limit: usize, known: impl Future<Output = Result<UserId, WebError>>) -> Result<Vec<u8>, WebError> {
    let read = async {
        let (mut body, mut place, mut known) = (Vec::new(), None, Some(known));
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| WebError::bad_request("The request did not arrive whole. Send it again."))?;
            if body.len() + chunk.len() > limit {
                return Err(WebError::BadRequest(format!("The request is too large: at most {} KiB.", limit / 1024)));
            }
            if body.len() + chunk.len() > SMALL
                && let Some(known) = known.take()
            {
                place = Some(LONG.enter(&known.await?, BUSY).await?);
            }
            body.extend_from_slice(&chunk);
        }
        drop(place);
        Ok(body)
    };
    tokio::time::timeout(DEADLINE, read).await.map_err(|_| WebError::bad_request("The request took too long to arrive. Send it again."))?
}
