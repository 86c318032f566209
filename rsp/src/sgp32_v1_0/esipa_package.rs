// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa: eIM package retrieval and results.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{
    EuiccPackageRequest, EuiccPackageResult, IpaEuiccDataRequest, IpaEuiccDataResponse,
    ProfileDownloadTriggerResult, Sgp32RetrieveNotificationsListResponse,
};
use crate::asn1::{OctetString, integer_names};
use crate::raw::Additions;
use crate::sgp22::Octet16;
use crate::sgp32::{EimAcknowledgements, ProfileDownloadTriggerRequest};

/// `GetEimPackageRequest` (BF4F) (SGP.32 v1.0 §6.3.2.6).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 79))]
pub struct GetEimPackageRequest {
    /// `eidValue` (5A).
    #[rasn(identifier = "eidValue", tag(application, 26))]
    pub eid_value: Octet16,
    /// `notifyStateChange` (80): Notification to the eIM that it should update its information
    /// about the eUICC (e.g. list of profiles, profile states...).
    #[rasn(identifier = "notifyStateChange", tag(context, 0))]
    pub notify_state_change: Option<()>,
    /// `rPLMN` (81): MCC and MNC of the last registered PLMN, coded as defined in 3GPP TS 24.008.
    #[rasn(identifier = "rPLMN", tag(context, 1))]
    pub r_plmn: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `eimPackageError` of `GetEimPackageResponse`.
    GetEimPackageResponseEimPackageError {
        /// `noEimPackageAvailable`.
        NO_EIM_PACKAGE_AVAILABLE = 1 "noEimPackageAvailable",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `GetEimPackageResponse` (BF4F) (SGP.32 v1.0 §6.3.2.6).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, tag(explicit(context, 79)))]
pub enum GetEimPackageResponse {
    /// `euiccPackageRequest` (BF51).
    #[rasn(identifier = "euiccPackageRequest", tag(context, 81))]
    EuiccPackageRequest(EuiccPackageRequest),
    /// `ipaEuiccDataRequest` (BF52).
    #[rasn(identifier = "ipaEuiccDataRequest", tag(context, 82))]
    IpaEuiccDataRequest(IpaEuiccDataRequest),
    /// `profileDownloadTriggerRequest` (BF54).
    #[rasn(identifier = "profileDownloadTriggerRequest", tag(context, 84))]
    ProfileDownloadTriggerRequest(ProfileDownloadTriggerRequest),
    /// `eimPackageError` (02).
    #[rasn(identifier = "eimPackageError")]
    EimPackageError(GetEimPackageResponseEimPackageError),
}

