//! The mail worker: sends what is due, on a thread and a runtime of its own, so that no page ever waits for a mail server. It
//! holds no database connection while it talks to one. Being the only thing that runs by the clock, it sweeps, too.

use std::{
    io,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use super::{
    Post, envelope,
    messages::{self, Written},
    transport::{Outcome, Transport},
};
use crate::{
    base::{clock, secret::random_token},
    db::{Error as DbError, Origin, Tx},
    domain::{
        account, avatars,
        outbox::{self, Letter},
        sessions,
    },
};

/// Letters on their way at the same time, so that one that hangs does not hold up the others.
const AT_ONCE: usize = 4;
/// How often it looks by itself: for letters that wait for another try, and for those of other nodes that have ended.
const TICK: Duration = Duration::from_secs(15);
const SWEEP: Duration = Duration::from_secs(3600);
/// How long to wait before it is written down once more how a letter ended, and how many faults of ours that is worth.
const PAUSE: Duration = Duration::from_secs(2);
const FAULTS: usize = 4;
/// How long letters under way may take when the console stops.
const GRACE: Duration = Duration::from_secs(5);

/// A running worker. It stops with this value.
pub struct Worker {
    stop: watch::Sender<Option<Duration>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start(post: Post) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(None);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().thread_name("mail-database").build()?;
        let thread = std::thread::Builder::new().name("mail".into()).spawn(move || runtime.block_on(run(post, stopped)))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Takes nothing more, and lets what is under way arrive.
    pub fn stop(mut self) {
        self.end(GRACE);
    }

    fn end(&mut self, grace: Duration) {
        let _ = self.stop.send(Some(grace));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

/// Says that the worker runs, until it is dropped: also by a panic.
struct Runs<'a>(&'a Post);

impl<'a> Runs<'a> {
    fn now(post: &'a Post) -> Self {
        post.runs.store(true, Ordering::Relaxed);
        Self(post)
    }
}

impl Drop for Runs<'_> {
    fn drop(&mut self) {
        self.0.runs.store(false, Ordering::Relaxed);
    }
}

/// What every delivery needs.
struct Office {
    post: Post,
    transport: Transport,
    /// Letters that have ended, and the database does not know yet. While there are some nothing is taken out: it might be one of them.
    unwritten: AtomicUsize,
}

async fn run(post: Post, mut stopped: watch::Receiver<Option<Duration>>) {
    let office = Arc::new(Office { transport: Transport::new(&post.config), unwritten: AtomicUsize::new(0), post });
    let post = &office.post;
    let _runs = Runs::now(post);
    let mut under_way = JoinSet::new();
    let mut sweep_at = Instant::now();
    loop {
        if Instant::now() >= sweep_at {
            sweep_at = Instant::now() + SWEEP;
            log("old rows could not be deleted", touch(post, sweep).await);
        }
        let room = if office.unwritten.load(Ordering::SeqCst) == 0 { AT_ONCE - under_way.len() } else { 0 };
        for letter in take(post, room).await {
            under_way.spawn(deliver(office.clone(), letter));
        }
        let has_room = under_way.len() < AT_ONCE;
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = under_way.join_next() => {}
            () = post.bell.notified(), if has_room => {}
            () = sleep(TICK) => {}
        }
    }
    let grace = stopped.borrow().unwrap_or_default();
    // What does not arrive by then is sent again when its lease is over.
    let _ = timeout(grace, async { while under_way.join_next().await.is_some() {} }).await;
}

/// What is due. A database that cannot be reached now is asked again at the next tick.
async fn take(post: &Post, room: usize) -> Vec<Letter> {
    if room == 0 {
        return Vec::new();
    }
    let due = match post.database.read(|c| outbox::is_any_due(c, clock::now())).await {
        Ok(true) => touch(post, move |tx| outbox::take_due(tx, tx.now, room)).await,
        Ok(false) => Ok(Vec::new()),
        Err(e) => Err(e),
    };
    log("the outbox cannot be read", due).unwrap_or_default()
}

