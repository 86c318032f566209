// SPDX-License-Identifier: MIT OR Apache-2.0
//! The extensions of a certificate.
//!
//! Traps: the object identifiers of servers (2.999.x) do not fit the types of the certificate
//! crates, so every object identifier that a peer chooses is read as bytes. certificatePolicies and
//! nameConstraints are critical in the published set and really evaluated.

use der::asn1::{AnyRef, BitStringRef, OctetStringRef};
use der::{Decode, Sequence};
use x509_cert::ext::pkix::BasicConstraints;

use super::range::EidRange;
use super::view::{CertificateError, elements, is_context, sequence};
use crate::id::Oid;

/// 1.3.6.1.5.5.7.3.1
pub(super) const SERVER_AUTH: [u8; 8] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
/// 1.3.6.1.5.5.7.3.2
pub(super) const CLIENT_AUTH: [u8; 8] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

/// Object identifiers of extensions, as bytes.
mod id {
    pub(super) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1D, 0x0E];
    pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
    pub(super) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1D, 0x11];
    pub(super) const ISSUER_ALT_NAME: &[u8] = &[0x55, 0x1D, 0x12];
    pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
    pub(super) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x1E];
    pub(super) const CRL_DISTRIBUTION_POINTS: &[u8] = &[0x55, 0x1D, 0x1F];
    pub(super) const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1D, 0x20];
    pub(super) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1D, 0x23];
    pub(super) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25];
    /// 2.23.146.1.2.2.0
    pub(super) const PERMITTED_EINS: &[u8] = &[0x67, 0x81, 0x12, 0x01, 0x02, 0x02, 0x00];
}

#[derive(Sequence)]
pub(super) struct Extension<'a> {
    id: AnyRef<'a>,
    #[asn1(default = "Default::default")]
    critical: bool,
    value: &'a OctetStringRef,
}

/// What the extensions say.
#[derive(Clone, Debug, Default)]
pub(super) struct Extensions {
    pub(super) subject_key_id: Option<Vec<u8>>,
    pub(super) authority_key_id: Option<Vec<u8>>,
    /// The first byte of the bits, digitalSignature being the highest.
    pub(super) key_usage: Option<u8>,
    pub(super) extended_key_usage: Option<Vec<Vec<u8>>>,
    /// Present when the certificate is one of a CA.
    pub(super) path_length: Option<Option<u8>>,
    pub(super) policies: Vec<Oid>,
    pub(super) dns_names: Vec<String>,
    pub(super) registered_id: Option<Oid>,
    pub(super) eid_ranges: Vec<EidRange>,
    pub(super) unknown_critical: Vec<String>,
}

impl Extensions {
    pub(super) fn read(&mut self, extension: &Extension<'_>) -> Result<(), CertificateError> {
        let value = extension.value.as_bytes();
        match extension.id.value() {
            id::SUBJECT_KEY_ID => {
                let key_id = <&OctetStringRef>::from_der(value)?;
                self.subject_key_id = Some(key_id.as_bytes().to_vec());
            }
            id::AUTHORITY_KEY_ID => {
                let members = sequence(value)?;
                self.authority_key_id = members
                    .iter()
                    .find(|member| is_context(member, 0))
                    .map(bytes);
            }
            id::KEY_USAGE => {
                let bits = BitStringRef::from_der(value)?;
                self.key_usage = Some(bits.raw_bytes().first().copied().unwrap_or_default());
            }
            id::EXTENDED_KEY_USAGE => {
                self.extended_key_usage = Some(sequence(value)?.iter().map(bytes).collect());
            }
            id::BASIC_CONSTRAINTS => {
                let constraints = BasicConstraints::from_der(value)?;
                self.path_length = constraints.ca.then_some(constraints.path_len_constraint);
            }
            id::CERTIFICATE_POLICIES => self.certificate_policies(value)?,
            id::SUBJECT_ALT_NAME => self.subject_alt_name(value)?,
            id::NAME_CONSTRAINTS => {
                self.eid_ranges
                    .push(EidRange::from_name_constraints(value)?);
            }
            id::PERMITTED_EINS => self.eid_ranges.push(EidRange::from_permitted_eins(value)?),
            id::CRL_DISTRIBUTION_POINTS | id::ISSUER_ALT_NAME => {}
            other if extension.critical => {
                let dotted = Oid::from_bytes(other).map(|id| id.to_string());
                self.unknown_critical
                    .push(dotted.unwrap_or_else(|_| hex::encode(other)));
            }
            _ => {}
        }
        Ok(())
    }

    fn certificate_policies(&mut self, value: &[u8]) -> Result<(), CertificateError> {
        for policy in sequence(value)? {
            let id = elements(policy.value())?
                .first()
                .map(bytes)
                .unwrap_or_default();
            self.policies.push(oid(&id)?);
        }
        Ok(())
    }

    fn subject_alt_name(&mut self, value: &[u8]) -> Result<(), CertificateError> {
        for name in sequence(value)? {
            if is_context(&name, 2) {
                self.dns_names
                    .push(String::from_utf8_lossy(name.value()).into_owned());
            } else if is_context(&name, 8) {
                self.registered_id = Some(oid(name.value())?);
            }
        }
        Ok(())
    }
}

fn oid(content: &[u8]) -> Result<Oid, CertificateError> {
    Oid::from_bytes(content).map_err(|error| CertificateError(error.to_string()))
}

fn bytes(element: &AnyRef<'_>) -> Vec<u8> {
    element.value().to_vec()
}
