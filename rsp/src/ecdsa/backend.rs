// SPDX-License-Identifier: MIT OR Apache-2.0
//! Curve arithmetic: parse, sign, verify, agree, one arm per curve. P-256 is `nist`, which goes to
//! a faster library where the bytes are the same; brainpoolP256r1 is RustCrypto's alone.
//!
//! Traps: signing must stay RFC 6979, otherwise the same run no longer gives the same bytes.

mod nist;

use bp256::BrainpoolP256r1;
use bp256::r1::ecdsa as brainpool;
use ecdsa::signature::{Signer, hazmat::PrehashVerifier};

use super::{Curve, SignatureError};

type BrainpoolSigningKey = ecdsa::SigningKey<BrainpoolP256r1>;
type BrainpoolVerifyingKey = ecdsa::VerifyingKey<BrainpoolP256r1>;

/// A validated point.
#[derive(Clone)]
pub(crate) enum PublicPoint {
    NistP256(nist::Point),
    BrainpoolP256r1(BrainpoolVerifyingKey),
}

impl PublicPoint {
    pub(super) fn parse(curve: Curve, point: &[u8]) -> Option<Self> {
        match curve {
            Curve::NistP256 => nist::Point::parse(point).map(Self::NistP256),
            Curve::BrainpoolP256r1 => BrainpoolVerifyingKey::from_sec1_bytes(point)
                .ok()
                .map(Self::BrainpoolP256r1),
        }
    }

    pub(super) fn curve(&self) -> Curve {
        match self {
            Self::NistP256(_) => Curve::NistP256,
            Self::BrainpoolP256r1(_) => Curve::BrainpoolP256r1,
        }
    }

    pub(super) fn uncompressed(&self) -> [u8; 65] {
        let mut out = [0; 65];
        let point = match self {
            Self::NistP256(key) => return key.uncompressed(),
            Self::BrainpoolP256r1(key) => key.to_sec1_point(false).to_bytes(),
        };
        for (to, from) in out.iter_mut().zip(point.iter()) {
            *to = *from;
        }
        out
    }

    pub(super) fn verify(&self, hash: &[u8; 32], raw: &[u8; 64]) -> Result<(), SignatureError> {
        match self {
            Self::NistP256(key) => key.verify(hash, raw),
            Self::BrainpoolP256r1(key) => {
                let signature =
                    brainpool::Signature::from_slice(raw).map_err(|_| SignatureError::Range)?;
                key.verify_prehash(hash, &signature)
                    .map_err(|_| SignatureError::Mismatch)
            }
        }
    }
}

/// A validated scalar.
#[derive(Clone)]
pub(crate) enum Secret {
    NistP256(nist::Scalar),
    BrainpoolP256r1(BrainpoolSigningKey),
}

impl Secret {
    pub(super) fn parse(curve: Curve, scalar: &[u8; 32]) -> Option<Self> {
        match curve {
            Curve::NistP256 => nist::Scalar::parse(scalar).map(Self::NistP256),
            Curve::BrainpoolP256r1 => BrainpoolSigningKey::from_slice(scalar)
                .ok()
                .map(Self::BrainpoolP256r1),
        }
    }

    pub(super) fn public(&self) -> PublicPoint {
        match self {
            Self::NistP256(key) => PublicPoint::NistP256(key.public()),
            Self::BrainpoolP256r1(key) => PublicPoint::BrainpoolP256r1(*key.verifying_key()),
        }
    }

    pub(super) fn scalar(&self) -> [u8; 32] {
        match self {
            Self::NistP256(key) => key.to_bytes(),
            Self::BrainpoolP256r1(key) => key.to_bytes().into(),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        match self {
            Self::NistP256(key) => key.sign(message),
            Self::BrainpoolP256r1(key) => {
                let signature: brainpool::Signature = key.sign(message);
                signature.to_bytes().into()
            }
        }
    }
}

/// The x-coordinate of `secret · point`; nothing when the two are on different curves.
pub(crate) fn agree(secret: &Secret, point: &PublicPoint) -> Option<[u8; 32]> {
    match (secret, point) {
        (Secret::NistP256(secret), PublicPoint::NistP256(point)) => Some(secret.agree(point)),
        (Secret::BrainpoolP256r1(secret), PublicPoint::BrainpoolP256r1(point)) => {
            let shared = bp256::elliptic_curve::ecdh::diffie_hellman(
                secret.as_nonzero_scalar(),
                point.as_affine(),
            );
            Some((*shared.raw_secret_bytes()).into())
        }
        (Secret::NistP256(_), PublicPoint::BrainpoolP256r1(_))
        | (Secret::BrainpoolP256r1(_), PublicPoint::NistP256(_)) => None,
    }
}
