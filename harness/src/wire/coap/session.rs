// SPDX-License-Identifier: MIT OR Apache-2.0
//! DTLS of one peer, without sockets.
//!
//! Traps: the peer's certificate is handed over and nobody has judged it yet; every error ends the
//! session; records that are damaged or come twice are dropped below and never show.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use dimpl::{Config, ConfigBuilder, Dtls, DtlsCertificate, Output, PskResolver};
use rsp::ecdsa::{Curve, PrivateKey};
use rsp::env::SeededEnv;

use super::{CoapError, DtlsVersion, Psk, Settings};
use crate::wire::tls::Identity;

/// The largest record that is taken.
const LARGEST: usize = 65_535;
/// Stands where a client certificate would be. A server that asks for one refuses it.
const NO_CERTIFICATE: [u8; 2] = [0x30, 0x00];

/// What a server needs for every peer.
#[derive(Clone)]
pub(super) struct ServerSide {
    config: Arc<Config>,
    certificate: DtlsCertificate,
    only: Option<DtlsVersion>,
    psk_only: bool,
}

impl ServerSide {
    /// Checks identity and settings.
    pub(super) fn new(identity: &Identity, settings: &Settings) -> Result<Self, CoapError> {
        let mut builder = builder(settings);
        if let Some(psk) = &settings.psk {
            builder = builder.with_psk_server(None, Arc::new(OneKey(psk.clone())));
        }
        let config = build(builder)?;
        let certificate = certificate_of(identity)?;
        check_key(&config, &certificate)?;
        Ok(Self {
            config,
            certificate,
            only: settings.only,
            psk_only: settings.psk_only,
        })
    }
}

/// The key of the laboratory.
struct OneKey(Psk);

impl PskResolver for OneKey {
    fn resolve(&self, identity: &[u8]) -> Option<Vec<u8>> {
        (identity == self.0.identity).then(|| self.0.key.clone())
    }
}

/// A DTLS session with one peer.
pub(super) struct Session {
    dtls: Dtls,
    wake: Option<Instant>,
    connected: bool,
    closed: bool,
    certificate: Option<Vec<u8>>,
    out: VecDeque<Vec<u8>>,
    data: VecDeque<Vec<u8>>,
    buffer: Vec<u8>,
}

impl Session {
    /// The client's end: its first flight is ready to be sent.
    pub(super) fn client(
        settings: &Settings,
        env: &mut SeededEnv,
        now: Instant,
    ) -> Result<Self, CoapError> {
        let builder = builder(settings);
        let mut dtls = match &settings.psk {
            Some(psk) => {
                let key = Arc::new(OneKey(psk.clone()));
                let config = build(builder.with_psk_client(psk.identity.clone(), key))?;
                Dtls::new_12_psk(config, now)
            }
            None => {
                let config = build(builder)?;
                let certificate = match &settings.identity {
                    Some(identity) => certificate_of(identity)?,
                    None => unused_certificate(env)?,
                };
                check_key(&config, &certificate)?;
                match settings.version {
                    DtlsVersion::V12 => Dtls::new_12(config, certificate, now),
                    DtlsVersion::V13 => Dtls::new_13(config, certificate, now),
                }
            }
        };
        dtls.set_active(true);
        let mut session = Self::around(dtls);
        session.tick(now)?;
        Ok(session)
    }

    /// The server's end, which takes both versions.
    pub(super) fn server(side: &ServerSide, now: Instant) -> Result<Self, CoapError> {
        let (config, certificate) = (side.config.clone(), side.certificate.clone());
        let dtls = match side.only {
            _ if side.psk_only => Dtls::new_12_psk(config, now),
            None => Dtls::new_auto(config, certificate, now),
            Some(DtlsVersion::V12) => Dtls::new_12(config, certificate, now),
            Some(DtlsVersion::V13) => Dtls::new_13(config, certificate, now),
        };
        let mut session = Self::around(dtls);
        session.tick(now)?;
        Ok(session)
    }

    fn around(dtls: Dtls) -> Self {
        Self {
            dtls,
            wake: None,
            connected: false,
            closed: false,
            certificate: None,
            out: VecDeque::new(),
            data: VecDeque::new(),
            buffer: vec![0; 2048],
        }
    }

