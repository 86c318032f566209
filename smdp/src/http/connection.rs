// SPDX-License-Identifier: MIT OR Apache-2.0
//! One connection, from the ClientHello to the end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::handler::Client;
use super::manner::{OffScript, Shared, Stage};
use super::overhear::{Ear, Opened, Overheard, Stream};
use super::prompt::Prompt;
use super::slots::Slot;
use super::{Limits, Shell};
use super::{handshake, respond};

/// Why a connection ended before its time.
pub(super) type ConnectionError = Box<dyn std::error::Error + Send + Sync>;

/// Serves a connection until it is closed, too slow, evicted, or the listener stops.
pub(super) async fn serve(
    stream: TcpStream,
    shell: &Arc<Shell>,
    slot: &Arc<Slot>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), ConnectionError> {
    stream.set_nodelay(true)?;
    let ear = shell.handler.ear();
    let mut opened = Opened {
        attempt: ear.as_ref().map_or(0, |ear| ear.attempt()),
        peer: stream.peer_addr().ok(),
        ..Opened::default()
    };
    let stream = Tracked {
        stream,
        slot: Arc::clone(slot),
    };
    let Some(tls) = &shell.tls else {
        return heard(stream, (ear, opened), None, shell, slot, stopped).await;
    };
    let accept = handshake::accept(stream, tls, shell.handler.faults());
    let accepted = tokio::select! {
        stream = tokio::time::timeout(shell.limits.patience, accept) => stream,
        () = slot.evicted() => return Err(MADE_ROOM.into()),
        _ = stopped.wait_for(|stop| *stop) => return Ok(()),
    };
    if !matches!(accepted, Ok(Ok(Some(_))))
        && let Some(ear) = &ear
    {
        ear.failed(&opened);
    }
    let Some(stream) = accepted?? else {
        return Ok(());
    };
    let certificates = stream.get_ref().1.peer_certificates();
    let client = certificates.and_then(|chain| tls.0.client(chain));
    opened.tls = true;
    opened.alpn = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    let client = client.map(Arc::new);
    heard(Prompt(stream), (ear, opened), client, shell, slot, stopped).await
}

/// Lets whoever wants to listen, or take the connection over.
async fn heard<S: Stream + 'static>(
    stream: S,
    (ear, opened): (Option<Arc<dyn Ear>>, Opened),
    client: Option<Arc<Client>>,
    shell: &Arc<Shell>,
    slot: &Arc<Slot>,
    stopped: watch::Receiver<bool>,
) -> Result<(), ConnectionError> {
    let Some(ear) = ear else {
        return exchanges(stream, client, shell, slot, stopped).await;
    };
    let Some(stream) = ear.divert(Box::new(stream), &opened) else {
        return Ok(());
    };
    let stream = Overheard::new(stream, Some(ear), &opened);
    exchanges(stream, client, shell, slot, stopped).await
}

const MADE_ROOM: &str = "made room for another";

/// Requests and answers, after the handshake.
async fn exchanges<S: AsyncRead + AsyncWrite + Send + 'static>(
    stream: S,
    client: Option<Arc<Client>>,
    shell: &Arc<Shell>,
    slot: &Arc<Slot>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), ConnectionError> {
    slot.touch();
    let patience = shell.limits.patience;
    let (stream, stage) = (Shared::new(stream), Stage::default());
    let service = service_fn(|request: Request<Incoming>| {
        let (shell, client) = (Arc::clone(shell), client.clone());
        let (slot, stage) = (Arc::clone(slot), stage.clone());
        async move {
            let by_hand = request.version() != Version::HTTP_2;
            let answer = respond::respond(&shell, client.as_deref(), &slot, request).await;
            answer.map_err(|script| {
                if by_hand {
                    stage.set(script);
                }
                OffScript
            })
        }
    });
    let builder = builder(&shell.limits);
    let io = TokioIo::new(stream.clone());
    let mut connection = std::pin::pin!(builder.serve_connection(io, service));
    let ended = tokio::select! {
        result = connection.as_mut() => Ended::ByItself(result),
        _ = stopped.wait_for(|stop| *stop) => Ended::Stopped,
        () = slot.evicted() => Ended::TooLong(MADE_ROOM),
        // a body that is late is answered before
        () = slot.stalled(patience * 2) => Ended::TooLong("no progress"),
    };
    let (grace, reason) = match ended {
        Ended::ByItself(result) => {
            let Some(script) = stage.take() else {
                return result;
            };
            let _busy = slot.busy();
            return tokio::select! {
                played = script.play(stream, patience) => Ok(played?),
                _ = stopped.wait_for(|stop| *stop) => Ok(()),
            };
        }
        Ended::Stopped => (patience, None),
        Ended::TooLong(reason) => (Duration::ZERO, Some(reason)),
    };
    connection.as_mut().graceful_shutdown();
    let ended = tokio::time::timeout(grace, connection).await;
    match (reason, ended) {
        (Some(reason), _) => Err(reason.into()),
        (None, ended) => ended?,
    }
}

/// Why the exchanges on a connection are over.
enum Ended {
    /// The connection is closed.
    ByItself(Result<(), ConnectionError>),
    /// The listener stops.
    Stopped,
    /// It has lost its place.
    TooLong(&'static str),
}

/// HTTP/1.1 and HTTP/2 with bounds on what a client can make the server hold.
fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .header_read_timeout(limits.patience)
        .half_close(true)
        .max_buf_size(limits.header.max(MIN_BUFFER));
    let header = u32::try_from(limits.header).unwrap_or(u32::MAX);
    builder
        .http2()
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(header)
        .max_send_buf_size(MAX_SEND_BUFFER)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW);
    builder
}

/// The least that hyper reads at once.
const MIN_BUFFER: usize = 8192;
/// Requests at the same time on one connection of HTTP/2.
const MAX_STREAMS: u32 = 16;
/// Bytes of answers held for one stream of HTTP/2.
const MAX_SEND_BUFFER: usize = 64 * 1024;
/// Bytes that a client of HTTP/2 may send ahead of those that are read.
const WINDOW: u32 = 128 * 1024;

/// A socket that notes when its client takes bytes.
#[derive(Debug)]
struct Tracked {
    stream: TcpStream,
    slot: Arc<Slot>,
}

impl AsyncRead for Tracked {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Tracked {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        if written.is_ready() {
            self.slot.touch();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        if written.is_ready() {
            self.slot.touch();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
