// SPDX-License-Identifier: MIT OR Apache-2.0
//! Key derivation of ANSI X9.63 with SHA-256 (SGP.22 Annex G, BSI TR-03111 §4.3.3).

use sha2::{Digest, Sha256};

/// `length` bytes derived from a shared secret and the shared information.
pub fn x963(shared: &[u8], shared_info: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length);
    let mut counter: u32 = 1;
    while out.len() < length {
        let block = Sha256::new()
            .chain_update(shared)
            .chain_update(counter.to_be_bytes())
            .chain_update(shared_info)
            .finalize();
        out.extend_from_slice(&block);
        counter = counter.wrapping_add(1);
    }
    out.truncate(length);
    out
}

/// The hash a device sends for a confirmation code (SGP.22 §5.7.5): SHA-256 over the hash of the
/// code as typed, followed by the TransactionID.
pub fn hash_cc(confirmation_code: &str, transaction_id: &[u8]) -> [u8; 32] {
    hash_cc_from_stored(
        &Sha256::digest(confirmation_code.as_bytes()).into(),
        transaction_id,
    )
}

/// As [`hash_cc`], for a server that stores only the hash of the code.
pub fn hash_cc_from_stored(hashed_code: &[u8; 32], transaction_id: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(hashed_code)
        .chain_update(transaction_id)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known;

    #[test]
    fn derived_keys_are_those_of_the_cavp_vectors() {
        for case in known::cases(&known::vectors("kdf_x963.json")) {
            let key = known::bytes(case, "key");
            let derived = x963(
                &known::bytes(case, "shared"),
                &known::bytes(case, "shared_info"),
                key.len(),
            );
            assert_eq!(derived, key);
        }
        assert_eq!(x963(b"z", b"", 0), Vec::<u8>::new());
    }

    #[test]
    fn the_confirmation_code_is_hashed_twice() {
        // printf 12345678 | sha256, then sha256 of that and 0102.
        let hash = hash_cc("12345678", &[1, 2]);
        assert_eq!(
            hex::encode(hash),
            "f699cec77240104c6e48571cd125945f8424e3cd0eb8f21ecae1bc1e94df6255"
        );
        assert_ne!(hash, hash_cc("12345678", &[1, 3]));
        assert_ne!(hash, hash_cc("12345679", &[1, 2]));
    }
}
