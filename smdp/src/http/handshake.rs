// SPDX-License-Identifier: MIT OR Apache-2.0
//! The TLS handshake of one connection: as the listener is set up, or in another way that was
//! asked for.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

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

/// fatal, unrecognized_name (RFC 8446 §6)
const UNRECOGNIZED_NAME: [u8; 7] = [21, 3, 3, 0, 2, 2, 112];

/// Makes the handshake; nothing when the connection is over with it. The caller limits the time.
///
/// # Errors
/// The connection broke, or TLS failed.
pub async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    tls: &Tls,
    faults: Option<&Faults>,
) -> io::Result<Option<TlsStream<S>>> {
    let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
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
    start.into_stream(config).await.map(Some)
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
    stream.shutdown().await?;
    // what the client says to it is not of interest, but closing early would reset
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(None)
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
