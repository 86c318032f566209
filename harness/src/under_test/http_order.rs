// SPDX-License-Identifier: MIT OR Apache-2.0
//! One request to a northbound HTTP interface, and what counts of its answer.
//!
//! Northbound interfaces are not what is under test: over TLS, any certificate is taken.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{CONTENT_TYPE, HOST, LOCATION};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::description::HttpOrder;
use super::substitute::{Names, UnknownName};
use crate::wire::http::excerpt;
use crate::wire::tls::{Trust, client_config, server_name};

/// No answer is larger.
const LIMIT: usize = 1 << 20;
/// The type of a body that is not told otherwise.
const JSON: &str = "application/json";

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address or the method is none.
    #[error("{method} {url}: {reason}")]
    Request {
        /// The method.
        method: String,
        /// The address.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// Nobody answers there.
    #[error("{method} {url}: no connection: {reason}")]
    Connect {
        /// The method.
        method: String,
        /// The address.
        url: String,
        /// What the system says.
        reason: String,
    },
    /// What came is no HTTP answer.
    #[error("{method} {url}: no answer: {reason}")]
    Answer {
        /// The method.
        method: String,
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// A status other than 2xx.
    #[error("{method} {url}: expected HTTP 2xx, got {status}: {body}")]
    Status {
        /// The method.
        method: String,
        /// The address.
        url: String,
        /// The status.
        status: u16,
        /// The beginning of the body.
        body: String,
    },
    /// The answer has nothing where the description says.
    #[error("{method} {url}: expected a value at {pointer:?} of the answer, got {body}")]
    Pointer {
        /// The method.
        method: String,
        /// The address.
        url: String,
        /// The JSON pointer.
        pointer: String,
        /// The beginning of the body.
        body: String,
    },
}

/// A request whose templates are filled.
#[derive(Clone, Debug)]
pub(super) struct Filled {
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    body: String,
    answer: String,
    location: bool,
}

/// What came back.
struct Came {
    status: u16,
    location: Option<String>,
    body: Vec<u8>,
}

/// Fills the templates of a request, each as its place wants it: percent-encoded in the address,
/// escaped in a JSON body.
pub(super) fn fill(template: &HttpOrder, names: &Names) -> Result<Filled, UnknownName> {
    let mut headers = BTreeMap::new();
    for (name, value) in &template.headers {
        headers.insert(name.to_ascii_lowercase(), names.fill_plain(value)?);
    }
    let media_type = headers
        .get(CONTENT_TYPE.as_str())
        .map_or(JSON, String::as_str);
    let is_json = media_type.to_ascii_lowercase().contains("json");
    let body = template.body.as_deref().unwrap_or_default();
    let body = if is_json {
        names.fill(body, in_json)?
    } else {
        names.fill_plain(body)?
    };
    Ok(Filled {
        method: template.method.to_ascii_uppercase(),
        url: names.fill(&template.url, in_url)?,
        headers,
        body,
        answer: template.answer.clone(),
        location: template.location,
    })
}

/// A value as it stands in a JSON string; an object or a list stays as it is.
fn in_json(value: &str) -> String {
    let written = value.starts_with(['{', '[']) && serde_json::from_str::<Value>(value).is_ok();
    let quoted = Value::from(value).to_string();
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|_| !written).unwrap_or(value).to_owned()
}

