// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC packages: signing requests and checking results (SGP.32 §2.11.1.1, §2.11.2.1).

use rsp::association::token_tlv;
use rsp::der::CodecError;
use rsp::ecdsa::PrivateKey;
use rsp::raw::Raw;
use rsp::sgp22::{Octet16, TransactionId};
use rsp::sgp32::{EuiccPackage, EuiccPackageRequest, EuiccPackageSigned};

use super::order::Euicc;

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
        &token_tlv(euicc.association_token),
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
    let input = [data, &token_tlv(euicc.association_token)].concat();
    key.verify(&input, signature).is_ok()
}
