// SPDX-License-Identifier: MIT OR Apache-2.0
//! What crossed the links of a case, byte by byte: TCP streams (TLS, with the secrets that open
//! it), datagrams and APDUs. `report::pcapng` writes it for Wireshark.
//!
//! Order is kept by a counter, not by the clock: the same case gives the same capture as far as its
//! peers send the same.

use std::sync::{Arc, Mutex, PoisonError};

use crate::case::Interface;

/// What is kept of one case at most; a peer that floods fills no memory.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// What a piece takes beside its bytes.
const PIECE: usize = 64;

/// Which way bytes went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// From the client, or the terminal.
    Up,
    /// From the server, or the card.
    Down,
}

/// One piece of traffic.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece {
    /// A connection was opened; over UDP, a peer sent for the first time.
    Opened {
        /// Counts the connections of a case from 0.
        connection: usize,
        /// Where.
        interface: Interface,
    },
    /// Bytes of a connection.
    Bytes {
        /// Of which connection.
        connection: usize,
        /// Which way.
        way: Way,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A connection was closed.
    Closed {
        /// Which.
        connection: usize,
    },
    /// A connection was asked for and refused, or given up before anything was sent.
    Refused {
        /// Where.
        interface: Interface,
    },
    /// A datagram (CoAP over DTLS).
    Datagram {
        /// The peer, counted with the connections.
        connection: usize,
        /// Where.
        interface: Interface,
        /// Which way.
        way: Way,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A command and what the card answered.
    Apdu {
        /// The command APDU.
        command: Vec<u8>,
        /// The response APDU.
        response: Vec<u8>,
    },
    /// Power-up or reset of the card, with its ATR.
    Reset(Vec<u8>),
    /// A line in the form of NSS key logs.
    Secret(String),
    /// Words about what follows.
    Note(String),
}

impl Piece {
    fn size(&self) -> usize {
        PIECE
            + match self {
                Self::Opened { .. } | Self::Closed { .. } | Self::Refused { .. } => 0,
                Self::Bytes { bytes, .. } | Self::Datagram { bytes, .. } | Self::Reset(bytes) => {
                    bytes.len()
                }
                Self::Apdu { command, response } => command.len() + response.len(),
                Self::Secret(text) | Self::Note(text) => text.len(),
            }
    }
}

/// The traffic of one case; clones write to the same one.
#[derive(Clone, Debug, Default)]
pub struct Capture(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    pieces: Vec<Piece>,
    connections: usize,
    bytes: usize,
    full: bool,
}

impl Inner {
    fn push(&mut self, piece: Piece) {
        if self.full {
            return;
        }
        self.bytes += piece.size();
        if self.bytes > MOST_BYTES {
            self.full = true;
            let megabytes = MOST_BYTES / (1024 * 1024);
            let end = format!("not captured from here on: more than {megabytes} MiB in one case");
            self.pieces.push(Piece::Note(end));
            return;
        }
        self.pieces.push(piece);
    }
}

impl Capture {
    /// Adds a piece. Behind the limit of a case nothing is added any more.
    pub fn push(&self, piece: Piece) {
        self.inner().push(piece);
    }

    /// The number of a new connection.
    #[must_use]
    pub fn connection(&self) -> usize {
        let mut inner = self.inner();
        inner.connections += 1;
        inner.connections - 1
    }

    /// Opens a connection and returns its number.
    #[must_use]
    pub fn open(&self, interface: Interface) -> usize {
        let connection = self.connection();
        self.push(Piece::Opened {
            connection,
            interface,
        });
        connection
    }

    /// All pieces so far.
    #[must_use]
    pub fn snapshot(&self) -> Vec<Piece> {
        self.inner().pieces.clone()
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl rustls::KeyLog for Capture {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let (random, secret) = (hex::encode(client_random), hex::encode(secret));
        self.push(Piece::Secret(format!("{label} {random} {secret}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_ends_the_capture_and_says_so() {
        let capture = Capture::default();
        let connection = capture.open(Interface::Esipa);
        for _ in 0..40 {
            capture.push(Piece::Bytes {
                connection,
                way: Way::Up,
                bytes: vec![0; 1024 * 1024],
            });
        }
        let pieces = capture.snapshot();
        assert_eq!(pieces.len(), 1 + 31 + 1);
        assert!(matches!(pieces.last(), Some(Piece::Note(words)) if words.contains("32 MiB")));
        assert_eq!(capture.open(Interface::Esipa), connection + 1);
    }
}
