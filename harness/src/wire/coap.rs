// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa over CoAP and DTLS (SGP.32 §6.2, §6.3): RFC 7252 messages, RFC 7959 block-wise transfer,
//! DTLS 1.2 and 1.3.
//!
//! Reading order: `block` and `message` (bytes), `reliability` (acknowledge, repeat, recognise
//! duplicates), `transfer` (one post of a client), `responder` (one peer of a server), `session`
//! (DTLS of one peer), `client` and `server` (sockets). All but the last two are without sockets and
//! clocks: datagrams and the time go in, datagrams and events come out.
//!
//! The traps of this binding:
//! - ESipa functions are not idempotent: a message that comes twice is executed once, and the
//!   second copy gets the answer of the first (RFC 7252 §4.5);
//! - a relay to an SM-DP+ takes longer than the peer waits for an acknowledgement, so a late
//!   answer goes as a message of its own (RFC 7252 §5.2.2);
//! - what is no ESipa (method, path, options) is answered by a CoAP code; what a function refuses
//!   is an error arm inside 2.04, as it is inside HTTP 200.

mod block;
mod client;
mod fault;
mod message;
mod options;
mod peer;
mod reliability;
mod responder;
mod routing;
mod server;
mod session;
mod shaped;
mod transfer;
mod upload;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use block::Block;
pub use client::CoapClient;
pub use fault::{
    ArmedCoapFault, CoapFault, CoapFaultError, CoapFaults, Effect, FAULTS as COAP_FAULTS,
};
pub use message::{Message, MessageFault};
pub use options::CoapArgs;
pub use reliability::{Endpoint, Event, Transmission};
pub use responder::{Job, Responder};
pub use server::CoapServer;
pub use transfer::{Step, Transfer};

use super::http::BODY_LIMIT;
use super::tls::Identity;
use crate::defect::{Defects, EimDefect, IpaDefect};

/// The path of the ASN.1 binding, which is that of HTTPS (SGP.32 §6.1.1).
pub const PATH: &str = super::esipa::PATH;
/// The port of CoAP over DTLS (RFC 7252 §6.2).
pub const PORT: u16 = 5684;
/// Content-Format of the messages: application/octet-stream, as none is registered for ESipa.
pub const CONTENT_FORMAT: u16 = 42;

/// A secret that both sides know, for a laboratory: SGP.32 has no such mode.
#[derive(Clone, Eq, PartialEq)]
pub struct Psk {
    /// Name of the key.
    pub identity: Vec<u8>,
    /// The key.
    pub key: Vec<u8>,
}

impl Psk {
    /// The key of a server that has no certificate on purpose.
    #[must_use]
    pub fn laboratory() -> Self {
        Self {
            identity: b"laboratory".to_vec(),
            key: vec![0x5A; 16],
        }
    }
}

impl std::fmt::Debug for Psk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Psk({})", String::from_utf8_lossy(&self.identity))
    }
}

impl std::str::FromStr for Psk {
    type Err = String;

    /// Reads `IDENTITY:HEX` of a command line.
    fn from_str(text: &str) -> Result<Self, String> {
        let (identity, key) = text.split_once(':').ok_or("expected IDENTITY:HEX")?;
        let key = hex::decode(key).map_err(|error| format!("expected a key in hex: {error}"))?;
        if identity.is_empty() || key.is_empty() {
            return Err("expected an identity and a key, got an empty one".to_owned());
        }
        Ok(Self {
            identity: identity.as_bytes().to_vec(),
            key,
        })
    }
}

/// Versions of DTLS.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum DtlsVersion {
    /// DTLS 1.2 (RFC 6347).
    #[default]
    #[value(name = "1.2")]
    V12,
    /// DTLS 1.3 (RFC 9147).
    #[value(name = "1.3")]
    V13,
}

