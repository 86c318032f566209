// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS certificates: rcgen on P-256, x509-cert's builder where rcgen cannot.
//!
//! rcgen cannot do brainpoolP256r1 (its `SignatureAlgorithm` has no public constructor), nor an
//! issuer name with one attribute type twice. Its own subjectAltName knows no registeredID, its
//! extendedKeyUsage is never critical, and it has neither certificatePolicies nor a
//! subjectKeyIdentifier without basicConstraints: all extensions go in ready-made, in their
//! published order. Both ways give the same bytes, and a test holds them to it.
//!
//! Trap: no TLS certificate has a critical certificatePolicies (see [`crate::rows`]).

use der::DateTime;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, KeyIdMethod,
    PublicKeyData, SerialNumber, SignatureAlgorithm, SigningKey,
};
use rsp::ecdsa::{Curve, PrivateKey, PublicKey};
use time::OffsetDateTime;
use x509_cert::name::Name;

use crate::error::PkiError;
use crate::issue::Draft;

/// Signs a TLS certificate.
pub(crate) fn sign(
    draft: Draft,
    holder: &PublicKey,
    issuer: &PrivateKey,
) -> Result<Vec<u8>, PkiError> {
    let names = (
        distinguished_name(&draft.subject),
        distinguished_name(&draft.issuer),
    );
    let nist = holder.curve() == Curve::NistP256 && issuer.curve() == Curve::NistP256;
    match (nist, names) {
        (true, (Some(subject), Some(issuer_name))) => {
            sign_with_rcgen(&draft, subject, issuer_name, holder, issuer)
        }
        _ => draft.sign(holder, issuer),
    }
}

fn sign_with_rcgen(
    draft: &Draft,
    subject: DistinguishedName,
    issuer_name: DistinguishedName,
    holder: &PublicKey,
    issuer: &PrivateKey,
) -> Result<Vec<u8>, PkiError> {
    let mut ca = CertificateParams::default();
    ca.distinguished_name = issuer_name;
    ca.key_identifier_method = KeyIdMethod::PreSpecified(Vec::new());
    let issuer = rcgen::Issuer::new(
        ca,
        P256Signer {
            key: issuer,
            point: issuer.public_key().to_point(),
        },
    );

    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.serial_number = Some(SerialNumber::from_slice(&draft.serial));
    params.not_before = offset_date_time(&draft.not_before)?;
    params.not_after = offset_date_time(&draft.not_after)?;
    params.custom_extensions = draft.extensions.iter().map(custom_extension).collect();
    let certificate = params.signed_by(&P256Key(holder.to_point()), &issuer)?;
    Ok(certificate.der().to_vec())
}

fn custom_extension(extension: &x509_cert::ext::Extension) -> CustomExtension {
    let oid: Vec<u64> = extension.extn_id.arcs().map(u64::from).collect();
    let mut custom =
        CustomExtension::from_oid_content(&oid, extension.extn_value.as_bytes().to_vec());
    custom.set_criticality(extension.critical);
    custom
}

fn offset_date_time(date: &DateTime) -> Result<OffsetDateTime, PkiError> {
    let seconds = i64::try_from(date.unix_duration().as_secs())
        .map_err(|error| PkiError::Encoding(error.to_string()))?;
    OffsetDateTime::from_unix_timestamp(seconds)
        .map_err(|error| PkiError::Encoding(error.to_string()))
}

/// The name in rcgen's form; nothing when rcgen would not give it back byte for byte.
fn distinguished_name(name: &Name) -> Option<DistinguishedName> {
    let mut out = DistinguishedName::new();
    for rdn in name.iter_rdn() {
        let mut attributes = rdn.iter();
        let (Some(attribute), None) = (attributes.next(), attributes.next()) else {
            return None;
        };
        let arcs: Vec<u64> = attribute.oid.arcs().map(u64::from).collect();
        let kind = DnType::from_oid(&arcs);
        if out.get(&kind).is_some() {
            return None;
        }
        let text = std::str::from_utf8(attribute.value.value()).ok()?;
        let value = match der::Tagged::tag(&attribute.value) {
            der::Tag::Utf8String => DnValue::Utf8String(text.to_owned()),
            der::Tag::PrintableString => DnValue::PrintableString(text.try_into().ok()?),
            _ => return None,
        };
        out.push(kind, value);
    }
    Some(out)
}

/// A public point on P-256, in rcgen's form.
struct P256Key([u8; 65]);

impl PublicKeyData for P256Key {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

/// A private key on P-256, in rcgen's form.
struct P256Signer<'a> {
    key: &'a PrivateKey,
    point: [u8; 65],
}

impl PublicKeyData for P256Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        &self.point
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for P256Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(self.key.sign_der(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extensions::{NameAttribute, name};
    use crate::issue::{Holder, Issuer, Seed};
    use crate::roles::Role;
    use crate::variant::Variant;

    fn draft(issuer: Name, key: &PrivateKey, role: Role) -> Draft {
        let holder = Holder {
            key: key.public_key(),
            text: "smdp1.test.example",
            hosts: &["smdp1.test.example", "127.0.0.1"],
            eid_prefix: "",
            serial: [0x41; 8],
        };
        let issuer = Issuer {
            name: issuer,
            key_id: vec![7; 20],
            key,
        };
        Draft::new(&role.row(Variant::O), &holder, Some(&issuer)).unwrap()
    }

    #[test]
    fn rcgen_and_x509_cert_give_the_same_bytes() {
        let ci = [
            (NameAttribute::CommonName, "Test CI"),
            (NameAttribute::Country, "IT"),
        ];
        let key = Seed::from_number(1).key(Curve::NistP256, "x");
        for role in Variant::O.roles().filter(|role| role.is_tls()) {
            let draft = draft(name(&ci).unwrap(), &key, role);
            let names = (
                distinguished_name(&draft.subject),
                distinguished_name(&draft.issuer),
            );
            let (Some(subject), Some(issuer)) = names else {
                panic!("{names:?}")
            };
            let rcgen = sign_with_rcgen(&draft, subject, issuer, key.public_key(), &key).unwrap();
            let builder = draft.sign(key.public_key(), &key).unwrap();
            assert_eq!(hex::encode(rcgen), hex::encode(builder), "{role}");
        }
    }

    #[test]
    fn an_issuer_name_that_rcgen_would_change_goes_the_other_way() {
        let twice = [
            (NameAttribute::OrganizationalUnit, "a"),
            (NameAttribute::OrganizationalUnit, "b"),
        ];
        let twice = name(&twice).unwrap();
        assert_eq!(distinguished_name(&twice), None);
        let key = Seed::from_number(1).key(Curve::NistP256, "x");
        let draft = draft(twice, &key, Role::DpTls);
        let expected = draft.clone().sign(key.public_key(), &key).unwrap();
        assert_eq!(sign(draft, key.public_key(), &key).unwrap(), expected);
    }
}
