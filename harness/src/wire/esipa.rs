// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa in its ASN.1 binding over HTTPS: the server (SGP.32 §6.1.1).
//!
//! The traps of this binding:
//! - one path for every function, and the body is exactly one message TLV, without a wrapper;
//! - HTTP 200 whatever the function's outcome: a refusal is an error arm inside the answer;
//! - HandleNotification is answered 204, with no body and no Content-Type;
//! - `X-Admin-Protocol` is `gsma/rsp/v2.1.0` in v1.2 although the interface is SGP.32's.
//!
//! Requests that are not ESipa at all get an HTTP status and never reach the handler, so what a
//! handler sees is always one body that was posted to the right place.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::http::{BODY_LIMIT, Headers, collect, header};

/// The one path of the ASN.1 binding.
pub const PATH: &str = "/gsma/rsp2/asn1";
/// The media type of the ASN.1 binding.
pub const MEDIA_TYPE: &str = "application/x-gsma-rsp-asn1";
/// The header that carries the version.
pub const ADMIN_PROTOCOL: &str = "x-admin-protocol";
/// Its value from SGP.32 v1.0 to v1.2.
pub const ADMIN_PROTOCOL_VALUE: &str = "gsma/rsp/v2.1.0";
/// One request as it came over HTTP.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The message TLV.
    pub body: Vec<u8>,
    /// All header fields.
    pub headers: Headers,
}

/// What the handler of a server promises.
pub type Answer = Pin<Box<dyn Future<Output = Vec<u8>> + Send>>;
/// Turns a posted message into the answer's bytes; no bytes means 204.
pub type Handler = Arc<dyn Fn(Posted) -> Answer + Send + Sync>;

/// Says whether the server is out of reach right now.
pub type Gate = Arc<dyn Fn() -> bool + Send + Sync>;

/// Makes a [`Handler`] from an async closure.
pub fn handler<F, A>(answer: F) -> Handler
where
    F: Fn(Posted) -> A + Send + Sync + 'static,
    A: Future<Output = Vec<u8>> + Send + 'static,
{
    Arc::new(move |posted| Box::pin(answer(posted)))
}

/// A running ESipa server. Dropping it closes the socket and every connection.
#[derive(Debug)]
pub struct Server {
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Serves `listener` until it is dropped. Must be called inside a tokio runtime.
    #[must_use]
    pub fn start(listener: TcpListener, tls: Arc<ServerConfig>, handler: Handler) -> Self {
        Self::start_gated(listener, tls, handler, Arc::new(|| false))
    }

    /// Serves `listener`, but closes every connection without an answer while `gate` says that
    /// the server is out of reach.
    #[must_use]
    pub fn start_gated(
        listener: TcpListener,
        tls: Arc<ServerConfig>,
        handler: Handler,
        gate: Gate,
    ) -> Self {
        let shell = Shell {
            tls: TlsAcceptor::from(tls),
            handler,
            gate,
        };
        Self {
            task: tokio::spawn(accept(listener, shell)),
        }
    }

    /// Waits for the end of the server, which only comes with an error of the socket.
    pub async fn join(&mut self) {
        // an aborted or panicked task is as finished as one that returned
        let _ended = (&mut self.task).await;
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Shell {
    tls: TlsAcceptor,
    handler: Handler,
    gate: Gate,
}

async fn accept(listener: TcpListener, shell: Shell) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((_, peer)) if (shell.gate)() => tracing::debug!(%peer, "ESipa connection refused"),
            Ok((socket, peer)) => {
                tracing::debug!(%peer, "ESipa connection");
                connections.spawn(connection(socket, shell.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "ESipa socket gave up");
                return;
            }
        }
    }
}

async fn connection(socket: tokio::net::TcpStream, shell: Shell) {
    // an answer is written in one piece; waiting for more would only add 40 ms to each
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let stream = match shell.tls.accept(socket).await {
        Ok(stream) => stream,
        Err(error) => {
            tracing::info!(%error, "ESipa TLS handshake failed");
            return;
        }
    };
    let service = service_fn(move |request| {
        let shell = shell.clone();
        async move {
            if (shell.gate)() {
                // an error ends the connection without an answer
                return Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
            }
            Ok(respond(request, shell.handler).await)
        }
    });
    let http = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
    if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
        tracing::debug!(%error, "ESipa connection ended");
    }
}

async fn respond(request: Request<Incoming>, handler: Handler) -> Response<Full<Bytes>> {
    if request.uri().path() != PATH {
        return status(StatusCode::NOT_FOUND);
    }
    if request.method() != Method::POST {
        let mut response = status(StatusCode::METHOD_NOT_ALLOWED);
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let headers = collect(request.headers());
    if !content_type_fits(&headers) {
        return status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let body = match Limited::new(request.into_body(), BODY_LIMIT)
        .collect()
        .await
    {
        Ok(body) => body.to_bytes().to_vec(),
        Err(_) => return status(StatusCode::PAYLOAD_TOO_LARGE),
    };
    message(handler(Posted { body, headers }).await)
}

/// Compares type and subtype only; a missing header passes when the body is right.
fn content_type_fits(headers: &Headers) -> bool {
    let Some(value) = header(headers, "content-type") else {
        return true;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(MEDIA_TYPE)
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = code;
    response.headers_mut().insert(
        ADMIN_PROTOCOL,
        HeaderValue::from_static(ADMIN_PROTOCOL_VALUE),
    );
    response
}

fn message(bytes: Vec<u8>) -> Response<Full<Bytes>> {
    if bytes.is_empty() {
        return status(StatusCode::NO_CONTENT);
    }
    let mut response = status(StatusCode::OK);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    *response.body_mut() = Full::new(Bytes::from(bytes));
    response
}
