// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the eUICC signs after the download: CancelSession and notifications.

use rsp::raw::Raw;
use rsp::sgp22::*;

use super::Euicc;

impl Euicc {
    /// A signed cancellation.
    pub(crate) fn cancel(
        &self,
        transaction_id: &TransactionId,
        signed: EuiccCancelSessionSigned,
    ) -> CancelSessionRequestEs9 {
        let signed = Raw::new(signed).unwrap();
        let signature = self.euicc.key.sign(signed.bytes());
        CancelSessionRequestEs9 {
            transaction_id: transaction_id.clone(),
            cancel_session_response: CancelSessionResponse::CancelSessionResponseOk(
                CancelSessionResponseOk {
                    euicc_cancel_session_signed: signed,
                    euicc_cancel_session_signature: signature.into(),
                    additions: Default::default(),
                },
            ),
            additions: Default::default(),
        }
    }

    /// CancelSession that ends in an error of the eUICC.
    pub(crate) fn cancel_error(
        &self,
        transaction_id: &TransactionId,
        code: CancelSessionResponseCancelSessionResponseError,
    ) -> CancelSessionRequestEs9 {
        CancelSessionRequestEs9 {
            transaction_id: transaction_id.clone(),
            cancel_session_response: CancelSessionResponse::CancelSessionResponseError(code),
            additions: Default::default(),
        }
    }

    fn metadata(&self, event: usize, iccid: [u8; 10]) -> NotificationMetadata {
        NotificationMetadata {
            seq_number: 1,
            profile_management_operation: NotificationEvent::of(&[event]),
            notification_address: "smdp1.test.example".to_owned(),
            iccid: Some(iccid.into()),
            additions: Default::default(),
        }
    }

    /// A signed installation result; `None` is success.
    pub(crate) fn result(
        &self,
        transaction_id: &TransactionId,
        iccid: [u8; 10],
        error: Option<ErrorReason>,
    ) -> HandleNotification {
        let final_result = match error {
            None => ProfileInstallationResultDataFinalResult::SuccessResult(SuccessResult {
                aid: [0xA0, 0, 0, 5, 0x59, 0x10, 0x10, 0xFF].into(),
                sima_response: vec![0x30, 0x00].into(),
                additions: Default::default(),
            }),
            Some(error_reason) => {
                ProfileInstallationResultDataFinalResult::ErrorResult(ErrorResult {
                    bpp_command_id: BppCommandId::LOAD_PROFILE_ELEMENTS,
                    error_reason,
                    sima_response: None,
                    additions: Default::default(),
                })
            }
        };
        let data = Raw::new(ProfileInstallationResultData {
            transaction_id: transaction_id.clone(),
            notification_metadata: self.metadata(NotificationEvent::NOTIFICATION_INSTALL, iccid),
            smdp_oid: Some("2.999.10".parse().unwrap()),
            final_result,
            additions: Default::default(),
        })
        .unwrap();
        let signature = self.euicc.key.sign(data.bytes());
        HandleNotification {
            pending_notification: PendingNotification::ProfileInstallationResult(
                ProfileInstallationResult {
                    profile_installation_result_data: data,
                    euicc_sign_pir: signature.into(),
                    additions: Default::default(),
                },
            ),
            additions: Default::default(),
        }
    }

    /// A signed notification about a profile that changed.
    pub(crate) fn notify(&self, event: usize, iccid: [u8; 10]) -> OtherSignedNotification {
        let tbs = Raw::new(self.metadata(event, iccid)).unwrap();
        let signature = self.euicc.key.sign(tbs.bytes());
        OtherSignedNotification {
            tbs_other_notification: tbs,
            euicc_notification_signature: signature.into(),
            euicc_certificate: self.euicc_certificate(),
            eum_certificate: self.eum_certificate(),
            other_certs_in_chain: self.other_certs_in_chain.clone(),
            additions: Default::default(),
        }
    }
}
