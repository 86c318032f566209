// SPDX-License-Identifier: MIT OR Apache-2.0
//! The relay of TCP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::MOST_PEERS;
use super::door::Door;
use super::guard::seconds;
use crate::capture::{Capture, Piece, Way};
use crate::case::{Interface, NetworkState};
use crate::network::Network;
use crate::wire::net::Callers;

/// Bytes that are carried at once.
const PORTION: usize = 16 * 1024;
/// Pause after the system had no connection to give.
const PAUSE: Duration = Duration::from_millis(50);

/// Where connections lead.
pub(super) struct Route {
    pub(super) interface: Interface,
    pub(super) server: SocketAddr,
    pub(super) network: Network,
    pub(super) capture: Capture,
    /// Connections that are not those of the implementation under test.
    pub(super) ours: Callers,
}

/// Carries connections until it is dropped.
pub(super) async fn relay(door: Arc<Door>, route: Route) {
    let route = Arc::new(route);
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match door.accept().await {
            Ok(_) if connections.len() >= MOST_PEERS => {
                tracing::warn!(interface = %route.interface, "too many connections");
            }
            Ok(client) => {
                let route = route.clone();
                connections.spawn(async move {
                    if let Err(error) = route.carry(client).await {
                        tracing::debug!(interface = %route.interface, %error, "connection ended");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(interface = %route.interface, %error, "accept failed");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

impl Route {
    async fn carry(&self, client: TcpStream) -> io::Result<()> {
        let interface = self.interface;
        match self.network.state(interface) {
            NetworkState::Gone | NetworkState::Refuse => {
                self.capture.push(Piece::Refused { interface });
                return Ok(());
            }
            NetworkState::Drop => return self.swallow(client).await,
            NetworkState::Delay(delay) => tokio::time::sleep(seconds(delay)).await,
            NetworkState::Cut | NetworkState::Back => (),
        }
        let is_ours = client.peer_addr().is_ok_and(|peer| self.ours.take(peer));
        let Ok(server) = TcpStream::connect(self.server).await else {
            self.capture.push(Piece::Refused { interface });
            return Ok(());
        };
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        if is_ours {
            self.ours.note(server.local_addr()?);
        }
        let connection = self.capture.open(interface);
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let ended = tokio::try_join!(
            self.pump(connection, Way::Up, from_client, to_server),
            self.pump(connection, Way::Down, from_server, to_client),
        );
        self.capture.push(Piece::Closed { connection });
        ended.map(|_| ())
    }

    async fn pump(
        &self,
        connection: usize,
        way: Way,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
    ) -> io::Result<()> {
        let mut portion = vec![0; PORTION];
        loop {
            let length = from.read(&mut portion).await?;
            let bytes = portion.get(..length).unwrap_or_default();
            if bytes.is_empty() {
                return to.shutdown().await;
            }
            // before it goes on, so that an answer never stands before its request
            self.capture.push(Piece::Bytes {
                connection,
                way,
                bytes: bytes.to_vec(),
            });
            to.write_all(bytes).await?;
        }
    }

    /// Takes whatever comes and says nothing.
    async fn swallow(&self, client: TcpStream) -> io::Result<()> {
        let connection = self.capture.open(self.interface);
        let ended = self
            .pump(connection, Way::Up, client, tokio::io::sink())
            .await;
        self.capture.push(Piece::Closed { connection });
        ended
    }
}
