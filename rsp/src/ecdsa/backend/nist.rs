// SPDX-License-Identifier: MIT OR Apache-2.0
//! P-256: what a point, a scalar and a signature are is decided by `p256`, as is every signature
//! made. The products of points are `aws-lc-rs`'s, which comes with TLS anyway and is five times as
//! fast; should it fail, `p256` does the work.
//!
//! Traps: a `SigningKey` of `p256` computes its public key at once, which costs as much as a
//! signature; neither signing nor one-time keys need it.

use std::sync::OnceLock;

use aws_lc_rs::agreement::{self, ECDH_P256};
use aws_lc_rs::digest::{Digest, SHA256};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use ecdsa::hazmat::sign_prehashed_rfc6979;
use ecdsa::signature::hazmat::PrehashVerifier;
use p256::NistP256;
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::super::SignatureError;

/// A point of the curve, not the one at infinity.
#[derive(Clone)]
pub(crate) struct Point {
    key: VerifyingKey,
    bytes: [u8; 65],
}

impl Point {
    pub(super) fn parse(point: &[u8]) -> Option<Self> {
        let key = VerifyingKey::from_sec1_bytes(point).ok()?;
        let bytes = key.to_sec1_point(false).to_bytes();
        Some(Self {
            key,
            bytes: bytes.as_ref().try_into().ok()?,
        })
    }

    pub(super) fn uncompressed(&self) -> [u8; 65] {
        self.bytes
    }

