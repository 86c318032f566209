// SPDX-License-Identifier: MIT OR Apache-2.0
//! HTTP and TLS shell of the SM-DP+ (SGP.22 §6.1 to §6.3): one POST, one function, one answer.
//!
//! Traps: a refused function is still HTTP 200, with the refusal in the body; HandleNotification
//! answers 204 without a body and without a content type; a device may send `charset` parameters,
//! odd header case and no content type at all. No `Date` header is sent, so that the same exchange
//! has the same bytes on every run.

mod connection;
mod handler;
mod handshake;
mod manner;
mod overhear;
mod prompt;
mod respond;
mod slots;
mod tls;
mod unwanted;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

pub use handler::{Answering, Call, Client, Handler, Resource, Router};
pub use handshake::{Handshake, accept};
pub use manner::{Cut, End, Framing, Manner, OffScript, Script, Shared, Stage};
pub use overhear::{Ear, Opened, Overheard, Stream};
pub use prompt::Prompt;
pub use tls::{
    ChooseTls, ClientCertificates, ClientRefused, ClientTrust, Group, Identities, Pin, Suite, Tls,
    TlsClock, TlsError, TlsOptions, TlsVersions, UnknownName, alpn, server_config,
    server_config_with,
};
pub use unwanted::{discard, leave};

use slots::Slots;

/// Bounds on what one client may take, and all together.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest request body in bytes.
    pub body: usize,
    /// Largest request header in bytes; at least 8 KiB.
    pub header: usize,
    /// Bytes of request bodies held at the same time, on all connections together; a request
    /// beyond them gets 503.
    pub bodies: usize,
    /// Time for the TLS handshake, for the request header and for the body, each; and the time
    /// that a connection may be idle, or a client may take nothing of its answer.
    pub patience: Duration,
    /// Connections served at the same time; a further one gets the place of the one that has been
    /// idle for longest.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            header: 32 << 10,
            bodies: 64 << 20,
            patience: Duration::from_secs(30),
            connections: 512,
        }
    }
}

/// A running listener. Dropping it stops accepting without waiting; [`Server::shutdown`] waits for
/// open exchanges.
#[derive(Debug)]
pub struct Server {
    local_addr: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// The address that clients connect to, with the port the system chose when it was asked for
    /// port 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Stops accepting, lets every exchange under way finish, and closes the connections.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::warn!(%error, "listener ended early");
        }
    }
}

/// Serves a handler on a bound listener until [`Server::shutdown`] (SGP.22 §6.2). `tls` is a
/// [`Tls`], or one configuration for everybody.
///
/// # Errors
/// The listener has no address.
pub fn serve(
    listener: TcpListener,
    handler: Arc<dyn Handler>,
    tls: impl Into<Tls>,
    limits: Limits,
) -> io::Result<Server> {
    start(listener, handler, Some(tls.into()), limits)
}

/// As [`serve`] without TLS, for what stays on the machine.
///
/// # Errors
/// The listener has no address.
pub fn serve_plain(
    listener: TcpListener,
    handler: Arc<dyn Handler>,
    limits: Limits,
) -> io::Result<Server> {
    start(listener, handler, None, limits)
}

fn start(
    listener: TcpListener,
    handler: Arc<dyn Handler>,
    tls: Option<Tls>,
    limits: Limits,
) -> io::Result<Server> {
    let local_addr = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let shell = Shell {
        handler,
        tls,
        limits,
        bodies: Arc::new(Semaphore::new(limits.bodies.min(Semaphore::MAX_PERMITS))),
    };
    let task = tokio::spawn(accept_loop(listener, Arc::new(shell), stopped));
    Ok(Server {
        local_addr,
        stop,
        task,
    })
}

/// What every connection needs.
struct Shell {
    handler: Arc<dyn Handler>,
    tls: Option<Tls>,
    limits: Limits,
    /// One permit for each byte of a request body that may be held.
    bodies: Arc<Semaphore>,
}

async fn accept_loop(listener: TcpListener, shell: Arc<Shell>, mut stopped: watch::Receiver<bool>) {
    let slots = Arc::new(Slots::new(shell.limits.connections));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let held = tokio::select! {
            held = slots.take() => held,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let (shell, stopped) = (Arc::clone(&shell), stopped.clone());
        connections.spawn(async move {
            if let Err(error) = connection::serve(stream, &shell, held.slot(), stopped).await {
                tracing::debug!(%peer, error = %error, "connection ended");
            }
            drop(held);
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}
