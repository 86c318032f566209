// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signatures and keys of flawed certificates.
//!
//! Traps:
//! - The published damage of a signature is not the same on both curves, and leaves a readable
//!   ECDSA-Sig-Value.
//! - A key of 192 bits is the base point of its curve, which is a point everybody has; nobody signs
//!   with it, so the credential keeps the private key of the valid one.
//! - The P-384 key of a TLS certificate is a real one, since a server has to come as far as showing
//!   the certificate.

use const_oid::ObjectIdentifier;
use der::Encode;
use der::asn1::OctetString;
use p384::elliptic_curve::sec1::ToSec1Point as _;
use rsp::ecdsa::{Curve, PrivateKey};
use sha1::{Digest, Sha1};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::recipes::replace;
use super::{Flaw, Role};
use crate::error::PkiError;
use crate::extensions::tlv;
use crate::issue::{Draft, Issuer, Seed};

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P192: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.1");
const BRAINPOOL_P192R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.3");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Certificate, and PKCS#8 of its key when that is on a curve of another size.
type Signed = (Vec<u8>, Option<Vec<u8>>);

pub(super) fn sign(
    flaw: Flaw,
    mut draft: Draft,
    role: Role,
    key: &PrivateKey,
    issuer: &Issuer<'_>,
    seed: &Seed,
) -> Result<Signed, PkiError> {
    let curve = key.curve();
    match flaw {
        Flaw::Curve if role.is_tls() => {
            let (point, pkcs8) = large_key(seed, &format!("{role} {curve} P-384"))?;
            let certificate = with_key(&mut draft, P384, &point, issuer)?;
            Ok((certificate, Some(pkcs8)))
        }
        Flaw::Curve => {
            let (named, point) = short_key(curve)?;
            Ok((with_key(&mut draft, named, &point, issuer)?, None))
        }
        Flaw::SelfSigned => Ok((draft.sign(key.public_key(), key)?, None)),
        _ => {
            let mut certificate = draft.sign(key.public_key(), issuer.key)?;
            if flaw == Flaw::Signature {
                damage(curve, &mut certificate);
            }
            Ok((certificate, None))
        }
    }
}

/// Signs a certificate over a point of any curve.
fn with_key(
    draft: &mut Draft,
    named: ObjectIdentifier,
    point: &[u8],
    issuer: &Issuer<'_>,
) -> Result<Vec<u8>, PkiError> {
    let key_id = SubjectKeyIdentifier(OctetString::new(Sha1::digest(point).to_vec())?);
    let mut extensions = draft.extensions.iter();
    if extensions
        .any(|known| known.extn_id == <SubjectKeyIdentifier as const_oid::AssociatedOid>::OID)
    {
        replace(draft, false, &key_id)?;
    }
    let bits = [&[0], point].concat();
    let key = [tlv(0x30, &algorithm(named)?)?, tlv(0x03, &bits)?].concat();
    draft.clone().sign_key(&tlv(0x30, &key)?, issuer.key)
}

fn algorithm(named: ObjectIdentifier) -> Result<Vec<u8>, PkiError> {
    Ok([EC_PUBLIC_KEY.to_der()?, named.to_der()?].concat())
}

/// Overwrites the end of the signature: 10 bytes 00 on P-256, 8 bytes 11 on brainpoolP256r1.
fn damage(curve: Curve, certificate: &mut [u8]) {
    let (count, value) = match curve {
        Curve::NistP256 => (10, 0x00),
        Curve::BrainpoolP256r1 => (8, 0x11),
    };
    for byte in certificate.iter_mut().rev().take(count) {
        *byte = value;
    }
}

/// The base point of P-192 (FIPS 186-4 D.1.2.1) or brainpoolP192r1 (RFC 5639 §3.2).
fn short_key(curve: Curve) -> Result<(ObjectIdentifier, Vec<u8>), PkiError> {
    let (named, x, y) = match curve {
        Curve::NistP256 => (
            P192,
            "188DA80EB03090F67CBF20EB43A18800F4FF0AFD82FF1012",
            "07192B95FFC8DA78631011ED6B24CDD573F977A11E794811",
        ),
        Curve::BrainpoolP256r1 => (
            BRAINPOOL_P192R1,
            "C0A0647EAAB6A48753B033C56CB0F0900A2F5C4853375FD6",
            "14B690866ABD5BB88B5F4828C1490002E6773FA2FA299B8F",
        ),
    };
    let point = hex::decode(format!("04{x}{y}"));
    let point = point.map_err(|error| PkiError::Encoding(error.to_string()))?;
    Ok((named, point))
}

/// Point and PKCS#8 of a key on P-384.
fn large_key(seed: &Seed, label: &str) -> Result<(Vec<u8>, Vec<u8>), PkiError> {
    let key = seed.large_key(label);
    let point = key.public_key().to_sec1_point(false).as_bytes().to_vec();
    let bits = [&[0], point.as_slice()].concat();
    let members = [
        tlv(0x02, &[1])?,
        tlv(0x04, key.to_bytes().as_slice())?,
        tlv(0xA1, &tlv(0x03, &bits)?)?,
    ];
    let members = [
        tlv(0x02, &[0])?,
        tlv(0x30, &algorithm(P384)?)?,
        tlv(0x04, &tlv(0x30, &members.concat())?)?,
    ];
    Ok((point, tlv(0x30, &members.concat())?))
}
