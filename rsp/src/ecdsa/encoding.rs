// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys and signatures in their outer forms: SubjectPublicKeyInfo, PEM, PKCS#8, SEC1, ECDSA-Sig-Value.
//!
//! Traps: the published SGP.26 key files hold an `EC PARAMETERS` block before the `EC PRIVATE KEY`
//! block, which the usual PEM readers refuse.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use const_oid::ObjectIdentifier;
use der::asn1::{BitStringRef, OctetStringRef, UintRef};
use der::pem::LineEnding;
use der::{Decode, Sequence};
use p256::pkcs8::{EncodePrivateKey, PrivateKeyInfoRef};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{Curve, KeyError, PrivateKey, PublicKey, SignatureError};

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// SubjectPublicKeyInfo up to the point, per curve: everything before it is constant.
const NIST_SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const BRAINPOOL_SPKI: [u8; 27] = [
    0x30, 0x5A, 0x30, 0x14, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x09, 0x2B,
    0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// ECPrivateKey of RFC 5915.
#[derive(Sequence)]
struct EcPrivateKey<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    parameters: Option<ObjectIdentifier>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

/// ECDSA-Sig-Value of RFC 3279.
#[derive(Sequence)]
struct EcdsaSigValue<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

fn damaged(expected: &'static str) -> impl FnOnce(der::Error) -> KeyError {
    move |error| KeyError::Structure {
        expected,
        found: error.to_string(),
    }
}

/// The curve an AlgorithmIdentifier names.
fn curve_of(algorithm: AlgorithmIdentifierRef<'_>) -> Result<Curve, KeyError> {
    if algorithm.oid != EC_PUBLIC_KEY {
        return Err(KeyError::Unsupported(format!(
            "algorithm {}",
            algorithm.oid
        )));
    }
    let named: Option<ObjectIdentifier> = algorithm
        .parameters
        .and_then(|parameters| parameters.decode_as().ok());
    let named = named.ok_or_else(|| KeyError::Unsupported("no named curve".into()))?;
    supported(named)
}

fn supported(named: ObjectIdentifier) -> Result<Curve, KeyError> {
    Curve::from_oid(named).ok_or_else(|| KeyError::Unsupported(format!("curve {named}")))
}

impl PublicKey {
    /// Reads a DER SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// Damaged structure, other algorithm or curve, or no point of the curve.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfoRef::from_der(der)
            .map_err(damaged("a DER SubjectPublicKeyInfo"))?;
        Self::from_spki_ref(&spki)
    }

    pub(crate) fn from_spki_ref(spki: &SubjectPublicKeyInfoRef<'_>) -> Result<Self, KeyError> {
        let curve = curve_of(spki.algorithm)?;
        let point = spki
            .subject_public_key
            .as_bytes()
            .ok_or_else(|| KeyError::Structure {
                expected: "a public key of whole bytes",
                found: "unused bits".into(),
            })?;
        Self::from_point(curve, point)
    }

    /// The DER SubjectPublicKeyInfo, point uncompressed.
    pub fn to_spki(&self) -> Vec<u8> {
        let head = match self.curve() {
            Curve::NistP256 => NIST_SPKI.as_slice(),
            Curve::BrainpoolP256r1 => BRAINPOOL_SPKI.as_slice(),
        };
        [head, &self.to_point()].concat()
    }

    /// Reads a `PUBLIC KEY` block.
    ///
    /// # Errors
    /// No such block, or no key in it.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let spki = block(text, "PUBLIC KEY")?.ok_or_else(|| KeyError::Structure {
            expected: "a PUBLIC KEY block",
            found: "none".into(),
        })?;
        Self::from_spki(&spki)
    }
}

