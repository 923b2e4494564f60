//! A connection, and its end. The server under this one gives a deadline to the first head and to whoever is idle; behind an answer it
//! waits for as long as one likes for the rest of another head, or of a body that nobody wanted. So a line on which no request is under
//! way ends some time after the last byte that was answered on it, whatever still drips in.

use std::{
    cell::Cell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::{
    Error, HttpMessage as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    rt::{
        net::TcpStream,
        time::{Instant, Sleep, sleep_until},
    },
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How long after an answer: longer than an idle line is kept.
const QUIET: Duration = Duration::from_secs(35);
/// How long where the body came in pieces of no given number: it may not have ended with the answer.
const REST: Duration = Duration::from_secs(3);

/// What is going on on a line. Requests reach it as data of their connection.
pub struct Traffic {
    under_way: Cell<usize>,
    patience: Cell<Duration>,
    answered: Cell<Instant>,
}

impl Traffic {
    /// When the line ends; `None`: not while a request is under way.
    fn ends(&self) -> Option<Instant> {
        (self.under_way.get() == 0).then(|| self.answered.get() + self.patience.get())
    }

    fn answered(&self) {
        self.answered.set(Instant::now());
    }
}

/// A request on its way, until dropped.
struct UnderWay(Rc<Traffic>);

impl UnderWay {
    fn on(traffic: &Rc<Traffic>, patience: Duration) -> Self {
        traffic.under_way.set(traffic.under_way.get() + 1);
        traffic.patience.set(patience);
        Self(traffic.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.set(self.0.under_way.get() - 1);
        self.0.answered();
    }
}

/// Middleware, the outermost: notes on its line that a request is under way.
pub async fn during(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let in_pieces = request.chunked().unwrap_or(true);
    let _way = request.conn_data::<Rc<Traffic>>().map(|traffic| UnderWay::on(traffic, if in_pieces { REST } else { QUIET }));
    next.call(request).await
}

pub struct Line {
    io: TcpStream,
    pub traffic: Rc<Traffic>,
    timer: Pin<Box<Sleep>>,
}

impl Line {
    pub fn new(io: TcpStream) -> Self {
        // An answer that is written in two goes is not to wait until the first of them was acknowledged, which takes 40 ms.
        let _ = io.set_nodelay(true);
        let now = Instant::now();
        let traffic = Rc::new(Traffic { under_way: Cell::new(0), patience: Cell::new(QUIET), answered: Cell::new(now) });
        Self { io, traffic, timer: Box::pin(sleep_until(now + QUIET)) }
    }

    fn is_over(&self) -> bool {
        self.traffic.ends().is_some_and(|end| end <= Instant::now())
    }

    /// Ready once the line is over; until then whoever polls is woken for it.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while !self.is_over() {
            let look = self.traffic.ends().unwrap_or_else(|| Instant::now() + QUIET);
            if look < self.timer.deadline() || self.timer.is_elapsed() {
                self.timer.as_mut().reset(look);
            }
            ready!(self.timer.as_mut().poll(cx));
        }
        Poll::Ready(())
    }

    /// What was written is an answer, or part of one.
    fn wrote(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(1..)) = written {
            self.traffic.answered();
            // The end may have come nearer, and nothing else may ever wake this line.
            if self.poll_end(cx).is_ready() {
                cx.waker().wake_by_ref();
            }
        }
        written
    }
}

impl AsyncRead for Line {
    /// A line that is over reads as one whose other end hung up.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.is_over() {
            return Poll::Ready(Ok(()));
        }
        match Pin::new(&mut self.io).poll_read(cx, buffer) {
            Poll::Pending => self.poll_end(cx).map(Ok),
            read => read,
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.wrote(cx, written)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        self.wrote(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
