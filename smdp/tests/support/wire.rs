// SPDX-License-Identifier: MIT OR Apache-2.0
//! A host behind a TLS socket on loopback, and a client that writes what it is told.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use certs::{Curve, Pki, Role};
use rsp::json::{Es9Request, Function};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};
use smdp::http::{Limits, Router, Server, Tls, serve};
use smdp::{Binding, HttpAnswer};
use tokio::net::TcpListener;

use super::answer::Answer;
use super::host::{Host, envelope};

/// The name that clients ask for.
pub(crate) const NAME: &str = "smdp1.test.example";
/// How long a client waits before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A listener that serves a host.
pub(crate) struct Listening<'a> {
    host: &'a Host,
    pub(crate) server: Server,
}

impl<'a> Listening<'a> {
    pub(crate) fn new(host: &'a Host, tls: impl Into<Tls>, limits: Limits) -> Self {
        let _context = host.runtime.enter();
        let listener = host
            .runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let router = Arc::new(Router(host.handlers()));
        Self {
            host,
            server: serve(listener, router, tls, limits).unwrap(),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// A connection that trusts the CIs of the PKI; fails when the handshake does.
    pub(crate) fn connect(&self, client: &Client) -> io::Result<Wire<'a>> {
        let stream = TcpStream::connect(self.address())?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let name = ServerName::try_from(client.name.clone()).unwrap();
        let connection = ClientConnection::new(client.config(), name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(Wire {
            host: self.host,
            stream,
        })
    }

    /// Lets exchanges finish and closes the port.
    pub(crate) fn shutdown(self) {
        self.host.runtime.block_on(self.server.shutdown());
    }
}

/// The TLS side of a client.
#[derive(Clone)]
pub(crate) struct Client {
    /// Trusted certificates in DER.
    pub(crate) roots: Vec<Vec<u8>>,
    /// Name for SNI, compared with the certificate.
    pub(crate) name: String,
    pub(crate) versions: Vec<&'static SupportedProtocolVersion>,
    /// Certificate chain and PKCS#8 key to show.
    pub(crate) identity: Option<(Vec<Vec<u8>>, Vec<u8>)>,
}

impl Client {
    pub(crate) fn new(pki: &Pki) -> Self {
        let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
        Self {
            roots: vec![ci.certificate.clone()],
            name: NAME.to_owned(),
            versions: rustls::ALL_VERSIONS.to_vec(),
            identity: None,
        }
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        for root in &self.roots {
            roots.add(CertificateDer::from(root.clone())).unwrap();
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&self.versions)
            .unwrap()
            .with_root_certificates(roots);
        Arc::new(match &self.identity {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => {
                let chain = chain.iter().cloned().map(CertificateDer::from).collect();
                let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.clone()));
                builder.with_client_auth_cert(chain, key).unwrap()
            }
        })
    }
}

/// One TLS connection.
pub(crate) struct Wire<'a> {
    host: &'a Host,
    pub(crate) stream: StreamOwned<ClientConnection, TcpStream>,
}

/// One HTTP answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Status line and headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The value of a header, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key == name).then_some(value.trim())
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Wire<'_> {
    /// Writes bytes and reads one answer with a Content-Length.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<Reply> {
        self.stream.write_all(request)?;
        self.stream.flush()?;
        self.read()
    }

    pub(crate) fn read(&mut self) -> io::Result<Reply> {
        let mut head = Vec::new();
        let mut octet = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.stream.read_exact(&mut octet)?;
            head.extend(octet);
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
        let mut reply = Reply {
            status: status.ok_or_else(|| io::Error::other(head.clone()))?,
            head,
            body: Vec::new(),
        };
        let length = reply.header("content-length").map(str::parse);
        reply.body = vec![0; length.map_or(0, |length| length.unwrap_or(0))];
        self.stream.read_exact(&mut reply.body)?;
        Ok(reply)
    }

    /// A POST with header lines of one's own, each ended by `\r\n`.
    #[track_caller]
    pub(crate) fn post(&mut self, path: &str, headers: &str, body: &[u8]) -> Reply {
        let length = body.len();
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {length}\r\n{headers}\r\n"
        )
        .into_bytes();
        request.extend_from_slice(body);
        let reply = self.exchange(&request).unwrap();
        self.host.note_path(path, body, &answer(&reply));
        reply
    }

    /// Calls a function of the JSON binding with header lines and a body of one's own.
    #[track_caller]
    pub(crate) fn post_json(&mut self, function: Function, headers: &str, body: &[u8]) -> Answer {
        let path = function.path();
        let reply = self.post(&path, headers, body);
        Answer {
            interface: self.host.interface(&path),
            function,
            binding: Binding::Json,
            http: answer(&reply),
        }
    }

    /// Calls a function with the headers of an LPA.
    #[track_caller]
    pub(crate) fn call(&mut self, binding: Binding, request: &Es9Request) -> Answer {
        let (path, media_type, body) = envelope(binding, request);
        let headers = format!(
            "Content-Type: {media_type}\r\nUser-Agent: gsma-rsp-lpad\r\n\
             X-Admin-Protocol: gsma/rsp/v2.5.0\r\n"
        );
        let reply = self.post(&path, &headers, &body);
        Answer {
            interface: self.host.interface(&path),
            function: request.function(),
            binding,
            http: HttpAnswer {
                media_type: binding.media_type(),
                ..answer(&reply)
            },
        }
    }
}

/// An answer as it is without a socket.
fn answer(reply: &Reply) -> HttpAnswer {
    let body = reply.body.clone();
    match reply.header("content-type") {
        Some(smdp::ASN1) => HttpAnswer {
            status: reply.status,
            ..HttpAnswer::asn1(body)
        },
        _ => HttpAnswer {
            status: reply.status,
            ..HttpAnswer::json(body)
        },
    }
}
