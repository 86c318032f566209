// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extensions and names of the certificates, byte for byte as SGP.26 publishes them.
//!
//! Traps:
//! - `const-oid` holds no second arc above 39, so 2.999.x cannot be a `GeneralName::RegisteredId`:
//!   the subjectAltName is written by hand.
//! - `Name::from_str` reverses the order of the attributes (RFC 4514): names are put together one
//!   attribute at a time.

use std::net::IpAddr;
use std::str::FromStr;

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::asn1::{Any, Ia5String, OctetString};
use der::{Decode, Encode, Tag};
use rsp::id::Oid;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, CrlDistributionPoints,
    ExtendedKeyUsage, KeyUsage, KeyUsages, NameConstraints, SubjectKeyIdentifier,
};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

use crate::error::PkiError;
use crate::rows::Row;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
/// id-rsp-cert-ext-permittedEins (SGP.22 v3 Annex H).
pub(crate) const PERMITTED_EINS: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.23.146.1.2.2.0");
/// id-rspRole (SGP.22 Annex H).
const RSP_ROLE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.146.1.2.1");

/// One extension of a certificate, as a row of the role table names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// authorityKeyIdentifier: the issuer's subject key identifier.
    AuthorityKey,
    /// subjectKeyIdentifier: SHA-1 of the public key.
    SubjectKey,
    /// Critical keyUsage digitalSignature.
    Signs,
    /// Critical keyUsage keyCertSign.
    SignsCertificates,
    /// Critical keyUsage keyCertSign and cRLSign.
    SignsCertificatesAndCrls,
    /// Critical extendedKeyUsage serverAuth and clientAuth.
    ServerAndClient,
    /// certificatePolicies with the role's policy.
    Policy { critical: bool },
    /// subjectAltName: host names first, then the registeredID.
    Names,
    /// Critical basicConstraints of a CA.
    Authority { path_len: Option<u8> },
    /// cRLDistributionPoints with these addresses.
    Crls(&'static [&'static str]),
    /// Critical nameConstraints: the EUM's organization and the first digits of its EIDs.
    PermittedEids,
    /// Critical nameConstraints: the EUM's organization alone, as in version 3.
    PermittedOrganization,
    /// permittedEins: the first digits of the EUM's EIDs, as in version 3.
    PermittedEins,
}

/// What the extensions of one certificate say, beside its role.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) issuer_key_id: &'a [u8],
    pub(crate) subject_key_id: &'a [u8],
    pub(crate) hosts: &'a [&'a str],
    pub(crate) organization: &'a str,
    pub(crate) eid_prefix: &'a str,
}

/// The extensions of a row, in its order.
pub(crate) fn extensions(row: &Row, facts: &Facts<'_>) -> Result<Vec<Extension>, PkiError> {
    row.shape
        .iter()
        .map(|shape| extension(*shape, row, facts))
        .collect()
}

fn extension(shape: Shape, row: &Row, facts: &Facts<'_>) -> Result<Extension, PkiError> {
    match shape {
        Shape::AuthorityKey => encoded(
            false,
            &AuthorityKeyIdentifier {
                key_identifier: Some(OctetString::new(facts.issuer_key_id)?),
                ..AuthorityKeyIdentifier::default()
            },
        ),
        Shape::SubjectKey => encoded(
            false,
            &SubjectKeyIdentifier(OctetString::new(facts.subject_key_id)?),
        ),
        Shape::Signs => encoded(true, &KeyUsage(KeyUsages::DigitalSignature.into())),
        Shape::SignsCertificates => encoded(true, &KeyUsage(KeyUsages::KeyCertSign.into())),
        Shape::SignsCertificatesAndCrls => {
            encoded(true, &KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))
        }
        Shape::ServerAndClient => encoded(true, &ExtendedKeyUsage(vec![SERVER_AUTH, CLIENT_AUTH])),
        Shape::Policy { critical } => encoded(critical, &policies(row)?),
        Shape::Names => alternative_names(facts.hosts, row.registered_id),
        Shape::Authority { path_len } => encoded(
            true,
            &BasicConstraints {
                ca: true,
                path_len_constraint: path_len,
            },
        ),
        Shape::Crls(uris) => encoded(false, &distribution_points(uris)?),
        Shape::PermittedEids => encoded(
            true,
            &permitted(&[
                (NameAttribute::Organization, facts.organization),
                (NameAttribute::SerialNumber, facts.eid_prefix),
            ])?,
        ),
        Shape::PermittedOrganization => encoded(
            true,
            &permitted(&[(NameAttribute::Organization, facts.organization)])?,
        ),
        Shape::PermittedEins => {
            let prefix = tlv(PRINTABLE_STRING, facts.eid_prefix.as_bytes())?;
            raw(PERMITTED_EINS, false, tlv(SEQUENCE, &prefix)?)
        }
    }
}

fn encoded<T: AssociatedOid + Encode>(critical: bool, value: &T) -> Result<Extension, PkiError> {
    raw(T::OID, critical, value.to_der()?)
}

fn raw(oid: ObjectIdentifier, critical: bool, value: Vec<u8>) -> Result<Extension, PkiError> {
    Ok(Extension {
        extn_id: oid,
        critical,
        extn_value: OctetString::new(value)?,
    })
}

