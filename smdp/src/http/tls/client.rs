// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS clients with a certificate (SGP.22 §6.1): operators on ES2+, servers on ES12 and ES15.
//!
//! Traps: role certificates carry critical `certificatePolicies`, at which the certificate code of
//! rustls stops; so a chain to a CI is walked by [`rsp::chain`], and the signature of the handshake
//! is checked by the key alone. A pinned certificate is compared and nothing else of it is judged.

use std::sync::Arc;

use rsp::asn1::ObjectIdentifier;
use rsp::chain::{
    Anchor, CertificateError as ViewError, CertificateView, ChainError, Problem, Role,
    verify_tls_client,
};
use rsp::ecdsa::Curve;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    SignatureScheme,
};

use super::TlsError;
use crate::http::Client;

/// Most certificates that a client may send.
const MAX_CHAIN: usize = 8;

/// Whether a listener asks its clients for certificates.
#[derive(Debug, Clone, Default)]
pub enum ClientCertificates {
    /// It does not.
    #[default]
    None,
    /// It asks. A client without one, or with one that is not trusted, is served as nobody: paths
    /// that need a client answer 401.
    Optional(Arc<ClientTrust>),
    /// It asks, and ends the handshake without a trusted one.
    Required(Arc<ClientTrust>),
}

impl ClientCertificates {
    pub(super) fn trust(&self) -> Option<&Arc<ClientTrust>> {
        match self {
            Self::None => None,
            Self::Optional(trust) | Self::Required(trust) => Some(trust),
        }
    }

    pub(super) fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Option<Arc<dyn ClientCertVerifier>> {
        self.trust().map(|trust| {
            Arc::new(Verifier {
                trust: Arc::clone(trust),
                required: matches!(self, Self::Required(_)),
                provider: Arc::clone(provider),
            }) as Arc<dyn ClientCertVerifier>
        })
    }
}

/// One client that is known beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pin {
    /// By its certificate, DER.
    Certificate(Vec<u8>),
    /// By its key, a SubjectPublicKeyInfo in DER.
    PublicKey(Vec<u8>),
}

/// Who is taken as a client: whoever fulfils one of the conditions.
#[derive(Debug, Clone, Default)]
pub struct ClientTrust {
    pins: Vec<Pin>,
    anchors: Vec<Anchor>,
    roles: Vec<Role>,
    ca: Option<Arc<dyn ClientCertVerifier>>,
}

/// Why a certificate is not the one of a client.
#[derive(Debug, thiserror::Error)]
pub enum ClientRefused {
    /// No certificate, or more than any chain has.
    #[error("expected 1 to {MAX_CHAIN} certificates, got {0}")]
    Count(usize),
    /// The certificate cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ViewError),
    /// The chain does not lead to a trusted CI, or is not the one of an allowed role.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The chain does not lead to a trusted CA.
    #[error(transparent)]
    Ca(Error),
    /// It is not one of those that are known.
    #[error("expected one of {0} known certificates or keys")]
    NotPinned(usize),
}

impl ClientTrust {
    /// Takes one client that is known.
    #[must_use]
    pub fn with_pin(mut self, pin: Pin) -> Self {
        self.pins.push(pin);
        self
    }

    /// Takes clients whose certificate a CI issued for TLS in one of these roles, which are those
    /// of an SM-DP+ and an SM-DS (SGP.22 §4.5.2).
    #[must_use]
    pub fn with_ci(mut self, anchors: impl IntoIterator<Item = Anchor>, roles: &[Role]) -> Self {
        self.anchors.extend(anchors);
        self.roles.extend(roles);
        self
    }

    /// Takes clients whose certificate one of these CAs issued (DER), by the rules of the web:
    /// critical `certificatePolicies` are refused.
    ///
    /// # Errors
    /// One of them is no certificate.
    pub fn with_ca(mut self, certificates: &[Vec<u8>]) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates {
            roots
                .add(CertificateDer::from(certificate.clone()))
                .map_err(|error| TlsError::ClientCa(error.to_string()))?;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
        self.ca = Some(verifier.map_err(|error| TlsError::ClientCa(error.to_string()))?);
        Ok(self)
    }

