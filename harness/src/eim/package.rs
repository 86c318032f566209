// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC packages: signing requests and checking results (SGP.32 §2.11.1.1, §2.11.2.1).

use rsp::der::CodecError;
use rsp::ecdsa::PrivateKey;
use rsp::raw::Raw;
use rsp::sgp22::{Octet16, TransactionId};
use rsp::sgp32::{EuiccPackage, EuiccPackageRequest, EuiccPackageSigned};

use super::order::Euicc;

/// The association token as it enters signatures: `84 L token`, `84 01 00` when there is none.
pub(super) fn token(association_token: Option<i64>) -> Vec<u8> {
    let octets = association_token.unwrap_or(0).to_be_bytes();
    // the shortest INTEGER: leading octets go while the sign stays
    let shorter = |rest: &[u8]| match rest {
        [0x00, next, ..] => *next < 0x80,
        [0xFF, next, ..] => *next >= 0x80,
        _ => false,
    };
    let mut rest = octets.as_slice();
    while let (true, [_, tail @ ..]) = (shorter(rest), rest) {
        rest = tail;
    }
    rsp::tlv::tlv(rsp::tlv::Tag::new(0x84), rest)
}

/// Makes the signed request of a package.
pub(super) fn sign(
    eim_id: &str,
    key: &PrivateKey,
    euicc: &Euicc,
    transaction: TransactionId,
    euicc_package: EuiccPackage,
) -> Result<EuiccPackageRequest, CodecError> {
    let euicc_package_signed = Raw::new(EuiccPackageSigned {
        eim_id: eim_id.to_owned(),
        eid_value: Octet16::from(euicc.eid),
        counter_value: euicc.counter_value,
        eim_transaction_id: Some(transaction),
        euicc_package,
        additions: Default::default(),
    })?;
    let input = [
        euicc_package_signed.bytes(),
        &token(euicc.association_token),
    ]
    .concat();
    Ok(EuiccPackageRequest {
        eim_signature: key.sign(&input).into(),
        euicc_package_signed,
        additions: Default::default(),
    })
}

/// Whether the eUICC has signed `data`, a result or an error (`euiccSignEPR`, `euiccSignEPE`).
pub(super) fn has_signed(euicc: &Euicc, data: &[u8], signature: &[u8]) -> bool {
    let Some(key) = &euicc.key else {
        tracing::warn!("a signed result came from an eUICC whose certificate is not known");
        return false;
    };
    let input = [data, &token(euicc.association_token)].concat();
    key.verify(&input, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_signed_integers_of_the_shortest_form() {
        let forms = [
            (None, "840100"),
            (Some(0), "840100"),
            (Some(1), "840101"),
            (Some(0x7F), "84017f"),
            (Some(0x80), "84020080"),
            (Some(0x7F_FFFF), "84037fffff"),
            (Some(-1), "8401ff"),
        ];
        for (value, expected) in forms {
            assert_eq!(hex::encode(token(value)), expected, "{value:?}");
        }
    }
}
