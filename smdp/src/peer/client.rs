// SPDX-License-Identifier: MIT OR Apache-2.0
//! The HTTPS client: one connection per message, HTTP/1.1, mutual TLS (SGP.22 §6.1, §6.2).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rsp::json::AdminProtocol;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::trust::{PeerTlsError, client_config};
use super::{Calling, Interface, Message, PeerError, Peers};
use crate::credentials::TlsIdentity;

/// What a client is made of.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Certificate and key that are shown to the peer (SGP.22 §6.1).
    pub identity: Option<TlsIdentity>,
    /// Certificates in DER below which a peer's certificate has to be: those of the CIs.
    pub roots: Vec<Vec<u8>>,
    /// Where to connect instead of asking the name service: `host` or `host:port`, in lower case.
    pub hosts: HashMap<String, SocketAddr>,
    /// Time for one message, from the connection to the last byte of its answer.
    pub patience: Duration,
    /// Largest answer in bytes.
    pub body: usize,
    /// The SGP.22 version that is announced.
    pub version: AdminProtocol,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            identity: None,
            roots: Vec::new(),
            hosts: HashMap::new(),
            patience: Duration::from_secs(10),
            body: 1 << 16,
            version: AdminProtocol::V2_5_0,
        }
    }
}

/// Calls other servers over HTTPS.
#[derive(Debug)]
pub struct Client {
    options: ClientOptions,
    smds: Arc<ClientConfig>,
    operator: Arc<ClientConfig>,
}

impl Client {
    /// Makes a client.
    ///
    /// # Errors
    /// The private key or the roots cannot be used.
    pub fn new(options: ClientOptions) -> Result<Self, PeerTlsError> {
        let config = |role| client_config(role, options.identity.as_ref(), &options.roots);
        Ok(Self {
            smds: config(Some(rsp::chain::Role::DsTls))?,
            operator: config(None)?,
            options,
        })
    }

    /// Sends a message and returns the body of its answer, empty for 204.
    ///
    /// # Errors
    /// No complete answer with a status of success came in time.
    pub async fn call(&self, message: &Message) -> Result<Vec<u8>, PeerError> {
        let patience = self.options.patience;
        match tokio::time::timeout(patience, self.exchange(message)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(PeerError::Timeout {
                address: message.address.clone(),
                seconds: patience.as_secs(),
            }),
        }
    }

    async fn exchange(&self, message: &Message) -> Result<Vec<u8>, PeerError> {
        let request = self.request(message)?;
        let stream = self.connect(message).await?;
        let unreachable = |error: hyper::Error| unreachable(message, &error);
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(unreachable)?;
        let connection = tokio::spawn(connection);
        let response = sender.send_request(request).await.map_err(unreachable);
        let answer = match response {
            Ok(response) => self.answer(response).await,
            Err(error) => Err(error),
        };
        connection.abort();
        answer
    }

    fn request(&self, message: &Message) -> Result<Request<Full<Bytes>>, PeerError> {
        Request::builder()
            .method(Method::POST)
            .uri(message.path.as_str())
            .header(HOST, message.address.as_str())
            .header(CONNECTION, "close")
            .header(CONTENT_TYPE, "application/json;charset=UTF-8")
            .header("X-Admin-Protocol", self.options.version.to_string())
            .body(Full::new(Bytes::from(message.body.clone())))
            .map_err(|error| PeerError::Message(error.to_string()))
    }

    async fn connect(&self, message: &Message) -> Result<TlsStream<TcpStream>, PeerError> {
        let unreachable = |error: std::io::Error| unreachable(message, &error);
        let (host, port) = split(&message.address);
        let name = ServerName::try_from(host.trim_end_matches('.').to_owned())
            .map_err(|_| PeerError::Message(format!("no host name: {host:?}")))?;
        let socket = match self.known(host, port) {
            Some(known) => TcpStream::connect(known).await,
            None => TcpStream::connect((host, port)).await,
        };
        let socket = socket.map_err(unreachable)?;
        socket.set_nodelay(true).map_err(unreachable)?;
        let config = match message.interface {
            Interface::Es12 | Interface::Es15 => &self.smds,
            Interface::Es2Plus => &self.operator,
        };
        TlsConnector::from(Arc::clone(config))
            .connect(name, socket)
            .await
            .map_err(unreachable)
    }

    fn known(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let host = host.to_ascii_lowercase();
        let hosts = &self.options.hosts;
        let exact = hosts.get(&format!("{host}:{port}"));
        exact.or_else(|| hosts.get(&host)).copied()
    }

    async fn answer(&self, response: Response<Incoming>) -> Result<Vec<u8>, PeerError> {
        let status = response.status();
        if status != StatusCode::OK && status != StatusCode::NO_CONTENT {
            return Err(PeerError::Http(status.as_u16()));
        }
        let body = Limited::new(response.into_body(), self.options.body);
        match body.collect().await {
            Ok(body) => Ok(body.to_bytes().to_vec()),
            Err(error) => Err(PeerError::Answer(error.to_string())),
        }
    }
}

impl Peers for Client {
    fn call<'a>(&'a self, message: &'a Message) -> Calling<'a> {
        Box::pin(self.call(message))
    }
}

fn unreachable(message: &Message, error: &dyn std::error::Error) -> PeerError {
    PeerError::Unreachable {
        address: message.address.clone(),
        problem: error.to_string(),
    }
}

/// Host and port of an address; 443 when it names none.
fn split(address: &str) -> (&str, u16) {
    let parts = address.rsplit_once(':');
    let parts = parts.and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = parts.unwrap_or((address, 443));
    (host.trim_start_matches('[').trim_end_matches(']'), port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_a_port() {
        for (address, expected) in [
            ("ds.test.example", ("ds.test.example", 443)),
            ("ds.test.example:8443", ("ds.test.example", 8443)),
            ("127.0.0.1:8443", ("127.0.0.1", 8443)),
            ("[::1]:8443", ("::1", 8443)),
            ("ds.test.example:x", ("ds.test.example:x", 443)),
        ] {
            assert_eq!(split(address), expected, "{address}");
        }
    }

    #[test]
    fn a_client_trusts_somebody() {
        let error = Client::new(ClientOptions::default()).unwrap_err();
        assert!(matches!(error, PeerTlsError::Roots(0)), "{error}");
    }
}
