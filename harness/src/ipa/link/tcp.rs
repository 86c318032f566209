// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card behind TCP: each frame is a 2-byte big-endian length and an APDU or its answer; an empty
//! frame resets the card and is answered with the ATR (`veuicc serve --link tcp:…`).

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::iut::{CardLink, LinkError};

/// A connection to a card.
#[derive(Debug)]
pub(crate) struct TcpCard {
    stream: Mutex<TcpStream>,
}

impl TcpCard {
    /// Connects to the card at `address`. A card that serves another terminal, or something that
    /// is no card, does not answer within `timeout`.
    pub(crate) fn connect(address: SocketAddr, timeout: Duration) -> Result<Self, LinkError> {
        let stream = TcpStream::connect(address)
            .map_err(|error| LinkError(format!("no card at tcp:{address}: {error}")))?;
        stream
            .set_read_timeout(Some(timeout))
            .map_err(|error| LinkError(error.to_string()))?;
        // an APDU is one small write that waits for its answer
        stream
            .set_nodelay(true)
            .map_err(|error| LinkError(error.to_string()))?;
        Ok(Self {
            stream: Mutex::new(stream),
        })
    }

    fn exchange(&self, frame: &[u8]) -> Result<Vec<u8>, LinkError> {
        let length = u16::try_from(frame.len())
            .map_err(|_| LinkError(format!("expected at most 65535 bytes, got {}", frame.len())))?;
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = || -> std::io::Result<Vec<u8>> {
            stream.write_all(&[&length.to_be_bytes(), frame].concat())?;
            let mut length = [0; 2];
            stream.read_exact(&mut length)?;
            let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut answer)?;
            Ok(answer)
        };
        answer().map_err(|error| {
            LinkError(match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                    "expected an answer in time, got none (is another terminal connected?)".into()
                }
                ErrorKind::UnexpectedEof => {
                    "expected an answer, got the end of the connection".into()
                }
                _ => error.to_string(),
            })
        })
    }
}

impl CardLink for TcpCard {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.exchange(command)
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        self.exchange(&[])
    }
}
