// SPDX-License-Identifier: MIT OR Apache-2.0
//! Somebody who listens to the connections of a client.

use std::sync::Arc;

use smdp::http::{Ear, Opened, Overheard};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::HttpClient;

impl HttpClient {
    /// Tells the secrets of its TLS connections to `log`, for a capture that can be read.
    #[must_use]
    pub fn with_key_log(mut self, log: Arc<dyn rustls::KeyLog>) -> Self {
        Arc::make_mut(&mut self.tls).key_log = log;
        self
    }

    /// Lets somebody listen to its connections, in clear.
    #[must_use]
    pub fn with_ear(mut self, ear: Option<Arc<dyn Ear>>) -> Self {
        self.ear = ear;
        self
    }

    /// A connection to which whoever wants to listens.
    pub(in crate::wire) fn overheard(
        &self,
        stream: TlsStream<TcpStream>,
    ) -> Overheard<TlsStream<TcpStream>> {
        let opened = Opened {
            tls: true,
            alpn: stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec),
            ..Opened::default()
        };
        Overheard::new(stream, self.ear.clone(), &opened)
    }
}
