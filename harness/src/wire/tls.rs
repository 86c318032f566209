// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS of the harness: server identities, and the trust a client puts into its peer.
//!
//! An eUICC tells its IPA whom to trust (`trustedPublicKeyDataTls`, SGP.32 §2.11.1): a certificate,
//! which is the server's own or its CA's, or a bare public key. A bare key and a pinned leaf are
//! compared, not chained; rustls then only has to check the handshake signature.
//!
//! Certificate validity is judged by the run's clock and not by the machine's, or a run would
//! change its outcome with the date.

mod clients;
mod servers;
mod spki;

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, Error, RootCertStore, ServerConfig};

pub use spki::spki_of;

/// What a TLS client trusts.
#[derive(Clone, Debug)]
pub enum Trust {
    /// One certificate (DER): the server's own, or the CA that issued it.
    Certificate(Vec<u8>),
    /// One public key (DER `SubjectPublicKeyInfo`) that the server's certificate must carry.
    PublicKey(Vec<u8>),
    /// CA certificates (DER), any of which may have issued the server's.
    Roots(Vec<Vec<u8>>),
    /// The same for a server of SGP.22, whose certificate has the form of CERT.DP.TLS and CERT.DS.TLS
    /// (SGP.22 §4.5.2.1): a key of a curve of SGP.22 that may sign, and the use serverAuth.
    RspServer(Vec<Vec<u8>>),
    /// Whoever answers. No device may do this; it is for a client that is wrong on purpose.
    Anyone,
}

/// A TLS set-up that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate or key is not usable.
    #[error("unusable TLS certificate or key: {0}")]
    Rustls(#[from] Error),
    /// The trust anchors are not usable.
    #[error("unusable TLS trust anchor: {0}")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
    /// The private key is in no known form.
    #[error("unusable TLS private key: {0}")]
    Key(&'static str),
    /// The name is neither a DNS name nor an address.
    #[error("not a host name: {0:?}")]
    Name(String),
}

/// Chain (leaf first, DER) and private key (PKCS#8 or SEC1 DER) of a TLS server.
#[derive(Clone)]
pub struct Identity {
    /// Certificates, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// Private key of the leaf.
    pub key: Vec<u8>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({} certificates)", self.chain.len())
    }
}

/// The clock by which certificates are judged: unix seconds.
#[derive(Clone, Copy, Debug)]
struct FixedClock(u64);

impl TimeProvider for FixedClock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(self.0)))
    }
}

