// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the function of a fault has at hand: the real keys, the certificates of others, the session
//! keys of a package.

use certs::{Credential, Flaw, Invalid, Pki, Role, Variant};
use rsp::asn1::Certificate;
use rsp::bsp::SessionKeys;
use rsp::ecdsa::PrivateKey;
use rsp::env::Env;

use super::NotDone;

/// The secure channel of the package that is edited.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    /// The eUICC's one-time key, which `smdpSign` covers.
    pub(crate) euicc_otpk: Vec<u8>,
    /// The keys of the segments.
    pub(crate) keys: SessionKeys,
}

/// What is at hand.
pub(crate) struct Hand<'a> {
    /// What was said about the fault, or its default.
    pub(crate) parameter: String,
    /// The key that signs the answer.
    pub(crate) key: &'a PrivateKey,
    /// `euiccSignature1` of the request that is answered.
    pub(crate) euicc_signature1: Option<&'a [u8]>,
    /// The channel of the package that is answered.
    pub(crate) channel: Option<Channel>,
    /// Certificates of others.
    pub(crate) pki: Option<&'a Pki>,
    /// Randomness.
    pub(crate) env: &'a mut dyn Env,
}

impl Hand<'_> {
    /// The parameter as a number.
    pub(crate) fn number(&self) -> usize {
        self.parameter.parse().unwrap_or_default()
    }

    /// A credential of the PKI, on the curve of the answer.
    pub(crate) fn credential(&self, role: Role) -> Result<Credential, NotDone> {
        let pki = self.pki.ok_or_else(no_pki)?;
        let credential = pki.credential(role, self.key.curve());
        credential.cloned().map_err(NotDone::new)
    }

    /// The certificate with something wrong that the parameter names.
    pub(crate) fn invalid(&self, role: Role) -> Result<Invalid, NotDone> {
        let pki = self.pki.ok_or_else(no_pki)?;
        let flaw = flaw(role, &self.parameter);
        let flaw = flaw.ok_or_else(|| NotDone::new("no such certificate"))?;
        let invalid = pki.flawed(role, self.key.curve(), flaw);
        invalid.map_err(NotDone::new)
    }

    /// The certificates between that of a role and the CI.
    pub(crate) fn chain(&self, role: Role) -> Result<Vec<Certificate>, NotDone> {
        let pki = self.pki.ok_or_else(no_pki)?;
        let chain = pki.chain(role, self.key.curve()).map_err(NotDone::new)?;
        Ok(chain.into_iter().map(Certificate::from_der).collect())
    }
}

fn no_pki() -> NotDone {
    NotDone::new("expected a PKI that lends certificates, got none")
}

/// The flaw that a file name stands for: as published, with or without `CERT_` and `.der`, of any
/// variant, or only the part that names the flaw.
pub(super) fn flaw(role: Role, name: &str) -> Option<Flaw> {
    Flaw::from_file_name(role, name)
}

/// What is wrong with the name of a certificate.
pub(super) fn check_certificate(pki: Option<&Pki>, role: Role, name: &str) -> Result<(), String> {
    let variant = pki.map_or(Variant::O, Pki::variant);
    let known = Flaw::ALL.iter();
    let known = known.filter(|flaw| flaw.applies_to(role, variant));
    if flaw(role, name).is_some_and(|flaw| known.clone().any(|known| *known == flaw)) {
        return Ok(());
    }
    let known: Vec<_> = known.map(|flaw| flaw.name()).collect();
    let known = known.join(", ");
    Err(format!("expected one of {known}, got {name:?}"))
}
