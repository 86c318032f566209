// SPDX-License-Identifier: MIT OR Apache-2.0
//! Seed to key to certificate: everything here is a function of its arguments, so the same seed
//! gives the same bytes on every run and machine.
//!
//! Keys are SHA-256(seed ‖ label ‖ counter); a draw that is no scalar of the curve (one in three on
//! brainpoolP256r1) costs the next counter. Signatures are RFC 6979.

use der::{DateTime, Encode};
use ecdsa::signature::{self, Keypair, Signer};
use rsp::ecdsa::{Curve, PrivateKey, PublicKey};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use spki::{
    AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey,
    SignatureBitStringEncoding, SubjectPublicKeyInfoRef,
};
use x509_cert::TbsCertificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::Certificate;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use crate::credential::Credential;
use crate::error::PkiError;
use crate::extensions::{self, Facts, NameAttribute};
use crate::rows::{Attribute, Row, Text};

pub(crate) const ECDSA_WITH_SHA256: spki::ObjectIdentifier =
    spki::ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// Where all keys and serial numbers of a PKI come from.
#[derive(Clone)]
pub(crate) struct Seed([u8; 32]);

impl Seed {
    /// The seed of a number, as the command line gives it.
    pub(crate) fn from_number(number: u64) -> Self {
        Self::from_secret(&number.to_be_bytes())
    }

    /// The seed of any bytes.
    pub(crate) fn from_secret(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// The seed of another PKI, one for each seed.
    pub(crate) fn foreign(&self) -> Self {
        Self::from_secret(&[&self.0[..], b"foreign"].concat())
    }

    fn draw(&self, label: &str, counter: u32) -> [u8; 32] {
        let hash = Sha256::new()
            .chain_update(self.0)
            .chain_update(label.as_bytes());
        hash.chain_update(counter.to_be_bytes()).finalize().into()
    }

    /// The private key of a label.
    pub(crate) fn key(&self, curve: Curve, label: &str) -> PrivateKey {
        let mut counter = 0;
        loop {
            if let Ok(key) = PrivateKey::from_scalar(curve, &self.draw(label, counter)) {
                return key;
            }
            counter = counter.wrapping_add(1);
        }
    }

    /// A private key on P-384 of a label.
    pub(crate) fn large_key(&self, label: &str) -> p384::SecretKey {
        let mut counter = 0_u32;
        loop {
            let halves = [0, 1].map(|half| self.draw(label, counter.wrapping_add(half)));
            let scalar = halves.concat();
            if let Some(key) = scalar
                .get(..48)
                .and_then(|scalar| p384::SecretKey::from_slice(scalar).ok())
            {
                return key;
            }
            counter = counter.wrapping_add(2);
        }
    }

    /// The serial number of a label: eight bytes, positive, no leading zero.
    pub(crate) fn serial(&self, label: &str) -> [u8; 8] {
        let mut serial = [0; 8];
        for (to, from) in serial
            .iter_mut()
            .zip(self.draw(&format!("serial {label}"), 0))
        {
            *to = from;
        }
        if let Some(first) = serial.first_mut() {
            *first = *first & 0x7F | 0x40;
        }
        serial
    }
}

/// The name and key identifier an issuer signs with.
#[derive(Debug, Clone)]
pub(crate) struct Issuer<'a> {
    pub(crate) name: Name,
    pub(crate) key_id: Vec<u8>,
    pub(crate) key: &'a PrivateKey,
}

impl<'a> Issuer<'a> {
    /// The issuer that a CA certificate describes; its name is taken over byte for byte.
    pub(crate) fn of(credential: &'a Credential) -> Result<Self, PkiError> {
        let certificate = credential.parsed()?;
        Ok(Self {
            name: certificate.tbs_certificate().subject().clone(),
            key_id: subject_key_id(&certificate, credential.key.public_key()),
            key: &credential.key,
        })
    }
}

