// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa over HTTPS in its two bindings: the server (SGP.32 §6.1.1, §6.1.2).
//!
//! The traps of these bindings:
//! - in ASN.1 one path for every function, and the body is exactly one message TLV, without a
//!   wrapper; in JSON one path per function;
//! - HTTP 200 whatever the function's outcome: a refusal is an error arm or a header of failure
//!   inside the answer;
//! - HandleNotification is answered 204 (503 when it is not taken over), with no body and no Content-Type;
//! - `X-Admin-Protocol` is `gsma/rsp/v2.1.0` up to v1.2 although the interface is SGP.32's.
//!
//! Requests that are not ESipa at all get an HTTP status and never reach the handler. A handler sees
//! and gives messages of the ASN.1 binding whatever came over the wire.

mod fault;
mod form;
mod heard;
mod respond;
mod sent;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rsp::dialect::Dialect;
use rsp::json::Failure;
use rustls::{ProtocolVersion, ServerConfig};
use smdp::Faults;
use smdp::http::{Ear, OffScript, Opened, Prompt, Shared, Stage, Tls};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

pub use sent::Delivery;

use super::binding::Binding;
use super::http::Headers;
use crate::defect::{Defects, EimDefect};
use heard::{heard, is_plain};

/// The one path of the ASN.1 binding.
pub const PATH: &str = "/gsma/rsp2/asn1";
/// The name of the header field, which no request has, that shows the path of a request that
/// followed a redirection.
pub const MOVED: &str = ":path";
/// The same that says what of a JSON body is not in the form of the binding.
pub const FORM: &str = ":json";
/// The media type of the ASN.1 binding.
pub const MEDIA_TYPE: &str = "application/x-gsma-rsp-asn1";
/// The media type of the JSON binding.
pub const JSON_MEDIA_TYPE: &str = "application/json";
/// The header that carries the version.
pub const ADMIN_PROTOCOL: &str = "x-admin-protocol";
/// Its value from SGP.32 v1.0 to v1.2.
pub const ADMIN_PROTOCOL_VALUE: &str = "gsma/rsp/v2.1.0";
/// Its value in SGP.32 v1.3, where it names the version of SGP.32 itself.
pub const ADMIN_PROTOCOL_V1_3: &str = "gsma/rsp/v1.3.0";

/// Connections that one server has at a time.
const MOST_CONNECTIONS: usize = 256;
/// Time that the head of a request may take, the pause before it included.
const HEADERS: Duration = Duration::from_secs(60);
/// Time that a TLS handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(20);

/// The value of `X-Admin-Protocol` in a wire version (SGP.32 §6.1).
#[must_use]
pub const fn admin_protocol(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V1_0 | Dialect::V1_2 => ADMIN_PROTOCOL_VALUE,
        Dialect::V1_3 => ADMIN_PROTOCOL_V1_3,
    }
}

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The message TLV, whatever the binding.
    pub body: Vec<u8>,
    /// All header fields; none in CoAP.
    pub headers: Headers,
    /// The binding that carried it.
    pub binding: Binding,
    /// A number for the connection, which must not matter; none in CoAP.
    pub connection: Option<u64>,
    /// The certificates that the client showed (leaf first, DER); none unless it was asked.
    pub peer: Vec<Vec<u8>>,
}

/// What a handler answers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Answer {
    /// The message TLV; no bytes mean that there is nothing to say (HTTP 204).
    pub message: Vec<u8>,
    /// The subject and reason codes of a failure, which only JSON can carry; without them, the
    /// error integer of the message tells which they are (SGP.32 §5.14).
    pub failure: Option<Failure>,
    /// The message was not taken over: what it brought stays with whoever has it (HTTP 503, CoAP
    /// 5.03). A notification can be refused in no other way.
    pub untaken: bool,
    /// The message cannot be read, and its function has no answer to say so (HTTP 400, CoAP 4.00).
    pub malformed: bool,
    /// How much of it goes out. Over CoAP, anything but all of it is nothing.
    pub delivery: Delivery,
}

