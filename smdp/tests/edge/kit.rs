// SPDX-License-Identifier: MIT OR Apache-2.0
//! A server on a loopback port, and clients for it.

use std::sync::Arc;

use certs::{Credential, Curve, Pki, Role};
use rsp::env::{Clock, SeededEnv};
use rsp::json::Function;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use smdp::credentials::TlsIdentity;
use smdp::http::{Handler, Limits, Server, Tls, TlsClock, TlsOptions, TlsVersions, serve};
use smdp::{Config, Credentials, Entity, SmDp, SmDpService};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::initiate::initiate;

/// The name of the server.
pub(crate) const HOST: &str = "smdp1.test.example";

/// Headers of a request of the JSON binding.
pub(crate) const JSON: &str =
    "content-type: application/json\r\nX-ADMIN-protocol: gsma/rsp/v2.2.2\r\n";

/// An SM-DP+ and its listener.
pub(crate) struct Bench {
    pub(crate) pki: Pki,
    pub(crate) service: Arc<SmDpService>,
    pub(crate) server: Server,
}

/// Certificate chain and key of a credential of the PKI.
pub(crate) fn identity(credential: &Credential) -> TlsIdentity {
    TlsIdentity {
        chain: vec![credential.certificate.clone()],
        key_pkcs8: credential.key_der().unwrap(),
    }
}

/// What a listener of a test offers: certificates are judged by the clock of the PKI.
pub(crate) fn options(versions: TlsVersions) -> TlsOptions {
    TlsOptions {
        versions,
        clock: Arc::new(TlsClock(Clock::default())),
        ..TlsOptions::default()
    }
}

impl Bench {
    pub(crate) async fn new(versions: TlsVersions, limits: Limits) -> Self {
        let pki = Pki::seeded(1).unwrap();
        let tls = pki
            .issue_tls(Role::DpTls, &[HOST], Curve::NistP256)
            .unwrap();
        Self::with(&pki, &[identity(&tls)], &options(versions), limits).await
    }

    pub(crate) async fn with(
        pki: &Pki,
        identities: &[TlsIdentity],
        options: &TlsOptions,
        limits: Limits,
    ) -> Self {
        let wrap = |service: Arc<SmDpService>| service as Arc<dyn Handler>;
        Self::behind(pki, identities, options, limits, wrap).await
    }

    /// A listener whose handler is made from the service.
    pub(crate) async fn behind(
        pki: &Pki,
        identities: &[TlsIdentity],
        options: &TlsOptions,
        limits: Limits,
        wrap: impl FnOnce(Arc<SmDpService>) -> Arc<dyn Handler>,
    ) -> Self {
        let credentials = Credentials::from_pki(pki, Entity::First, &[HOST]).unwrap();
        let smdp = SmDp::new(Config::default(), credentials);
        let service = Arc::new(SmDpService::new(smdp, Box::new(SeededEnv::new(1, "smdp"))));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tls = Tls::new(identities, options).unwrap();
        let server = serve(listener, wrap(Arc::clone(&service)), tls, limits).unwrap();
        Self {
            pki: pki.clone(),
            service,
            server,
        }
    }

    /// A socket without TLS.
    pub(crate) async fn tcp(&self) -> TcpStream {
        TcpStream::connect(self.server.local_addr()).await.unwrap()
    }

    pub(crate) async fn connect(
        &self,
        versions: &[&'static SupportedProtocolVersion],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        self.connect_with(client_config(&self.pki, versions, None), HOST)
            .await
    }

    pub(crate) async fn connect_with(
        &self,
        config: ClientConfig,
        name: &'static str,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(name).unwrap();
        TlsConnector::from(Arc::new(config))
            .connect(name, self.tcp().await)
            .await
    }

    pub(crate) async fn open(&self) -> TlsStream<TcpStream> {
        self.connect(rustls::ALL_VERSIONS).await.unwrap()
    }
}

/// A client that trusts the CI of the PKI, with a certificate of its own or without.
pub(crate) fn client_config(
    pki: &Pki,
    versions: &[&'static SupportedProtocolVersion],
    own: Option<&Credential>,
) -> ClientConfig {
    let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(ci.certificate.clone()))
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let clock = Arc::new(TlsClock(Clock::default()));
    let builder = ClientConfig::builder_with_details(Arc::clone(&provider), clock)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    let Some(own) = own else {
        return builder.with_no_client_auth();
    };
    let key = PrivateKeyDer::try_from(own.key_der().unwrap()).unwrap();
    let key = provider.key_provider.load_private_key(key).unwrap();
    let chain = vec![CertificateDer::from(own.certificate.clone())];
    // the usual way looks into the certificate, and refuses some that a test wants to show
    let certified = rustls::sign::CertifiedKey::new(chain, key);
    let resolver = rustls::sign::SingleCertAndKey::from(certified);
    builder.with_client_cert_resolver(Arc::new(resolver))
}

/// One answer: status line and headers in lower case, and the body.
pub(crate) async fn exchange<S>(stream: &mut S, request: &str) -> (String, String)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(request.as_bytes()).await.unwrap();
    answer(stream).await.unwrap()
}

/// Reads one answer; nothing when the connection ends before it.
pub(crate) async fn answer<S>(stream: &mut S) -> Option<(String, String)>
where
    S: AsyncRead + Unpin,
{
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    Some((head, String::from_utf8(body).unwrap()))
}

/// A POST of HTTP/1.1.
pub(crate) fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}

/// A request that is executed: it costs a signature.
pub(crate) fn initiate_post(pki: &Pki) -> String {
    let path = Function::InitiateAuthentication.path();
    post(&path, JSON, &initiate(pki, HOST))
}