/// The subjectKeyIdentifier of a certificate, or the SHA-1 of its key when it has none.
pub(crate) fn subject_key_id(certificate: &Certificate, key: &PublicKey) -> Vec<u8> {
    match certificate
        .tbs_certificate()
        .get_extension::<SubjectKeyIdentifier>()
    {
        Ok(Some((_, id))) => id.0.into_bytes().into(),
        Ok(None) | Err(_) => key_id(key),
    }
}

/// SHA-1 of the public key's BIT STRING (RFC 5280 §4.2.1.2, first method).
fn key_id(key: &PublicKey) -> Vec<u8> {
    Sha1::digest(key.to_point()).to_vec()
}

/// To whom a certificate is issued.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub(crate) key: &'a PublicKey,
    /// What stands for [`Text::Holder`].
    pub(crate) text: &'a str,
    pub(crate) hosts: &'a [&'a str],
    pub(crate) eid_prefix: &'a str,
    pub(crate) serial: [u8; 8],
}

/// A certificate that only lacks its signature.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) issuer: Name,
    pub(crate) subject: Name,
    pub(crate) serial: [u8; 8],
    pub(crate) not_before: DateTime,
    pub(crate) not_after: DateTime,
    pub(crate) extensions: Vec<Extension>,
}

impl Draft {
    /// The certificate of a row for a holder; without an issuer it is its own.
    pub(crate) fn new(
        row: &Row,
        holder: &Holder<'_>,
        issuer: Option<&Issuer<'_>>,
    ) -> Result<Self, PkiError> {
        let organization = issuer
            .and_then(|issuer| {
                extensions::attribute_text(&issuer.name, NameAttribute::Organization)
            })
            .unwrap_or_default();
        let subject = subject(row, holder, &organization)?;
        let key_id = key_id(holder.key);
        let own_organization =
            extensions::attribute_text(&subject, NameAttribute::Organization).unwrap_or_default();
        let facts = Facts {
            issuer_key_id: issuer.map_or(&key_id, |issuer| &issuer.key_id),
            subject_key_id: &key_id,
            hosts: holder.hosts,
            organization: &own_organization,
            eid_prefix: holder.eid_prefix,
        };
        Ok(Self {
            issuer: issuer.map_or(&subject, |issuer| &issuer.name).clone(),
            serial: holder.serial,
            not_before: row.not_before.parse()?,
            not_after: row.not_after.parse()?,
            extensions: extensions::extensions(row, &facts)?,
            subject,
        })
    }

    /// Signs with x509-cert's builder, on either curve.
    pub(crate) fn sign(self, holder: &PublicKey, issuer: &PrivateKey) -> Result<Vec<u8>, PkiError> {
        self.sign_key(&holder.to_spki(), issuer)
    }

    /// The same for a key of any kind, given as SubjectPublicKeyInfo.
    pub(crate) fn sign_key(self, key: &[u8], issuer: &PrivateKey) -> Result<Vec<u8>, PkiError> {
        let serial = SerialNumber::new(&self.serial)?;
        let validity = Validity::new(Time::from(self.not_before), Time::from(self.not_after));
        let key = SubjectPublicKeyInfoRef::try_from(key)
            .map_err(|error| PkiError::Encoding(error.to_string()))?;
        let key = der::referenced::RefToOwned::ref_to_owned(&key);
        let builder = CertificateBuilder::new(self, serial, validity, key)?;
        let certificate = builder.build::<_, DerSignature>(&CertificateSigner(issuer))?;
        Ok(certificate.to_der()?)
    }
}

/// The longest common name (X.520 ub-common-name); a longer host name stands whole in the
/// subjectAltName only.
const COMMON_NAME_MAX: usize = 64;

