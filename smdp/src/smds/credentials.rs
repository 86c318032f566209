// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an SM-DS signs with: one DSauth credential per CI, and one for TLS (SGP.22 §4.5.2).

use certs::{Credential, Curve, Pki, Role};
use rsp::asn1::ObjectIdentifier;
use rsp::chain::{Anchor, CertificateView, ChainError, Problem, verify_server};

use crate::credentials::{CredentialsError, TlsIdentity};

/// The credentials under one CI.
#[derive(Debug, Clone)]
pub struct SmDsCiCredentials {
    /// The CI as trust anchor for EUM and eUICC.
    pub ci: Anchor,
    /// Certificate and key of the server authentication.
    pub ds_auth: Credential,
    /// The certificates between that one and the CI, DER, the nearest issuer first: none in the
    /// variants O and Ov3.
    pub others: Vec<Vec<u8>>,
}

impl SmDsCiCredentials {
    /// Subject key identifier of the CI.
    pub fn ci_key_id(&self) -> &[u8] {
        self.ci.key_id()
    }
}

/// Everything that an SM-DS signs with.
#[derive(Debug, Clone)]
pub struct SmDsCredentials {
    sets: Vec<SmDsCiCredentials>,
    /// What its listeners show, and what it shows to the root SM-DS.
    pub tls: TlsIdentity,
    oid: ObjectIdentifier,
}

impl SmDsCredentials {
    /// Takes the credentials of the SM-DS from a PKI, with a TLS certificate for `hosts`.
    ///
    /// # Errors
    /// The PKI lacks a certificate.
    pub fn from_pki(pki: &Pki, hosts: &[&str]) -> Result<Self, CredentialsError> {
        let mut sets = Vec::new();
        let mut oid = None;
        for curve in pki.curves() {
            let ci = pki.credential(Role::Ci, curve)?;
            let ci_view = view(ci, rsp::chain::Role::Ci)?;
            let anchor = Anchor::from_certificate(&ci_view).map_err(|it| wrong(ci, it))?;
            let ds_auth = pki.credential(Role::DsAuth, curve)?.clone();
            let others = pki.chain(Role::DsAuth, curve)?;
            oid = Some(server_oid(&ds_auth, &others, &anchor)?);
            sets.push(SmDsCiCredentials {
                ci: anchor,
                ds_auth,
                others,
            });
        }
        let oid = oid.ok_or(CredentialsError::NoCi)?;
        let tls = TlsIdentity::from_pki(pki, Role::DsTls, hosts, Curve::NistP256)?;
        Ok(Self { sets, tls, oid })
    }

    /// The credentials under a CI.
    pub fn by_ci(&self, ci_key_id: &[u8]) -> Option<&SmDsCiCredentials> {
        self.sets.iter().find(|set| set.ci_key_id() == ci_key_id)
    }

    /// The credentials under every CI.
    pub fn iter(&self) -> impl Iterator<Item = &SmDsCiCredentials> {
        self.sets.iter()
    }

    /// The OID of this SM-DS, as its certificates name it.
    pub fn oid(&self) -> &ObjectIdentifier {
        &self.oid
    }
}

fn view(
    credential: &Credential,
    certificate: rsp::chain::Role,
) -> Result<CertificateView, CredentialsError> {
    view_of(credential, &credential.certificate, certificate)
}

/// A certificate that stands for a credential: its own, or one above it.
fn view_of(
    credential: &Credential,
    der: &[u8],
    certificate: rsp::chain::Role,
) -> Result<CertificateView, CredentialsError> {
    CertificateView::parse(der).map_err(|error| {
        let problem = Problem::Malformed(error);
        wrong(
            credential,
            ChainError {
                certificate,
                problem,
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

/// The OID in a CERT.DSauth, after a look at the certificate.
fn server_oid(
    credential: &Credential,
    others: &[Vec<u8>],
    ci: &Anchor,
) -> Result<ObjectIdentifier, CredentialsError> {
    let role = rsp::chain::Role::DsAuth;
    let anchors = std::slice::from_ref(ci);
    let others = others.iter().map(|der| view_of(credential, der, role));
    let others = others.collect::<Result<Vec<_>, _>>()?;
    let identity = verify_server(role, &view(credential, role)?, &others, anchors, None)
        .map_err(|problem| wrong(credential, problem))?;
    let missing = ChainError {
        certificate: role,
        problem: Problem::RegisteredId,
    };
    let oid = identity.oid.ok_or_else(|| wrong(credential, missing))?;
    Ok(ObjectIdentifier::from_content(oid.as_bytes()))
}
