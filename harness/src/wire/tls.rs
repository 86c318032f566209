// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS of the harness: server identities, and the trust a client puts into its peer.
//!
//! An eUICC tells its IPA whom to trust (`trustedPublicKeyDataTls`, SGP.32 §2.11.1): a certificate,
//! which is the server's own or its CA's, or a bare public key. A bare key and a pinned leaf are
//! compared, not chained; rustls then only has to check the handshake signature.
//!
//! Certificate validity is judged by the run's clock and not by the machine's, or a run would
//! change its outcome with the date.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, ServerConfig,
    SignatureScheme,
};

/// What a TLS client trusts.
#[derive(Clone, Debug)]
pub enum Trust {
    /// One certificate (DER): the server's own, or the CA that issued it.
    Certificate(Vec<u8>),
    /// One public key (DER `SubjectPublicKeyInfo`) that the server's certificate must carry.
    PublicKey(Vec<u8>),
    /// CA certificates (DER), any of which may have issued the server's.
    Roots(Vec<Vec<u8>>),
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
    let chain = identity
        .chain
        .iter()
        .map(|der| CertificateDer::from(der.clone()))
        .collect();
    let key = PrivateKeyDer::try_from(identity.key.clone()).map_err(TlsError::Key)?;
    let mut config = ServerConfig::builder_with_details(provider(), clock(now))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A client configuration that accepts servers by `trust` at the time `now` (unix seconds).
///
/// # Errors
/// [`TlsError`] when a trust anchor is no certificate.
pub fn client_config(trust: &Trust, now: i64) -> Result<Arc<ClientConfig>, TlsError> {
    let provider = provider();
    let verifier = verifier(trust, &provider)?;
    let mut config = ClientConfig::builder_with_details(provider, clock(now))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The name that goes into SNI and is looked for in the server's certificate.
///
/// # Errors
/// [`TlsError::Name`] when `host` cannot be a name.
pub fn server_name(host: &str) -> Result<ServerName<'static>, TlsError> {
    ServerName::try_from(host.trim_end_matches('.').to_owned())
        .map_err(|_| TlsError::Name(host.to_owned()))
}

fn verifier(
    trust: &Trust,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    Ok(match trust {
        Trust::Roots(roots) => chain_verifier(roots.iter().map(Vec::as_slice), provider)?,
        Trust::Certificate(certificate) => Arc::new(Pinned {
            pin: Pin::Certificate(certificate.clone()),
            issuer: Some(chain_verifier([certificate.as_slice()], provider)?),
            provider: provider.clone(),
        }),
        Trust::PublicKey(spki) => Arc::new(Pinned {
            pin: Pin::PublicKey(spki.clone()),
            issuer: None,
            provider: provider.clone(),
        }),
    })
}

fn chain_verifier<'a>(
    roots: impl IntoIterator<Item = &'a [u8]>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(CertificateDer::from(root.to_vec()))?;
    }
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone()).build()?;
    Ok(verifier)
}

#[derive(Debug)]
enum Pin {
    Certificate(Vec<u8>),
    PublicKey(Vec<u8>),
}

/// Accepts the pinned leaf or key; a pinned certificate may also be the issuer.
#[derive(Debug)]
struct Pinned {
    pin: Pin,
    issuer: Option<Arc<dyn ServerCertVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    fn is_pinned(&self, leaf: &CertificateDer<'_>) -> bool {
        match &self.pin {
            Pin::Certificate(pin) => leaf.as_ref() == pin.as_slice(),
            Pin::PublicKey(pin) => spki_of(leaf).is_some_and(|spki| spki == pin.as_slice()),
        }
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.is_pinned(end_entity) {
            return Ok(ServerCertVerified::assertion());
        }
        match &self.issuer {
            Some(issuer) => issuer.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            None => Err(CertificateError::UnknownIssuer.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// The `SubjectPublicKeyInfo` of a certificate, found by walking its DER: the walk needs no more
/// than the order of the fields (RFC 5280 §4.1), so it also works on certificates that a strict
/// parser refuses.
#[must_use]
pub fn spki_of(certificate: &[u8]) -> Option<&[u8]> {
    let (outer, _) = element(certificate)?;
    let (tbs, _) = element(outer.content)?;
    let mut rest = tbs.content;
    if rest.first() == Some(&0xA0) {
        rest = element(rest)?.1;
    }
    // serialNumber, signature, issuer, validity, subject
    for _ in 0..5 {
        rest = element(rest)?.1;
    }
    Some(element(rest)?.0.whole)
}

struct Element<'a> {
    whole: &'a [u8],
    content: &'a [u8],
}

fn element(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let first = *bytes.get(1)?;
    let (length, header) = if first < 0x80 {
        (usize::from(first), 2)
    } else {
        let count = usize::from(first & 0x7F);
        let octets = bytes.get(2..2usize.checked_add(count)?)?;
        if count == 0 || count > 4 {
            return None;
        }
        let length = octets
            .iter()
            .fold(0usize, |sum, byte| (sum << 8) | usize::from(*byte));
        (length, 2 + count)
    };
    let end = header.checked_add(length)?;
    let whole = bytes.get(..end)?;
    Some((
        Element {
            whole,
            content: whole.get(header..)?,
        },
        bytes.get(end..)?,
    ))
}
