// SPDX-License-Identifier: MIT OR Apache-2.0
//! The network between a device and a server: a TCP relay that is open or closed, and that sees
//! how much has passed.
//!
//! A closed gate ends every connection, new ones at once and old ones with their next octet: that is
//! what a device sees whose profile has lost its network.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Octets taken over at once: a message of ESipa in a piece or two.
const PIECE: usize = 16 * 1024;

/// Whether octets may pass.
pub(super) type Open = Arc<dyn Fn() -> bool + Send + Sync>;
/// Called before each piece that passes, in either direction.
pub(super) type Watch = Arc<dyn Fn() + Send + Sync>;

/// A gate before one server. Dropping it closes the socket and every connection.
#[derive(Debug)]
pub(super) struct Gate {
    address: SocketAddr,
    server: Arc<Mutex<SocketAddr>>,
    task: JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Way {
    server: Arc<Mutex<SocketAddr>>,
    open: Open,
    watch: Watch,
}

impl Gate {
    /// A gate on a free port of the loopback interface.
    pub(super) async fn new(server: SocketAddr, open: Open, watch: Watch) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let server = Arc::new(Mutex::new(server));
        let way = Way {
            server: server.clone(),
            open,
            watch,
        };
        Ok(Self {
            address: listener.local_addr()?,
            server,
            task: tokio::spawn(accept(listener, way)),
        })
    }

    /// Where the device connects to.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the server is from now on.
    pub(super) fn handle(&self) -> Server {
        Server(self.server.clone())
    }
}

/// Where the server behind a gate is: it may come back on another port.
#[derive(Clone, Debug)]
pub(super) struct Server(Arc<Mutex<SocketAddr>>);

impl Server {
    pub(super) fn moved(&self, server: SocketAddr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = server;
    }
}

async fn accept(listener: TcpListener, way: Way) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((device, _)) if (way.open)() => {
                connections.spawn(connection(device, way.clone()));
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "gate gave up");
                return;
            }
        }
    }
}

async fn connection(device: TcpStream, way: Way) {
    let address = *way.server.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(server) = TcpStream::connect(address).await else {
        return;
    };
    // a relay that waits for more octets would slow every message down
    if device.set_nodelay(true).is_err() || server.set_nodelay(true).is_err() {
        return;
    }
    let (from_device, to_device) = device.into_split();
    let (from_server, to_server) = server.into_split();
    // either end takes the other with it
    tokio::select! {
        ended = carry(from_device, to_server, &way) => log(ended),
        ended = carry(from_server, to_device, &way) => log(ended),
    }
}

fn log(ended: std::io::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "connection through the gate ended");
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: &Way) -> std::io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        let Some(octets) = piece.get(..length).filter(|octets| !octets.is_empty()) else {
            return Ok(());
        };
        if !(way.open)() {
            return Err(ErrorKind::ConnectionReset.into());
        }
        let watch = way.watch.clone();
        // what watches may kill a process and wait for its end
        tokio::task::spawn_blocking(move || watch()).await?;
        to.write_all(octets).await?;
    }
}