fn subject(row: &Row, holder: &Holder<'_>, issuer: &str) -> Result<Name, PkiError> {
    let common_name: String = holder.text.chars().take(COMMON_NAME_MAX).collect();
    let text = |text: Text| match text {
        Text::Fixed(text) => text.to_owned(),
        Text::Holder => common_name.clone(),
        Text::Issuer => issuer.to_owned(),
    };
    let attributes: Vec<(NameAttribute, String)> = row
        .subject
        .iter()
        .map(|attribute| match *attribute {
            Attribute::CommonName(value) => (NameAttribute::CommonName, text(value)),
            Attribute::Country(value) => (NameAttribute::Country, value.to_owned()),
            Attribute::Organization(value) => (NameAttribute::Organization, text(value)),
            Attribute::OrganizationalUnit(value) => {
                (NameAttribute::OrganizationalUnit, value.to_owned())
            }
            Attribute::SerialNumber(value) => (NameAttribute::SerialNumber, text(value)),
        })
        .collect();
    let borrowed: Vec<_> = attributes
        .iter()
        .map(|(kind, text)| (*kind, text.as_str()))
        .collect();
    extensions::name(&borrowed)
}

impl BuilderProfile for Draft {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _spk: SubjectPublicKeyInfoRef<'_>,
        _issuer_spk: SubjectPublicKeyInfoRef<'_>,
        _tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        Ok(self.extensions.clone())
    }
}

/// A private key in the form x509-cert's builder wants, whatever its curve.
struct CertificateSigner<'a>(&'a PrivateKey);

/// A public key in the form x509-cert's builder wants.
#[derive(Clone)]
struct CertificateVerifier(PublicKey);

/// An ECDSA-Sig-Value.
struct DerSignature(Vec<u8>);

impl Signer<DerSignature> for CertificateSigner<'_> {
    fn try_sign(&self, message: &[u8]) -> Result<DerSignature, signature::Error> {
        Ok(DerSignature(self.0.sign_der(message)))
    }
}

impl Keypair for CertificateSigner<'_> {
    type VerifyingKey = CertificateVerifier;

    fn verifying_key(&self) -> Self::VerifyingKey {
        CertificateVerifier(self.0.public_key().clone())
    }
}

impl DynSignatureAlgorithmIdentifier for CertificateSigner<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned {
            oid: ECDSA_WITH_SHA256,
            parameters: None,
        })
    }
}

impl EncodePublicKey for CertificateVerifier {
    fn to_public_key_der(&self) -> spki::Result<der::Document> {
        Ok(der::Document::try_from(self.0.to_spki())?)
    }
}

impl SignatureBitStringEncoding for DerSignature {
    fn to_bitstring(&self) -> der::Result<der::asn1::BitString> {
        der::asn1::BitString::from_bytes(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_depend_on_seed_label_and_curve_alone() {
        let seed = Seed::from_number(1);
        let key = seed.key(Curve::BrainpoolP256r1, "a").to_scalar();
        assert_eq!(seed.key(Curve::BrainpoolP256r1, "a").to_scalar(), key);
        assert_ne!(seed.key(Curve::BrainpoolP256r1, "b").to_scalar(), key);
        assert_ne!(
            Seed::from_number(2)
                .key(Curve::BrainpoolP256r1, "a")
                .to_scalar(),
            key
        );
    }

    #[test]
    fn a_draw_above_the_group_order_is_replaced() {
        let seed = Seed::from_number(1);
        let refused = |label: &str| {
            PrivateKey::from_scalar(Curve::BrainpoolP256r1, &seed.draw(label, 0)).is_err()
        };
        let label = (0..100)
            .map(|n| n.to_string())
            .find(|label| refused(label))
            .unwrap();
        let key = seed.key(Curve::BrainpoolP256r1, &label);
        assert_ne!(key.to_scalar(), seed.draw(&label, 0));
    }

    #[test]
    fn serial_numbers_are_positive_and_eight_bytes_long() {
        for number in 0..50 {
            let serial = Seed::from_number(number).serial("x");
            assert!((0x40..0x80).contains(&serial[0]), "{serial:02x?}");
        }
    }
}
