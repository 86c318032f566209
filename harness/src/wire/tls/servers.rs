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
    let below = |roots: &[Vec<u8>]| chain_verifier(roots.iter().map(Vec::as_slice), provider);
    let (pin, issuer) = match trust {
        Trust::Roots(roots) => return below(roots),
        Trust::RspServer(roots) => (Pin::RspServer, Some(below(roots)?)),
        Trust::Certificate(certificate) => (
            Pin::Certificate(certificate.clone()),
            Some(chain_verifier([certificate.as_slice()], provider)?),
        ),
        Trust::PublicKey(spki) => (Pin::PublicKey(spki.clone()), None),
        Trust::Anyone => (Pin::Anything, None),
    };
    Ok(Arc::new(Pinned {
        pin,
        issuer,
        provider: provider.clone(),
    }))
}

fn chain_verifier<'a>(
    roots: impl IntoIterator<Item = &'a [u8]>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    let builder = WebPkiServerVerifier::builder_with_provider(store(roots)?, provider.clone());
    Ok(builder.build()?)
}

/// Whether SGP.22 allows it for the TLS certificate of a server.
fn is_rsp_server(leaf: &[u8]) -> bool {
    CertificateView::parse(leaf)
        .is_ok_and(|view| view.public_key().is_ok() && view.may_sign_data() && view.is_tls_server())
}

#[derive(Debug)]
enum Pin {
    Certificate(Vec<u8>),
    PublicKey(Vec<u8>),
    Anything,
    /// None: who is below the CI has to be a server as SGP.22 has it.
    RspServer,
}

/// Accepts the pinned leaf or key, and what the issuer accepts: a pinned certificate, or a CI below
/// which the leaf has to be one that SGP.22 allows for a server.
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
            Pin::RspServer => false,
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
        let Some(issuer) = &self.issuer else {
            return Err(CertificateError::UnknownIssuer.into());
        };
        let verified = issuer.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        )?;
        if matches!(self.pin, Pin::RspServer) && !is_rsp_server(end_entity) {
            return Err(CertificateError::InvalidPurpose.into());
        }
        Ok(verified)
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
