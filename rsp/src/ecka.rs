// SPDX-License-Identifier: MIT OR Apache-2.0
//! Key agreement ECKA-EG of SGP.22 §2.6.4 and Annex G: the x-coordinate of the common point.
//!
//! Traps: both keys must be on the curve of the chosen CI, and the shared secret is never used as a
//! key itself; [`crate::kdf`] derives the keys from it.

use thiserror::Error;

use crate::ecdsa::{Curve, PrivateKey, PublicKey, agree};

/// Why two keys have no common secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected a public key on {expected}, found one on {found}")]
pub struct AgreementError {
    /// The curve of the private key.
    pub expected: Curve,
    /// The curve of the public key.
    pub found: Curve,
}

impl PrivateKey {
    /// The shared secret with the holder of `public`: 32 bytes, the x-coordinate.
    ///
    /// # Errors
    /// The keys are on different curves.
    pub fn agree(&self, public: &PublicKey) -> Result<[u8; 32], AgreementError> {
        let mismatch = AgreementError {
            expected: self.curve(),
            found: public.curve(),
        };
        agree(self, public).ok_or(mismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::SeededEnv;
    use crate::known;

    fn check(curve: Curve, name: &str) {
        let file = known::vectors(name);
        let key = |member| PrivateKey::from_scalar(curve, &known::array(&file, member)).unwrap();
        let (a, b) = (key("private_a"), key("private_b"));
        assert_eq!(
            a.public_key().to_point().to_vec(),
            known::bytes(&file, "public_a")
        );
        assert_eq!(
            b.public_key().to_point().to_vec(),
            known::bytes(&file, "public_b")
        );
        assert_eq!(
            a.agree(b.public_key()).unwrap().to_vec(),
            known::bytes(&file, "shared")
        );
        assert_eq!(
            b.agree(a.public_key()).unwrap().to_vec(),
            known::bytes(&file, "shared")
        );
    }

    #[test]
    fn shared_secrets_are_those_of_the_rfcs() {
        check(Curve::NistP256, "rfc5903_ecdh.json");
        check(Curve::BrainpoolP256r1, "rfc7027_ecdh.json");
    }

    #[test]
    fn keys_on_different_curves_have_no_shared_secret() {
        let mut env = SeededEnv::new(1, "key");
        let nist = PrivateKey::generate(Curve::NistP256, &mut env);
        let brainpool = PrivateKey::generate(Curve::BrainpoolP256r1, &mut env);
        let error = nist.agree(brainpool.public_key()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a public key on P-256, found one on brainpoolP256r1"
        );
    }
}
