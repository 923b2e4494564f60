//! Pictures of people on their way in and out: read and cut where that holds up no page, answered so that they are pictures and nothing else.

use actix_web::{HttpResponse, http::header};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    Answer, WebError,
    doors::Tools,
    room::{Place, Room},
};
use crate::base::{
    ids::UserId,
    picture::{
        self, Avatar, Reduced, Square,
        apart::{Unreduced, reduce_apart},
    },
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

/// Of each person one is cut or waits.
static CUTS: Room = Room::new(1);
/// One at a time: it takes some 15 MB.
static TURN: Semaphore = Semaphore::const_new(1);

/// To cut a picture, which is not even read before.
pub struct Turn {
    _place: Place,
    _permit: SemaphorePermit<'static>,
}

pub async fn turn(who: &UserId) -> Result<Turn, WebError> {
    let place = CUTS.enter(who, "A picture of yours is being cut already. Try again in a moment.").await?;
    Ok(Turn { _place: place, _permit: TURN.acquire().await.map_err(|e| WebError::fault(&e))? })
}

pub async fn cut(turn: Turn, picture: Reduced, square: Square) -> Result<Avatar, WebError> {
    // It is cut to the end, also where nobody waits for it any more; until then it is its turn.
    let cut = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        picture::cut(&picture.jpeg, square)
    });
    cut.await.map_err(|e| WebError::fault(&e))?.map_err(WebError::Fault)
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
