// SPDX-License-Identifier: MIT OR Apache-2.0
//! What stands in front of every server of a case: clients reach it through a relay, which keeps
//! what crosses it for the capture and lets the network of the case take effect.
//!
//! A new connection meets the network in the relay. A request on a connection that is open already
//! meets it behind TLS, in [`Front::guard`]: only there it can be told from what belongs to the
//! exchange before it (an acknowledgement of HTTP/2, the next block of CoAP), which is to come to
//! its end.

mod datagram;
mod door;
mod guard;
mod stream;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use smdp::http::{Ear, TlsOptions};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use veuicc::link::{Event, Slot};
use veuicc::{Card, ProfileState};

use crate::capture::{Capture, Piece};
use crate::case::{Interface, NetworkState};
use crate::network::Network;
use crate::recording::{Counterpart, Trace};
use crate::wire::coap::CoapFaults;
use crate::wire::esipa::{Gate, Handler};

use datagram::Spoiled;
use door::Door;
use guard::Guarded;

/// Peers of one relay at the same time.
const MOST_PEERS: usize = 256;

/// The relays of one case. Dropping it closes them.
#[derive(Debug)]
pub(super) struct Front {
    network: Network,
    capture: Capture,
    trace: Trace,
    against: Option<Counterpart>,
    relays: Mutex<JoinSet<()>>,
}

impl Front {
    /// No relay yet.
    pub(super) fn new(network: Network, capture: Capture) -> Self {
        Self {
            network,
            capture,
            trace: Trace::default(),
            against: None,
            relays: Mutex::default(),
        }
    }

    /// Tells `trace` what the implementation under test sends and gets.
    pub(super) fn telling(mut self, trace: Trace) -> Self {
        self.trace = trace;
        self
    }

    /// Lets a tape answer in place of the servers.
    pub(super) fn against(mut self, counterpart: Option<Counterpart>) -> Self {
        self.against = counterpart;
        self
    }

    /// Who listens to a server that the implementation under test calls, or takes its place.
    pub(super) fn ear(&self, interface: Interface, host: &str) -> Option<Arc<dyn Ear>> {
        match &self.against {
            Some(counterpart) => Some(counterpart.server(interface, host)),
            None => self.trace.server(interface, host),
        }
    }

    /// Where that goes.
    pub(super) const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Where everything that crosses goes.
    pub(super) const fn capture(&self) -> &Capture {
        &self.capture
    }

    /// Keeps what crosses the contacts of a card, and lets its enabled profile decide on coverage.
    pub(super) fn watch(&self, slot: &Slot) {
        let (capture, trace) = (self.capture.clone(), self.trace.clone());
        let keep = move |event: &Event| match event {
            Event::Apdu { command, response } => capture.push(Piece::Apdu {
                command: command.clone(),
                response: response.clone(),
            }),
            Event::Reset { atr, .. } => capture.push(Piece::Reset(atr.clone())),
            Event::Removed => capture.push(Piece::Note("card taken out".to_owned())),
            Event::Inserted => capture.push(Piece::Note("card put in".to_owned())),
        };
        slot.watch(move |event| {
            trace.card(event);
            keep(event);
        });
        let slot = slot.clone();
        self.network
            .ask_card(move || slot.with_card(|card| enabled_profile(card)));
    }

    /// An address that leads to `server`.
    pub(super) fn before(
        &self,
        interface: Interface,
        server: SocketAddr,
    ) -> io::Result<SocketAddr> {
        self.relay(interface, server, anywhere())
    }

    /// The same at an address that the clients know already.
    pub(super) fn at(
        &self,
        interface: Interface,
        server: SocketAddr,
        outside: SocketAddr,
    ) -> io::Result<SocketAddr> {
        self.relay(interface, server, outside)
    }

    fn relay(
        &self,
        interface: Interface,
        server: SocketAddr,
        outside: SocketAddr,
    ) -> io::Result<SocketAddr> {
        let door = Door::open(outside)?;
        let address = door.address();
        door.follow(&self.network, interface);
        let way = stream::Route {
            interface,
            server,
            network: self.network.clone(),
            capture: self.capture.clone(),
            ours: self.trace.ours(),
        };
        self.spawn(stream::relay(door, way));
        Ok(address)
    }

    /// A socket for a server of datagrams, and the address that its clients are to be told.
    pub(super) async fn datagrams(
        &self,
        interface: Interface,
        faults: Option<Arc<CoapFaults>>,
    ) -> io::Result<(UdpSocket, SocketAddr)> {
        let inside = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let outside = self
            .relay_datagrams(interface, inside.local_addr()?, faults)
            .await?;
        Ok((inside, outside))
    }

    /// An address that leads to `server`, which takes datagrams.
    pub(super) async fn datagrams_before(
        &self,
        interface: Interface,
        server: SocketAddr,
    ) -> io::Result<SocketAddr> {
        self.relay_datagrams(interface, server, None).await
    }

    async fn relay_datagrams(
        &self,
        interface: Interface,
        server: SocketAddr,
        faults: Option<Arc<CoapFaults>>,
    ) -> io::Result<SocketAddr> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let outside = socket.local_addr()?;
        let route = datagram::Route {
            interface,
            server,
            capture: self.capture.clone(),
            way: Spoiled::new(faults),
        };
        self.spawn(datagram::relay(socket, route));
        Ok(outside)
    }

    /// The handler of an ESipa server, with the network of the case before it.
    pub(super) fn guard(&self, interface: Interface, handler: Handler) -> Handler {
        guard::esipa(self.network.clone(), interface, handler)
    }

    /// Tells a server of datagrams when nothing reaches it.
    pub(super) fn gate(&self, interface: Interface) -> Gate {
        let network = self.network.clone();
        Arc::new(move || {
            use NetworkState::{Drop, Gone, Refuse};
            matches!(network.state(interface), Gone | Refuse | Drop)
        })
    }

    /// The same for ES9+ and ES11 of the server `host`.
    pub(super) fn guard_http(
        &self,
        interface: Interface,
        host: &str,
        handler: Arc<dyn smdp::http::Handler>,
    ) -> Arc<dyn smdp::http::Handler> {
        Arc::new(Guarded {
            network: self.network.clone(),
            interface,
            handler,
            ear: self.ear(interface, host),
        })
    }

    /// Makes an ESipa server tell the capture its secrets.
    pub(super) fn tell_secrets(&self, config: &ServerConfig) -> Arc<ServerConfig> {
        let mut config = config.clone();
        config.key_log = self.key_log();
        Arc::new(config)
    }

    /// What a listener of `smdp` offers, with secrets for the capture.
    pub(super) fn tls_options(&self) -> TlsOptions {
        TlsOptions {
            key_log: Some(self.key_log()),
            ..TlsOptions::default()
        }
    }

    /// What takes the secrets of TLS.
    pub(super) fn key_log(&self) -> Arc<dyn rustls::KeyLog> {
        Arc::new(self.capture.clone())
    }

    fn spawn(&self, relay: impl Future<Output = ()> + Send + 'static) {
        let mut relays = self.relays.lock().unwrap_or_else(PoisonError::into_inner);
        relays.spawn(relay);
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.network.let_go();
    }
}

/// The ICCID of the enabled profile, as it is on the card.
fn enabled_profile(card: &Card) -> Option<String> {
    let mut profiles = card.profiles().iter();
    let enabled = profiles.find(|profile| profile.state == ProfileState::Enabled);
    enabled.map(|profile| hex::encode(&profile.metadata.iccid))
}

const fn anywhere() -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0)
}
