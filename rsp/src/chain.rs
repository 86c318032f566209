// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate chains: which certificate is trusted for which role (SGP.22 §4.5.2, SGP.26 §2).
//!
//! [`verify_server`] checks CI → (subordinate CAs) → SM-DP+ or SM-DS, [`verify_euicc`] checks
//! CI → … → EUM → … → eUICC. Certificates are checked from the CI downwards, so the error names the
//! topmost bad one; within a certificate the order is signature, issuer name, key identifier,
//! curve, key usage, basic constraints, policy, critical extensions, validity, and then what only
//! its role asks for.
//!
//! A certificate that is its own issuer leads to no CI and is refused as self-signed, and an EUM
//! certificate limits what is below it: to no CA in variant O (SGP.22 §4.5.2.1), and at all in the
//! others.
//!
//! Traps: an eUICC has no clock and passes no time; CI key identifiers may arrive truncated, and a
//! prefix of two CIs names none; general X.509 verifiers refuse the name constraints of an EUM.
//! Check digits of an EID are not part of a chain, see [`Eid::has_valid_check_digits`].

mod check;
mod extension;
mod range;
mod role;
mod view;

use thiserror::Error;

pub use range::{EidRange, Subtree};
pub use role::{Role, Variant};
pub use view::{CertificateError, CertificateView};

use crate::activation::same_address;
use crate::ecdsa::{Curve, PublicKey, SignatureError};
use crate::id::{Eid, IdError, Oid};
use crate::status::{self, Refusal};
use check::{Issuer, check_ci, check_path, path};