    /// Whether the handshake is complete.
    pub(super) const fn is_connected(&self) -> bool {
        self.connected
    }

    /// Whether the peer closed it.
    pub(super) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// The certificate that the peer has shown.
    pub(super) fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }

    /// The next datagram to send.
    pub(super) fn poll(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// The next message of the peer.
    pub(super) fn data(&mut self) -> Option<Vec<u8>> {
        self.data.pop_front()
    }

    /// When [`Self::tick`] has something to do.
    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.wake
    }

    /// Takes a datagram.
    pub(super) fn receive(&mut self, datagram: &[u8], now: Instant) -> Result<(), CoapError> {
        self.dtls.handle_timeout(now).map_err(failed)?;
        self.drain();
        self.dtls.handle_packet(datagram).map_err(failed)?;
        self.drain();
        Ok(())
    }

    /// Repeats a flight that is due.
    pub(super) fn tick(&mut self, now: Instant) -> Result<(), CoapError> {
        self.dtls.handle_timeout(now).map_err(failed)?;
        self.drain();
        Ok(())
    }

    /// Sends one message.
    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), CoapError> {
        self.dtls.send_application_data(message).map_err(failed)?;
        self.drain();
        Ok(())
    }

    /// Counts it as closed.
    pub(super) const fn abandon(&mut self) {
        self.closed = true;
    }

    /// Says goodbye; the alert is the last datagram.
    pub(super) fn close(&mut self) {
        if self.dtls.close().is_ok() {
            self.drain();
        }
    }

    fn drain(&mut self) {
        loop {
            match self.dtls.poll_output(&mut self.buffer) {
                Output::Packet(packet) => self.out.push_back(packet.to_vec()),
                Output::ApplicationData(data) => self.data.push_back(data.to_vec()),
                Output::PeerCert(leaf) => self.certificate = Some(leaf.to_vec()),
                Output::Connected => self.connected = true,
                Output::CloseNotify => self.closed = true,
                Output::BufferTooSmall { needed } => {
                    if needed <= self.buffer.len() || needed > LARGEST {
                        self.closed = true;
                        return;
                    }
                    self.buffer.resize(needed, 0);
                }
                Output::Timeout(at) => {
                    self.wake = Some(at);
                    return;
                }
                _ => {}
            }
        }
    }
}

fn builder(settings: &Settings) -> ConfigBuilder {
    let builder = match settings.mtu {
        Some(mtu) => Config::builder().mtu(mtu),
        None => Config::builder(),
    };
    builder
        .require_client_certificate(settings.asks_certificate)
        .flight_start_rto(settings.handshake_timeout)
        .flight_retries(settings.handshake_retries)
}

fn build(builder: ConfigBuilder) -> Result<Arc<Config>, CoapError> {
    let config = builder.build();
    config
        .map(Arc::new)
        .map_err(|error| CoapError::SetUp(error.to_string()))
}

/// DTLS takes a key and no certificate that it cannot use for a programming error.
fn check_key(config: &Config, certificate: &DtlsCertificate) -> Result<(), CoapError> {
    let keys = config.crypto_provider().key_provider;
    let key = keys.load_private_key(&certificate.private_key);
    key.map(|_| ())
        .map_err(|error| CoapError::SetUp(format!("private key: {error}")))
}

fn certificate_of(identity: &Identity) -> Result<DtlsCertificate, CoapError> {
    let leaf = identity.chain.first().filter(|leaf| !leaf.is_empty());
    let leaf = leaf.ok_or_else(|| CoapError::SetUp("expected a certificate".to_owned()))?;
    Ok(DtlsCertificate {
        certificate: leaf.clone(),
        private_key: identity.key.clone(),
    })
}

fn unused_certificate(env: &mut SeededEnv) -> Result<DtlsCertificate, CoapError> {
    let key = PrivateKey::generate(Curve::NistP256, env);
    let private_key = key
        .to_pkcs8_der()
        .map_err(|error| CoapError::SetUp(error.to_string()))?;
    Ok(DtlsCertificate {
        certificate: NO_CERTIFICATE.to_vec(),
        private_key,
    })
}

fn failed(error: dimpl::Error) -> CoapError {
    match error {
        dimpl::Error::Timeout(_) => CoapError::Handshake,
        other => CoapError::Dtls(other.to_string()),
    }
}
