// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificate revocation lists (SGP.22 §4.5.2.2, SGP.26): CRL-1 and CRL-2 of each CI, empty as they
//! are published, and lists with whatever a test wants revoked.
//!
//! Traps: a list revokes what its own issuer issued, so that of the CI says nothing of a leaf below
//! a sub-CA; lists and certificates name their issuer by its key, since names repeat.

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::asn1::{BitString, OctetString, Uint};
use der::{Decode, Encode};
use rsp::ecdsa::Curve;
use spki::AlgorithmIdentifierOwned;
use x509_cert::Version;
use x509_cert::certificate::Certificate;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;
use x509_cert::time::Time;

use crate::error::PkiError;
use crate::issue::{ECDSA_WITH_SHA256, Issuer};
use crate::pki::Pki;
use crate::roles::Role;

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
/// cRLNumber of the published lists, and of those that are exported.
pub const CRL_NUMBER_PUBLISHED: u64 = 2024;

/// What a revocation list says.
#[derive(Debug, Clone, Copy)]
pub struct Crl<'a> {
    /// Who revokes: the CI, or a sub-CA.
    pub issuer: Role,
    /// cRLNumber; a higher one replaces a lower one.
    pub number: u64,
    /// The certificates that are revoked, DER.
    pub revoked: &'a [&'a [u8]],
}

impl Default for Crl<'_> {
    /// The empty list of a CI, with the published number.
    fn default() -> Self {
        Self {
            issuer: Role::Ci,
            number: CRL_NUMBER_PUBLISHED,
            revoked: &[],
        }
    }
}

impl Pki {
    /// A signed revocation list, DER.
    ///
    /// # Errors
    /// The issuer is no CA of this PKI, or what is revoked is no certificate of its.
    pub fn crl(&self, curve: Curve, crl: &Crl<'_>) -> Result<Vec<u8>, PkiError> {
        if !crl.issuer.is_ca() {
            return Err(PkiError::Holder {
                expected: "a CA as issuer of a revocation list",
                seen: crl.issuer.to_string(),
            });
        }
        let issuer = Issuer::of(self.credential(crl.issuer, curve)?)?;
        let algorithm = AlgorithmIdentifierOwned {
            oid: ECDSA_WITH_SHA256,
            parameters: None,
        };
        let revoked = crl.revoked.iter();
        let revoked: Vec<_> = revoked
            .map(|der| entry(der, &issuer))
            .collect::<Result<_, _>>()?;
        let tbs = TbsCertList {
            version: Version::V2,
            signature: algorithm.clone(),
            issuer: issuer.name.clone(),
            this_update: time("2024-07-16T12:00:00Z")?,
            next_update: Some(time("2049-12-31T12:00:00Z")?),
            revoked_certificates: (!revoked.is_empty()).then_some(revoked),
            crl_extensions: Some(extensions(&issuer, crl.number)?),
        };
        let signature = issuer.key.sign_der(&tbs.to_der()?);
        let list = CertificateList {
            tbs_cert_list: tbs,
            signature_algorithm: algorithm,
            signature: BitString::from_bytes(&signature)?,
        };
        Ok(list.to_der()?)
    }
}

fn entry(certificate: &[u8], issuer: &Issuer<'_>) -> Result<RevokedCert, PkiError> {
    let certificate = Certificate::from_der(certificate)?;
    let tbs = certificate.tbs_certificate();
    if *tbs.issuer() != issuer.name {
        return Err(PkiError::Holder {
            expected: "a certificate of the list's issuer",
            seen: format!("one of {}", tbs.issuer()),
        });
    }
    Ok(RevokedCert {
        serial_number: tbs.serial_number().clone(),
        revocation_date: time("2024-07-15T12:00:00Z")?,
        crl_entry_extensions: None,
    })
}

fn extensions(issuer: &Issuer<'_>, number: u64) -> Result<Vec<Extension>, PkiError> {
    let authority = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(issuer.key_id.clone())?),
        ..AuthorityKeyIdentifier::default()
    };
    let number = number.to_be_bytes();
    let leading = number.iter().take_while(|byte| **byte == 0).count();
    let number = Uint::new(number.get(leading..).unwrap_or_default())?;
    let extension = |extn_id, value: Vec<u8>| {
        Ok::<_, PkiError>(Extension {
            extn_id,
            critical: false,
            extn_value: OctetString::new(value)?,
        })
    };
    Ok(vec![
        extension(AuthorityKeyIdentifier::OID, authority.to_der()?)?,
        extension(CRL_NUMBER, number.to_der()?)?,
    ])
}

fn time(text: &str) -> Result<Time, PkiError> {
    Ok(Time::from(text.parse::<der::DateTime>()?))
}
