// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bodies of requests that are refused.
//!
//! Trap: many a client reads no answer before it has sent its request whole. Left alone, hyper ends
//! the connection or the stream with the answer, and such a client takes it for broken.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::EXPECT;
use hyper::{Request, Version};

/// How much of an unwanted body is taken, in largest bodies.
const LARGEST_BODIES: usize = 16;
/// How long the next piece of an unwanted body may take. A client of HTTP/2 that has given up
/// sending may wait for the end of its stream, and has it after this time.
const PAUSE: Duration = Duration::from_secs(2);

/// Leaves a request whose body is not read, as [`discard`] does. A client that waits to be told to
/// go on has sent none of it and is not told so, but for HTTP/2, where the stream may stay open.
pub fn leave(request: Request<Incoming>, largest: usize) {
    let waits = request.version() != Version::HTTP_2 && request.headers().contains_key(EXPECT);
    if !waits {
        discard(request.into_body(), largest);
    }
}

/// Takes what is still to come of a body that nobody wants, beside the answer. `largest` is the size
/// of the largest body that would be taken.
pub fn discard(mut body: Incoming, largest: usize) {
    if body.is_end_stream() {
        return;
    }
    let mut left = largest.saturating_mul(LARGEST_BODIES);
    tokio::spawn(async move {
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(PAUSE, body.frame()).await {
            let taken = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(taken.max(1)) {
                Some(less) => left = less,
                None => return,
            }
        }
    });
}
