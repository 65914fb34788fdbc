//! The body of a request, whose memory is what it holds and not what it came in.
//!
//! hyper hands out parts of its read buffer, and a form is collected from them. A client that sends single
//! bytes would keep a whole buffer of 8 KB for each of them: 64 KB of form would be half a gigabyte.
//! Promises: a small part is copied, and its buffer is free.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// Parts below this are copied; larger ones fill at least half of their buffer.
const SMALL: usize = 4_096;

/// A body in parts of their own.
pub(super) struct Compact(pub(super) Incoming);

impl Body for Compact {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.0).poll_frame(cx);
        frame.map(|next| next.map(|frame| frame.map(|frame| frame.map_data(compact))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

fn compact(part: Bytes) -> Bytes {
    if part.len() < SMALL {
        Bytes::copy_from_slice(&part)
    } else {
        part
    }
}
