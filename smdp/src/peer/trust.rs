// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whom a client trusts, and what it shows of itself.
//!
//! An SM-DS is accepted by its chain to a CI and by its role, as SGP.22 §4.5.2 has it; generic
//! verifiers refuse the critical policies of sub-CAs. An operator is accepted by its chain to any
//! of the roots, since no role is defined for it.

use std::sync::Arc;

use certs::{Pki, PkiError, Role};
use rsp::chain::{Anchor, CertificateView, verify_server};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore};
use rustls::{OtherError, SignatureScheme};

use crate::credentials::TlsIdentity;

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PeerTlsError {
    /// The TLS library refuses the private key, or the combination of versions.
    #[error("expected a TLS identity that can be used: {0}")]
    Identity(#[from] Error),
    /// There is nobody to trust.
    #[error("expected at least one root certificate that can be used, got {0}")]
    Roots(usize),
    /// The roots are no base for a verifier.
    #[error("expected roots that can be used: {0}")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
}

/// The CI certificates of a PKI in DER, as roots.
///
/// # Errors
/// The PKI refuses to issue one.
pub fn roots_of(pki: &Pki) -> Result<Vec<Vec<u8>>, PkiError> {
    let curves: Vec<_> = pki.curves().collect();
    let ci = |curve| Ok(pki.credential(Role::Ci, curve)?.certificate.clone());
    curves.into_iter().map(ci).collect()
}

/// The configuration towards servers of a role, or towards anybody below the roots.
pub(super) fn client_config(
    role: Option<rsp::chain::Role>,
    identity: Option<&TlsIdentity>,
    roots: &[Vec<u8>],
) -> Result<Arc<ClientConfig>, PeerTlsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match role {
        Some(role) => Arc::new(ByRole::new(role, roots, &provider)?),
        None => by_roots(roots, &provider)?,
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match identity {
        Some(identity) => builder.with_client_cert_resolver(resolver(identity, &provider)?),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn resolver(
    identity: &TlsIdentity,
    provider: &CryptoProvider,
) -> Result<Arc<dyn ResolvesClientCert>, PeerTlsError> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key_pkcs8.clone()));
    let key = provider.key_provider.load_private_key(key)?;
    let chain = identity.chain.iter().cloned().map(CertificateDer::from);
    let certified = CertifiedKey::new(chain.collect(), key);
    Ok(Arc::new(SingleCertAndKey::from(certified)))
}

fn by_roots(
    roots: &[Vec<u8>],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, PeerTlsError> {
    let mut store = RootCertStore::empty();
    let certificates = roots.iter().cloned().map(CertificateDer::from);
    let (added, _) = store.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(PeerTlsError::Roots(0));
    }
    let builder = WebPkiServerVerifier::builder_with_provider(store.into(), Arc::clone(provider));
    Ok(builder.build()?)
}

/// Accepts servers of one role below the CIs.
#[derive(Debug)]
struct ByRole {
    role: rsp::chain::Role,
    anchors: Vec<Anchor>,
    provider: Arc<CryptoProvider>,
}

impl ByRole {
    fn new(
        role: rsp::chain::Role,
        roots: &[Vec<u8>],
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, PeerTlsError> {
        let anchor = |root: &Vec<u8>| {
            let view = CertificateView::parse(root).ok()?;
            Anchor::from_certificate(&view).ok()
        };
        let anchors: Vec<_> = roots.iter().filter_map(anchor).collect();
        if anchors.is_empty() {
            return Err(PeerTlsError::Roots(0));
        }
        Ok(Self {
            role,
            anchors,
            provider: Arc::clone(provider),
        })
    }
}

impl ServerCertVerifier for ByRole {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let leaf = view(end_entity)?;
        let others = intermediates
            .iter()
            .map(view)
            .collect::<Result<Vec<_>, _>>()?;
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        verify_server(self.role, &leaf, &others, &self.anchors, Some(now)).map_err(refused)?;
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn view(certificate: &CertificateDer<'_>) -> Result<CertificateView, Error> {
    CertificateView::parse(certificate).map_err(|_| CertificateError::BadEncoding.into())
}

fn refused(error: rsp::chain::ChainError) -> Error {
    CertificateError::Other(OtherError(Arc::new(error))).into()
}
