//! A file that arrives in a form: one, bounded in size and in time, never on disk.

use std::{
    future::{Ready, ready},
    time::Duration,
};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderMap};
use futures_util::StreamExt as _;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout_at},
};

use super::{WebError, body};

/// How long one may take to arrive.
const DEADLINE: Duration = Duration::from_secs(60);
/// How much is read past what is too large, so that its sender hears why before the line is cut.
const DRAINED: usize = 32 * 1024 * 1024;
/// How many parts a form may have.
const PARTS: usize = 4;

/// Two at a time: each is held in memory until it was dealt with.
static ROOM: Semaphore = Semaphore::const_new(2);

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

/// The bytes of a file; there is room for few of them at a time.
pub struct Arrived {
    pub bytes: Vec<u8>,
    _room: SemaphorePermit<'static>,
}

impl Arriving {
    /// The file in the field `name`. The inner error is a sentence for the form.
    pub async fn file(self, name: &str, limit: usize) -> Result<Result<Arrived, String>, WebError> {
        if !self.is_form {
            return Err(WebError::bad_request("This address takes a form with a file (multipart/form-data)."));
        }
        let deadline = Instant::now() + DEADLINE;
        let reading = async {
            let room = ROOM.acquire().await.map_err(|e| WebError::fault(&e))?;
            let form = Multipart::new(&self.headers, self.payload);
            Ok(read(form, name, limit).await?.map(|bytes| Arrived { bytes, _room: room }))
        };
        timeout_at(deadline, reading).await.map_err(|_| WebError::bad_request("The file took too long to arrive. Send it again, or a smaller one."))?
    }
}

async fn read(mut form: Multipart, name: &str, limit: usize) -> Result<Result<Vec<u8>, String>, WebError> {
    let (mut found, mut drained, mut parts) = (None, 0, 0);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(broken)?;
        parts += 1;
        if parts > PARTS {
            return Err(WebError::bad_request("The form has too many parts."));
        }
        let wanted = field.name() == Some(name);
        if wanted && found.is_some() {
            return Err(WebError::bad_request("The form has the same file twice."));
        }
        match whole(&mut field, if wanted { limit } else { 0 }, &mut drained).await? {
            // Something else in the form is read past.
            _ if !wanted => {}
            None => return Ok(Err(format!("The file is larger than {} MB. Choose a smaller one, or save it smaller.", limit / 1024 / 1024))),
            Some(bytes) => found = Some(bytes),
        }
    }
    Ok(found.filter(|bytes| !bytes.is_empty()).ok_or_else(|| "Choose a file first. An empty one holds no picture.".to_owned()))
}

/// `None`: there is more than the limit.
async fn whole(field: &mut Field, limit: usize, drained: &mut usize) -> Result<Option<Vec<u8>>, WebError> {
    let (mut bytes, mut fits) = (Vec::new(), true);
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(broken)?;
        if fits && bytes.len() + chunk.len() <= limit {
            // Never more room than a file may take.
            if bytes.capacity() - bytes.len() < chunk.len() {
                bytes.reserve_exact((bytes.len() + chunk.len()).next_power_of_two().min(limit) - bytes.len());
            }
            bytes.extend_from_slice(&chunk);
            continue;
        }
        (fits, bytes) = (false, Vec::new());
        *drained += chunk.len();
        if *drained > DRAINED {
            break;
        }
    }
    Ok(fits.then_some(bytes))
}

fn broken(e: MultipartError) -> WebError {
    WebError::BadRequest(match e {
        MultipartError::BoundaryMissing | MultipartError::ContentTypeParse => "The form does not say where its parts end.".into(),
        MultipartError::Incomplete | MultipartError::Payload(_) => "The file did not arrive whole. Send it again.".into(),
        _ => "The form cannot be read. Send it again.".into(),
    })
}
