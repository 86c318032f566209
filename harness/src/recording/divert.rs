// SPDX-License-Identifier: MIT OR Apache-2.0
//! A server of a case whose connections are answered from a tape.

use smdp::http::{Ear, Opened, Stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::counterpart::Counterpart;
use super::said::whole;
use crate::case::Interface;

/// No request is longer.
const MOST: usize = 4 << 20;
/// Bytes that are read at once.
const PORTION: usize = 16 * 1024;

/// What takes the connections of a server over.
#[derive(Debug)]
pub(super) struct Diverted {
    counterpart: Counterpart,
    interface: Interface,
    host: String,
}

impl Diverted {
    pub(super) fn new(counterpart: Counterpart, interface: Interface, host: &str) -> Self {
        Self {
            counterpart,
            interface,
            host: host.to_owned(),
        }
    }
}

impl Ear for Diverted {
    fn divert(&self, stream: Box<dyn Stream>, _: &Opened) -> Option<Box<dyn Stream>> {
        let server = Self::new(self.counterpart.clone(), self.interface, &self.host);
        tokio::spawn(server.serve(stream));
        None
    }

    fn open(&self, _: &Opened) -> u64 {
        0
    }

    fn received(&self, _: u64, _: &[u8]) {}

    fn sends(&self, _: u64, _: &[u8]) {}
}

impl Diverted {
    /// One request after the other, until the client closes the connection or the tape does.
    async fn serve(self, mut stream: Box<dyn Stream>) {
        let mut read = Vec::new();
        while let Some(request) = request(&mut stream, &mut read).await {
            let Some(talk) = self
                .counterpart
                .answer(self.interface, &self.host, &request)
            else {
                return;
            };
            let written = stream.write_all(&talk.answer).await;
            if written.is_err() || stream.flush().await.is_err() {
                return;
            }
            let ends_with_connection = !talk.answer.is_empty() && whole(&talk.answer).is_none();
            if talk.closes || ends_with_connection {
                // the client may have gone
                drop(stream.shutdown().await);
                return;
            }
        }
    }
}

/// The next request; none when the connection ends before it is whole.
async fn request(stream: &mut Box<dyn Stream>, read: &mut Vec<u8>) -> Option<Vec<u8>> {
    loop {
        if let Some(end) = whole(read) {
            return Some(read.drain(..end).collect());
        }
        let mut portion = vec![0; PORTION];
        match stream.read(&mut portion).await {
            Ok(count) if count > 0 && read.len() < MOST => {
                read.extend(portion.get(..count).unwrap_or_default());
            }
            _ => return None,
        }
    }
}
