// SPDX-License-Identifier: MIT OR Apache-2.0
//! IPA eUICC data and download trigger results.
//!
//! v1.0 gives notifications and eUICC package results in one member (`BF2B`), with an error arm that
//! later versions do not have: there, what could not be retrieved is absent.

use super::ConvertError;
use crate::sgp32::{
    EuiccPackageResultList, IpaEuiccDataErrorCode, IpaEuiccDataResponseError,
    PendingNotificationList,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultData as ResultData,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadError as DownloadError,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadErrorProfileDownloadErrorReason as Reason,
};
use crate::sgp32_v1_0::{
    IpaEuiccDataResponseIpaEuiccDataError as OldError,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultData as OldResultData,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadError as OldDownloadError,
    Sgp32RetrieveNotificationsListResponse as OldList,
    Sgp32RetrieveNotificationsListResponseNotificationAndEprList as OldBoth,
};
use crate::{sgp32, sgp32_v1_0 as v1_0};

/// What v1.0 holds in one member: notifications and results, each absent when it was not asked for.
pub(super) struct Pending {
    pub(super) notifications: Option<PendingNotificationList>,
    pub(super) results: Option<EuiccPackageResultList>,
}

impl From<OldList> for Pending {
    fn from(old: OldList) -> Self {
        let (notifications, results) = match old {
            OldList::NotificationList(list) => (Some(list), None),
            OldList::EuiccPackageResultList(list) => (None, Some(list)),
            OldList::NotificationAndEprList(both) => (
                Some(both.notification_list),
                Some(both.euicc_package_result_list),
            ),
            OldList::NotificationsListResultError(_) => (None, None),
        };
        Self {
            notifications: notifications.map(|list| list.into_iter().map(Into::into).collect()),
            results: results.map(|list| list.into_iter().map(Into::into).collect()),
        }
    }
}

impl Pending {
    /// The one member of v1.0; nothing when neither was asked for.
    pub(super) fn into_list(self) -> Result<Option<OldList>, ConvertError> {
        let notifications = self
            .notifications
            .map(|list| list.into_iter().map(Into::into).collect());
        let results = self
            .results
            .map(|list| list.into_iter().map(TryInto::try_into).collect())
            .transpose()?;
        Ok(match (notifications, results) {
            (None, None) => None,
            (Some(notifications), None) => Some(OldList::NotificationList(notifications)),
            (None, Some(results)) => Some(OldList::EuiccPackageResultList(results)),
            (Some(notification_list), Some(euicc_package_result_list)) => {
                Some(OldList::NotificationAndEprList(OldBoth {
                    notification_list,
                    euicc_package_result_list,
                    additions: Default::default(),
                }))
            }
        })
    }
}

impl From<v1_0::IpaEuiccDataResponse> for sgp32::IpaEuiccDataResponse {
    fn from(old: v1_0::IpaEuiccDataResponse) -> Self {
        match old {
            v1_0::IpaEuiccDataResponse::IpaEuiccData(data) => Self::IpaEuiccData(data.into()),
            v1_0::IpaEuiccDataResponse::IpaEuiccDataError(code) => {
                Self::IpaEuiccDataResponseError(IpaEuiccDataResponseError {
                    eim_transaction_id: None,
                    ipa_euicc_data_error_code: code.0.into(),
                    additions: Default::default(),
                })
            }
        }
    }
}

/// v1.0 has no transaction identifier here; it is left out.
impl TryFrom<sgp32::IpaEuiccDataResponse> for v1_0::IpaEuiccDataResponse {
    type Error = ConvertError;

