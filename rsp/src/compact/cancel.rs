// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CompactCancelSessionResponseOk` (SGP.32 §5.14.8): without TransactionID and OID of the SM-DP+,
//! without a reason that the eIM has given itself.

use super::ExpandError;
use crate::asn1::ObjectIdentifier;
use crate::raw::{Additions, Raw};
use crate::sgp22::{
    CancelSessionReason, CancelSessionResponseOk, EuiccCancelSessionSigned, TransactionId,
};
use crate::sgp32::{CompactCancelSessionResponseOk, CompactEuiccCancelSessionSigned};

/// What the eIM knows when the answer to CancelSession comes.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The SM-DP+'s transaction.
    pub transaction_id: &'a TransactionId,
    /// The OID in CERT.DPauth.
    pub smdp_oid: &'a ObjectIdentifier,
    /// Why the eIM has refused to go on, when it has.
    pub reason: Option<CancelSessionReason>,
}

/// The full form.
///
/// # Errors
/// Something that is left out is not known.
pub fn expand(
    compact: &CompactCancelSessionResponseOk,
    known: &Known<'_>,
) -> Result<CancelSessionResponseOk, ExpandError> {
    let short = &compact.compact_euicc_cancel_session_signed;
    let reason = short.reason.or(known.reason);
    let euicc_cancel_session_signed = Raw::new(EuiccCancelSessionSigned {
        transaction_id: known.transaction_id.clone(),
        smdp_oid: known.smdp_oid.clone(),
        reason: reason.ok_or(ExpandError::Unknown("reason"))?,
        additions: short.additions.clone(),
    })?;
    Ok(CancelSessionResponseOk {
        euicc_cancel_session_signed,
        euicc_cancel_session_signature: compact.euicc_cancel_session_signature.clone(),
        additions: compact.additions.clone(),
    })
}

/// The compact form for an eIM that knows this; nothing when it could not be expanded to the bytes
/// of the card.
#[must_use]
pub fn shorten(
    full: &CancelSessionResponseOk,
    known: &Known<'_>,
) -> Option<CompactCancelSessionResponseOk> {
    let reason = full.euicc_cancel_session_signed.reason;
    let compact = CompactCancelSessionResponseOk {
        compact_euicc_cancel_session_signed: CompactEuiccCancelSessionSigned {
            reason: Some(reason).filter(|reason| known.reason != Some(*reason)),
            additions: Additions::none(),
        },
        euicc_cancel_session_signature: full.euicc_cancel_session_signature.clone(),
        additions: full.additions.clone(),
    };
    let same = expand(&compact, known).is_ok_and(|expanded| expanded == *full);
    same.then_some(compact)
}
