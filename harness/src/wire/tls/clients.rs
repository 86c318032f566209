// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whom a server takes for its client. SGP.32 names no way to authenticate an eIM that injects
//! packages; here it shows the certificate with which it serves ESipa, and is trusted as a server
//! would be.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use super::{TlsError, Trust, provider, spki_of, store};

/// A verifier that takes whoever one of `trusts` accepts, and nobody without a certificate.
pub(super) fn verifier(
    trusts: &[Trust],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let rules = trusts
        .iter()
        .map(|trust| Rule::new(trust, provider))
        .collect::<Result<_, _>>()?;
    Ok(Arc::new(Clients {
        rules,
        provider: provider.clone(),
    }))
}

pub(super) fn accepts(trust: &Trust, chain: &[Vec<u8>], now: i64) -> bool {
    let Ok(rule) = Rule::new(trust, &provider()) else {
        return false;
    };
    let chain: Vec<CertificateDer<'_>> = chain
        .iter()
        .map(|der| CertificateDer::from(der.as_slice()))
        .collect();
    let Some((leaf, intermediates)) = chain.split_first() else {
        return false;
    };
    let now = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now).unwrap_or(0)));
    rule.accepts(leaf, intermediates, now)
}

/// One way to be accepted.
#[derive(Debug)]
struct Rule {
    trust: Trust,
    issuer: Option<Arc<dyn ClientCertVerifier>>,
}

impl Rule {
    fn new(trust: &Trust, provider: &Arc<CryptoProvider>) -> Result<Self, TlsError> {
        let roots: Vec<&[u8]> = match trust {
            Trust::Certificate(certificate) => vec![certificate],
            Trust::Roots(roots) | Trust::RspServer(roots) => {
                roots.iter().map(Vec::as_slice).collect()
            }
            Trust::PublicKey(_) | Trust::Anyone => Vec::new(),
        };
        let issuer = if roots.is_empty() {
            None
        } else {
            let store = store(roots)?;
            let builder = WebPkiClientVerifier::builder_with_provider(store, provider.clone());
            Some(builder.build()?)
        };
        Ok(Self {
            trust: trust.clone(),
            issuer,
        })
    }

    fn accepts(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> bool {
        let pinned = match &self.trust {
            Trust::Certificate(pin) => leaf.as_ref() == pin.as_slice(),
            Trust::PublicKey(pin) => spki_of(leaf).is_some_and(|key| key == pin.as_slice()),
            Trust::Roots(_) | Trust::RspServer(_) => false,
            Trust::Anyone => true,
        };
        let issued = || {
            let issuer = self.issuer.as_ref();
            issuer.is_some_and(|it| it.verify_client_cert(leaf, intermediates, now).is_ok())
        };
        pinned || issued()
    }
}

/// Accepts by any of several rules.
#[derive(Debug)]
struct Clients {
    rules: Vec<Rule>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for Clients {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let accepts = |rule: &Rule| rule.accepts(end_entity, intermediates, now);
        if self.rules.iter().any(accepts) {
            return Ok(ClientCertVerified::assertion());
        }
        Err(CertificateError::UnknownIssuer.into())
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
