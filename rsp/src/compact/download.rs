// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CompactPrepareDownloadResponseOk` (SGP.32 §5.14.2): without the TransactionID, without a hashed
//! confirmation code that the eIM gave, without a one-time key that the SM-DP+ proposed.

use super::ExpandError;
use crate::asn1::OctetString;
use crate::raw::{Additions, Raw};
use crate::sgp22::{EuiccSigned2, Octet32, PrepareDownloadResponseOk, TransactionId};
use crate::sgp32::{CompactEuiccSigned2, CompactPrepareDownloadResponseOk};

/// What the eIM knows when the answer to PrepareDownload comes.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The SM-DP+'s transaction.
    pub transaction_id: &'a TransactionId,
    /// `bppEuiccOtpk` of smdpSigned2.
    pub bpp_euicc_otpk: Option<&'a [u8]>,
    /// `hashCc` that the eIM gave.
    pub hash_cc: Option<&'a [u8; 32]>,
}

/// The full form.
///
/// # Errors
/// Something that is left out is not known.
pub fn expand(
    compact: &CompactPrepareDownloadResponseOk,
    known: &Known<'_>,
) -> Result<PrepareDownloadResponseOk, ExpandError> {
    let short = &compact.compact_euicc_signed2;
    let euicc_otpk = match (&short.euicc_otpk, known.bpp_euicc_otpk) {
        (Some(sent), _) => sent.clone(),
        (None, Some(proposed)) => OctetString::from(proposed.to_vec()),
        (None, None) => return Err(ExpandError::Unknown("euiccOtpk")),
    };
    let given = known.hash_cc.map(|hash| Octet32::from(*hash));
    let euicc_signed2 = Raw::new(EuiccSigned2 {
        transaction_id: known.transaction_id.clone(),
        euicc_otpk,
        hash_cc: short.hash_cc.clone().or(given),
        additional_information: None,
        additions: short.additions.clone(),
    })?;
    Ok(PrepareDownloadResponseOk {
        euicc_signed2,
        euicc_signature2: compact.euicc_signature2.clone(),
        additions: compact.additions.clone(),
    })
}

/// The compact form for an eIM that knows this; nothing when it could not be expanded to the bytes
/// of the card.
#[must_use]
pub fn shorten(
    full: &PrepareDownloadResponseOk,
    known: &Known<'_>,
) -> Option<CompactPrepareDownloadResponseOk> {
    let signed = &full.euicc_signed2;
    let given = known.hash_cc.map(|hash| hash.as_slice());
    let proposed = known.bpp_euicc_otpk == Some(signed.euicc_otpk.as_ref());
    let compact = CompactPrepareDownloadResponseOk {
        compact_euicc_signed2: CompactEuiccSigned2 {
            euicc_otpk: (!proposed).then(|| signed.euicc_otpk.clone()),
            hash_cc: signed
                .hash_cc
                .clone()
                .filter(|hash| given != Some(hash.as_bytes())),
            additions: Additions::none(),
        },
        euicc_signature2: full.euicc_signature2.clone(),
        additions: full.additions.clone(),
    };
    let same = expand(&compact, known).is_ok_and(|expanded| expanded == *full);
    same.then_some(compact)
}
