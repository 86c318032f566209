// SPDX-License-Identifier: MIT OR Apache-2.0
//! The relay of UDP: one socket towards the server per client address.

mod spoiled;

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::task::JoinSet;

pub(super) use spoiled::Spoiled;

use super::MOST_PEERS;
use crate::capture::{Capture, Piece, Way};
use crate::case::Interface;

/// The largest datagram.
const LARGEST: usize = 65_535;

/// Where datagrams lead.
pub(super) struct Route {
    pub(super) interface: Interface,
    pub(super) server: SocketAddr,
    pub(super) capture: Capture,
    /// What happens to datagrams on their way.
    pub(super) way: Spoiled,
}

struct Peer {
    number: usize,
    socket: Arc<UdpSocket>,
}

/// Carries datagrams until it is dropped.
pub(super) async fn relay(outside: UdpSocket, route: Route) {
    let (outside, route) = (Arc::new(outside), Arc::new(route));
    let mut peers: HashMap<SocketAddr, Peer> = HashMap::new();
    let mut backwards = JoinSet::new();
    let mut datagram = vec![0; LARGEST];
    loop {
        let (length, from) = match outside.recv_from(&mut datagram).await {
            Ok(received) => received,
            // an ICMP error of an earlier answer says nothing about the socket
            Err(error) => {
                tracing::debug!(%error, "datagram");
                tokio::task::yield_now().await;
                continue;
            }
        };
        let datagram = datagram.get(..length).unwrap_or_default();
        if route.way.is_lost(datagram) {
            continue;
        }
        if route.way.forgets(datagram) {
            // behind another address the server knows nothing of the session
            peers.remove(&from);
        }
        if !peers.contains_key(&from) && peers.len() < MOST_PEERS {
            let Ok(peer) = route.peer().await else {
                continue;
            };
            let (route, outside, socket) = (route.clone(), outside.clone(), peer.socket.clone());
            backwards.spawn(async move {
                route.back(peer.number, &socket, &outside, from).await;
            });
            peers.insert(from, peer);
        }
        if let Some(peer) = peers.get(&from) {
            route.keep(peer.number, Way::Up, datagram);
            // a datagram that is not sent is one that was lost
            let _lost = peer.socket.send(datagram).await;
        }
    }
}

impl Route {
    async fn peer(&self) -> io::Result<Peer> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        socket.connect(self.server).await?;
        Ok(Peer {
            number: self.capture.connection(),
            socket: Arc::new(socket),
        })
    }

    async fn back(&self, number: usize, from: &UdpSocket, outside: &UdpSocket, to: SocketAddr) {
        let mut datagram = vec![0; LARGEST];
        let mut held = None;
        loop {
            match from.recv(&mut datagram).await {
                Ok(length) => {
                    let datagram = datagram.get(..length).unwrap_or_default();
                    for datagram in self.way.back(datagram, &mut held) {
                        self.keep(number, Way::Down, &datagram);
                        let _lost = outside.send_to(&datagram, to).await;
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "datagram");
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    fn keep(&self, connection: usize, way: Way, bytes: &[u8]) {
        self.capture.push(Piece::Datagram {
            connection,
            interface: self.interface,
            way,
            bytes: bytes.to_vec(),
        });
    }
}