    pub(super) fn verify(&self, hash: &[u8; 32], raw: &[u8; 64]) -> Result<(), SignatureError> {
        let signature = Signature::from_slice(raw).map_err(|_| SignatureError::Range)?;
        let right = match Digest::import_less_safe(hash, &SHA256) {
            Ok(digest) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.bytes)
                .verify_digest(&digest, raw)
                .is_ok(),
            Err(_) => self.key.verify_prehash(hash, &signature).is_ok(),
        };
        if right {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

/// A scalar from 1 to the group order.
#[derive(Clone)]
pub(crate) struct Scalar {
    secret: p256::SecretKey,
    /// Made when somebody wants the key in that form.
    signing: OnceLock<Box<SigningKey>>,
}

impl Scalar {
    pub(super) fn parse(scalar: &[u8; 32]) -> Option<Self> {
        let secret = p256::SecretKey::from_slice(scalar).ok()?;
        Some(Self {
            secret,
            signing: OnceLock::new(),
        })
    }

    pub(super) fn to_bytes(&self) -> [u8; 32] {
        self.secret.to_bytes().into()
    }

    pub(crate) fn signing_key(&self) -> &SigningKey {
        self.signing
            .get_or_init(|| Box::new(SigningKey::from(&self.secret)))
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        // what SigningKey does as well, without the public key that it would compute first
        let scalar = self.secret.to_nonzero_scalar();
        let hash = Sha256::digest(message);
        let (signature, _) = sign_prehashed_rfc6979::<NistP256, Sha256>(&scalar, &hash, &[]);
        signature.to_bytes().into()
    }

    pub(super) fn public(&self) -> Point {
        let fast = || {
            let key = agreement::PrivateKey::from_private_key(&ECDH_P256, &self.to_bytes()).ok()?;
            Point::parse(key.compute_public_key().ok()?.as_ref())
        };
        fast().unwrap_or_else(|| {
            let key = *self.signing_key().verifying_key();
            let mut bytes = [0; 65];
            for (to, from) in bytes.iter_mut().zip(key.to_sec1_point(false).as_bytes()) {
                *to = *from;
            }
            Point { key, bytes }
        })
    }

    /// The x-coordinate of the product.
    pub(super) fn agree(&self, point: &Point) -> [u8; 32] {
        let fast = || {
            let key = agreement::PrivateKey::from_private_key(&ECDH_P256, &self.to_bytes()).ok()?;
            let point = agreement::UnparsedPublicKey::new(&ECDH_P256, &point.bytes);
            agreement::agree(&key, point, (), |shared| shared.try_into().map_err(|_| ())).ok()
        };
        fast().unwrap_or_else(|| {
            let scalar = self.secret.to_nonzero_scalar();
            let shared = p256::ecdh::diffie_hellman(scalar, point.key.as_affine());
            (*shared.raw_secret_bytes()).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{Env, SeededEnv};

    /// The order of the group.
    const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

    fn order_and(distance: i8) -> [u8; 32] {
        let mut bytes: [u8; 32] = hex::decode(ORDER).unwrap().try_into().unwrap();
        bytes[31] = bytes[31].wrapping_add_signed(distance);
        bytes
    }

    /// What `p256` alone says.
    fn reference(point: &Point, hash: &[u8; 32], raw: &[u8; 64]) -> Result<(), SignatureError> {
        let signature = Signature::from_slice(raw).map_err(|_| SignatureError::Range)?;
        let verified = point.key.verify_prehash(hash, &signature);
        verified.map_err(|_| SignatureError::Mismatch)
    }

    /// `aws-lc-rs` without `p256` in front of it.
    fn fast_alone(point: &[u8], hash: &[u8; 32], raw: &[u8; 64]) -> bool {
        let digest = Digest::import_less_safe(hash, &SHA256).unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        key.verify_digest(&digest, raw).is_ok()
    }

    #[test]
    fn both_libraries_judge_signatures_alike() {
        let env: &mut dyn Env = &mut SeededEnv::new(1, "both");
        for _ in 0..24 {
            let secret = Scalar::parse(&env.array()).unwrap();
            let point = secret.public();
            let message: [u8; 48] = env.array();
            let hash: [u8; 32] = Sha256::digest(message).into();
            let signature = secret.sign(&message);
            let slow: Signature = ecdsa::signature::Signer::sign(secret.signing_key(), &message);
            assert_eq!(signature.as_slice(), slow.to_bytes().as_slice());
            let r: [u8; 32] = signature[..32].try_into().unwrap();
            let s: [u8; 32] = signature[32..].try_into().unwrap();
            let high = Signature::from_slice(&signature).unwrap();
            let low = high.normalize_s();
            let negated = Signature::from_scalars(r, -*high.s()).unwrap();
            let mut flipped = signature;
            flipped[usize::from(message[0]) % 64] ^= 1 << (message[1] % 8);
            let cases: Vec<[u8; 64]> = [
                (r, s),
                (low.r().to_bytes().into(), low.s().to_bytes().into()),
                (r, negated.s().to_bytes().into()),
                (s, r),
                ([0; 32], s),
                (r, [0; 32]),
                (order_and(0), s),
                (r, order_and(0)),
                (r, order_and(-1)),
                (order_and(1), order_and(1)),
                ([0xFF; 32], [0xFF; 32]),
                (env.array(), env.array()),
                (
                    flipped[..32].try_into().unwrap(),
                    flipped[32..].try_into().unwrap(),
                ),
            ]
            .map(|(r, s): ([u8; 32], [u8; 32])| [r, s].concat().try_into().unwrap())
            .into();
            for case in &cases {
                let expected = reference(&point, &hash, case);
                assert_eq!(point.verify(&hash, case), expected, "{}", hex::encode(case));
                assert_eq!(fast_alone(&point.bytes, &hash, case), expected.is_ok());
                let other = Sha256::digest(hash).into();
                assert_eq!(point.verify(&other, case), reference(&point, &other, case));
            }
            // whichever half of the field s is in
            for case in cases.iter().take(3) {
                assert_eq!(point.verify(&hash, case), Ok(()));
            }
        }
    }

    #[test]
    fn both_libraries_compute_the_same_points() {
        let env: &mut dyn Env = &mut SeededEnv::new(2, "both");
        let one = {
            let mut one = [0; 32];
            one[31] = 1;
            one
        };
        let mut scalars = vec![one, order_and(-1), order_and(-2)];
        scalars.extend((0..16).map(|_| env.array::<32>()));
        for scalar in &scalars {
            let secret = Scalar::parse(scalar).unwrap();
            let public = secret.public();
            assert_eq!(&public.key, secret.signing_key().verifying_key());
            let peer = Scalar::parse(&env.array()).unwrap().public();
            let slow =
                p256::ecdh::diffie_hellman(secret.secret.to_nonzero_scalar(), peer.key.as_affine());
            assert_eq!(
                secret.agree(&peer).as_slice(),
                slow.raw_secret_bytes().as_slice()
            );
            let compressed = public.key.to_sec1_point(true).to_bytes();
            assert_eq!(Point::parse(&compressed).unwrap().bytes, public.bytes);
        }
    }

    #[test]
    fn both_libraries_refuse_the_same_points() {
        let point = Scalar::parse(&[7; 32]).unwrap().public().bytes;
        let hash = [1; 32];
        let with = |position: usize, byte: u8| {
            let mut bytes = point;
            bytes[position] = byte;
            bytes.to_vec()
        };
        let field = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
        let beyond = [&[4][..], &hex::decode(field).unwrap(), &point[33..]].concat();
        let refused = [
            vec![],
            vec![0],
            [&[4][..], &[0; 64]].concat(),
            with(64, point[64] ^ 1),
            with(0, 5),
            with(0, 2),
            point[..64].to_vec(),
            [&point[..], &[0]].concat(),
            [&[2][..], &[0xFF; 32]].concat(),
            beyond,
        ];
        for bytes in refused {
            assert!(Point::parse(&bytes).is_none(), "{}", hex::encode(&bytes));
            assert!(
                !fast_alone(&bytes, &hash, &[1; 64]),
                "{}",
                hex::encode(&bytes)
            );
            let secret = agreement::PrivateKey::from_private_key(&ECDH_P256, &[7; 32]).unwrap();
            let peer = agreement::UnparsedPublicKey::new(&ECDH_P256, &bytes);
            assert!(agreement::agree(&secret, peer, (), |_| Ok(())).is_err());
        }
        // a hybrid point is none for p256, whatever the other library thinks of it
        assert!(Point::parse(&with(0, 6 | point[64] & 1)).is_none());
        for scalar in [[0; 32], order_and(0), order_and(1), [0xFF; 32]] {
            assert!(Scalar::parse(&scalar).is_none());
            assert!(agreement::PrivateKey::from_private_key(&ECDH_P256, &scalar).is_err());
        }
    }
}