impl From<Vec<u8>> for Answer {
    fn from(message: Vec<u8>) -> Self {
        Self {
            message,
            ..Self::default()
        }
    }
}

/// What the handler of a server promises.
pub type Promise = Pin<Box<dyn Future<Output = Answer> + Send>>;
/// Turns a posted message into the answer.
pub type Handler = Arc<dyn Fn(Posted) -> Promise + Send + Sync>;

/// Says whether the server is out of reach right now.
pub type Gate = Arc<dyn Fn() -> bool + Send + Sync>;

/// Makes a [`Handler`] from an async closure.
pub fn handler<F, A>(answer: F) -> Handler
where
    F: Fn(Posted) -> A + Send + Sync + 'static,
    A: Future<Output: Into<Answer>> + Send + 'static,
{
    Arc::new(move |posted| {
        let answer = answer(posted);
        Box::pin(async move { answer.await.into() })
    })
}

/// Which end of ESipa a server is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Side {
    /// An eIM, from which packages are retrieved.
    #[default]
    Eim,
    /// An IPA, into which packages are injected: TransferEimPackage alone (SGP.32 §5.14.4).
    Ipa,
}

/// How a server behaves beyond its handler.
#[derive(Clone)]
pub struct Manner {
    /// Which end it is.
    pub side: Side,
    /// The wire version that it announces to who announces none.
    pub dialect: Dialect,
    /// While this says so, connections are closed without an answer.
    pub gate: Gate,
    /// Deliberate mistakes.
    pub defects: Defects<EimDefect>,
    /// What goes wrong on purpose in TLS, HTTP and JSON.
    pub faults: Option<Arc<Faults>>,
    /// Who listens to the connections, in clear.
    pub ear: Option<Arc<dyn Ear>>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            side: Side::default(),
            dialect: Dialect::default(),
            gate: Arc::new(|| false),
            defects: Defects::default(),
            faults: None,
            ear: None,
        }
    }
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
        Self::start_as(listener, tls, handler, Manner::default())
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
        let manner = Manner {
            gate,
            ..Manner::default()
        };
        Self::start_as(listener, tls, handler, manner)
    }

    /// Serves `listener` in the manner given until it is dropped.
    #[must_use]
    pub fn start_as(
        listener: TcpListener,
        tls: Arc<ServerConfig>,
        handler: Handler,
        manner: Manner,
    ) -> Self {
        let shell = Shell {
            tls: Tls::from(tls),
            handler,
            manner,
            dead: Arc::default(),
        };
        Self {
            task: tokio::spawn(accept(listener, shell)),
        }
    }

    /// Ends it, as if it were killed; [`Self::join`] waits until the socket is free.
    pub fn stop(&self) {
        self.task.abort();
    }

    /// Waits for the end of the server, which without [`Self::stop`] only comes with an error of the socket.
    pub async fn join(&mut self) {
        // an aborted or panicked task is as finished as one that returned
        let _ended = (&mut self.task).await;
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Shell {
    tls: Tls,
    handler: Handler,
    manner: Manner,
    /// It serves nobody any more, which is a deliberate mistake.
    dead: Arc<AtomicBool>,
}

impl Shell {
    fn is_gone(&self) -> bool {
        (self.manner.gate)() || self.dead.load(Ordering::Relaxed)
    }

    fn has(&self, defect: EimDefect) -> bool {
        self.manner.defects.has(defect)
    }

    /// Whether a deliberate mistake takes no connection beside those that are open.
    fn is_busy(&self, open: usize) -> bool {
        self.has(EimDefect::OneConnection) && open > 0
    }

    /// Something bad came, after which a deliberate mistake serves nobody any more.
    fn suffers(&self, defect: EimDefect) {
        if self.has(defect) {
            self.dead.store(true, Ordering::Relaxed);
        }
    }
}

async fn accept(listener: TcpListener, shell: Shell) {
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((_, peer)) if shell.is_gone() => tracing::debug!(%peer, "ESipa connection refused"),
            Ok((_, peer)) if shell.is_busy(connections.len()) => {
                tracing::debug!(%peer, "ESipa connection refused on purpose");
            }
            Ok((_, peer)) if connections.len() >= MOST_CONNECTIONS => {
                tracing::warn!(%peer, "ESipa connection refused: too many are open");
            }
            Ok((socket, peer)) => {
                tracing::debug!(%peer, "ESipa connection");
                number += 1;
                connections.spawn(connection(socket, number, shell.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "ESipa socket gave up");
                return;
            }
        }
    }
}

