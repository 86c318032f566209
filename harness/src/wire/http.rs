// SPDX-License-Identifier: MIT OR Apache-2.0
//! A small HTTPS client for one peer: ESipa, ES9+ and ES9+' are posts and nothing else.
//!
//! One connection is kept and used again; when the server closed it meanwhile, the request goes
//! over a new one. A request that was written to the socket is never sent a second time: the
//! caller cannot know whether the peer acted on it.

mod ear;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::HOST;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use rsp::json::JsonError;
use rustls::{ClientConfig, SupportedProtocolVersion};
use smdp::http::Ear;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;

use super::host::{Authority, NoAuthority};
use super::net::{Resolver, UnknownHost};
use super::tls::{
    Identity, TlsError, Trust, client_config, client_config_as, client_config_offering, server_name,
};
use crate::defect::{Defects, IpaDefect};

/// No body of ESipa or ES9+ is larger: a bound profile package is some 100 kB, in base64 a third
/// more.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// So much of an answer is shown in a message.
const EXCERPT: usize = 300;

/// Name and value of HTTP header fields, sorted, names in lower case.
pub type Headers = Vec<(String, String)>;

/// Why a post had no answer.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The address of the server is none.
    #[error(transparent)]
    Authority(#[from] NoAuthority),
    /// The host has no address.
    #[error(transparent)]
    Host(#[from] UnknownHost),
    /// The trust or the name is unusable.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// No connection, or the TLS handshake failed.
    #[error("no connection to {host}: {source}")]
    Connect {
        /// Where the connection was to go.
        host: String,
        /// The socket's or TLS's own words.
        source: std::io::Error,
    },
    /// The connection broke, or what came back is no HTTP.
    #[error("HTTP exchange failed: {0}")]
    Http(#[from] hyper::Error),
    /// The request cannot be written as HTTP.
    #[error("request cannot be written: {0}")]
    Request(#[from] hyper::http::Error),
    /// The answer is too large or was broken off.
    #[error("answer larger than {BODY_LIMIT} bytes, or broken off: {0}")]
    Body(String),
    /// A status that means that the function was not executed.
    #[error("expected HTTP 200 or 204, got {status}: {said}")]
    Status {
        /// The status.
        status: u16,
        /// The beginning of the body: `nothing` when there is none.
        said: String,
    },
    /// The server is there but asks for patience.
    #[error("expected HTTP 200 or 204, got {status} (asks to come again in {} s)",
        retry_after.map_or_else(|| "some".to_owned(), |seconds| seconds.to_string()))]
    Busy {
        /// 429 or 503.
        status: u16,
        /// `Retry-After` in seconds; a date is not understood.
        retry_after: Option<u64>,
    },
    /// The answer is of another kind than that of the binding.
    #[error("expected an answer of type {wanted}, got {seen}")]
    MediaType {
        /// The media type of the binding.
        wanted: &'static str,
        /// What the answer says that it is.
        seen: String,
    },
    /// A message has no form in JSON, or the answer is none.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// No answer over CoAP.
    #[error(transparent)]
    Coap(#[from] super::coap::CoapError),
    /// Nothing came in time.
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// The body, empty for 204.
    pub body: Vec<u8>,
}

/// A client of one server.
#[derive(Debug)]
pub struct HttpClient {
    authority: Authority,
    resolver: Resolver,
    tls: Arc<ClientConfig>,
    trust: Trust,
    now: i64,
    timeout: Duration,
    connection: Mutex<Option<SendRequest<Full<Bytes>>>>,
    defects: Defects<IpaDefect>,
    ear: Option<Arc<dyn Ear>>,
}

impl HttpClient {
    /// A client for the server at `authority` (its FQDN, optionally with a port), trusted by
    /// `trust` at the time `now` (unix seconds).
    ///
    /// # Errors
    /// [`PostError::Authority`] when the address is none, [`PostError::Tls`] when the trust anchor is
    /// unusable.
    pub fn new(
        authority: &str,
        resolver: Resolver,
        trust: &Trust,
        now: i64,
    ) -> Result<Self, PostError> {
        Self::with_tls(authority, resolver, client_config(trust, now)?, trust, now)
    }

    /// A client that shows a certificate of its own.
    ///
    /// # Errors
    /// As [`HttpClient::new`], and when the identity is unusable.
    pub fn with_identity(
        authority: &str,
        resolver: Resolver,
        trust: &Trust,
        own: &Identity,
        now: i64,
    ) -> Result<Self, PostError> {
        let tls = client_config_as(trust, own, now)?;
        Self::with_tls(authority, resolver, tls, trust, now)
    }

    fn with_tls(
        authority: &str,
        resolver: Resolver,
        tls: Arc<ClientConfig>,
        trust: &Trust,
        now: i64,
    ) -> Result<Self, PostError> {
        Ok(Self {
            authority: Authority::parse(authority)?,
            resolver,
            tls,
            trust: trust.clone(),
            now,
            timeout: Duration::from_secs(20),
            connection: Mutex::new(None),
            defects: Defects::default(),
            ear: None,
        })
    }

    /// Replaces the time that one post may take (20 s).
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Makes it do things wrong.
    #[must_use]
    pub fn with_defects(mut self, defects: Defects<IpaDefect>) -> Self {
        if defects.has(IpaDefect::NoServerName) {
            Arc::make_mut(&mut self.tls).enable_sni = false;
        }
        self.defects = defects;
        self
    }

    /// Who the server is.
    pub(super) const fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The time that one post may take.
    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Where it is.
    pub(super) fn address(&self) -> Result<SocketAddr, PostError> {
        Ok(self.resolver.resolve(&self.authority.to_string())?)
    }

    /// A configuration of TLS that trusts the same, and offers only what is named.
    ///
    /// # Errors
    /// The trust is unusable, or the suite is not known.
    pub(crate) fn offering(
        &self,
        version: Option<&'static SupportedProtocolVersion>,
        suite: Option<&str>,
    ) -> Result<ClientConfig, PostError> {
        let mut config = client_config_offering(&self.trust, self.now, version, suite)?;
        config.key_log = self.tls.key_log.clone();
        Ok(config)
    }

    /// Ends the connection that is kept; the next request opens another one.
    pub async fn hang_up(&self) {
        *self.connection.lock().await = None;
    }

    /// Posts `body` to `path` with the header fields given, and returns whatever comes back.
    ///
    /// # Errors
    /// [`PostError`] when no complete HTTP answer came; any status is an answer.
    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Reply, PostError> {
        let request = self.request(path, headers, body)?;
        match tokio::time::timeout(self.timeout, self.exchange(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(PostError::Timeout(self.timeout)),
        }
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Reply, PostError> {
        let mut kept = self.connection.lock().await;
        let mut sender = match (is_alive(kept.as_mut()).await, kept.take()) {
            (true, Some(sender)) => sender,
            (_, Some(dead)) if self.defects.has(IpaDefect::NeverReconnects) => {
                *kept = Some(dead);
                return Err(PostError::Timeout(Duration::ZERO));
            }
            _ => self.connect().await?,
        };
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let headers = headers_of(&response);
        let body = self.body(response.into_body()).await?;
        *kept = Some(sender);
        Ok(Reply {
            status,
            headers,
            body,
        })
    }

    async fn body(&self, body: Incoming) -> Result<Vec<u8>, PostError> {
        let mut body = Limited::new(body, BODY_LIMIT);
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => bytes.extend(frame.into_data().unwrap_or_default()),
                Err(_) if self.defects.has(IpaDefect::TakesShortBody) => break,
                Err(error) => return Err(PostError::Body(error.to_string())),
            }
            if self.defects.has(IpaDefect::FirstChunkOnly) {
                break;
            }
        }
        Ok(bytes)
    }

    fn request(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Request<Full<Bytes>>, PostError> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(HOST, self.authority.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(request.body(Full::new(Bytes::from(body)))?)
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, PostError> {
        let name = server_name(self.authority.host())?;
        let authority = self.authority.to_string();
        let address = self.resolver.resolve(&authority)?;
        let failed = |source| PostError::Connect {
            host: authority.clone(),
            source,
        };
        let socket = self.resolver.connect(address).await.map_err(failed)?;
        // a request is written in one piece; waiting for more would only add 40 ms to each
        socket.set_nodelay(true).map_err(failed)?;
        let tls = TlsConnector::from(self.tls.clone());
        match tls.connect(name, socket).await {
            Ok(stream) => begin(self.overheard(stream)).await,
            Err(_) if self.defects.has(IpaDefect::FallsBackToPlain) => {
                begin(TcpStream::connect(address).await.map_err(failed)?).await
            }
            Err(error) => Err(failed(error)),
        }
    }
}

/// HTTP on a connection.
async fn begin<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
) -> Result<SendRequest<Full<Bytes>>, PostError> {
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "client connection ended");
        }
    });
    Ok(sender)
}

async fn is_alive(kept: Option<&mut SendRequest<Full<Bytes>>>) -> bool {
    match kept {
        Some(sender) => sender.ready().await.is_ok(),
        None => false,
    }
}

/// The beginning of what came, in one line.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    if line.is_empty() {
        return "nothing".to_owned();
    }
    let mut short: String = line.chars().take(EXCERPT).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

fn headers_of(response: &Response<Incoming>) -> Headers {
    collect(response.headers())
}

/// The fields of an HTTP header as text, sorted: their order on the wire means nothing.
#[must_use]
pub fn collect(map: &hyper::HeaderMap) -> Headers {
    let mut headers: Headers = map
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    headers.sort();
    headers
}

/// The value of the first field called `name` (lower case).
#[must_use]
pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.as_str())
}

/// Type and subtype of a `Content-Type`.
#[must_use]
pub fn essence(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}
