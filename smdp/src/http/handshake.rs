// SPDX-License-Identifier: MIT OR Apache-2.0
//! The TLS handshake of one connection: as the listener is set up, or in another way that was
//! asked for.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rsp::activation::same_address;
use rustls::ServerConfig;
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{LazyConfigAcceptor, StartHandshake};

use super::tls::Tls;
use crate::fault::Faults;

/// Another handshake than the one the listener is set up for.
#[derive(Debug, Clone)]
pub enum Handshake {
    /// With another configuration.
    With(Arc<ServerConfig>),
    /// Refused with an alert, unless the client names the server (RFC 6066 §3) by one of these
    /// names; by any, when there are none.
    NeedsName(Arc<ServerConfig>, Vec<String>),
    /// As usual, and then the connection is closed.
    CloseAfter(Arc<ServerConfig>),
    /// As usual, but what comes behind ChangeCipherSpec is damaged.
    Damaged(Arc<ServerConfig>),
    /// These bytes answer the ClientHello, and nothing follows.
    Say(Vec<u8>),
    /// The connection is closed when the ClientHello is there.
    Close,
    /// The ClientHello is never answered.
    Stall,
}

/// fatal, handshake_failure (RFC 5246 §7.2.2)
const HANDSHAKE_FAILURE: [u8; 7] = [ALERT, 3, 3, 0, 2, 2, 40];
/// fatal, unrecognized_name (RFC 8446 §6)
const UNRECOGNIZED_NAME: [u8; 7] = [ALERT, 3, 3, 0, 2, 2, 112];

/// Makes the handshake; nothing when the connection is over with it. The caller limits the time.
///
/// # Errors
/// The connection broke, or TLS failed.
pub async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    tls: &Tls,
    faults: Option<&Faults>,
) -> io::Result<Option<TlsStream<S>>> {
    let start = LazyConfigAcceptor::new(Acceptor::default(), VersionAware::new(stream)).await?;
    let StartHandshake { accepted, io, .. } = start;
    let start = StartHandshake::from_parts(accepted, io.stream);
    let Some(usual) = tls.0.choose(&start.client_hello()) else {
        return say(start, &UNRECOGNIZED_NAME).await;
    };
    let handshake = faults.and_then(|faults| faults.handshake(&usual));
    let config = match handshake {
        None => usual,
        Some(Handshake::With(config)) => config,
        Some(Handshake::NeedsName(config, names)) => {
            if !is_named(start.client_hello().server_name(), &names) {
                return say(start, &UNRECOGNIZED_NAME).await;
            }
            config
        }
        Some(Handshake::CloseAfter(config)) => {
            start.into_stream(config).await?.shutdown().await?;
            return Ok(None);
        }
        Some(Handshake::Damaged(config)) => {
            let StartHandshake { accepted, io, .. } = start;
            let damaged = StartHandshake::from_parts(
                accepted,
                Damaging {
                    io,
                    encrypted: false,
                },
            );
            return damaged.into_stream(config).await.map(|_| None);
        }
        Some(Handshake::Say(bytes)) => return say(start, &bytes).await,
        Some(Handshake::Close) => return Ok(None),
        Some(Handshake::Stall) => return std::future::pending().await,
    };
    finish(start, config).await.map(Some)
}

/// The rest of the usual handshake.
async fn finish<S: AsyncRead + AsyncWrite + Unpin>(
    start: StartHandshake<S>,
    config: Arc<ServerConfig>,
) -> io::Result<TlsStream<S>> {
    match start.into_stream(config).into_fallible().await {
        Ok(stream) => Ok(stream),
        Err((error, mut stream)) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            if let Some(rustls::Error::General(_)) = inner {
                // a key and signature schemes that do not fit, of which the TLS library says nothing
                stream.write_all(&HANDSHAKE_FAILURE).await?;
            }
            // a client of TLS 1.3 may have sent its request already: closed on that, the connection
            // would be reset, and the client might never read why
            drop(tokio::time::timeout(LAST_WORDS, leave(&mut stream)).await);
            Err(error)
        }
    }
}

fn is_named(asked: Option<&str>, names: &[String]) -> bool {
    asked
        .is_some_and(|asked| names.is_empty() || names.iter().any(|name| same_address(name, asked)))
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(
    start: StartHandshake<S>,
    bytes: &[u8],
) -> io::Result<Option<TlsStream<S>>> {
    let mut stream = start.io;
    stream.write_all(bytes).await?;
    leave(&mut stream).await?;
    Ok(None)
}

/// How long the client of a failed handshake may go on.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Closes one half; what the client says to it is not of interest, but closing early would reset.
async fn leave<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    stream.shutdown().await?;
    tokio::io::copy(stream, &mut tokio::io::sink()).await?;
    Ok(())
}

/// A stream on which a client without TLS 1.2 is told so. Such a client names no signature schemes,
/// about which the TLS library complains before it looks at the version.
struct VersionAware<S> {
    stream: S,
    /// The first bytes of the ClientHello: those of the record, of the message, and the version.
    first: Vec<u8>,
}

/// Where the version of a ClientHello ends (RFC 5246 §6.2.1, §7.4.1.2).
const VERSION_END: usize = 11;
/// TLS 1.2, which a client of TLS 1.3 says as well.
const TLS12: [u8; 2] = [3, 3];
/// Content type of an alert.
const ALERT: u8 = 21;
/// fatal, protocol_version (RFC 5246 §E.1)
const PROTOCOL_VERSION: [u8; 7] = [ALERT, 3, 1, 0, 2, 2, 70];

impl<S> VersionAware<S> {
    fn new(stream: S) -> Self {
        Self {
            stream,
            first: Vec::with_capacity(VERSION_END),
        }
    }

    fn is_too_old(&self) -> bool {
        let version = self.first.get(VERSION_END - 2..VERSION_END);
        version.is_some_and(|version| version < TLS12.as_slice())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for VersionAware<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let new = buffer.filled().get(before..).unwrap_or_default();
        let missing = VERSION_END - self.first.len();
        self.first.extend(new.iter().take(missing));
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for VersionAware<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let is_alert = bytes.len() == PROTOCOL_VERSION.len() && bytes.first() == Some(&ALERT);
        let bytes = if is_alert && self.is_too_old() {
            &PROTOCOL_VERSION
        } else {
            bytes
        };
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A stream that inverts the last octet of each encrypted record.
struct Damaging<S> {
    io: S,
    /// ChangeCipherSpec was written.
    encrypted: bool,
}

/// Content type of ChangeCipherSpec (RFC 8446 §5.1).
const CHANGE_CIPHER_SPEC: u8 = 20;

impl<S: AsyncRead + Unpin> AsyncRead for Damaging<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Damaging<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut bytes = bytes.to_vec();
        if let Some(last) = bytes.last_mut().filter(|_| self.encrypted) {
            *last = !*last;
        }
        self.encrypted |= bytes.first() == Some(&CHANGE_CIPHER_SPEC);
        Pin::new(&mut self.io).poll_write(context, &bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
