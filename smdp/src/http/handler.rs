// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the shell asks of those behind it: which paths there are, and the answer to a request.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use hyper::Method;
use rsp::asn1::ObjectIdentifier;
use rsp::json::AdminProtocol;

use super::overhear::Ear;
use crate::fault::Faults;
use crate::service::HttpAnswer;

/// What may be sent to a path.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'a> {
    /// Methods that are answered; others get 405.
    pub methods: &'a [Method],
    /// The media type of a request body; others get 415. Empty for any.
    pub media_type: &'static str,
    /// Whether a client has to show a certificate (SGP.22 §6.1); without one it gets 401.
    pub needs_client: bool,
    /// The value of `X-Admin-Protocol` in answers (SGP.22 §6.2).
    pub admin_protocol: Option<&'a str>,
}

/// The holder of a TLS client certificate that the listener trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The certificate in DER.
    pub certificate: Vec<u8>,
    /// The registeredID of its subjectAltName: the OID of the server or operator it stands for.
    pub oid: Option<ObjectIdentifier>,
}

/// One request, read whole.
#[derive(Debug, Default)]
pub struct Call {
    /// Its method, one of the resource's.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// Its query, without the question mark.
    pub query: Option<String>,
    /// Its `X-Admin-Protocol`; [`AdminProtocol::MALFORMED`] when that is none.
    pub protocol: Option<AdminProtocol>,
    /// Whom it is for: its `Host`, or the authority in its URI or of HTTP/2.
    pub host: Option<String>,
    /// Its `Content-Type`, as it came.
    pub media_type: Option<String>,
    /// Who sent it, on a connection with a client certificate.
    pub client: Option<Client>,
    /// Its body.
    pub body: Vec<u8>,
}

/// An answer under way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = HttpAnswer> + Send + 'a>>;

/// One or more interfaces behind a listener.
pub trait Handler: Send + Sync + 'static {
    /// What is at a path; nothing for a path that gets 404.
    fn resource(&self, path: &str) -> Option<Resource<'_>>;

    /// Answers a request to a path that [`Handler::resource`] knows.
    fn call(&self, call: Call) -> Answering<'_>;

    /// What goes wrong on purpose, where something can.
    fn faults(&self) -> Option<&Faults> {
        None
    }

    /// Who listens to the connections, in clear.
    fn ear(&self) -> Option<Arc<dyn Ear>> {
        None
    }
}

/// Several interfaces on one listener; the first that knows a path answers.
#[derive(Default)]
pub struct Router(pub Vec<Arc<dyn Handler>>);

impl Router {
    fn find(&self, path: &str) -> Option<&Arc<dyn Handler>> {
        self.0
            .iter()
            .find(|handler| handler.resource(path).is_some())
    }
}

impl Handler for Router {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        self.0.iter().find_map(|handler| handler.resource(path))
    }

    fn call(&self, call: Call) -> Answering<'_> {
        match self.find(&call.path) {
            Some(handler) => handler.call(call),
            None => Box::pin(async { HttpAnswer::empty(404) }),
        }
    }

    fn faults(&self) -> Option<&Faults> {
        self.0.iter().find_map(|handler| handler.faults())
    }

    fn ear(&self) -> Option<Arc<dyn Ear>> {
        self.0.iter().find_map(|handler| handler.ear())
    }
}
