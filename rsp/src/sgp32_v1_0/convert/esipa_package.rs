// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa: eIM package retrieval, injection and results.
//!
//! v1.0 names no EID and, outside eUICC packages, no transaction in what an IPA sends back: the eIM
//! has to know from elsewhere whose answer it is.

use super::ConvertError;
use super::data::Pending;
use crate::sgp32::{
    EimPackageResult, EimPackageResultEprAndNotifications, EimPackageResultResponseError,
    GetEimPackageResponseEimPackageError as PackageError,
    TransferEimPackageResponseEprAndNotifications,
};
use crate::sgp32_v1_0::{
    GetEimPackageResponseEimPackageError as OldPackageError,
    ProvideEimPackageResultEprAndNotifications,
    TransferEimPackageResponseEprAndNotifications as OldTransferEprAndNotifications,
};
use crate::{sgp32, sgp32_v1_0 as v1_0};

impl From<v1_0::GetEimPackageRequest> for sgp32::GetEimPackageRequest {
    fn from(old: v1_0::GetEimPackageRequest) -> Self {
        Self {
            eid_value: old.eid_value,
            notify_state_change: old.notify_state_change,
            state_change_cause: None,
            r_plmn: old.r_plmn,
            additions: old.additions,
        }
    }
}

/// v1.0 gives no cause of a state change; it is left out.
impl From<sgp32::GetEimPackageRequest> for v1_0::GetEimPackageRequest {
    fn from(new: sgp32::GetEimPackageRequest) -> Self {
        Self {
            eid_value: new.eid_value,
            notify_state_change: new.notify_state_change,
            r_plmn: new.r_plmn,
            additions: new.additions,
        }
    }
}

impl From<v1_0::GetEimPackageResponse> for sgp32::GetEimPackageResponse {
    fn from(old: v1_0::GetEimPackageResponse) -> Self {
        use v1_0::GetEimPackageResponse as Old;
        match old {
            Old::EuiccPackageRequest(request) => Self::EuiccPackageRequest(request.into()),
            Old::IpaEuiccDataRequest(request) => Self::IpaEuiccDataRequest(request.into()),
            Old::ProfileDownloadTriggerRequest(trigger) => {
                Self::ProfileDownloadTriggerRequest(trigger)
            }
            Old::EimPackageError(code) => Self::EimPackageError(code.0.into()),
        }
    }
}

impl TryFrom<sgp32::GetEimPackageResponse> for v1_0::GetEimPackageResponse {
    type Error = ConvertError;

    fn try_from(new: sgp32::GetEimPackageResponse) -> Result<Self, ConvertError> {
        use sgp32::GetEimPackageResponse as New;
        Ok(match new {
            New::EuiccPackageRequest(request) => Self::EuiccPackageRequest(request.try_into()?),
            New::IpaEuiccDataRequest(request) => Self::IpaEuiccDataRequest(request.try_into()?),
            New::ProfileDownloadTriggerRequest(trigger) => {
                Self::ProfileDownloadTriggerRequest(trigger)
            }
            New::EimPackageError(PackageError::NO_EIM_PACKAGE_AVAILABLE) => {
                Self::EimPackageError(OldPackageError::NO_EIM_PACKAGE_AVAILABLE)
            }
            New::EimPackageError(_) => Self::EimPackageError(OldPackageError::UNDEFINED_ERROR),
        })
    }
}

/// Package results among the notifications of ePRAndNotifications have no place in later versions:
/// they are left out, so nobody acknowledges them and they stay on the card.
impl From<v1_0::ProvideEimPackageResult> for sgp32::ProvideEimPackageResult {
    fn from(old: v1_0::ProvideEimPackageResult) -> Self {
        use v1_0::ProvideEimPackageResult as Old;
        let eim_package_result = match old {
            Old::EuiccPackageResult(result) => EimPackageResult::EuiccPackageResult(result.into()),
            Old::EprAndNotifications(both) => {
                EimPackageResult::EprAndNotifications(EimPackageResultEprAndNotifications {
                    euicc_package_result: both.euicc_package_result.into(),
                    notification_list: notifications(both.notification_list),
                    additions: both.additions,
                })
            }
            Old::IpaEuiccDataResponse(response) => {
                EimPackageResult::IpaEuiccDataResponse(response.into())
            }
            Old::ProfileDownloadTriggerResult(result) => {
                EimPackageResult::ProfileDownloadTriggerResult(result.into())
            }
            Old::EimPackageError(code) => {
                EimPackageResult::EimPackageResultResponseError(EimPackageResultResponseError {
                    eim_transaction_id: None,
                    eim_package_result_error_code: code.0.into(),
                    additions: Default::default(),
                })
            }
        };
        Self {
            eid_value: None,
            eim_package_result,
            additions: Default::default(),
        }
    }
}

/// v1.0 has no EID here, and a transaction only inside an eUICC package result; both are left out.
impl TryFrom<sgp32::ProvideEimPackageResult> for v1_0::ProvideEimPackageResult {
    type Error = ConvertError;

    fn try_from(new: sgp32::ProvideEimPackageResult) -> Result<Self, ConvertError> {
        Ok(match new.eim_package_result {
            EimPackageResult::EuiccPackageResult(result) => {
                Self::EuiccPackageResult(result.try_into()?)
            }
            EimPackageResult::EprAndNotifications(both) => {
                Self::EprAndNotifications(ProvideEimPackageResultEprAndNotifications {
                    euicc_package_result: both.euicc_package_result.try_into()?,
                    notification_list: list(both.notification_list),
                    additions: both.additions,
                })
            }
            EimPackageResult::IpaEuiccDataResponse(response) => {
                Self::IpaEuiccDataResponse(response.try_into()?)
            }
            EimPackageResult::ProfileDownloadTriggerResult(result) => {
                Self::ProfileDownloadTriggerResult(result.into())
            }
            EimPackageResult::EimPackageResultResponseError(error) => {
                Self::EimPackageError(error.eim_package_result_error_code.0.into())
            }
        })
    }
}

