// SPDX-License-Identifier: MIT OR Apache-2.0
//! One end of a connection that is played: bytes go out and come in as they were recorded.

use std::io;
use std::time::Duration;

use rustls::pki_types::ServerName;
use smdp::http::Stream;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::said::whole;
use crate::wire::net::Resolver;
use crate::wire::tls::{Trust, client_config};

/// Bytes that are read at once.
const PORTION: usize = 16 * 1024;
/// No piece of a connection is longer.
const MOST: usize = 32 << 20;

/// One end of a connection.
pub(crate) struct Line {
    stream: Box<dyn Stream>,
    /// What came and was not asked for yet.
    read: Vec<u8>,
    ended: bool,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

/// What to connect to.
pub(super) struct Target<'a> {
    pub(super) host: &'a str,
    pub(super) tls: bool,
    pub(super) alpn: Option<&'a str>,
}

impl Line {
    /// The end of a connection that is open.
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            read: Vec::new(),
            ended: false,
        }
    }

    /// Connects to a server of the case. Whom the implementation trusted shows in what it sent: here
    /// everybody is.
    pub(super) async fn connect(
        resolver: &Resolver,
        target: &Target<'_>,
        patience: Duration,
    ) -> io::Result<Self> {
        let late = |_| io::Error::from(io::ErrorKind::TimedOut);
        let connect = Self::connected(resolver, target);
        tokio::time::timeout(patience, connect)
            .await
            .map_err(late)?
    }

    async fn connected(resolver: &Resolver, target: &Target<'_>) -> io::Result<Self> {
        let address = resolver.resolve(target.host).map_err(io::Error::other)?;
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        if !target.tls {
            return Ok(Self::new(Box::new(socket)));
        }
        let config = client_config(&Trust::Anyone, 0).map_err(io::Error::other)?;
        let mut config = (*config).clone();
        let alpn = target.alpn.iter();
        config.alpn_protocols = alpn.map(|name| name.as_bytes().to_vec()).collect();
        let name = ServerName::try_from(target.host.to_owned()).map_err(io::Error::other)?;
        let connector = TlsConnector::from(std::sync::Arc::new(config));
        let stream = connector.connect(name, socket).await?;
        Ok(Self::new(Box::new(stream)))
    }

    /// Writes what was recorded.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Reads what comes where `recorded` came before: as many bytes, or, when they are others, a
    /// whole message; less when the connection ends, or nothing more comes in time.
    pub(super) async fn read(&mut self, recorded: &[u8], patience: Duration) -> Vec<u8> {
        let come = async {
            // what was found the same once is not looked at again: an answer may be long
            let mut same = 0;
            while !self.has(recorded, &mut same) && !self.ended && self.read.len() < MOST {
                self.more().await;
            }
        };
        // what is there by then is what came
        let _late = tokio::time::timeout(patience, come).await.is_err();
        let end = match self.read.starts_with(recorded) {
            true => recorded.len(),
            false => whole(&self.read).unwrap_or(self.read.len()),
        };
        self.read.drain(..end.min(self.read.len())).collect()
    }

    /// Reads as many bytes as came before, whatever they are: HTTP/2 says the same in other bytes.
    pub(super) async fn skip(&mut self, count: usize, patience: Duration) {
        let come = async {
            while self.read.len() < count && !self.ended {
                self.more().await;
            }
        };
        // what is there by then is what came
        let _late = tokio::time::timeout(patience, come).await.is_err();
        self.read.drain(..count.min(self.read.len()));
    }

    fn has(&self, recorded: &[u8], same: &mut usize) -> bool {
        let common = recorded.len().min(self.read.len());
        if self.read.get(*same..common) != recorded.get(*same..common) {
            return whole(&self.read).is_some();
        }
        *same = common;
        self.read.len() >= recorded.len()
    }

    async fn more(&mut self) {
        let mut portion = vec![0; PORTION];
        match self.stream.read(&mut portion).await {
            Ok(0) | Err(_) => self.ended = true,
            Ok(count) => self.read.extend(portion.get(..count).unwrap_or_default()),
        }
    }

    /// Waits until the other end has closed it.
    pub(super) async fn closed(mut self, patience: Duration) {
        let end = async {
            while !self.ended {
                self.read.clear();
                self.more().await;
            }
        };
        // who does not close it now does so when it is dropped
        let _open = tokio::time::timeout(patience, end).await.is_err();
    }

    /// Closes it.
    pub(super) async fn close(mut self) {
        // the other end may have gone
        drop(self.stream.shutdown().await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn other_bytes_are_not_waited_for_where_their_number_counts() {
        let (mut there, here) = tokio::io::duplex(64);
        let mut line = Line::new(Box::new(here));
        there.write_all(b"other bytes").await.unwrap();
        let patience = Duration::from_secs(600);
        let skipped = line.skip(6, patience);
        tokio::time::timeout(Duration::from_secs(60), skipped)
            .await
            .unwrap();
        assert_eq!(line.read(b"bytes", patience).await, b"bytes");
    }
}
