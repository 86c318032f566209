// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CompactProfileInstallationResult` and `CompactOtherSignedNotification` (SGP.32 §5.14.7): without
//! what the eIM knows of the download that it relayed, without certificates that it has.

use super::ExpandError;
use crate::asn1::{Certificate, ObjectIdentifier, OctetString};
use crate::raw::{Additions, Raw};
use crate::sgp22::{
    Iccid, NotificationEvent, NotificationMetadata, Octet16, OtherSignedNotification,
    ProfileInstallationResultData, ProfileInstallationResultDataFinalResult as FinalResult,
    SuccessResult,
};
use crate::sgp32::{
    CompactOtherSignedNotification, CompactProfileInstallationResult,
    CompactProfileInstallationResultData,
    CompactProfileInstallationResultDataCompactFinalResult as CompactFinalResult,
    CompactSuccessResult, Sgp32ProfileInstallationResult,
};

/// AID of an ISD-P before the two octets that tell ISD-Ps apart (SGP.02 §2.2.3).
const AID_START: [u8; 13] = [
    0xA0, 0x00, 0x00, 0x05, 0x59, 0x10, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0x00,
];
/// The octet after them.
const AID_END: u8 = 0x00;
/// `simaResponse` of a success without anything to say, which is left out.
const SIMA_OK: [u8; 9] = [0x30, 0x07, 0xA0, 0x05, 0x30, 0x03, 0x80, 0x01, 0x00];

/// What the eIM knows of the download that an installation result ends.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// `notificationAddress`: the address that the SM-DP+ signed.
    pub address: &'a str,
    /// The OID of the SM-DP+.
    pub smdp_oid: &'a ObjectIdentifier,
    /// `iccid` of the profile.
    pub iccid: Option<&'a [u8]>,
}

/// The full installation result.
///
/// # Errors
/// Something that is left out is not known.
pub fn expand_result(
    compact: &CompactProfileInstallationResult,
    known: &Known<'_>,
) -> Result<Sgp32ProfileInstallationResult, ExpandError> {
    let short = &compact.compact_profile_installation_result_data;
    let iccid = if short.iccid_present {
        let known = known.iccid.ok_or(ExpandError::Unknown("iccid"))?;
        Some(Iccid::from(known))
    } else {
        None
    };
    let data = ProfileInstallationResultData {
        transaction_id: short.transaction_id.clone(),
        notification_metadata: NotificationMetadata {
            seq_number: short.seq_number,
            profile_management_operation: NotificationEvent::of(&[
                NotificationEvent::NOTIFICATION_INSTALL,
            ]),
            notification_address: known.address.to_owned(),
            iccid,
            additions: Additions::none(),
        },
        smdp_oid: Some(known.smdp_oid.clone()),
        final_result: final_result(&short.compact_final_result)?,
        additions: short.additions.clone(),
    };
    Ok(Sgp32ProfileInstallationResult {
        // the TLV as it is signed begins with BF27, which is the tag of the member too
        profile_installation_result_data: Raw::new(data)?,
        euicc_sign_pir: compact.euicc_sign_pir.clone(),
        additions: compact.additions.clone(),
    })
}

fn final_result(compact: &CompactFinalResult) -> Result<FinalResult, ExpandError> {
    Ok(match compact {
        CompactFinalResult::ErrorResult(error) => FinalResult::ErrorResult(error.clone()),
        CompactFinalResult::CompactSuccessResult(success) => {
            let own: &[u8] = &success.compact_aid;
            if own.len() != 2 {
                return Err(ExpandError::Size {
                    what: "compactAid",
                    expected: 2,
                    seen: own.len(),
                });
            }
            let sima = success.sima_response.clone();
            FinalResult::SuccessResult(SuccessResult {
                aid: [&AID_START, own, &[AID_END]].concat().into(),
                sima_response: sima.unwrap_or_else(|| SIMA_OK.to_vec().into()),
                additions: success.additions.clone(),
            })
        }
    })
}

/// The compact installation result for an eIM that knows this; nothing when it could not be
/// expanded to the bytes of the card.
#[must_use]
pub fn shorten_result(
    full: &Sgp32ProfileInstallationResult,
    known: &Known<'_>,
) -> Option<CompactProfileInstallationResult> {
    let data = &full.profile_installation_result_data;
    let compact_final_result = match &data.final_result {
        FinalResult::ErrorResult(error) => CompactFinalResult::ErrorResult(error.clone()),
        FinalResult::SuccessResult(success) => {
            let own = success.aid.strip_prefix(&AID_START)?;
            CompactFinalResult::CompactSuccessResult(CompactSuccessResult {
                compact_aid: OctetString::from(own.strip_suffix(&[AID_END])?.to_vec()),
                sima_response: Some(success.sima_response.clone())
                    .filter(|response| response.as_ref() != SIMA_OK.as_slice()),
                additions: Additions::none(),
            })
        }
    };
    let metadata = &data.notification_metadata;
    let compact = CompactProfileInstallationResult {
        compact_profile_installation_result_data: CompactProfileInstallationResultData {
            transaction_id: data.transaction_id.clone(),
            seq_number: metadata.seq_number,
            iccid_present: metadata.iccid.is_some(),
            compact_final_result,
            additions: Additions::none(),
        },
        euicc_sign_pir: full.euicc_sign_pir.clone(),
        additions: full.additions.clone(),
    };
    let same = expand_result(&compact, known).is_ok_and(|expanded| expanded == *full);
    same.then_some(compact)
}

/// The full notification, with the certificates of the eUICC.
#[must_use]
pub fn expand_other(
    compact: &CompactOtherSignedNotification,
    euicc_certificate: &[u8],
    eum_certificate: &[u8],
) -> OtherSignedNotification {
    OtherSignedNotification {
        tbs_other_notification: compact.tbs_other_notification.clone(),
        euicc_notification_signature: compact.euicc_notification_signature.clone(),
        euicc_certificate: Certificate::from_der(euicc_certificate),
        eum_certificate: Certificate::from_der(eum_certificate),
        other_certs_in_chain: None,
        additions: compact.additions.clone(),
    }
}

/// The compact notification of the eUICC with this EID for an eIM that has these certificates;
/// nothing when the notification came with others.
#[must_use]
pub fn shorten_other(
    full: &OtherSignedNotification,
    eid: &Octet16,
    euicc_certificate: &[u8],
    eum_certificate: &[u8],
) -> Option<CompactOtherSignedNotification> {
    let compact = CompactOtherSignedNotification {
        eid_value: Some(eid.clone()),
        tbs_other_notification: full.tbs_other_notification.clone(),
        euicc_notification_signature: full.euicc_notification_signature.clone(),
        euicc_ci_pk_identifier_to_be_used: None,
        additions: full.additions.clone(),
    };
    let same = expand_other(&compact, euicc_certificate, eum_certificate) == *full;
    same.then_some(compact)
}