/// [`try_to_deliver`], and a fault of ours is a reason to wait like any other: else nobody would see why a mail never comes.
async fn deliver(office: Arc<Office>, letter: Letter) {
    let trying = AssertUnwindSafe(try_to_deliver(&office, &letter));
    if trying.catch_unwind().await.is_err() {
        tracing::error!(letter = %letter.id, kind = letter.kind.as_ref(), attempt = letter.attempts, "writing a mail failed");
        note(&office, &letter, |tx, letter| outbox::retry(tx, letter, "the console could not write it; its log says more")).await;
    }
}

async fn try_to_deliver(office: &Office, letter: &Letter) {
    let written = {
        let (post, letter) = (office.post.clone(), letter.clone());
        office.post.database.read(move |c| messages::write(c, &post, &letter)).await
    };
    let Some(written) = log("a mail could not be written", written) else { return };
    let sealed = match written {
        Written::Unwanted => return note(office, letter, outbox::dropped).await,
        Written::TooLate(why) => Err(why.to_owned()),
        Written::Words(words) => envelope::seal(&office.post.config, letter, &words),
    };
    let outcome = match &sealed {
        Ok(message) => office.transport.send(&format!("{}-{}", letter.created_at.format("%Y%m%dT%H%M%SZ"), letter.id), message).await,
        Err(why) => Outcome::Never(why.clone()),
    };
    match outcome {
        Outcome::Sent => {
            let what = if matches!(office.transport, Transport::Files(_)) { "no mail server is set: a mail was written into a file" } else { "a mail is sent" };
            tracing::info!(letter = %letter.id, kind = letter.kind.as_ref(), attempt = letter.attempts, "{what}");
            note(office, letter, outbox::sent).await;
        }
        Outcome::NotNow(why) => {
            tracing::warn!(letter = %letter.id, kind = letter.kind.as_ref(), attempt = letter.attempts, %why, "a mail has to wait");
            note(office, letter, move |tx, letter| outbox::retry(tx, letter, &why)).await;
        }
        Outcome::Never(why) => {
            tracing::warn!(letter = %letter.id, kind = letter.kind.as_ref(), attempt = letter.attempts, %why, "a mail is refused");
            note(office, letter, move |tx, letter| outbox::failed(tx, letter, &why)).await;
        }
    }
}

/// Writes down how it ended, however long the database is away: what is not written down is sent again. A fault of ours that
/// stays one is left alone after some tries.
async fn note(office: &Office, letter: &Letter, act: impl Fn(&mut Tx, &Letter) -> Result<(), DbError> + Clone + Send + 'static) {
    office.unwritten.fetch_add(1, Ordering::SeqCst);
    let mut faults = 0;
    while faults < FAULTS {
        let (act, letter) = (act.clone(), letter.clone());
        let Err(e) = touch(&office.post, move |tx| act(tx, &letter)).await else { break };
        tracing::warn!(error = %e, "how a mail ended could not be written down");
        faults += usize::from(matches!(e, DbError::Failed(_) | DbError::Duplicate));
        sleep(PAUSE).await;
    }
    office.unwritten.fetch_sub(1, Ordering::SeqCst);
}

fn sweep(tx: &mut Tx) -> Result<(), DbError> {
    sessions::sweep(tx)?;
    avatars::sweep(tx)?;
    account::sweep(tx)?;
    outbox::sweep(tx)
}

async fn touch<T: Send + 'static>(post: &Post, work: impl FnOnce(&mut Tx) -> Result<T, DbError> + Send + 'static) -> Result<T, DbError> {
    let origin = Origin { request_id: format!("mail-{}", &random_token()[..12]), ..Origin::default() };
    post.database.touch(origin, work).await
}

fn log<T>(what: &'static str, done: Result<T, DbError>) -> Option<T> {
    done.inspect_err(|e| tracing::warn!(error = %e, "{what}")).ok()
}
