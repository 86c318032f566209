// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS side of the ES9+ listener (SGP.22 §2.6.6): versions, the server certificate, key log.
//!
//! The certificate goes through a resolver and is not examined by rustls: published role
//! certificates carry critical `certificatePolicies`, which rustls refuses to load although every
//! client of this field accepts them.

use std::sync::Arc;

use rustls::KeyLog;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::ResolvesServerCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};

use crate::credentials::TlsIdentity;

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

/// Why a TLS configuration cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The private key is not one that the TLS library signs with.
    #[error("expected a TLS private key on NIST P-256: {0}")]
    Key(#[source] rustls::Error),
    /// The library refuses the combination of versions and suites.
    #[error("expected a usable set of TLS versions: {0}")]
    Versions(#[source] rustls::Error),
}

/// Makes the server side TLS configuration for one identity. `key_log` receives the session
/// secrets, so that a capture of a test can be read; pass `None` to keep them.
pub fn server_config(
    identity: &TlsIdentity,
    versions: TlsVersions,
    key_log: Option<Arc<dyn KeyLog>>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key_pkcs8.clone()));
    let signing_key = provider
        .key_provider
        .load_private_key(key)
        .map_err(TlsError::Key)?;
    let chain = identity
        .chain
        .iter()
        .cloned()
        .map(CertificateDer::from)
        .collect();
    let resolver: Arc<dyn ResolvesServerCert> = Arc::new(SingleCertAndKey::from(
        CertifiedKey::new(chain, signing_key),
    ));

    let versions: &[_] = match versions {
        TlsVersions::Both => &[&TLS13, &TLS12],
        TlsVersions::Tls12 => &[&TLS12],
        TlsVersions::Tls13 => &[&TLS13],
    };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(TlsError::Versions)?
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if let Some(key_log) = key_log {
        config.key_log = key_log;
    }
    Ok(Arc::new(config))
}