/// A certificate that is refused, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{certificate}: {problem}")]
pub struct ChainError {
    /// The role in which the certificate was presented.
    pub certificate: Role,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// It cannot be read.
    #[error(transparent)]
    Malformed(#[from] CertificateError),
    /// It leads to no CI that is trusted.
    #[error("no trusted CI has key identifier {0}")]
    UnknownCi(String),
    /// The chain is longer than any variant.
    #[error("expected at most {0} certificates between CI and leaf")]
    TooLong(usize),
    /// Another signature algorithm than ecdsa-with-SHA256.
    #[error("signature algorithm is not ecdsa-with-SHA256")]
    Algorithm,
    /// The issuer did not sign it.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The issuer name is not the subject name of the issuer.
    #[error("issuer name is not the subject name of its issuer")]
    IssuerName,
    /// authorityKeyIdentifier is not the subjectKeyIdentifier of the issuer.
    #[error("expected authorityKeyIdentifier {expected}, found {found}")]
    AuthorityKeyId {
        /// The issuer's key identifier.
        expected: String,
        /// The one in the certificate.
        found: String,
    },
    /// The key is on a curve that is not handled.
    #[error("key is not usable: {0}")]
    UnsupportedCurve(String),
    /// The key is on another curve than its issuer's.
    #[error("expected a key on {expected}, found {found}")]
    Curve {
        /// The curve of the issuer.
        expected: Curve,
        /// The curve of the certificate.
        found: Curve,
    },
    /// keyUsage lacks a bit.
    #[error("expected keyUsage {0}")]
    KeyUsage(&'static str),
    /// extKeyUsage lacks a purpose.
    #[error("expected extKeyUsage {0}")]
    ExtendedKeyUsage(&'static str),
    /// A CA certificate without basicConstraints CA.
    #[error("expected basicConstraints CA")]
    NotCa,
    /// A leaf with basicConstraints CA.
    #[error("expected no CA")]
    IsCa,
    /// More certificates below it than pathLenConstraint allows.
    #[error("expected at most {allowed} CA certificates below, found {found}")]
    PathLength {
        /// pathLenConstraint.
        allowed: u8,
        /// The number of CA certificates below.
        found: usize,
    },
    /// It is its own issuer, and no CI that is trusted.
    #[error("self-signed")]
    SelfSigned,
    /// An EUM without the pathLenConstraint of its variant.
    #[error("expected pathLenConstraint {expected}, found {}", .found.map_or_else(|| "none".to_owned(), |found| found.to_string()))]
    EumPathLength {
        /// What the variant asks for.
        expected: &'static str,
        /// pathLenConstraint.
        found: Option<u8>,
    },
    /// The policy of another role.
    #[error("expected the policy of {expected}, found {found:?}")]
    Policy {
        /// The role wanted.
        expected: Role,
        /// The policies in the certificate.
        found: Vec<Oid>,
    },
    /// The policy is not one the issuer may give.
    #[error("issuer may not issue policy {0}")]
    PolicyNotIssuable(Oid),
    /// A critical extension that no check understands.
    #[error("critical extension {0} is not understood")]
    CriticalExtension(String),
    /// Before notBefore.
    #[error("not yet valid")]
    NotYetValid,
    /// After notAfter.
    #[error("expired")]
    Expired,
    /// No registeredID in subjectAltName.
    #[error("expected a registeredID")]
    RegisteredId,
    /// The registeredID of another server.
    #[error("expected server OID {expected}, found {found}")]
    ServerOid {
        /// The OID wanted.
        expected: Oid,
        /// The OID in the certificate.
        found: Oid,
    },
    /// No dNSName for the host.
    #[error("expected dNSName {expected:?}, found {found:?}")]
    HostName {
        /// The host that was called.
        expected: String,
        /// The names in the certificate.
        found: Vec<String>,
    },
    /// No serialNumber in the subject of an eUICC.
    #[error("expected the EID as serialNumber of the subject")]
    EidMissing,
    /// The serialNumber in the subject of an eUICC is no EID.
    #[error(transparent)]
    Eid(#[from] IdError),
    /// The organisation of an eUICC is not the one of its EUM.
    #[error("expected organization {expected:?}, found {found:?}")]
    Organization {
        /// The organisation of the EUM.
        expected: String,
        /// The organisation of the eUICC.
        found: String,
    },
    /// An EUM that may issue for no EID in particular.
    #[error("expected nameConstraints or permittedEins that limit EIDs")]
    NoEidRange,
    /// An EID the EUM may not issue for.
    #[error("EID {0} is outside the range of its EUM")]
    EidOutOfRange(Eid),
}

impl Problem {
    fn of(self, certificate: Role) -> ChainError {
        ChainError {
            certificate,
            problem: self,
        }
    }
}

impl ChainError {
    /// What an SM-DP+ or SM-DS answers for it in AuthenticateClient (SGP.22 §5.6.3).
    pub fn refusal(&self) -> Refusal {
        match (&self.problem, self.certificate) {
            (Problem::UnknownCi(_), _) => status::CI_KEY_UNKNOWN,
            (Problem::Expired, Role::Euicc) => status::EUICC_CERTIFICATE_EXPIRED,
            (_, Role::Euicc) => status::EUICC_CERTIFICATE_INVALID,
            (Problem::Expired, _) => status::EUM_CERTIFICATE_EXPIRED,
            _ => status::EUM_CERTIFICATE_INVALID,
        }
    }
}

/// A trusted CI: a key, its identifier and, when a certificate is at hand, its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    key_id: Vec<u8>,
    public_key: PublicKey,
    name: Option<Vec<u8>>,
}

impl Anchor {
    /// Trusts a bare key, as an eUICC stores it.
    pub fn new(key_id: &[u8], public_key: PublicKey) -> Self {
        Self {
            key_id: key_id.to_vec(),
            public_key,
            name: None,
        }
    }

    /// Trusts a CI certificate after checking it: self-signed, a CA, with the policy of a CI.
    ///
    /// # Errors
    /// The certificate is none of a CI.
    pub fn from_certificate(ci: &CertificateView) -> Result<Self, ChainError> {
        check_ci(ci).map_err(|problem| problem.of(Role::Ci))
    }

    /// The whole key identifier.
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// The key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn issuer(&self) -> Issuer<'_> {
        Issuer {
            key: &self.public_key,
            key_id: &self.key_id,
            name: self.name.as_deref(),
        }
    }
}

/// The CI a possibly truncated key identifier names: an equal one, or the only one that begins
/// with it (SGP.32 §5.9.12).
pub fn find_anchor<'a>(anchors: &'a [Anchor], key_id: &[u8]) -> Option<&'a Anchor> {
    if let Some(equal) = anchors.iter().find(|anchor| anchor.key_id == key_id) {
        return Some(equal);
    }
    let mut fitting = anchors
        .iter()
        .filter(|anchor| !key_id.is_empty() && anchor.key_id.starts_with(key_id));
    fitting.next().filter(|_| fitting.next().is_none())
}

/// A server whose certificate was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerIdentity {
    /// The role it was accepted in.
    pub role: Role,
    /// The registeredID.
    pub oid: Option<Oid>,
    /// The key.
    pub public_key: PublicKey,
    /// The key identifier of the CI it leads to.
    pub ci_key_id: Vec<u8>,
}

impl ServerIdentity {
    /// Requires the OID seen elsewhere: in CERT.DPauth, or in the activation code.
    ///
    /// # Errors
    /// The certificate names another OID or none.
    pub fn expect_oid(&self, expected: &Oid) -> Result<(), ChainError> {
        let found = self
            .oid
            .clone()
            .ok_or_else(|| Problem::RegisteredId.of(self.role))?;
        if found == *expected {
            return Ok(());
        }
        Err(Problem::ServerOid {
            expected: expected.clone(),
            found,
        }
        .of(self.role))
    }
}