fn clock(now: i64) -> Arc<FixedClock> {
    Arc::new(FixedClock(u64::try_from(now).unwrap_or(0)))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// A server configuration for TLS 1.2 and 1.3 without client certificates.
///
/// # Errors
/// [`TlsError`] when certificate and key do not fit together.
pub fn server_config(identity: &Identity, now: i64) -> Result<Arc<ServerConfig>, TlsError> {
    server_config_with(identity, WebPkiClientVerifier::no_client_auth(), now)
}

/// A server configuration that takes only clients with a certificate that one of `clients` accepts:
/// an IPA into which associated eIMs inject packages.
///
/// # Errors
/// [`TlsError`] when certificate and key do not fit together, or a trust anchor is no certificate.
pub fn server_config_for(
    identity: &Identity,
    clients: &[Trust],
    now: i64,
) -> Result<Arc<ServerConfig>, TlsError> {
    let clients = clients::verifier(clients, &provider())?;
    server_config_with(identity, clients, now)
}

/// Whether `trust` accepts a client that showed this chain (leaf first, DER): it tells which of
/// several eIMs a client is.
#[must_use]
pub fn accepts_client(trust: &Trust, chain: &[Vec<u8>], now: i64) -> bool {
    clients::accepts(trust, chain, now)
}

fn server_config_with(
    identity: &Identity,
    clients: Arc<dyn ClientCertVerifier>,
    now: i64,
) -> Result<Arc<ServerConfig>, TlsError> {
    let (chain, key) = credentials(identity)?;
    let mut config = ServerConfig::builder_with_details(provider(), clock(now))
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = smdp::http::alpn(false);
    Ok(Arc::new(config))
}

/// A client configuration that accepts servers by `trust` at the time `now` (unix seconds).
///
/// # Errors
/// [`TlsError`] when a trust anchor is no certificate.
pub fn client_config(trust: &Trust, now: i64) -> Result<Arc<ClientConfig>, TlsError> {
    client_config_with(trust, None, now)
}

/// A client configuration that shows a certificate of its own.
///
/// # Errors
/// [`TlsError`] when a trust anchor is no certificate, or certificate and key do not fit together.
pub fn client_config_as(
    trust: &Trust,
    own: &Identity,
    now: i64,
) -> Result<Arc<ClientConfig>, TlsError> {
    client_config_with(trust, Some(own), now)
}

/// A client configuration that offers one version, or one cipher suite, alone.
///
/// # Errors
/// As [`client_config`], and when there is no such suite.
pub(super) fn client_config_offering(
    trust: &Trust,
    now: i64,
    version: Option<&'static rustls::SupportedProtocolVersion>,
    suite: Option<&str>,
) -> Result<ClientConfig, TlsError> {
    let mut provider = aws_lc_rs::default_provider();
    if let Some(suite) = suite {
        let is_meant = |known: &rustls::SupportedCipherSuite| {
            known.suite().as_str().is_some_and(|name| name == suite)
        };
        provider.cipher_suites.retain(is_meant);
    }
    let provider = Arc::new(provider);
    let verifier = servers::verifier(trust, &provider)?;
    let versions = match version {
        Some(version) => vec![version],
        None => rustls::ALL_VERSIONS.to_vec(),
    };
    let mut config = ClientConfig::builder_with_details(provider, clock(now))
        .with_protocol_versions(&versions)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn client_config_with(
    trust: &Trust,
    own: Option<&Identity>,
    now: i64,
) -> Result<Arc<ClientConfig>, TlsError> {
    let provider = provider();
    let verifier = servers::verifier(trust, &provider)?;
    let builder = ClientConfig::builder_with_details(provider, clock(now))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match own {
        None => builder.with_no_client_auth(),
        Some(own) => {
            let (chain, key) = credentials(own)?;
            builder.with_client_auth_cert(chain, key)?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn credentials(
    identity: &Identity,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
    let chain = identity.chain.iter();
    let chain = chain.map(|der| CertificateDer::from(der.clone())).collect();
    let key = PrivateKeyDer::try_from(identity.key.clone()).map_err(TlsError::Key)?;
    Ok((chain, key))
}

fn store<'a>(roots: impl IntoIterator<Item = &'a [u8]>) -> Result<Arc<RootCertStore>, TlsError> {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(CertificateDer::from(root.to_vec()))?;
    }
    Ok(Arc::new(store))
}

/// The name that goes into SNI and is looked for in the server's certificate.
///
/// # Errors
/// [`TlsError::Name`] when `host` cannot be a name.
pub fn server_name(host: &str) -> Result<ServerName<'static>, TlsError> {
    ServerName::try_from(host.trim_end_matches('.').to_owned())
        .map_err(|_| TlsError::Name(host.to_owned()))
}

/// Judges the certificate of a server as [`client_config`] does, for a protocol that checks the
/// handshake's signature itself: DTLS.
///
/// # Errors
/// [`TlsError`] when the trust anchor is unusable, or the server is not who it should be.
pub fn check_server(trust: &Trust, leaf: &[u8], host: &str, now: i64) -> Result<(), TlsError> {
    let verifier = servers::verifier(trust, &provider())?;
    let now = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now).unwrap_or(0)));
    let leaf = CertificateDer::from(leaf);
    verifier.verify_server_cert(&leaf, &[], &server_name(host)?, &[], now)?;
    Ok(())
}
