// SPDX-License-Identifier: MIT OR Apache-2.0
//! One parsed certificate: what the checks look at, beside the exact bytes that were signed.
//!
//! Traps: a key on another curve does not make the certificate unreadable, as the card owes
//! `unsupportedCurve` for it.

use der::asn1::{AnyRef, BitStringRef};
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, TagNumber, Tagged};
use spki::SubjectPublicKeyInfoRef;
use thiserror::Error;
use x509_cert::time::Time;

use super::extension::{CLIENT_AUTH, Extension, Extensions, SERVER_AUTH};
use super::range::EidRange;
use crate::ecdsa::{KeyError, PublicKey};
use crate::id::Oid;

/// Why bytes are no certificate.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected a DER X.509 version 3 certificate, found {0}")]
pub struct CertificateError(pub(super) String);

impl From<der::Error> for CertificateError {
    fn from(error: der::Error) -> Self {
        Self(error.to_string())
    }
}

/// 1.2.840.10045.4.3.2
const ECDSA_WITH_SHA256: [u8; 8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];

/// 2.5.4.5
pub(super) const SERIAL_NUMBER: [u8; 3] = [0x55, 0x04, 0x05];
/// 2.5.4.10
pub(super) const ORGANIZATION: [u8; 3] = [0x55, 0x04, 0x0A];

#[derive(Sequence)]
struct TbsCertificate<'a> {
    #[asn1(
        context_specific = "0",
        default = "Default::default",
        tag_mode = "EXPLICIT"
    )]
    version: u8,
    serial_number: AnyRef<'a>,
    signature: AnyRef<'a>,
    issuer: AnyRef<'a>,
    validity: Validity,
    subject: AnyRef<'a>,
    subject_public_key_info: AnyRef<'a>,
    #[asn1(context_specific = "1", optional = "true", tag_mode = "IMPLICIT")]
    issuer_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", optional = "true", tag_mode = "IMPLICIT")]
    subject_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", optional = "true", tag_mode = "EXPLICIT")]
    extensions: Option<Vec<Extension<'a>>>,
}

#[derive(Sequence)]
struct Validity {
    not_before: Time,
    not_after: Time,
}

/// A parsed certificate.
#[derive(Clone, Debug)]
pub struct CertificateView {
    der: Vec<u8>,
    tbs: Vec<u8>,
    signature: Vec<u8>,
    ecdsa_with_sha256: bool,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    not_before: i64,
    not_after: i64,
    spki: Vec<u8>,
    public_key: Result<PublicKey, KeyError>,
    extensions: Extensions,
}