    fn try_from(new: sgp32::IpaEuiccDataResponse) -> Result<Self, ConvertError> {
        Ok(match new {
            sgp32::IpaEuiccDataResponse::IpaEuiccData(data) => Self::IpaEuiccData(data.try_into()?),
            sgp32::IpaEuiccDataResponse::IpaEuiccDataResponseError(error) => {
                Self::IpaEuiccDataError(match error.ipa_euicc_data_error_code {
                    IpaEuiccDataErrorCode::INCORRECT_TAG_LIST => OldError::INCORRECT_TAG_LIST,
                    IpaEuiccDataErrorCode::EUICC_CI_PK_ID_NOT_FOUND => {
                        OldError::EUICC_CI_PK_ID_NOT_FOUND
                    }
                    _ => OldError::UNDEFINED_ERROR,
                })
            }
        })
    }
}

impl From<v1_0::IpaEuiccData> for sgp32::IpaEuiccData {
    fn from(old: v1_0::IpaEuiccData) -> Self {
        let pending = old.notifications_list.map(Pending::from);
        let (notifications_list, euicc_package_result_list) =
            pending.map_or((None, None), |both| (both.notifications, both.results));
        Self {
            notifications_list,
            default_smdp_address: old.default_smdp_address,
            euicc_package_result_list,
            euicc_info1: old.euicc_info1,
            euicc_info2: old.euicc_info2.map(Into::into),
            root_smds_address: old.root_smds_address,
            association_token: old.association_token,
            eum_certificate: old.eum_certificate,
            euicc_certificate: old.euicc_certificate,
            eim_transaction_id: None,
            ipa_capabilities: old.ipa_capabilities,
            device_info: old.device_info,
            additions: old.additions,
        }
    }
}

/// v1.0 has no transaction identifier here; it is left out.
impl TryFrom<sgp32::IpaEuiccData> for v1_0::IpaEuiccData {
    type Error = ConvertError;

    fn try_from(new: sgp32::IpaEuiccData) -> Result<Self, ConvertError> {
        let pending = Pending {
            notifications: new.notifications_list,
            results: new.euicc_package_result_list,
        };
        Ok(Self {
            default_smdp_address: new.default_smdp_address,
            euicc_info1: new.euicc_info1,
            euicc_info2: new.euicc_info2.map(Into::into),
            root_smds_address: new.root_smds_address,
            association_token: new.association_token,
            eum_certificate: new.eum_certificate,
            euicc_certificate: new.euicc_certificate,
            ipa_capabilities: new.ipa_capabilities,
            device_info: new.device_info,
            notifications_list: pending.into_list()?,
            additions: new.additions,
        })
    }
}

impl From<v1_0::ProfileDownloadTriggerResult> for sgp32::ProfileDownloadTriggerResult {
    fn from(old: v1_0::ProfileDownloadTriggerResult) -> Self {
        let data = match old.profile_download_trigger_result_data {
            OldResultData::ProfileInstallationResult(result) => {
                ResultData::ProfileInstallationResult(result)
            }
            OldResultData::ProfileDownloadError(error) => {
                ResultData::ProfileDownloadError(DownloadError {
                    profile_download_error_reason: Reason::UNDEFINED_ERROR,
                    error_response: error.error_response,
                    additions: error.additions,
                })
            }
        };
        Self {
            eim_transaction_id: old.eim_transaction_id,
            profile_download_trigger_result_data: data,
            additions: old.additions,
        }
    }
}

/// v1.0 gives no reason for an error; it is left out.
impl From<sgp32::ProfileDownloadTriggerResult> for v1_0::ProfileDownloadTriggerResult {
    fn from(new: sgp32::ProfileDownloadTriggerResult) -> Self {
        let data = match new.profile_download_trigger_result_data {
            ResultData::ProfileInstallationResult(result) => {
                OldResultData::ProfileInstallationResult(result)
            }
            ResultData::ProfileDownloadError(error) => {
                OldResultData::ProfileDownloadError(OldDownloadError {
                    error_response: error.error_response,
                    additions: error.additions,
                })
            }
        };
        Self {
            eim_transaction_id: new.eim_transaction_id,
            profile_download_trigger_result_data: data,
            additions: new.additions,
        }
    }
}