fn policies(row: &Row) -> Result<CertificatePolicies, PkiError> {
    let policies = row.policy.iter().map(|arcs| {
        let policy_identifier = arcs
            .iter()
            .try_fold(RSP_ROLE, |oid, arc| oid.push_arc(*arc))
            .map_err(|error| PkiError::Encoding(error.to_string()))?;
        Ok(PolicyInformation {
            policy_identifier,
            policy_qualifiers: None,
        })
    });
    Ok(CertificatePolicies(
        policies.collect::<Result<_, PkiError>>()?,
    ))
}

fn distribution_points(uris: &[&str]) -> Result<CrlDistributionPoints, PkiError> {
    let points = uris.iter().map(|uri| {
        let uri = GeneralName::UniformResourceIdentifier(Ia5String::new(uri)?);
        Ok(DistributionPoint {
            distribution_point: Some(DistributionPointName::FullName(vec![uri])),
            reasons: None,
            crl_issuer: None,
        })
    });
    Ok(CrlDistributionPoints(
        points.collect::<Result<_, der::Error>>()?,
    ))
}

/// One permitted directoryName. In SGP.22 §4.5.2 of version 2 its serialNumber is the first digits
/// of the EIDs; read as RFC 5280 does it would permit no EID at all.
fn permitted(attributes: &[(NameAttribute, &str)]) -> Result<NameConstraints, PkiError> {
    Ok(NameConstraints {
        permitted_subtrees: Some(vec![GeneralSubtree {
            base: GeneralName::DirectoryName(name(attributes)?),
            minimum: 0,
            maximum: None,
        }]),
        excluded_subtrees: None,
    })
}

const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;
const REGISTERED_ID: u8 = 0x88;
const SEQUENCE: u8 = 0x30;
const PRINTABLE_STRING: u8 = 0x13;

fn alternative_names(hosts: &[&str], oid: Option<&str>) -> Result<Extension, PkiError> {
    let mut names = Vec::new();
    for host in hosts {
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => names.extend(tlv(IP_ADDRESS, &address.octets())?),
            Ok(IpAddr::V6(address)) => names.extend(tlv(IP_ADDRESS, &address.octets())?),
            Err(_) => names.extend(tlv(DNS_NAME, host.as_bytes())?),
        }
    }
    if let Some(oid) = oid {
        let oid = Oid::from_str(oid).map_err(|error| PkiError::Encoding(error.to_string()))?;
        names.extend(tlv(REGISTERED_ID, oid.as_bytes())?);
    }
    raw(SUBJECT_ALT_NAME, false, tlv(SEQUENCE, &names)?)
}

/// A TLV with a definite length of up to 65535.
pub(crate) fn tlv(tag: u8, value: &[u8]) -> Result<Vec<u8>, PkiError> {
    let length = u16::try_from(value.len())
        .map_err(|_| PkiError::Encoding(format!("{} bytes in one member", value.len())))?;
    let [high, low] = length.to_be_bytes();
    let mut out = match (high, low) {
        (0, ..0x80) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    out.extend_from_slice(value);
    Ok(out)
}

/// Attribute of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameAttribute {
    CommonName,
    Country,
    Organization,
    OrganizationalUnit,
    SerialNumber,
}

/// A name with its attributes in this order, in the string types of the published certificates.
pub(crate) fn name(attributes: &[(NameAttribute, &str)]) -> Result<Name, PkiError> {
    let mut sequence = RdnSequence::default();
    for (attribute, text) in attributes {
        let (oid, tag) = match attribute {
            NameAttribute::CommonName => (COMMON_NAME, Tag::Utf8String),
            NameAttribute::Country => (COUNTRY, Tag::PrintableString),
            NameAttribute::Organization => (ORGANIZATION, Tag::Utf8String),
            NameAttribute::OrganizationalUnit => (ORGANIZATIONAL_UNIT, Tag::Utf8String),
            NameAttribute::SerialNumber => (SERIAL_NUMBER, Tag::PrintableString),
        };
        let mut rdn = RelativeDistinguishedName::default();
        rdn.insert(AttributeTypeAndValue {
            oid,
            value: Any::new(tag, text.as_bytes())?,
        })?;
        sequence.push(rdn);
    }
    Ok(Name::from_der(&sequence.to_der()?)?)
}

/// The text of the first attribute of this kind, whatever its string type.
pub(crate) fn attribute_text(name: &Name, attribute: NameAttribute) -> Option<String> {
    let oid = match attribute {
        NameAttribute::CommonName => COMMON_NAME,
        NameAttribute::Country => COUNTRY,
        NameAttribute::Organization => ORGANIZATION,
        NameAttribute::OrganizationalUnit => ORGANIZATIONAL_UNIT,
        NameAttribute::SerialNumber => SERIAL_NUMBER,
    };
    let found = name.iter().find(|candidate| candidate.oid == oid)?;
    String::from_utf8(found.value.value().to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_short_form_as_long_as_they_can() {
        assert_eq!(tlv(4, &[0; 0x7F]).unwrap()[..2], [4, 0x7F]);
        assert_eq!(tlv(4, &[0; 0x80]).unwrap()[..3], [4, 0x81, 0x80]);
        assert_eq!(tlv(4, &[0; 0x100]).unwrap()[..4], [4, 0x82, 1, 0]);
        assert!(tlv(4, &vec![0; 0x1_0000]).is_err());
    }

    #[test]
    fn names_keep_their_order() {
        let name = name(&[
            (NameAttribute::CommonName, "Test CI"),
            (NameAttribute::Country, "IT"),
        ])
        .unwrap();
        let expected = "301f3110300e06035504030c0754657374204349310b3009060355040613024954";
        assert_eq!(hex::encode(name.to_der().unwrap()), expected);
    }
}
