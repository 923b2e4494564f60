//! Room for what takes much and long: files on their way in, large answers on their way out. Each person, with all their keys,
//! has a little of it to themselves, so that nobody takes it from the others.

use std::{
    collections::HashMap,
    hash::Hash,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex, PoisonError, Weak},
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    body::{BodySize, MessageBody},
    rt,
    web::Bytes,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::WebError;
use crate::base::ids::UserId;

/// How long one waits for room.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a large answer may take to be fetched.
const DEADLINE: Duration = Duration::from_secs(60);
/// How much of an answer is handed on at once.
const PIECE: usize = 64 << 10;
/// From how many people on those who hold nothing are forgotten.
const MANY: usize = 1_000;

/// How many of something each person may have under way, or whoever else it is that takes it.
pub struct Room<Who = UserId> {
    each: usize,
    rooms: LazyLock<Mutex<HashMap<Who, Arc<Semaphore>>>>,
}

/// A place in it, until dropped.
pub struct Place(#[expect(dead_code, reason = "held, not looked at")] OwnedSemaphorePermit);

impl<Who: Eq + Hash + Clone> Room<Who> {
    pub const fn new(each: usize) -> Self {
        Self { each, rooms: LazyLock::new(Mutex::default) }
    }

    /// Waits a moment for a place. `busy`: what to say where there is none.
    pub async fn enter(&self, who: &Who, busy: &'static str) -> Result<Place, WebError> {
        self.wait(who).await.ok_or(WebError::Busy(busy))
    }

    /// The same; `None`: there was none in time.
    pub async fn wait(&self, who: &Who) -> Option<Place> {
        let permit = timeout(PATIENCE, self.of(who).acquire_owned()).await;
        permit.ok()?.ok().map(Place)
    }

    fn of(&self, who: &Who) -> Arc<Semaphore> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() > MANY {
            rooms.retain(|_, room| Arc::strong_count(room) > 1);
        }
        rooms.entry(who.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.each))).clone()
    }
}

/// A large answer. Whoever does not fetch it in time gets no more of it: what it takes, and its place, are free again.
pub struct Large {
    held: Arc<Mutex<Option<Held>>>,
    length: usize,
    at: usize,
}

struct Held {
    bytes: Bytes,
    _place: Place,
}

impl Large {
    pub fn new(bytes: impl Into<Bytes>, place: Place) -> Self {
        let bytes = bytes.into();
        let this = Self { length: bytes.len(), at: 0, held: Arc::new(Mutex::new(Some(Held { bytes, _place: place }))) };
        rt::spawn(end_in_time(Arc::downgrade(&this.held)));
        this
    }
}

async fn end_in_time(held: Weak<Mutex<Option<Held>>>) {
    sleep(DEADLINE).await;
    if let Some(held) = held.upgrade() {
        held.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl MessageBody for Large {
    type Error = &'static str;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let (at, end) = (self.at, (self.at + PIECE).min(self.length));
        let piece = self.held.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|held| held.bytes.slice(at..end));
        self.at = end;
        Poll::Ready(match piece {
            _ if at == self.length => None,
            Some(piece) => Some(Ok(piece)),
            None => Some(Err("it was not fetched in time")),
        })
    }
}
