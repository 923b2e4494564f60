//! Pictures of people on their way in and out: read and cut where that holds up no page, answered so that they are pictures and nothing else.

use actix_web::{HttpResponse, http::header};

use super::{Answer, WebError, doors::Tools};
use crate::base::picture::{
    self, Avatar, Reduced, Square,
    apart::{Unreduced, reduce_apart},
};

/// What an upload is reduced to; the inner error is a sentence for the form.
pub async fn reduce(tools: Tools<'_>, file: std::fs::File) -> Result<Result<Reduced, String>, WebError> {
    match reduce_apart(&tools.config.program, file).await {
        Ok(reduced) => Ok(Ok(reduced)),
        Err(Unreduced::Refused(why)) => Ok(Err(why)),
        Err(Unreduced::Busy) => Ok(Err("Other pictures are being read. Try again in a moment.".into())),
        Err(Unreduced::Failed(why)) => Err(WebError::fault(&why)),
    }
}

pub async fn cut(picture: Reduced, square: Square) -> Result<Avatar, WebError> {
    let cut = tokio::task::spawn_blocking(move || picture::cut(&picture.jpeg, square)).await;
    cut.map_err(|e| WebError::fault(&e))?.map_err(WebError::Fault)
}

/// A picture is shown by pages of the console and does nothing by itself, whatever its bytes could be taken for. `cache`: how long a
/// browser may keep it.
pub fn answer(jpeg: Vec<u8>, cache: &'static str) -> Answer {
    Ok(HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"))
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"picture.jpg\""))
        .body(jpeg))
}