/// How one side of the binding behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The path, with a leading `/`.
    pub path: String,
    /// The block size to begin with, 16 to 1024; the peer may ask for less.
    pub block_size: usize,
    /// Content-Format of requests.
    pub content_format: u16,
    /// The largest message in either direction.
    pub body_limit: usize,
    /// Timers of the message layer.
    pub transmission: Transmission,
    /// First repetition of a DTLS flight; it doubles from there (RFC 6347 §4.2.4.1).
    pub handshake_timeout: Duration,
    /// Repetitions of a DTLS flight.
    pub handshake_retries: usize,
    /// A session that was used within this time is used again without asking whether the server
    /// still knows it.
    pub fresh: Duration,
    /// Version of DTLS that a client offers; a server takes both.
    pub version: DtlsVersion,
    /// Pre-shared key; a client with one uses no certificates.
    pub psk: Option<Psk>,
    /// What a client shows to a server that asks for a certificate: an eIM that injects.
    pub identity: Option<Identity>,
    /// Whether a server asks for one; who shows none is refused then.
    pub asks_certificate: bool,
    /// The largest datagram of DTLS; without one it is the library's.
    pub mtu: Option<usize>,
    /// The only version of DTLS that a server takes.
    pub only: Option<DtlsVersion>,
    /// Whether a server with a pre-shared key takes nothing else.
    pub psk_only: bool,
    /// What a client does wrong on purpose.
    pub defects: Defects<IpaDefect>,
    /// What a server does wrong on purpose.
    pub faults: Option<Arc<CoapFaults>>,
    /// Seed of message ids, tokens and the jitter of the timers.
    pub seed: u64,
    /// Deliberate mistakes of a server.
    pub server_defects: Defects<EimDefect>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            path: PATH.to_owned(),
            block_size: 1024,
            content_format: CONTENT_FORMAT,
            body_limit: BODY_LIMIT,
            transmission: Transmission::default(),
            handshake_timeout: Duration::from_secs(1),
            handshake_retries: 6,
            fresh: Duration::from_secs(10),
            version: DtlsVersion::default(),
            psk: None,
            identity: None,
            asks_certificate: false,
            mtu: None,
            only: None,
            psk_only: false,
            defects: Defects::default(),
            faults: None,
            seed: 0,
            server_defects: Defects::default(),
        }
    }
}

/// Why there is no answer over CoAP.
#[derive(Debug, thiserror::Error)]
pub enum CoapError {
    /// The peer's answer is a code that means that the function was not executed.
    #[error("expected CoAP 2.01, 2.04 or 2.05, got {code}{}", reason(.text))]
    Code {
        /// The code, such as `4.04`.
        code: String,
        /// Diagnostic payload.
        text: String,
    },
    /// The peer breaks the rules of block-wise transfer.
    #[error("block-wise transfer: {0}")]
    Blocks(String),
    /// An option of the answer that has to be understood is not (RFC 7252 §5.4.1).
    #[error("expected critical options that are known")]
    Option,
    /// The peer refused a message with a Reset.
    #[error("expected an answer, got a Reset")]
    Reset,
    /// A message of ours has no encoding.
    #[error("CoAP message: {0}")]
    Message(#[from] MessageFault),
    /// The handshake was not answered.
    #[error("expected an answer to the DTLS handshake, got none")]
    Handshake,
    /// DTLS failed.
    #[error("DTLS: {0}")]
    Dtls(String),
    /// The server is not whom the trust names.
    #[error("DTLS: {0}")]
    Untrusted(#[source] super::tls::TlsError),
    /// DTLS cannot be set up from what is configured.
    #[error("unusable DTLS set-up: {0}")]
    SetUp(String),
    /// The peer closed the session in the middle of an exchange.
    #[error("the peer closed the DTLS session")]
    Closed,
}

impl CoapError {
    /// Whether the way to the peer is broken, as opposed to a peer that answers in a way it should
    /// not.
    #[must_use]
    pub const fn is_loss_of_network(&self) -> bool {
        matches!(self, Self::Handshake | Self::Closed)
    }
}

fn reason(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!(" ({text})")
}