/// `ePRAndNotifications` of `ProvideEimPackageResult`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct ProvideEimPackageResultEprAndNotifications {
    /// `euiccPackageResult` (BF51).
    #[rasn(identifier = "euiccPackageResult", tag(context, 81))]
    pub euicc_package_result: EuiccPackageResult,
    /// `notificationList` (BF2B).
    #[rasn(identifier = "notificationList", tag(context, 43))]
    pub notification_list: Sgp32RetrieveNotificationsListResponse,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `eimPackageError` of `ProvideEimPackageResult`.
    ProvideEimPackageResultEimPackageError {
        /// `invalidPackageFormat`.
        INVALID_PACKAGE_FORMAT = 1 "invalidPackageFormat",
        /// `unknownPackage`.
        UNKNOWN_PACKAGE = 2 "unknownPackage",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ProvideEimPackageResult` (BF50) (SGP.32 v1.0 §6.3.2.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, tag(explicit(context, 80)))]
pub enum ProvideEimPackageResult {
    /// `euiccPackageResult` (BF51).
    #[rasn(identifier = "euiccPackageResult", tag(context, 81))]
    EuiccPackageResult(EuiccPackageResult),
    /// `ePRAndNotifications` (30).
    #[rasn(identifier = "ePRAndNotifications")]
    EprAndNotifications(ProvideEimPackageResultEprAndNotifications),
    /// `ipaEuiccDataResponse` (BF52).
    #[rasn(identifier = "ipaEuiccDataResponse", tag(context, 82))]
    IpaEuiccDataResponse(IpaEuiccDataResponse),
    /// `profileDownloadTriggerResult` (BF54).
    #[rasn(identifier = "profileDownloadTriggerResult", tag(context, 84))]
    ProfileDownloadTriggerResult(ProfileDownloadTriggerResult),
    /// `eimPackageError` (02).
    #[rasn(identifier = "eimPackageError")]
    EimPackageError(ProvideEimPackageResultEimPackageError),
}

/// `ProvideEimPackageResultResponse` (BF50) (SGP.32 v1.0 §6.3.2.7).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 80))]
pub struct ProvideEimPackageResultResponse {
    /// `eimAcknowledgements` (BF53).
    #[rasn(identifier = "eimAcknowledgements", tag(context, 83))]
    pub eim_acknowledgements: Option<EimAcknowledgements>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `TransferEimPackageRequest` (BF4E) (SGP.32 v1.0 §6.3.3.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, tag(explicit(context, 78)))]
pub enum TransferEimPackageRequest {
    /// `euiccPackageRequest` (BF51).
    #[rasn(identifier = "euiccPackageRequest", tag(context, 81))]
    EuiccPackageRequest(EuiccPackageRequest),
    /// `ipaEuiccDataRequest` (BF52).
    #[rasn(identifier = "ipaEuiccDataRequest", tag(context, 82))]
    IpaEuiccDataRequest(IpaEuiccDataRequest),
    /// `eimAcknowledgements` (BF53).
    #[rasn(identifier = "eimAcknowledgements", tag(context, 83))]
    EimAcknowledgements(EimAcknowledgements),
    /// `profileDownloadTriggerRequest` (BF54).
    #[rasn(identifier = "profileDownloadTriggerRequest", tag(context, 84))]
    ProfileDownloadTriggerRequest(ProfileDownloadTriggerRequest),
}

/// `ePRAndNotifications` of `TransferEimPackageResponse`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct TransferEimPackageResponseEprAndNotifications {
    /// `euiccPackageResult` (BF51).
    #[rasn(identifier = "euiccPackageResult", tag(context, 81))]
    pub euicc_package_result: EuiccPackageResult,
    /// `notificationList` (BF2B).
    #[rasn(identifier = "notificationList", tag(context, 43))]
    pub notification_list: Sgp32RetrieveNotificationsListResponse,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `eimPackageError` of `TransferEimPackageResponse`.
    TransferEimPackageResponseEimPackageError {
        /// `invalidPackageFormat`.
        INVALID_PACKAGE_FORMAT = 1 "invalidPackageFormat",
        /// `unknownPackage`.
        UNKNOWN_PACKAGE = 2 "unknownPackage",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `TransferEimPackageResponse` (BF4E) (SGP.32 v1.0 §6.3.3.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, tag(explicit(context, 78)))]
pub enum TransferEimPackageResponse {
    /// `euiccPackageResult` (BF51).
    #[rasn(identifier = "euiccPackageResult", tag(context, 81))]
    EuiccPackageResult(EuiccPackageResult),
    /// `ePRAndNotifications` (30).
    #[rasn(identifier = "ePRAndNotifications")]
    EprAndNotifications(TransferEimPackageResponseEprAndNotifications),
    /// `ipaEuiccDataResponse` (BF52).
    #[rasn(identifier = "ipaEuiccDataResponse", tag(context, 82))]
    IpaEuiccDataResponse(IpaEuiccDataResponse),
    /// `eimPackageReceived` (05).
    #[rasn(identifier = "eimPackageReceived")]
    EimPackageReceived(()),
    /// `eimPackageError` (02).
    #[rasn(identifier = "eimPackageError")]
    EimPackageError(TransferEimPackageResponseEimPackageError),
}
