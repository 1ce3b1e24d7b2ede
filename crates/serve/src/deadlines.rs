//! Where a connection is, and since when: each phase has a deadline, so that no connection stays for ever.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::options::Limits;

/// Clocks are looked at least so often: a deadline is kept to within this.
const TICK: Duration = Duration::from_millis(200);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing of the next request has come.
    Idle,
    /// The head of a request is coming.
    Head,
    /// The head is there; the body, or the answer, is not.
    Request,
    /// The answer is there, but not yet taken.
    Answer,
}

/// The phase of one connection. Shared by its stream, its service and its clock.
#[derive(Debug, Clone)]
pub(crate) struct Activity(Arc<Mutex<(Phase, Instant)>>);

impl Activity {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new((Phase::Idle, Instant::now()))))
    }

    pub fn phase(&self) -> Phase {
        self.get().0
    }

    /// The head of a request is complete. Gives the moment at which the answer must be there.
    pub fn request_begins(&self, limits: &Limits) -> Instant {
        let now = Instant::now();
        self.set((Phase::Request, now));
        now + limits.request_deadline
    }

    /// The answer was handed to hyper, whole.
    pub fn answered(&self) {
        self.set((Phase::Answer, Instant::now()));
    }

    fn received(&self) {
        if self.phase() == Phase::Idle {
            self.set((Phase::Head, Instant::now()));
        }
    }

    /// All that hyper had to write is written.
    fn flushed(&self) {
        if self.phase() == Phase::Answer {
            self.set((Phase::Idle, Instant::now()));
        }
    }

    /// Waits until a phase has taken longer than it may.
    pub async fn expired(&self, limits: &Limits) {
        loop {
            let (phase, since) = self.get();
            let allowed = match phase {
                Phase::Idle => limits.idle_deadline,
                Phase::Head => limits.head_deadline,
                // The service answers at its deadline itself; this is for one that does not.
                Phase::Request => limits.request_deadline + 5 * TICK,
                Phase::Answer => limits.request_deadline,
            };
            match allowed.checked_sub(since.elapsed()) {
                Some(left) if !left.is_zero() => tokio::time::sleep(left.min(TICK)).await,
                _ => return,
            }
        }
    }

    fn get(&self) -> (Phase, Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: (Phase, Instant)) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// A stream that tells what happens on it.
#[derive(Debug)]
pub(crate) struct Watched {
    stream: TcpStream,
    activity: Activity,
}

impl Watched {
    pub fn new(stream: TcpStream, activity: Activity) -> Self {
        Self { stream, activity }
    }

    pub fn into_stream(self) -> TcpStream {
        self.stream
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.activity.received();
        }
        result
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes the stream when its own buffer is empty.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.activity.flushed();
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
