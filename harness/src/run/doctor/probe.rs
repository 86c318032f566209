// SPDX-License-Identifier: MIT OR Apache-2.0
//! A server that takes note of who comes and how far he gets.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::wire::http::BODY_LIMIT;

/// Most that is noted; a program that tries again and again fills no memory.
const MOST: usize = 100;
/// How long a peer may take for its handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What a visitor did.
#[derive(Clone, Debug)]
pub(super) enum Visit {
    /// He opened a connection.
    Connected,
    /// The handshake failed: what happened, and what it means.
    Refused(String, Option<&'static str>),
    /// He finished the handshake.
    Trusting,
    /// He posted something.
    Asked {
        method: String,
        path: String,
        media_type: String,
        body: Vec<u8>,
    },
}

/// A server of the surroundings.
pub(super) struct Probe {
    pub(super) address: SocketAddr,
    visits: watch::Receiver<Vec<Visit>>,
    task: JoinHandle<()>,
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What is answered: media type and body; no body is HTTP 204.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) media_type: &'static str,
    pub(super) body: Vec<u8>,
}

impl Probe {
    /// Serves on a free port, and answers everything with `reply`.
    pub(super) async fn start(tls: Arc<ServerConfig>, reply: Reply) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (notes, visits) = watch::channel(Vec::new());
        let notes = Arc::new(notes);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                note(&notes, Visit::Connected);
                let acceptor = TlsAcceptor::from(tls.clone());
                tokio::spawn(visit(socket, acceptor, notes.clone(), reply.clone()));
            }
        });
        Ok(Self {
            address,
            visits,
            task,
        })
    }

    /// What was noted so far.
    pub(super) fn visits(&self) -> Vec<Visit> {
        self.visits.borrow().clone()
    }

    /// Waits until a visitor has come as far as he can: asked something, or been turned away.
    pub(super) async fn settled(&self) {
        let mut visits = self.visits.clone();
        let settled = |visits: &Vec<Visit>| {
            let mut visits = visits.iter();
            visits.any(|visit| matches!(visit, Visit::Asked { .. } | Visit::Refused(..)))
        };
        // the sender lives as long as the task
        let _gone = visits.wait_for(settled).await;
    }

    /// The same for the handshake alone.
    pub(super) async fn greeted(&self) {
        let mut visits = self.visits.clone();
        let greeted = |visits: &Vec<Visit>| {
            let mut visits = visits.iter();
            visits.any(|visit| matches!(visit, Visit::Trusting | Visit::Refused(..)))
        };
        let _gone = visits.wait_for(greeted).await;
    }
}

type Notes = Arc<watch::Sender<Vec<Visit>>>;

fn note(notes: &Notes, visit: Visit) {
    notes.send_modify(|visits| {
        if visits.len() < MOST {
            visits.push(visit);
        }
    });
}

async fn visit(socket: TcpStream, acceptor: TlsAcceptor, notes: Notes, reply: Reply) {
    let stream = match tokio::time::timeout(HANDSHAKE, acceptor.accept(socket)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            let (words, meaning) = super::tls_words(&error);
            return note(&notes, Visit::Refused(words, meaning));
        }
        Err(_) => {
            let words = "no handshake came".to_owned();
            return note(&notes, Visit::Refused(words, None));
        }
    };
    // in TLS 1.3 a client judges the certificate after the server has finished: only what follows
    // shows that it trusts
    let service = service_fn(|request: Request<Incoming>| {
        let (notes, reply) = (notes.clone(), reply.clone());
        async move {
            note(&notes, Visit::Trusting);
            note(&notes, asked(request).await);
            Ok::<_, Infallible>(answer(reply))
        }
    });
    let http = hyper::server::conn::http1::Builder::new();
    if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
        let io =
            std::error::Error::source(&error).and_then(|it| it.downcast_ref::<std::io::Error>());
        let (words, meaning) = io.map_or_else(|| (error.to_string(), None), super::tls_words);
        note(&notes, Visit::Refused(words, meaning));
    }
}

async fn asked(request: Request<Incoming>) -> Visit {
    let (head, body) = request.into_parts();
    let media_type = head.headers.get(hyper::header::CONTENT_TYPE);
    let media_type = media_type.map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
    let body = Limited::new(body, BODY_LIMIT).collect().await;
    Visit::Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        media_type: media_type.unwrap_or_default(),
        body: body
            .map(|body| body.to_bytes().to_vec())
            .unwrap_or_default(),
    }
}

fn answer(reply: Reply) -> Response<Full<Bytes>> {
    let status = if reply.body.is_empty() { 204 } else { 200 };
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    let media_type = hyper::header::HeaderValue::from_static(reply.media_type);
    headers.insert(hyper::header::CONTENT_TYPE, media_type);
    let protocol = hyper::header::HeaderValue::from_static("gsma/rsp/v2.1.0");
    headers.insert("x-admin-protocol", protocol);
    response
}
