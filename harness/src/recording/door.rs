// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server of an implementation that is played: it takes connections, in their order.

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::line::Line;

/// Connections that wait for their place on the tape.
const WAITING: usize = 64;

/// A server that takes whoever comes.
#[derive(Debug)]
pub(crate) struct Door {
    lines: Receiver<Line>,
    task: JoinHandle<()>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Door {
    /// Serves `listener`.
    pub(crate) fn open(listener: TcpListener, tls: Arc<ServerConfig>) -> Self {
        let (sender, lines) = channel(WAITING);
        Self {
            lines,
            task: tokio::spawn(accept(listener, TlsAcceptor::from(tls), sender)),
        }
    }

    /// The next connection; none when there is none in time.
    pub(super) async fn next(&mut self, patience: Duration) -> Option<Line> {
        let next = tokio::time::timeout(patience, self.lines.recv()).await;
        next.ok().flatten()
    }
}

/// One handshake after the other: their order is that of the tape.
async fn accept(listener: TcpListener, tls: TlsAcceptor, lines: Sender<Line>) {
    while let Ok((socket, _)) = listener.accept().await {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
        match tls.accept(socket).await {
            Ok(stream) => {
                if lines.send(Line::new(Box::new(stream))).await.is_err() {
                    return;
                }
            }
            Err(error) => tracing::debug!(%error, "handshake with a player failed"),
        }
    }
}
