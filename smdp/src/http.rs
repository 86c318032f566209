// SPDX-License-Identifier: MIT OR Apache-2.0
//! HTTP and TLS shell of the SM-DP+ (SGP.22 §6.1 to §6.3): one POST, one function, one answer.
//!
//! Traps: a refused function is still HTTP 200, with the refusal in the body; HandleNotification
//! answers 204 without a body and without a content type; a device may send `charset` parameters,
//! odd header case and no content type at all. No `Date` header is sent, so that the same exchange
//! has the same bytes on every run.

mod respond;
mod tls;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

pub use tls::{TlsError, TlsVersions, server_config};

use crate::service::Es9Service;

/// Bounds on what one client may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest request body in bytes.
    pub body: usize,
    /// Time for the TLS handshake, for the request header and for the body, each.
    pub patience: Duration,
    /// Connections served at the same time; further ones wait in the listen queue.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
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

/// Serves ES9+ on a bound listener until [`Server::shutdown`] (SGP.22 §6.2).
pub fn serve(
    listener: TcpListener,
    service: Arc<Es9Service>,
    tls: Arc<ServerConfig>,
    limits: Limits,
) -> io::Result<Server> {
    let local_addr = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let shell = Shell {
        service,
        tls: TlsAcceptor::from(tls),
        limits,
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
    service: Arc<Es9Service>,
    tls: TlsAcceptor,
    limits: Limits,
}

async fn accept_loop(listener: TcpListener, shell: Arc<Shell>, mut stopped: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(shell.limits.connections));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (shell, stopped) = (Arc::clone(&shell), stopped.clone());
                connections.spawn(async move {
                    if let Err(error) = connection(stream, &shell, stopped).await {
                        tracing::debug!(%peer, error = %error, "connection ended");
                    }
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

type ConnectionError = Box<dyn std::error::Error + Send + Sync>;

async fn connection(
    stream: TcpStream,
    shell: &Arc<Shell>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), ConnectionError> {
    stream.set_nodelay(true)?;
    let patience = shell.limits.patience;
    let stream = tokio::select! {
        stream = tokio::time::timeout(patience, shell.tls.accept(stream)) => stream??,
        _ = stopped.wait_for(|stop| *stop) => return Ok(()),
    };
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .header_read_timeout(patience);
    builder
        .http2()
        .auto_date_header(false)
        .timer(TokioTimer::new());

    let service = service_fn(|request| {
        let shell = Arc::clone(shell);
        async move { Ok::<_, Infallible>(respond::respond(&shell.service, shell.limits, request).await) }
    });
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        result = connection.as_mut() => return result,
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::time::timeout(patience, connection).await?
}