    /// Who showed these certificates, leaf first, at the time `now`.
    ///
    /// # Errors
    /// Nobody who is trusted.
    pub fn judge(
        &self,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<Client, ClientRefused> {
        let (leaf, others) = chain
            .split_first()
            .filter(|(_, others)| others.len() < MAX_CHAIN)
            .ok_or(ClientRefused::Count(chain.len()))?;
        let view = CertificateView::parse(leaf)?;
        if !self.is_pinned(&view) {
            self.judge_chain(leaf, &view, others, now)?;
        }
        let oid = view.registered_id();
        Ok(Client {
            oid: oid.map(|oid| ObjectIdentifier::from_content(oid.as_bytes())),
            certificate: leaf.to_vec(),
        })
    }

    fn is_pinned(&self, leaf: &CertificateView) -> bool {
        self.pins.iter().any(|pin| match pin {
            Pin::Certificate(certificate) => certificate == leaf.der(),
            Pin::PublicKey(spki) => spki == leaf.spki(),
        })
    }

    fn judge_chain(
        &self,
        leaf: &CertificateDer<'_>,
        view: &CertificateView,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), ClientRefused> {
        let mut refused = ClientRefused::NotPinned(self.pins.len());
        if let Some(ca) = &self.ca {
            match ca.verify_client_cert(leaf, others, now) {
                Ok(_) => return Ok(()),
                Err(error) => refused = ClientRefused::Ca(error),
            }
        }
        match self.judge_ci(view, others, now) {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(error.into()),
            None => Err(refused),
        }
    }

    /// The chain up to a CI; nothing when no CI is trusted. The certificate's policy says in which
    /// role it is judged, so that the error names what is wrong in that role.
    fn judge_ci(
        &self,
        leaf: &CertificateView,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Option<Result<(), ChainError>> {
        let first = *self.roles.first()?;
        let others: Vec<_> = others
            .iter()
            .filter_map(|der| CertificateView::parse(der).ok())
            .collect();
        let named = leaf.policies().iter().find_map(Role::from_policy);
        let role = named.map(|(role, _)| role);
        let role = role
            .filter(|role| self.roles.contains(role))
            .unwrap_or(first);
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let judged = verify_tls_client(role, leaf, &others, &self.anchors, Some(now));
        Some(judged.map(|_| ()))
    }
}

impl ClientRefused {
    /// What the client is told in an alert.
    fn to_certificate_error(&self) -> CertificateError {
        match self {
            Self::Count(_) | Self::Unreadable(_) => CertificateError::BadEncoding,
            Self::Ca(Error::InvalidCertificate(error)) => error.clone(),
            Self::Ca(_) | Self::NotPinned(_) => CertificateError::ApplicationVerificationFailure,
            Self::Chain(error) => match error.problem {
                Problem::UnknownCi(_) => CertificateError::UnknownIssuer,
                Problem::Expired => CertificateError::Expired,
                Problem::NotYetValid => CertificateError::NotValidYet,
                Problem::Signature(_) => CertificateError::BadSignature,
                Problem::ExtendedKeyUsage(_) => CertificateError::InvalidPurpose,
                Problem::CriticalExtension(_) => CertificateError::UnhandledCriticalExtension,
                _ => CertificateError::ApplicationVerificationFailure,
            },
        }
    }
}

#[derive(Debug)]
struct Verifier {
    trust: Arc<ClientTrust>,
    required: bool,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    /// ECDSA with SHA-256 is checked here, on both curves; all else by the library.
    fn verify(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
        curves: &[Curve],
    ) -> Result<HandshakeSignatureValid, Error> {
        let view = CertificateView::parse(certificate)
            .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
        if signed.scheme != SignatureScheme::ECDSA_NISTP256_SHA256 {
            let spki = SubjectPublicKeyInfoDer::from(view.spki());
            let algorithms = &self.provider.signature_verification_algorithms;
            return verify_tls13_signature_with_raw_key(message, &spki, signed, algorithms);
        }
        let bad = Error::InvalidCertificate(CertificateError::BadSignature);
        match view.public_key() {
            Ok(key) if curves.contains(&key.curve()) => key
                .verify_der(message, signed.signature())
                .map(|()| HandshakeSignatureValid::assertion())
                .map_err(|_| bad),
            _ => Err(bad),
        }
    }
}

impl ClientCertVerifier for Verifier {
    fn client_auth_mandatory(&self) -> bool {
        self.required
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let mut chain = vec![end_entity.clone()];
        chain.extend(intermediates.iter().cloned());
        match self.trust.judge(&chain, now) {
            Err(refused) if self.required => {
                tracing::info!(%refused, "client certificate refused");
                Err(Error::InvalidCertificate(refused.to_certificate_error()))
            }
            _ => Ok(ClientCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify(message, cert, dss, &Curve::ALL)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify(message, cert, dss, &[Curve::NistP256])
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        use SignatureScheme as S;
        vec![
            S::ECDSA_NISTP256_SHA256,
            S::ECDSA_NISTP384_SHA384,
            S::ED25519,
            S::RSA_PSS_SHA256,
            S::RSA_PSS_SHA384,
            S::RSA_PSS_SHA512,
        ]
    }
}
