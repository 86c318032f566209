// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys and signatures of SGP.22 §2.6.7: ECDSA with SHA-256 on P-256 and brainpoolP256r1.
//!
//! Traps: signatures in 5F37 are `r ‖ s` of BSI TR-03111, 64 bytes, never DER; only X.509 uses DER
//! ([`PrivateKey::sign_der`]). Signing is RFC 6979, so the same key and message give the same bytes
//! on every run. High `s` is accepted, as no specification of this field forbids it. Arithmetic
//! stays behind `backend`, the one place to change for a faster library.

mod backend;
mod encoding;

use std::fmt;

use const_oid::ObjectIdentifier;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::env::Env;

/// The curves of SGP.26.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Curve {
    /// NIST P-256, also prime256v1 or secp256r1.
    NistP256,
    /// brainpoolP256r1 of RFC 5639.
    BrainpoolP256r1,
}

impl Curve {
    /// Both curves, NIST first.
    pub const ALL: [Self; 2] = [Self::NistP256, Self::BrainpoolP256r1];

    /// The namedCurve object identifier.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::NistP256 => ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
            Self::BrainpoolP256r1 => ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7"),
        }
    }

    /// The curve of a namedCurve object identifier.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.oid() == oid)
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NistP256 => "P-256",
            Self::BrainpoolP256r1 => "brainpoolP256r1",
        })
    }
}

/// Why bytes or text are no key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The scalar is zero or not below the group order.
    #[error("scalar out of range for {0}")]
    Scalar(Curve),
    /// The bytes are no point of the curve.
    #[error("expected a point of {curve} (65 or 33 bytes), found {length} bytes that are none")]
    Point {
        /// The curve expected.
        curve: Curve,
        /// How many bytes were given.
        length: usize,
    },
    /// The key is for a curve or an algorithm that is not handled here.
    #[error("expected an EC key on P-256 or brainpoolP256r1, found {0}")]
    Unsupported(String),
    /// The structure around the key is damaged.
    #[error("expected {expected}, found {found}")]
    Structure {
        /// The structure wanted.
        expected: &'static str,
        /// What was there.
        found: String,
    },
    /// The public key beside a private key is not its own.
    #[error("public key in the file does not belong to the private key")]
    Mismatch,
}

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// Not 64 bytes.
    #[error("expected r ‖ s of 64 bytes, found {0} bytes")]
    Length(usize),
    /// Not an ECDSA-Sig-Value (X.509 only).
    #[error("expected a DER-coded ECDSA-Sig-Value")]
    Der,
    /// `r` or `s` is zero or not below the group order.
    #[error("r or s out of range")]
    Range,
    /// Well formed, but not made by this key over these bytes.
    #[error("signature does not verify")]
    Mismatch,
}

/// A public key: a point on one of the curves.
#[derive(Clone)]
pub struct PublicKey {
    point: [u8; 65],
    key: backend::PublicPoint,
}

impl PublicKey {
    /// Reads a SEC1 point: 65 bytes uncompressed, or 33 bytes compressed.
    ///
    /// # Errors
    /// The bytes are no point of `curve`.
    pub fn from_point(curve: Curve, point: &[u8]) -> Result<Self, KeyError> {
        let key = backend::PublicPoint::parse(curve, point).ok_or(KeyError::Point {
            curve,
            length: point.len(),
        })?;
        Ok(Self::from_backend(key))
    }

    fn from_backend(key: backend::PublicPoint) -> Self {
        Self {
            point: key.uncompressed(),
            key,
        }
    }

    /// The uncompressed SEC1 point, `04 ‖ x ‖ y`.
    pub fn to_point(&self) -> [u8; 65] {
        self.point
    }

    /// The curve of the point.
    pub fn curve(&self) -> Curve {
        self.key.curve()
    }

    /// Verifies `r ‖ s` over the SHA-256 hash of `message`.
    ///
    /// # Errors
    /// The signature is malformed or was not made by this key over `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let signature: &[u8; 64] = signature
            .try_into()
            .map_err(|_| SignatureError::Length(signature.len()))?;
        self.key.verify(&Sha256::digest(message).into(), signature)
    }

    /// Verifies a DER-coded ECDSA-Sig-Value, as X.509 carries it.
    ///
    /// # Errors
    /// The signature is malformed or was not made by this key over `message`.
    pub fn verify_der(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        self.verify(message, &encoding::signature_from_der(signature)?)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.curve() == other.curve() && self.point == other.point
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PublicKey({}, {})",
            self.curve(),
            hex::encode(self.point)
        )
    }
}

/// A private key. Prints its curve only.
#[derive(Clone)]
pub struct PrivateKey {
    secret: backend::Secret,
    public: PublicKey,
}

impl PrivateKey {
    /// Takes a big-endian scalar.
    ///
    /// # Errors
    /// The scalar is zero or not below the group order.
    pub fn from_scalar(curve: Curve, scalar: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = backend::Secret::parse(curve, scalar).ok_or(KeyError::Scalar(curve))?;
        let public = PublicKey::from_backend(secret.public());
        Ok(Self { secret, public })
    }

    /// Draws a key.
    ///
    /// A draw that is out of range is replaced by its own hash: one key always costs one draw of
    /// 32 bytes, and a stuck random source cannot hang the caller.
    pub fn generate(curve: Curve, env: &mut dyn Env) -> Self {
        let mut scalar: [u8; 32] = env.array();
        loop {
            match Self::from_scalar(curve, &scalar) {
                Ok(key) => return key,
                Err(_) => scalar = Sha256::digest(scalar).into(),
            }
        }
    }

    /// The curve of the key.
    pub fn curve(&self) -> Curve {
        self.public.curve()
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The big-endian scalar.
    pub fn to_scalar(&self) -> [u8; 32] {
        self.secret.scalar()
    }

    /// Signs the SHA-256 hash of `message` (RFC 6979) as `r ‖ s`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message)
    }

    /// Signs as a DER-coded ECDSA-Sig-Value, the form of X.509.
    pub fn sign_der(&self, message: &[u8]) -> Vec<u8> {
        encoding::signature_to_der(&self.sign(message))
    }

    /// The key in the form the certificate builder wants, when it is on P-256.
    pub fn as_p256(&self) -> Option<&p256::ecdsa::SigningKey> {
        match &self.secret {
            backend::Secret::NistP256(key) => Some(key.signing_key()),
            backend::Secret::BrainpoolP256r1(_) => None,
        }
    }

    /// The key in the form the certificate builder wants, when it is on brainpoolP256r1.
    pub fn as_bp256(&self) -> Option<&ecdsa::SigningKey<bp256::BrainpoolP256r1>> {
        match &self.secret {
            backend::Secret::NistP256(_) => None,
            backend::Secret::BrainpoolP256r1(key) => Some(key),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.curve())
    }
}

/// The x-coordinate of the common point; nothing when the curves differ.
pub(crate) fn agree(private: &PrivateKey, public: &PublicKey) -> Option<[u8; 32]> {
    backend::agree(&private.secret, &public.key)
}

#[cfg(test)]
mod tests;
