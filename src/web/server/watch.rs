//! What a connection is doing, as seen at its socket and at its service.
//!
//! For: `connection`, which ends what takes too long. Uses: the socket's reads and flushes and the life of
//! the answer's body. Promises: after the last byte of an answer was handed to the system, and before the
//! first byte of the next request, the phase is [`Phase::Idle`]; nothing is then in any buffer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing is asked.
    Idle,
    /// A head has begun.
    Head,
    /// A request is handled, or its answer is on its way.
    Busy,
}

const IDLE: u8 = 0;
const HEAD: u8 = 1;
const BUSY: u8 = 2;
/// Busy, and the body has ended: the next flush that is done makes it idle.
const ENDED: u8 = 3;

/// The phase of one connection and since when. All its users are in one task.
#[derive(Clone)]
pub(super) struct Watch(Arc<State>);

struct State {
    begun: Instant,
    phase: AtomicU8,
    since: AtomicU64,
}

impl Watch {
    /// A connection whose first request has begun.
    pub(super) fn start() -> Self {
        Self(Arc::new(State {
            begun: Instant::now(),
            phase: AtomicU8::new(HEAD),
            since: AtomicU64::new(0),
        }))
    }

    /// The phase and how long it has lasted.
    pub(super) fn phase(&self) -> (Phase, Duration) {
        let phase = match self.0.phase.load(Relaxed) {
            IDLE => Phase::Idle,
            HEAD => Phase::Head,
            _ => Phase::Busy,
        };
        let since = Duration::from_millis(self.0.since.load(Relaxed));
        (phase, self.0.begun.elapsed().saturating_sub(since))
    }

    /// A head is complete.
    pub(super) fn called(&self) {
        self.enter(BUSY);
    }

    fn enter(&self, phase: u8) {
        let since = u64::try_from(self.0.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.since.store(since, Relaxed);
        self.0.phase.store(phase, Relaxed);
    }

    fn was_read(&self) {
        if self.0.phase.load(Relaxed) == IDLE {
            self.enter(HEAD);
        }
    }

    /// The time of an answer counts to its last byte, so this changes no instant.
    fn body_ended(&self) {
        if self.0.phase.load(Relaxed) == BUSY {
            self.0.phase.store(ENDED, Relaxed);
        }
    }

    fn was_flushed(&self) {
        if self.0.phase.load(Relaxed) == ENDED {
            self.enter(IDLE);
        }
    }
}

/// A socket that tells its watch.
pub(super) struct Watched<S> {
    pub(super) stream: S,
    pub(super) watch: Watch,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.watch.was_read();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
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

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes the socket only when its own buffer is empty.
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.watch.was_flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of an answer that tells the watch when it has ended.
pub(super) struct Told {
    body: Body,
    watch: Watch,
}

impl Told {
    pub(super) const fn new(body: Body, watch: Watch) -> Self {
        Self { body, watch }
    }
}

impl hyper::body::Body for Told {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.watch.body_ended();
    }
}