impl From<v1_0::ProvideEimPackageResultResponse> for sgp32::ProvideEimPackageResultResponse {
    fn from(old: v1_0::ProvideEimPackageResultResponse) -> Self {
        match old.eim_acknowledgements {
            Some(list) => Self::EimAcknowledgements(list),
            None => Self::EmptyResponse(Default::default()),
        }
    }
}

/// v1.0 has no error here: an answer without acknowledgements leaves the results on the card.
impl From<sgp32::ProvideEimPackageResultResponse> for v1_0::ProvideEimPackageResultResponse {
    fn from(new: sgp32::ProvideEimPackageResultResponse) -> Self {
        use sgp32::ProvideEimPackageResultResponse as New;
        let eim_acknowledgements = match new {
            New::EimAcknowledgements(list) => Some(list),
            New::EmptyResponse(_) | New::ProvideEimPackageResultError(_) => None,
        };
        Self {
            eim_acknowledgements,
            additions: Default::default(),
        }
    }
}

impl From<v1_0::TransferEimPackageRequest> for sgp32::TransferEimPackageRequest {
    fn from(old: v1_0::TransferEimPackageRequest) -> Self {
        use v1_0::TransferEimPackageRequest as Old;
        match old {
            Old::EuiccPackageRequest(request) => Self::EuiccPackageRequest(request.into()),
            Old::IpaEuiccDataRequest(request) => Self::IpaEuiccDataRequest(request.into()),
            Old::EimAcknowledgements(list) => Self::EimAcknowledgements(list),
            Old::ProfileDownloadTriggerRequest(trigger) => {
                Self::ProfileDownloadTriggerRequest(trigger)
            }
        }
    }
}

impl TryFrom<sgp32::TransferEimPackageRequest> for v1_0::TransferEimPackageRequest {
    type Error = ConvertError;

    fn try_from(new: sgp32::TransferEimPackageRequest) -> Result<Self, ConvertError> {
        use sgp32::TransferEimPackageRequest as New;
        Ok(match new {
            New::EuiccPackageRequest(request) => Self::EuiccPackageRequest(request.try_into()?),
            New::IpaEuiccDataRequest(request) => Self::IpaEuiccDataRequest(request.try_into()?),
            New::EimAcknowledgements(list) => Self::EimAcknowledgements(list),
            New::ProfileDownloadTriggerRequest(trigger) => {
                Self::ProfileDownloadTriggerRequest(trigger)
            }
        })
    }
}

impl From<v1_0::TransferEimPackageResponse> for sgp32::TransferEimPackageResponse {
    fn from(old: v1_0::TransferEimPackageResponse) -> Self {
        use v1_0::TransferEimPackageResponse as Old;
        match old {
            Old::EuiccPackageResult(result) => Self::EuiccPackageResult(result.into()),
            Old::EprAndNotifications(both) => {
                Self::EprAndNotifications(TransferEimPackageResponseEprAndNotifications {
                    euicc_package_result: both.euicc_package_result.into(),
                    notification_list: notifications(both.notification_list),
                    additions: both.additions,
                })
            }
            Old::IpaEuiccDataResponse(response) => Self::IpaEuiccDataResponse(response.into()),
            Old::EimPackageReceived(()) => Self::EimPackageReceived(()),
            Old::EimPackageError(code) => Self::EimPackageError(code.0.into()),
        }
    }
}

/// v1.0 has no correlation identifier here; it is left out.
impl TryFrom<sgp32::TransferEimPackageResponse> for v1_0::TransferEimPackageResponse {
    type Error = ConvertError;

    fn try_from(new: sgp32::TransferEimPackageResponse) -> Result<Self, ConvertError> {
        use sgp32::TransferEimPackageResponse as New;
        Ok(match new {
            New::EuiccPackageResult(result) => Self::EuiccPackageResult(result.try_into()?),
            New::EprAndNotifications(both) => {
                Self::EprAndNotifications(OldTransferEprAndNotifications {
                    euicc_package_result: both.euicc_package_result.try_into()?,
                    notification_list: list(both.notification_list),
                    additions: both.additions,
                })
            }
            New::IpaEuiccDataResponse(response) => Self::IpaEuiccDataResponse(response.try_into()?),
            New::EimPackageReceived(()) | New::EimPackageReceivedWithCid(_) => {
                Self::EimPackageReceived(())
            }
            New::EimPackageError(code) => Self::EimPackageError(code.0.into()),
            New::EimPackageErrorWithCid(error) => {
                Self::EimPackageError(error.eim_package_error.0.into())
            }
        })
    }
}

fn notifications(
    old: v1_0::Sgp32RetrieveNotificationsListResponse,
) -> sgp32::PendingNotificationList {
    Pending::from(old).notifications.unwrap_or_default()
}

fn list(new: sgp32::PendingNotificationList) -> v1_0::Sgp32RetrieveNotificationsListResponse {
    let list = new.into_iter().map(Into::into).collect();
    v1_0::Sgp32RetrieveNotificationsListResponse::NotificationList(list)
}
