// SPDX-License-Identifier: MIT OR Apache-2.0
//! How much of an answer goes out.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Full};
use hyper::Response;
use hyper::body::{Body, Bytes, Frame, SizeHint};

/// How much of an answer reaches the client.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Delivery {
    /// All of it.
    #[default]
    Whole,
    /// The connection ends in the middle of the body, or before the answer when there is no body.
    Half,
    /// The connection ends before the answer.
    Nothing,
}

/// The body of an answer, which may break off.
#[derive(Debug)]
pub(super) struct Sent {
    bytes: Option<Bytes>,
    /// What the header promises.
    length: u64,
    progress: Progress,
}

/// How far a body that breaks off has come.
#[derive(Debug, PartialEq)]
enum Progress {
    /// It does not break off.
    Whole,
    /// The half is to be handed over.
    Half,
    /// It is to be written before the end.
    Flush,
    /// Nothing more follows.
    Broken,
}

/// Makes the response that goes out; none when the connection is to end without it.
pub(super) async fn deliver(response: Response<Full<Bytes>>) -> io::Result<Response<Sent>> {
    let delivery = response.extensions().get().copied().unwrap_or_default();
    let (head, body) = response.into_parts();
    let bytes = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(never) => match never as Infallible {},
    };
    let ends = delivery == Delivery::Nothing || (delivery == Delivery::Half && bytes.is_empty());
    if ends {
        // an error ends the connection without an answer
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    let length = bytes.len() as u64;
    let (bytes, progress) = match delivery {
        Delivery::Half => (bytes.slice(..bytes.len() / 2), Progress::Half),
        _ => (bytes, Progress::Whole),
    };
    let bytes = Some(bytes).filter(|bytes| !bytes.is_empty());
    let sent = Sent {
        bytes,
        length,
        progress,
    };
    Ok(Response::from_parts(head, sent))
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = match self.progress {
            Progress::Whole => return Poll::Ready(self.bytes.take().map(|it| Ok(Frame::data(it)))),
            Progress::Half => Progress::Flush,
            Progress::Flush => Progress::Broken,
            Progress::Broken => {
                let broken = io::Error::from(io::ErrorKind::ConnectionReset);
                return Poll::Ready(Some(Err(broken)));
            }
        };
        self.progress = next;
        if self.progress == Progress::Flush
            && let Some(bytes) = self.bytes.take()
        {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        // whoever writes does so when there is nothing to add
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.progress == Progress::Whole && self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let left = if self.is_end_stream() { 0 } else { self.length };
        SizeHint::with_exact(left)
    }
}