impl CertificateView {
    /// Parses the DER certificate, which must end where the bytes end.
    ///
    /// # Errors
    /// Not DER, not a certificate of version 3, or a damaged extension.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        let outer = AnyRef::from_der(der)?;
        outer.tag().assert_eq(Tag::Sequence)?;
        let mut reader = SliceReader::new(outer.value())?;
        let tbs = reader.tlv_bytes()?;
        let algorithm = reader.tlv_bytes()?;
        let signature = BitStringRef::decode(&mut reader)?;
        reader.finish()?;
        let parsed = TbsCertificate::from_der(tbs)?;
        if parsed.version != 2 {
            return Err(CertificateError(format!("version {}", parsed.version + 1)));
        }
        let spki = parsed.subject_public_key_info.to_der()?;
        let mut extensions = Extensions::default();
        for extension in parsed.extensions.unwrap_or_default() {
            extensions.read(&extension)?;
        }
        Ok(Self {
            der: der.to_vec(),
            tbs: tbs.to_vec(),
            signature: signature.as_bytes().unwrap_or_default().to_vec(),
            ecdsa_with_sha256: is_ecdsa_with_sha256(parsed.signature, algorithm)?,
            issuer: parsed.issuer.value().to_vec(),
            subject: parsed.subject.value().to_vec(),
            not_before: seconds(parsed.validity.not_before),
            not_after: seconds(parsed.validity.not_after),
            public_key: public_key(&spki)?,
            spki,
            extensions,
        })
    }

    /// The certificate as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The bytes that were signed, as received.
    pub fn tbs(&self) -> &[u8] {
        &self.tbs
    }

    /// The signature, a DER ECDSA-Sig-Value.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Whether the signature algorithm is ecdsa-with-SHA256, inside and outside alike.
    pub fn is_ecdsa_with_sha256(&self) -> bool {
        self.ecdsa_with_sha256
    }

    /// The content of the issuer name, for comparison.
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// The content of the subject name, for comparison.
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// The serialNumber attribute of the subject: the EID of an eUICC.
    pub fn subject_serial_number(&self) -> Option<String> {
        attribute(&self.subject, &SERIAL_NUMBER)
    }

    /// The organizationName attribute of the subject.
    pub fn subject_organization(&self) -> Option<String> {
        attribute(&self.subject, &ORGANIZATION)
    }

    /// notBefore in seconds since 1970-01-01T00:00:00Z.
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// notAfter in seconds since 1970-01-01T00:00:00Z.
    pub fn not_after(&self) -> i64 {
        self.not_after
    }

    /// The public key.
    ///
    /// # Errors
    /// It is on no curve handled here, or no point of its curve.
    pub fn public_key(&self) -> Result<&PublicKey, KeyError> {
        self.public_key.as_ref().map_err(Clone::clone)
    }

    /// The SubjectPublicKeyInfo, DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// subjectKeyIdentifier.
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.extensions.subject_key_id.as_deref()
    }

    /// keyIdentifier of authorityKeyIdentifier.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.extensions.authority_key_id.as_deref()
    }

    /// Whether keyUsage has digitalSignature.
    pub fn may_sign_data(&self) -> bool {
        self.extensions
            .key_usage
            .is_some_and(|bits| bits & 0x80 != 0)
    }

    /// Whether keyUsage has keyCertSign.
    pub fn may_sign_certificates(&self) -> bool {
        self.extensions
            .key_usage
            .is_some_and(|bits| bits & 0x04 != 0)
    }

    /// Whether extKeyUsage has serverAuth.
    pub fn is_tls_server(&self) -> bool {
        self.has_extended_key_usage(&SERVER_AUTH)
    }

    /// Whether extKeyUsage has clientAuth.
    pub fn is_tls_client(&self) -> bool {
        self.has_extended_key_usage(&CLIENT_AUTH)
    }

    fn has_extended_key_usage(&self, purpose: &[u8]) -> bool {
        self.extensions
            .extended_key_usage
            .iter()
            .flatten()
            .any(|known| known == purpose)
    }

    /// Whether basicConstraints say CA.
    pub fn is_ca(&self) -> bool {
        self.extensions.path_length.is_some()
    }

    /// pathLenConstraint.
    pub fn path_length(&self) -> Option<u8> {
        self.extensions.path_length.flatten()
    }

    /// The policy identifiers.
    pub fn policies(&self) -> &[Oid] {
        &self.extensions.policies
    }

    /// The dNSNames of subjectAltName.
    pub fn dns_names(&self) -> &[String] {
        &self.extensions.dns_names
    }

    /// The registeredID of subjectAltName: the OID of a server.
    pub fn registered_id(&self) -> Option<&Oid> {
        self.extensions.registered_id.as_ref()
    }

    /// The EIDs a manufacturer may issue certificates for, one entry per extension that limits them.
    pub fn eid_ranges(&self) -> &[EidRange] {
        &self.extensions.eid_ranges
    }

    /// Critical extensions that no check here understands.
    pub fn unknown_critical(&self) -> &[String] {
        &self.extensions.unknown_critical
    }
}

fn is_ecdsa_with_sha256(inner: AnyRef<'_>, outer: &[u8]) -> Result<bool, CertificateError> {
    let algorithm = elements(inner.value())?;
    let named = algorithm
        .first()
        .is_some_and(|id| id.value() == ECDSA_WITH_SHA256);
    Ok(named && inner.to_der()? == outer)
}

/// A key of another kind stays readable as an error; a damaged structure does not.
fn public_key(spki: &[u8]) -> Result<Result<PublicKey, KeyError>, CertificateError> {
    let spki = SubjectPublicKeyInfoRef::from_der(spki)?;
    Ok(PublicKey::from_spki_ref(&spki))
}

fn seconds(time: Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// Whether an element has the context-specific tag `number`.
pub(super) fn is_context(element: &AnyRef<'_>, number: u32) -> bool {
    matches!(element.tag(), Tag::ContextSpecific { number: found, .. } if found == TagNumber(number))
}

/// The elements one after the other.
pub(super) fn elements(content: &[u8]) -> Result<Vec<AnyRef<'_>>, der::Error> {
    let mut reader = SliceReader::new(content)?;
    let mut out = Vec::new();
    while !reader.is_finished() {
        out.push(AnyRef::decode(&mut reader)?);
    }
    Ok(out)
}

/// The elements of a SEQUENCE.
pub(super) fn sequence(der: &[u8]) -> Result<Vec<AnyRef<'_>>, der::Error> {
    let outer = AnyRef::from_der(der)?;
    outer.tag().assert_eq(Tag::Sequence)?;
    elements(outer.value())
}

/// The first value of an attribute in the content of a Name, as text.
pub(super) fn attribute(name: &[u8], id: &[u8]) -> Option<String> {
    let pairs = elements(name)
        .ok()?
        .into_iter()
        .flat_map(|set| elements(set.value()));
    let pairs = pairs
        .flatten()
        .filter_map(|pair| elements(pair.value()).ok());
    pairs
        .filter_map(|pair| <[AnyRef<'_>; 2]>::try_from(pair).ok())
        .find(|[known, _]| known.value() == id)
        .map(|[_, value]| String::from_utf8_lossy(value.value()).into_owned())
}