/// Checks a server or eIM certificate with the role `role` (SGP.22 §5.6.1, §5.7.5, §5.7.13).
/// `others` are the certificates that came with it, in any order.
///
/// # Errors
/// The topmost certificate of the chain that is not acceptable.
pub fn verify_server(
    role: Role,
    leaf: &CertificateView,
    others: &[CertificateView],
    anchors: &[Anchor],
    now: Option<i64>,
) -> Result<ServerIdentity, ChainError> {
    let identity = verify_holder(role, leaf, others, anchors, now)?;
    if role.is_tls() && !leaf.is_tls_server() {
        return Err(Problem::ExtendedKeyUsage("serverAuth").of(role));
    }
    Ok(identity)
}

/// As [`verify_server`] for the certificate of a TLS client: another server, on ES12 or ES15, or
/// an operator with such a certificate, on ES2+ (SGP.22 §6.1).
///
/// # Errors
/// The topmost certificate of the chain that is not acceptable.
pub fn verify_tls_client(
    role: Role,
    leaf: &CertificateView,
    others: &[CertificateView],
    anchors: &[Anchor],
    now: Option<i64>,
) -> Result<ServerIdentity, ChainError> {
    let identity = verify_holder(role, leaf, others, anchors, now)?;
    if !leaf.is_tls_client() {
        return Err(Problem::ExtendedKeyUsage("clientAuth").of(role));
    }
    Ok(identity)
}

/// The checks of every server certificate, whatever it is presented for.
fn verify_holder(
    role: Role,
    leaf: &CertificateView,
    others: &[CertificateView],
    anchors: &[Anchor],
    now: Option<i64>,
) -> Result<ServerIdentity, ChainError> {
    let (chain, anchor) = path(role, leaf, others, anchors)?;
    check_path(role, &chain, anchor.issuer(), now)?;
    let oid = leaf.registered_id().cloned();
    if role.has_registered_id() && oid.is_none() {
        return Err(Problem::RegisteredId.of(role));
    }
    let public_key = check::key(leaf)
        .map_err(|problem| problem.of(role))?
        .clone();
    Ok(ServerIdentity {
        role,
        oid,
        public_key,
        ci_key_id: anchor.key_id.clone(),
    })
}

/// As [`verify_server`] for a TLS certificate, and requires a dNSName equal to `host`.
///
/// # Errors
/// The topmost certificate of the chain that is not acceptable, or the leaf for its names.
pub fn verify_tls_server(
    role: Role,
    leaf: &CertificateView,
    others: &[CertificateView],
    anchors: &[Anchor],
    host: &str,
    now: Option<i64>,
) -> Result<ServerIdentity, ChainError> {
    let identity = verify_server(role, leaf, others, anchors, now)?;
    if leaf.dns_names().iter().any(|name| same_address(name, host)) {
        return Ok(identity);
    }
    let found = leaf.dns_names().to_vec();
    Err(Problem::HostName {
        expected: host.to_owned(),
        found,
    }
    .of(role))
}

/// An eUICC whose certificate was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EuiccIdentity {
    /// The EID of the subject.
    pub eid: Eid,
    /// The key.
    pub public_key: PublicKey,
    /// The key identifier of the CI it leads to.
    pub ci_key_id: Vec<u8>,
}

/// Checks an eUICC certificate (SGP.22 §5.6.3). `next` is the certificate of the EUM or, in the
/// variants A and C, of its subordinate CA; `others` came with them, in any order.
///
/// # Errors
/// The topmost certificate of the chain that is not acceptable.
pub fn verify_euicc(
    euicc: &CertificateView,
    next: &CertificateView,
    others: &[CertificateView],
    anchors: &[Anchor],
    now: Option<i64>,
) -> Result<EuiccIdentity, ChainError> {
    let (mut chain, anchor) = path(Role::Eum, next, others, anchors)?;
    chain.insert(0, euicc);
    check_path(Role::Euicc, &chain, anchor.issuer(), now)?;
    let of_euicc = |problem: Problem| problem.of(Role::Euicc);
    let manufacturers = chain.get(1..).unwrap_or_default();
    let eid = check::eid(euicc, next, manufacturers)?;
    let public_key = check::key(euicc).map_err(of_euicc)?.clone();
    Ok(EuiccIdentity {
        eid,
        public_key,
        ci_key_id: anchor.key_id.clone(),
    })
}

#[cfg(test)]
mod tests;
