// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the server signs with: one DPauth and one DPpb credential per CI, and one for TLS
//! (SGP.22 §4.5.2).

use certs::{Credential, Curve, Pki, PkiError, Role};
use rsp::asn1::{Certificate, ObjectIdentifier};
use rsp::chain::{Anchor, CertificateView, ChainError, Problem, verify_server};
use rsp::sgp22::CertificateChain;

/// Which of the two SM-DP+ of the test PKI a server is; they have different OIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Entity {
    /// SM-DP+ 1, OID 2.999.10.
    #[default]
    First,
    /// SM-DP+ 2.
    Second,
}

impl Entity {
    const fn roles(self) -> [Role; 3] {
        match self {
            Self::First => [Role::DpAuth, Role::DpPb, Role::DpTls],
            Self::Second => [Role::Dp2Auth, Role::Dp2Pb, Role::Dp2Tls],
        }
    }
}

/// The credentials under one CI.
#[derive(Debug, Clone)]
pub struct CiCredentials {
    /// The CI as trust anchor for EUM and eUICC.
    pub ci: Anchor,
    /// Certificate and key of the server authentication.
    pub dp_auth: Credential,
    /// Certificate and key of the profile package binding.
    pub dp_pb: Credential,
    /// The certificates between those two and the CI, DER, the nearest issuer first: none in the
    /// variants O and Ov3.
    pub others: Vec<Vec<u8>>,
}

impl CiCredentials {
    /// Subject key identifier of the CI.
    pub fn ci_key_id(&self) -> &[u8] {
        self.ci.key_id()
    }

    /// The curve of this CI's certificates, on which one-time keys are made too.
    pub fn curve(&self) -> Curve {
        self.dp_pb.key.curve()
    }

    /// `otherCertsInChain` of InitiateAuthentication (SGP.22 v3 §5.6.1), left out where it would be
    /// empty. The chain of CERT.DPpb is the same, and nothing sends it again.
    pub fn other_certificates(&self) -> Option<CertificateChain> {
        chain_member(&self.others)
    }
}

/// A chain as member of a message; an empty one is left out.
pub(crate) fn chain_member(others: &[Vec<u8>]) -> Option<CertificateChain> {
    let others = others.iter();
    let others: CertificateChain = others
        .map(|der| Certificate::from_der(der.clone()))
        .collect();
    (!others.is_empty()).then_some(others)
}

/// Certificate chain and private key of the TLS listener.
#[derive(Debug, Clone)]
pub struct TlsIdentity {
    /// DER certificates, the leaf first, without the CI.
    pub chain: Vec<Vec<u8>>,
    /// Private key as PKCS#8 DER.
    pub key_pkcs8: Vec<u8>,
}

impl TlsIdentity {
    /// A certificate for `hosts`, with the sub-CAs above it.
    ///
    /// # Errors
    /// The PKI refuses to issue it.
    pub fn from_pki(pki: &Pki, role: Role, hosts: &[&str], curve: Curve) -> Result<Self, PkiError> {
        let leaf = pki.issue_tls(role, hosts, curve)?;
        let key_pkcs8 = leaf.key_der()?;
        let mut chain = vec![leaf.certificate];
        chain.extend(pki.chain(role, curve)?);
        Ok(Self { chain, key_pkcs8 })
    }
}

/// Everything that an SM-DP+ signs with.
#[derive(Debug, Clone)]
pub struct Credentials {
    sets: Vec<CiCredentials>,
    /// What the listener shows.
    pub tls: TlsIdentity,
    oid: ObjectIdentifier,
}

/// Why credentials cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The PKI lacks a certificate or refuses to issue one.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// A certificate of the PKI does not fit its role, or its CI.
    #[error("{name}: {problem}")]
    Certificate {
        /// The credential's name.
        name: String,
        /// What was expected and what was seen.
        problem: ChainError,
    },
    /// The PKI has no CI.
    #[error("expected a CI, got none")]
    NoCi,
}

impl Credentials {
    /// Takes the credentials of one SM-DP+ from a PKI, with a TLS certificate for `hosts`.
    ///
    /// # Errors
    /// The PKI lacks a certificate.
    pub fn from_pki(pki: &Pki, entity: Entity, hosts: &[&str]) -> Result<Self, CredentialsError> {
        let [auth, binding, tls] = entity.roles();
        let mut sets = Vec::new();
        let mut oid = None;
        for curve in pki.curves() {
            let ci = pki.credential(Role::Ci, curve)?;
            let anchor = Anchor::from_certificate(&view(ci)?).map_err(|it| wrong(ci, it))?;
            let dp_auth = pki.credential(auth, curve)?.clone();
            let others = pki.chain(auth, curve)?;
            oid = Some(server_oid(&dp_auth, &others, &anchor)?);
            let dp_pb = pki.credential(binding, curve)?.clone();
            sets.push(CiCredentials {
                ci: anchor,
                dp_auth,
                dp_pb,
                others,
            });
        }
        let oid = oid.ok_or(CredentialsError::NoCi)?;
        let tls = TlsIdentity::from_pki(pki, tls, hosts, Curve::NistP256)?;
        Ok(Self { sets, tls, oid })
    }

    /// The credentials under a CI.
    pub fn by_ci(&self, ci_key_id: &[u8]) -> Option<&CiCredentials> {
        self.sets.iter().find(|set| set.ci_key_id() == ci_key_id)
    }

    /// The credentials under every CI.
    pub fn iter(&self) -> impl Iterator<Item = &CiCredentials> {
        self.sets.iter()
    }

    /// The OID of this SM-DP+, as its certificates name it.
    pub fn oid(&self) -> &ObjectIdentifier {
        &self.oid
    }
}

fn view(credential: &Credential) -> Result<CertificateView, CredentialsError> {
    view_of(credential, &credential.certificate)
}

/// A certificate that stands for a credential: its own, or one above it.
fn view_of(credential: &Credential, der: &[u8]) -> Result<CertificateView, CredentialsError> {
    CertificateView::parse(der).map_err(|error| {
        let certificate = rsp::chain::Role::DpAuth;
        wrong(
            credential,
            ChainError {
                certificate,
                problem: Problem::Malformed(error),
            },
        )
    })
}

fn wrong(credential: &Credential, problem: ChainError) -> CredentialsError {
    CredentialsError::Certificate {
        name: credential.name.clone(),
        problem,
    }
}

/// The OID in a CERT.DPauth, after a look at the certificate.
fn server_oid(
    credential: &Credential,
    others: &[Vec<u8>],
    ci: &Anchor,
) -> Result<ObjectIdentifier, CredentialsError> {
    let role = rsp::chain::Role::DpAuth;
    let anchors = std::slice::from_ref(ci);
    let others = others.iter().map(|der| view_of(credential, der));
    let others = others.collect::<Result<Vec<_>, _>>()?;
    let identity = verify_server(role, &view(credential)?, &others, anchors, None)
        .map_err(|problem| wrong(credential, problem))?;
    let missing = ChainError {
        certificate: role,
        problem: Problem::RegisteredId,
    };
    let oid = identity.oid.ok_or_else(|| wrong(credential, missing))?;
    Ok(ObjectIdentifier::from_content(oid.as_bytes()))
}