/// A value as it stands in an address. A host and a port are written as they are (RFC 3986 §3.2),
/// and so is a path (of `Location`).
fn in_url(value: &str) -> String {
    if value.starts_with('/') {
        return value.to_owned();
    }
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:[]".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // writing to a String does not fail
            let _always = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Sends a request and returns the value that its answer has at the pointer.
pub(super) async fn ask(request: &Filled, timeout: Duration) -> Result<String, HttpError> {
    let Came {
        status,
        location,
        body,
    } = match tokio::time::timeout(timeout, request.exchange()).await {
        Ok(answer) => answer?,
        Err(_) => {
            let reason = format!("expected one within {} s", timeout.as_secs_f64());
            return Err(request.no_answer(reason));
        }
    };
    if request.location && matches!(status, 201 | 303) {
        let none = || request.no_answer("expected Location, where the order is, got none");
        return location.as_deref().and_then(path_of).ok_or_else(none);
    }
    if !(200..300).contains(&status) {
        return Err(HttpError::Status {
            method: request.method.clone(),
            url: request.url.clone(),
            status,
            body: excerpt(&body),
        });
    }
    pick(&body, &request.answer).ok_or_else(|| HttpError::Pointer {
        method: request.method.clone(),
        url: request.url.clone(),
        pointer: request.answer.clone(),
        body: excerpt(&body),
    })
}

/// The path of an address, with its slash; the host may be left out.
fn path_of(location: &str) -> Option<String> {
    let uri: Uri = location.parse().ok()?;
    let path = uri.path();
    (path.len() > 1).then(|| path.to_owned())
}

/// The value at a JSON pointer; with an empty one, a body that is no JSON is taken as it stands.
fn pick(body: &[u8], pointer: &str) -> Option<String> {
    let text = || String::from_utf8_lossy(body).trim().to_owned();
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return pointer.is_empty().then(text);
    };
    match value.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        Value::Object(_) | Value::Array(_) if !pointer.is_empty() => None,
        other => Some(other.to_string()),
    }
}

impl Filled {
    fn wrong(&self, reason: impl ToString) -> HttpError {
        HttpError::Request {
            method: self.method.clone(),
            url: self.url.clone(),
            reason: reason.to_string(),
        }
    }

    fn no_answer(&self, reason: impl ToString) -> HttpError {
        HttpError::Answer {
            method: self.method.clone(),
            url: self.url.clone(),
            reason: reason.to_string(),
        }
    }

    fn unreachable(&self, reason: impl ToString) -> HttpError {
        HttpError::Connect {
            method: self.method.clone(),
            url: self.url.clone(),
            reason: reason.to_string(),
        }
    }

    async fn exchange(&self) -> Result<Came, HttpError> {
        let uri: Uri = self.url.parse().map_err(|error| self.wrong(error))?;
        let host = uri
            .host()
            .ok_or_else(|| self.wrong("expected http://HOST:PORT/…"))?;
        let (port, is_tls) = match uri.scheme_str() {
            Some("http") => (uri.port_u16().unwrap_or(80), false),
            Some("https") => (uri.port_u16().unwrap_or(443), true),
            _ => return Err(self.wrong("expected http:// or https://")),
        };
        let host = host.trim_matches(['[', ']']);
        let socket = TcpStream::connect((host, port))
            .await
            .map_err(|error| self.unreachable(error))?;
        let request = self.request(&uri)?;
        if !is_tls {
            return self.over(socket, request).await;
        }
        let config = client_config(&Trust::Anyone, 0).map_err(|error| self.wrong(error))?;
        let name = server_name(host).map_err(|error| self.wrong(error))?;
        let stream = TlsConnector::from(config)
            .connect(name, socket)
            .await
            .map_err(|error| self.unreachable(error))?;
        self.over(stream, request).await
    }

    fn request(&self, uri: &Uri) -> Result<Request<Full<Bytes>>, HttpError> {
        let method = Method::from_bytes(self.method.as_bytes());
        let method = method.map_err(|error| self.wrong(error))?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let host = uri.authority().map_or("", |authority| authority.as_str());
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, host);
        if !self.body.is_empty() && !self.headers.contains_key(CONTENT_TYPE.as_str()) {
            request = request.header(CONTENT_TYPE, JSON);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = Full::new(Bytes::from(self.body.clone()));
        request.body(body).map_err(|error| self.wrong(error))
    }

    async fn over<S>(&self, stream: S, request: Request<Full<Bytes>>) -> Result<Came, HttpError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(|error| self.no_answer(error))?;
        let exchange = async {
            let response = sender.send_request(request).await;
            let response = response.map_err(|error| self.no_answer(error))?;
            let status = response.status().as_u16();
            let location = response.headers().get(LOCATION);
            let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into());
            let body = Limited::new(response.into_body(), LIMIT).collect().await;
            let body = body.map_err(|error| self.no_answer(error))?.to_bytes();
            Ok(Came {
                status,
                location,
                body: body.to_vec(),
            })
        };
        tokio::pin!(connection, exchange);
        tokio::select! {
            biased;
            done = &mut exchange => done,
            ended = &mut connection => match ended {
                // what the connection brought before it ended is still to be read
                Ok(()) => exchange.await,
                Err(error) => Err(self.no_answer(error)),
            },
        }
    }
}
