// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS side of a listener (SGP.22 §2.6.6, §6.1): what it offers, with which certificates, and whom
//! it takes as a client.
//!
//! Traps: the certificates go through a resolver and are not examined by rustls, as published role
//! certificates carry critical `certificatePolicies`, which rustls refuses to load although every
//! client of this field accepts them. Nothing is resumed: each connection has keys of its own.

mod brainpool;
mod cbc;
mod choose;
mod client;
mod names;

use std::sync::Arc;
use std::time::Duration;

use rsp::chain::CertificateView;
use rsp::ecdsa::{Curve, PrivateKey};
use rsp::env::Clock;
use rustls::KeyLog;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::{NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey, SingleCertAndKey};
use rustls::time_provider::{DefaultTimeProvider, TimeProvider};
use rustls::version::{TLS12, TLS13};

pub use choose::{ChooseTls, Identities, Tls};
pub use client::{ClientCertificates, ClientRefused, ClientTrust, Pin};
pub use names::{Group, Suite, UnknownName};

use crate::credentials::TlsIdentity;
use brainpool::BrainpoolKey;

/// Which TLS versions a listener offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TlsVersions {
    /// TLS 1.2 and TLS 1.3.
    #[default]
    Both,
    /// TLS 1.2 alone, as older devices have it.
    Tls12,
    /// TLS 1.3 alone.
    Tls13,
}

/// What a listener offers, and whom it takes.
#[derive(Debug, Clone)]
pub struct TlsOptions {
    /// TLS versions.
    pub versions: TlsVersions,
    /// Cipher suites, the preferred first; empty for all that there are, of which the client
    /// chooses.
    pub suites: Vec<Suite>,
    /// Groups of the key exchange; empty for those of the library, and brainpoolP256r1 beside them
    /// under a certificate on that curve.
    pub groups: Vec<Group>,
    /// Client certificates.
    pub clients: ClientCertificates,
    /// Offers HTTP/2 beside HTTP/1.1.
    pub http2: bool,
    /// Receives the session secrets, so that a capture of a test can be read.
    pub key_log: Option<Arc<dyn KeyLog>>,
    /// By which client certificates are judged.
    pub clock: Arc<dyn TimeProvider>,
}

impl Default for TlsOptions {
    fn default() -> Self {
        Self {
            versions: TlsVersions::default(),
            suites: Vec::new(),
            groups: Vec::new(),
            clients: ClientCertificates::None,
            http2: true,
            key_log: None,
            clock: Arc::new(DefaultTimeProvider),
        }
    }
}

/// The clock of a test as TLS wants it.
#[derive(Debug, Clone)]
pub struct TlsClock(pub Clock);

impl TimeProvider for TlsClock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// Why a TLS configuration cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The private key is not one that the TLS library signs with.
    #[error("expected a TLS private key on P-256, P-384 or brainpoolP256r1: {0}")]
    Key(#[source] rustls::Error),
    /// The library refuses the combination of versions and suites.
    #[error("expected a usable set of TLS versions and cipher suites: {0}")]
    Versions(#[source] rustls::Error),
    /// A certificate on brainpoolP256r1, and TLS 1.3 alone.
    #[error("expected TLS 1.2 for a certificate on brainpoolP256r1, got TLS 1.3 alone")]
    Brainpool,
    /// No certificate to show.
    #[error("expected a TLS certificate, got none")]
    NoIdentity,
    /// The CA of clients is not usable.
    #[error("expected a CA certificate for TLS clients: {0}")]
    ClientCa(String),
}

/// Makes the configuration for one identity, without client certificates. `key_log` receives the
/// session secrets; pass `None` to keep them.
///
/// # Errors
/// See [`TlsError`].
pub fn server_config(
    identity: &TlsIdentity,
    versions: TlsVersions,
    key_log: Option<Arc<dyn KeyLog>>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let options = TlsOptions {
        versions,
        key_log,
        ..TlsOptions::default()
    };
    server_config_with(identity, &options)
}

/// Makes the configuration for one identity. Certificate and key need not fit together, and
/// nothing of the certificate is judged: a test may want to show a bad one.
///
/// # Errors
/// See [`TlsError`].
pub fn server_config_with(
    identity: &TlsIdentity,
    options: &TlsOptions,
) -> Result<Arc<ServerConfig>, TlsError> {
    let (key, curve) = signing_key(identity)?;
    let provider = Arc::new(provider(options, curve));
    let chain = identity
        .chain
        .iter()
        .cloned()
        .map(CertificateDer::from)
        .collect();
    let resolver: Arc<dyn ResolvesServerCert> =
        Arc::new(SingleCertAndKey::from(CertifiedKey::new(chain, key)));
    let versions: &[_] = match (options.versions, curve) {
        (TlsVersions::Tls13, Curve::BrainpoolP256r1) => return Err(TlsError::Brainpool),
        (TlsVersions::Tls12, _) | (TlsVersions::Both, Curve::BrainpoolP256r1) => &[&TLS12],
        (TlsVersions::Both, Curve::NistP256) => &[&TLS13, &TLS12],
        (TlsVersions::Tls13, Curve::NistP256) => &[&TLS13],
    };
    let builder =
        ServerConfig::builder_with_details(Arc::clone(&provider), Arc::clone(&options.clock))
            .with_protocol_versions(versions)
            .map_err(TlsError::Versions)?;
    let mut config = match options.clients.verifier(&provider) {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    }
    .with_cert_resolver(resolver);
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.ignore_client_order = !options.suites.is_empty();
    config.alpn_protocols = alpn(options.http2);
    if let Some(key_log) = &options.key_log {
        config.key_log = Arc::clone(key_log);
    }
    Ok(Arc::new(config))
}

/// The versions of HTTP by their names in ALPN (RFC 7301 §6), the preferred first. A client that
/// names others alone is refused, one that names none gets HTTP/1.1.
#[must_use]
pub fn alpn(http2: bool) -> Vec<Vec<u8>> {
    let names: &[&[u8]] = &[b"h2", b"http/1.1", b"http/1.0"];
    let names = names.iter().skip(usize::from(!http2));
    names.map(|name| name.to_vec()).collect()
}

/// The key as rustls signs with it, and the curve that limits what can be offered.
fn signing_key(identity: &TlsIdentity) -> Result<(Arc<dyn SigningKey>, Curve), TlsError> {
    if let Ok(key) = PrivateKey::from_pkcs8_der(&identity.key_pkcs8)
        && key.curve() == Curve::BrainpoolP256r1
    {
        return Ok((Arc::new(BrainpoolKey::new(key)), Curve::BrainpoolP256r1));
    }
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key_pkcs8.clone()));
    let key = aws_lc_rs::default_provider()
        .key_provider
        .load_private_key(key)
        .map_err(TlsError::Key)?;
    Ok((key, Curve::NistP256))
}

fn provider(options: &TlsOptions, curve: Curve) -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    if options.suites.is_empty() {
        provider.cipher_suites.extend(cbc::suite());
    } else {
        provider.cipher_suites = options.suites.iter().map(Suite::suite).collect();
    }
    if !options.groups.is_empty() {
        provider.kx_groups = options.groups.iter().map(Group::group).collect();
    } else if curve == Curve::BrainpoolP256r1 {
        provider.kx_groups.push(brainpool::GROUP);
    }
    provider
}

/// The dNSNames of a certificate; none when it cannot be read.
fn dns_names(certificate: Option<&Vec<u8>>) -> Vec<String> {
    let view = certificate.and_then(|der| CertificateView::parse(der).ok());
    view.map_or_else(Vec::new, |view| view.dns_names().to_vec())
}
