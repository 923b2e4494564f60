//! A file that arrives in a form: one, bounded in size and in time. It lies in the data folder under no name until it was dealt with,
//! so that it takes no memory and nothing of it is left behind.

use std::{
    fs::File,
    future::{Ready, ready},
    io,
    path::Path,
    time::Duration,
};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderMap};
use futures_util::StreamExt as _;
use tokio::{
    io::{AsyncSeekExt as _, AsyncWriteExt as _},
    time::{Instant, timeout_at},
};

use super::{
    WebError, body,
    doors::Tools,
    room::{Place, Room},
};
use crate::base::ids::UserId;

/// How long one may take to arrive.
const DEADLINE: Duration = Duration::from_secs(60);
/// How much is read past what is too large, so that its sender hears why before the line is cut.
const DRAINED: usize = 32 * 1024 * 1024;
/// How many parts a form may have.
const PARTS: usize = 4;

/// How many of one person may be on their way.
static ROOM: Room = Room::new(2);

/// A form with a file, that has not been read yet. First it is judged who sends it.
pub struct Arriving {
    headers: HeaderMap,
    is_form: bool,
    payload: Payload,
}

impl FromRequest for Arriving {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { headers: request.headers().clone(), is_form: body::is_of(request, "multipart/form-data"), payload: payload.take() }))
    }
}

/// A file that arrived, to be read from its beginning.
pub struct Arrived {
    pub file: File,
    _place: Place,
}

impl Arriving {
    /// The file in the field `name`. The inner error is a sentence for the form.
    pub async fn file(self, tools: Tools<'_>, who: &UserId, name: &str, limit: usize) -> Result<Result<Arrived, String>, WebError> {
        if !self.is_form {
            return Err(WebError::bad_request("This address takes a form with a file (multipart/form-data)."));
        }
        let deadline = Instant::now() + DEADLINE;
        let reading = async {
            let place = ROOM.enter(who, "Two files of yours are on their way already. Wait until they are here.").await?;
            let form = Multipart::new(&self.headers, self.payload);
            let arrived = read(form, &tools.config.data_dir, name, limit).await?;
            Ok(arrived.map(|file| Arrived { file, _place: place }))
        };
        timeout_at(deadline, reading).await.map_err(|_| WebError::bad_request("The file took too long to arrive. Send it again, or a smaller one."))?
    }
}

async fn read(mut form: Multipart, folder: &Path, name: &str, limit: usize) -> Result<Result<File, String>, WebError> {
    let (mut found, mut drained, mut parts) = (None, 0, 0);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(broken)?;
        parts += 1;
        if parts > PARTS {
            return Err(WebError::bad_request("The form has too many parts."));
        }
        if field.name() != Some(name) {
            // Something else in the form is read past.
            drain(&mut field, &mut drained).await?;
            continue;
        }
        if found.is_some() {
            return Err(WebError::bad_request("The form has the same file twice."));
        }
        let mut file = tokio::fs::File::from_std(tempfile::tempfile_in(folder).map_err(unwritten)?);
        let mut length = 0;
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(broken)?;
            length += chunk.len();
            if length > limit {
                drain(&mut field, &mut drained).await?;
                return Ok(Err(format!("The file is larger than {} MB. Choose a smaller one, or save it smaller.", limit / 1024 / 1024)));
            }
            file.write_all(&chunk).await.map_err(unwritten)?;
        }
        file.rewind().await.map_err(unwritten)?;
        found = Some(file.into_std().await).filter(|_| length > 0);
    }
    Ok(found.ok_or_else(|| "Choose a file first. An empty one holds no picture.".to_owned()))
}

/// Reads the rest of a part and keeps nothing of it, up to the most that is read in vain.
async fn drain(field: &mut Field, drained: &mut usize) -> Result<(), WebError> {
    while let Some(chunk) = field.next().await {
        *drained += chunk.map_err(broken)?.len();
        if *drained > DRAINED {
            return Err(WebError::bad_request("The form is far too large."));
        }
    }
    Ok(())
}

fn unwritten(e: io::Error) -> WebError {
    if e.kind() == io::ErrorKind::StorageFull { WebError::Full } else { WebError::fault(&e) }
}

fn broken(e: MultipartError) -> WebError {
    WebError::BadRequest(match e {
        MultipartError::BoundaryMissing | MultipartError::ContentTypeParse => "The form does not say where its parts end.".into(),
        MultipartError::Incomplete | MultipartError::Payload(_) => "The file did not arrive whole. Send it again.".into(),
        _ => "The form cannot be read. Send it again.".into(),
    })
}
