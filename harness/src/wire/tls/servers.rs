// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whom a client takes for its server.

use std::sync::Arc;

use rsp::chain::CertificateView;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::{TlsError, Trust, spki_of, store};

pub(super) fn verifier(
    trust: &Trust,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    Ok(match trust {
        Trust::Roots(roots) => chain_verifier(roots.iter().map(Vec::as_slice), provider)?,
        Trust::RspServer(roots) => Arc::new(RspServer(chain_verifier(
            roots.iter().map(Vec::as_slice),
            provider,
        )?)),
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
        Trust::Anyone => Arc::new(Pinned {
            pin: Pin::Anything,
            issuer: None,
            provider: provider.clone(),
        }),
    })
}

fn chain_verifier<'a>(
    roots: impl IntoIterator<Item = &'a [u8]>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    let builder = WebPkiServerVerifier::builder_with_provider(store(roots)?, provider.clone());
    Ok(builder.build()?)
}

/// Accepts what the chain accepts and SGP.22 allows for the TLS certificate of a server.
#[derive(Debug)]
struct RspServer(Arc<dyn ServerCertVerifier>);

impl RspServer {
    fn is_allowed(leaf: &[u8]) -> bool {
        CertificateView::parse(leaf).is_ok_and(|view| {
            view.public_key().is_ok() && view.may_sign_data() && view.is_tls_server()
        })
    }
}

impl ServerCertVerifier for RspServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.0.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )?;
        if Self::is_allowed(end_entity) {
            return Ok(verified);
        }
        Err(CertificateError::InvalidPurpose.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[derive(Debug)]
enum Pin {
    Certificate(Vec<u8>),
    PublicKey(Vec<u8>),
    Anything,
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
            Pin::Anything => true,
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
        if matches!(self.pin, Pin::Anything) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if matches!(self.pin, Pin::Anything) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
