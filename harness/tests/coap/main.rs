// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa over CoAP and DTLS: real sockets, a network that loses datagrams, the mock eIM and the
//! reference IPA at its ends.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, its helpers too"
)]

mod binding;
mod device;
mod download;
mod injection;
mod proxy;
mod trust;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::{Credential, Curve, Pki, Role};
use harness::wire::coap::{CoapClient, CoapServer, Settings, Transmission};
use harness::wire::esipa::{Handler, handler};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, Trust};
use tokio::net::UdpSocket;

const HOST: &str = "eim1.test.example";
/// 2026-07-01: inside the validity of the test certificates.
const NOW: i64 = 1_782_864_000;

/// Timers for a network in one machine: what is lost is repeated soon, and long enough.
fn quick() -> Settings {
    Settings {
        transmission: Transmission {
            ack_timeout: Duration::from_millis(60),
            max_retransmit: 11,
            patience: Duration::from_millis(40),
            ..Transmission::default()
        },
        handshake_timeout: Duration::from_millis(80),
        handshake_retries: 9,
        ..Settings::default()
    }
}

fn identity(credential: &Credential) -> Identity {
    Identity {
        chain: vec![credential.certificate.clone()],
        key: credential.key_der().unwrap(),
    }
}

/// A server that answers every message by the same message, and `00` by nothing.
struct Echo {
    pki: Pki,
    tls: Credential,
    resolver: Resolver,
    executed: Arc<Mutex<Vec<Vec<u8>>>>,
    server: Option<CoapServer>,
}

impl Echo {
    async fn start(settings: Settings) -> Self {
        Self::slow(settings, Duration::ZERO).await
    }

    /// One that takes its time.
    async fn slow(settings: Settings, work: Duration) -> Self {
        let pki = Pki::seeded(1).unwrap();
        let tls = pki
            .issue_tls(Role::EimTls, &[HOST], Curve::NistP256)
            .unwrap();
        let executed = Arc::new(Mutex::new(Vec::new()));
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let resolver = Resolver::new();
        resolver.insert(HOST, socket.local_addr().unwrap());
        let echo = echo(executed.clone(), work);
        let server = CoapServer::start(socket, &identity(&tls), settings, echo).unwrap();
        Self {
            pki,
            tls,
            resolver,
            executed,
            server: Some(server),
        }
    }

    /// Starts it again on the same address, as a process that was killed.
    async fn restart(&mut self, settings: Settings) {
        let address = self.resolver.resolve(HOST).unwrap();
        let mut old = self.server.take().unwrap();
        old.stop();
        old.join().await;
        let socket = UdpSocket::bind(address).await.unwrap();
        let echo = echo(self.executed.clone(), Duration::ZERO);
        let server = CoapServer::start(socket, &identity(&self.tls), settings, echo).unwrap();
        self.server = Some(server);
    }

    fn trust(&self) -> Trust {
        Trust::Certificate(self.tls.certificate.clone())
    }

    fn client(&self, settings: Settings) -> CoapClient {
        self.client_of(&self.trust(), settings)
    }

    fn client_of(&self, trust: &Trust, settings: Settings) -> CoapClient {
        CoapClient::new(HOST, self.resolver.clone(), trust, NOW, settings)
            .with_timeout(Duration::from_secs(10))
    }

    fn executed(&self) -> Vec<Vec<u8>> {
        self.executed.lock().unwrap().clone()
    }
}

fn echo(executed: Arc<Mutex<Vec<Vec<u8>>>>, work: Duration) -> Handler {
    handler(move |posted| {
        executed.lock().unwrap().push(posted.body.clone());
        async move {
            tokio::time::sleep(work).await;
            match posted.body.as_slice() {
                [0] => Vec::new(),
                _ => posted.body,
            }
        }
    })
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 % 253 + 1) as u8).collect()
}