impl PrivateKey {
    /// Reads a key file: PKCS#8, or SEC1 with or without a preceding `EC PARAMETERS` block.
    ///
    /// # Errors
    /// No private key block, damaged structure, other curve, or a public key that is not its own.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        if let Some(der) = block(text, "PRIVATE KEY")? {
            return Self::from_pkcs8_der(&der);
        }
        let der = block(text, "EC PRIVATE KEY")?.ok_or_else(|| KeyError::Structure {
            expected: "a PRIVATE KEY or EC PRIVATE KEY block",
            found: "none".into(),
        })?;
        let outer = match block(text, "EC PARAMETERS")? {
            Some(der) => Some(ObjectIdentifier::from_der(&der).map_err(damaged("a named curve"))?),
            None => None,
        };
        Self::from_sec1_with(&der, outer)
    }

    /// Reads a DER PKCS#8 PrivateKeyInfo.
    ///
    /// # Errors
    /// Damaged structure, other algorithm or curve, or a public key that is not its own.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let info =
            PrivateKeyInfoRef::from_der(der).map_err(damaged("a DER PKCS#8 PrivateKeyInfo"))?;
        let curve = curve_of(info.algorithm)?;
        Self::from_sec1_with(info.private_key.as_bytes(), Some(curve.oid()))
    }

    /// Reads a DER ECPrivateKey that names its curve.
    ///
    /// # Errors
    /// Damaged structure, no curve or another one, or a public key that is not its own.
    pub fn from_sec1_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_sec1_with(der, None)
    }

    fn from_sec1_with(der: &[u8], outer: Option<ObjectIdentifier>) -> Result<Self, KeyError> {
        let key = EcPrivateKey::from_der(der).map_err(damaged("a DER ECPrivateKey"))?;
        let named = key.parameters.or(outer);
        let curve = supported(
            named.ok_or_else(|| KeyError::Unsupported("a key without a named curve".into()))?,
        )?;
        let scalar = key.private_key.as_bytes();
        let scalar: &[u8; 32] = scalar.try_into().map_err(|_| KeyError::Scalar(curve))?;
        let private = Self::from_scalar(curve, scalar)?;
        if let Some(public) = key.public_key {
            let point = public.as_bytes().unwrap_or_default();
            if PublicKey::from_point(curve, point)? != *private.public_key() {
                return Err(KeyError::Mismatch);
            }
        }
        Ok(private)
    }

    /// The DER PKCS#8 form, for TLS libraries.
    ///
    /// # Errors
    /// The encoder refuses, which a valid key does not cause.
    pub fn to_pkcs8_der(&self) -> Result<Vec<u8>, KeyError> {
        let document = match (self.as_p256(), self.as_bp256()) {
            (Some(key), _) => key.to_pkcs8_der(),
            (None, Some(key)) => key.to_pkcs8_der(),
            (None, None) => return Err(KeyError::Unsupported("a key on no curve".into())),
        };
        let document = document.map_err(|error| KeyError::Structure {
            expected: "an encodable key",
            found: error.to_string(),
        })?;
        Ok(document.as_bytes().to_vec())
    }

    /// The PKCS#8 form as PEM text.
    ///
    /// # Errors
    /// The encoder refuses, which a valid key does not cause.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let der = self.to_pkcs8_der()?;
        der::pem::encode_string("PRIVATE KEY", LineEnding::LF, &der).map_err(|error| {
            KeyError::Structure {
                expected: "an encodable key",
                found: error.to_string(),
            }
        })
    }
}

/// The content of the first PEM block with exactly this label.
fn block(text: &str, label: &str) -> Result<Option<Vec<u8>>, KeyError> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    let Some((_, rest)) = text.split_once(&begin) else {
        return Ok(None);
    };
    let (body, _) = rest.split_once(&end).ok_or_else(|| KeyError::Structure {
        expected: "the end of the PEM block",
        found: "end of text".into(),
    })?;
    let body: String = body.split_whitespace().collect();
    let der = STANDARD.decode(body).map_err(|error| KeyError::Structure {
        expected: "base64 in the PEM block",
        found: error.to_string(),
    })?;
    Ok(Some(der))
}

/// `r ‖ s` from an ECDSA-Sig-Value, both left-padded to 32 bytes.
pub(super) fn signature_from_der(signature: &[u8]) -> Result<[u8; 64], SignatureError> {
    let value = EcdsaSigValue::from_der(signature).map_err(|_| SignatureError::Der)?;
    let mut raw = [0; 64];
    let (left, right) = raw.split_at_mut(32);
    pad(left, value.r.as_bytes())?;
    pad(right, value.s.as_bytes())?;
    Ok(raw)
}

fn pad(out: &mut [u8], integer: &[u8]) -> Result<(), SignatureError> {
    let start = out
        .len()
        .checked_sub(integer.len())
        .ok_or(SignatureError::Range)?;
    for (to, from) in out.iter_mut().skip(start).zip(integer) {
        *to = *from;
    }
    Ok(())
}

/// ECDSA-Sig-Value from `r ‖ s`.
pub(super) fn signature_to_der(raw: &[u8; 64]) -> Vec<u8> {
    let (r, s) = raw.split_at(32);
    let content = [integer(r), integer(s)].concat();
    // Two integers of at most 35 bytes each: the length always fits one byte.
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    [&[0x30, length], content.as_slice()].concat()
}

/// A DER INTEGER of an unsigned big-endian number of at most 32 bytes.
fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = number.get(zeros..).unwrap_or_default();
    let sign = digits.first().is_none_or(|first| *first >= 0x80);
    let length = u8::try_from(digits.len() + usize::from(sign)).unwrap_or(u8::MAX);
    let mut out = vec![0x02, length];
    if sign {
        out.push(0);
    }
    out.extend_from_slice(digits);
    out
}
