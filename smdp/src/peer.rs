// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a server sends of its own accord: ES12 and ES15 to an SM-DS, progress on ES2+ to an
//! operator. [`Client`] carries one message over mutual TLS, [`Outbox`] remembers those that are
//! still to be delivered, [`deliver`] runs between the two.
//!
//! Traps: any status but 200 and 204 means that the function was not executed (SGP.22 §6.3), and a
//! redirect is not followed; a message may be delivered twice when its answer got lost, so the
//! functions that go through an outbox have to bear that.

mod client;
mod delivery;
mod kept;
mod outbox;
mod trust;

use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};

pub use client::{Client, ClientOptions};
pub use delivery::{Delivery, Sender, deliver};
pub use kept::KeptSender;
pub use outbox::{Dispatch, LetterId, Outbox, OutboxLimits, Settled};
pub use trust::{PeerTlsError, roots_of};

/// The interface that a message belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Interface {
    /// SM-DP+ to SM-DS (SGP.22 §5.9).
    Es12,
    /// Alternative SM-DS to root SM-DS (SGP.22 §3.6.1).
    Es15,
    /// SM-DP+ to operator (SGP.22 §5.3.5).
    Es2Plus,
}

/// One request to another server, in the JSON binding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The interface.
    pub interface: Interface,
    /// Host name of the receiver, with a port unless it is 443.
    pub address: String,
    /// HTTP path.
    pub path: String,
    /// Request body.
    #[serde(with = "crate::store::text")]
    pub body: Vec<u8>,
}

/// Why a message has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// No connection, or TLS failed.
    #[error("cannot reach {address}: {problem}")]
    Unreachable {
        /// Whom the message is for.
        address: String,
        /// The words of the socket or of TLS.
        problem: String,
    },
    /// Nothing came in time.
    #[error("no answer from {address} within {seconds} s")]
    Timeout {
        /// Whom the message is for.
        address: String,
        /// How long was waited.
        seconds: u64,
    },
    /// A status that means that the function was not executed.
    #[error("expected HTTP 200 or 204, got {0}")]
    Http(u16),
    /// What came is no answer: broken off, too large, or not of the interface.
    #[error("expected an answer of the interface: {0}")]
    Answer(String),
    /// The message cannot be sent as HTTP.
    #[error("expected a message that can be sent: {0}")]
    Message(String),
}

impl PeerError {
    /// Whether it may work later: the peer was not there, busy, or said so. A refused client
    /// certificate or an unknown path stays as it is.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Answer(_) => true,
            Self::Http(status) => matches!(status, 408 | 425 | 429 | 500..=599),
            Self::Message(_) => false,
        }
    }

    /// Whether the peer could not be reached at all, so that further messages to it may wait.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Timeout { .. })
    }
}

/// An answer of a peer under way.
pub type Calling<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, PeerError>> + Send + 'a>>;

/// Whoever can carry messages to other servers: [`Client`] over TLS, or a test in one process.
pub trait Peers: Send + Sync + 'static {
    /// Sends a message and returns the body of its answer.
    fn call<'a>(&'a self, message: &'a Message) -> Calling<'a>;
}