async fn connection(socket: tokio::net::TcpStream, number: u64, shell: Shell) {
    // an answer is written in one piece; waiting for more would only add 40 ms to each
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let mut opened = Opened {
        attempt: shell.manner.ear.as_ref().map_or(0, |ear| ear.attempt()),
        peer: socket.peer_addr().ok(),
        ..Opened::default()
    };
    let faults = shell.manner.faults.clone();
    if faults.is_some() && is_plain(&socket).await {
        // served, so that it can be seen that the client went on without TLS
        let caller = respond::Caller {
            connection: number,
            certificates: Vec::new(),
        };
        return heard(socket, &opened, caller, shell).await;
    }
    let accept = smdp::http::accept(socket, &shell.tls, faults.as_deref());
    let handshake = tokio::time::timeout(HANDSHAKE_TIME, accept).await;
    if !matches!(handshake, Ok(Ok(Some(_))))
        && let Some(ear) = &shell.manner.ear
    {
        ear.failed(&opened);
    }
    let stream = match handshake {
        Ok(Ok(Some(stream))) => stream,
        // a fault has ended the connection
        Ok(Ok(None)) => return,
        Ok(Err(error)) => {
            tracing::info!(%error, "ESipa TLS handshake failed");
            shell.suffers(EimDefect::DiesOnBadHandshake);
            return;
        }
        Err(_) => {
            tracing::info!("ESipa TLS handshake did not end in time");
            return;
        }
    };
    let old = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_2);
    if old && shell.has(EimDefect::OnlyTls13) {
        return;
    }
    let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let caller = respond::Caller {
        connection: number,
        certificates: shown.iter().map(|der| der.to_vec()).collect(),
    };
    opened.tls = true;
    opened.alpn = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    heard(Prompt(stream), &opened, caller, shell).await;
}

/// Requests and answers on a connection.
async fn exchanges<S>(stream: S, caller: respond::Caller, shell: Shell)
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let (stream, stage) = (Shared::new(stream), Stage::default());
    let left = stage.clone();
    let service = service_fn(move |request| {
        let (shell, caller, stage) = (shell.clone(), caller.clone(), stage.clone());
        async move {
            if shell.is_gone() {
                // an error ends the connection without an answer
                return Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
            }
            let mut response =
                respond::respond(request, caller, &shell.handler, &shell.manner).await;
            if response.status().is_client_error() {
                shell.suffers(EimDefect::DiesOnBadRequest);
            }
            if let Some(faults) = &shell.manner.faults {
                response = fault::edited(faults, response).await.map_err(|script| {
                    stage.set(script);
                    std::io::Error::other(OffScript)
                })?;
            }
            sent::deliver(response).await
        }
    });
    let mut http = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
    // no `Date`: the same exchange has the same bytes on every run
    http.http2().auto_date_header(false);
    http.http1()
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        // who has asked may have nothing more to say, and is answered all the same
        .half_close(true);
    let io = TokioIo::new(stream.clone());
    let served = http.serve_connection(io, service).await;
    let ended = match left.take() {
        Some(script) => script
            .play(stream, HANDSHAKE_TIME)
            .await
            .map_err(Into::into),
        None => served,
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "ESipa connection ended");
    }
}
