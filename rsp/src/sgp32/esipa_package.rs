// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa: eIM package retrieval and results.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{
    EimAcknowledgements, EimPackageErrorWithCid, EimPackageReceivedWithCid, EuiccPackageRequest,
    EuiccPackageResult, IpaEuiccDataRequest, IpaEuiccDataResponse, PendingNotificationList,
    ProfileDownloadTriggerRequest, ProfileDownloadTriggerResult,
};
use crate::asn1::{OctetString, integer_names};
use crate::raw::Additions;
use crate::sgp22::{Octet16, TransactionId};

integer_names! {
    /// `StateChangeCause` (SGP.32 §6.3.2.6).
    StateChangeCause {
        /// For change(s) requested by another registered eIM.
        OTHER_EIM = 0 "otherEim",
        /// For change(s) following fallback requested by IPA.
        FALLBACK = 1 "fallback",
        /// For change(s) following Emergency Profile swap requested by IPA.
        EMERGENCY_PROFILE = 2 "emergencyProfile",
        /// For change(s) applied locally (RFU, not supported in this version).
        LOCAL = 3 "local",
        /// For change(s) following an euicc reset.
        RESET = 4 "reset",
        /// For change(s) following immediate Profile enabling requested by IPA.
        IMMEDIATE_ENABLE_PROFILE = 5 "immediateEnableProfile",
        /// For change(s) detected by IPAe following a IoT Device change (removable eSIMs).
        DEVICE_CHANGE = 6 "deviceChange",
        /// Unknown cause.
        UNDEFINED = 127 "undefined",
    }
}

/// `GetEimPackageRequest` (BF4F) (SGP.32 §6.3.2.6).
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
    /// `stateChangeCause` (81): Provide the cause of the notified state change(s).
    #[rasn(identifier = "stateChangeCause", tag(context, 1))]
    pub state_change_cause: Option<StateChangeCause>,
    /// `rPLMN` (82): MCC and MNC of the last registered PLMN, coded as defined in 3GPP TS 24.008.
    #[rasn(identifier = "rPLMN", tag(context, 2))]
    pub r_plmn: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `eimPackageError` of `GetEimPackageResponse`.
    GetEimPackageResponseEimPackageError {
        /// `noEimPackageAvailable`.
        NO_EIM_PACKAGE_AVAILABLE = 1 "noEimPackageAvailable",
        /// `eidNotFound`.
        EID_NOT_FOUND = 2 "eidNotFound",
        /// `invalidEid`.
        INVALID_EID = 3 "invalidEid",
        /// `missingEid`.
        MISSING_EID = 4 "missingEid",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `GetEimPackageResponse` (BF4F) (SGP.32 §6.3.2.6).
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

integer_names! {
    /// `EimPackageResultErrorCode` (SGP.32 §6.3.2.7).
    EimPackageResultErrorCode {
        /// `invalidPackageFormat`.
        INVALID_PACKAGE_FORMAT = 1 "invalidPackageFormat",
        /// `unknownPackage`.
        UNKNOWN_PACKAGE = 2 "unknownPackage",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `EimPackageResultResponseError` (SGP.32 §6.3.2.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct EimPackageResultResponseError {
    /// `eimTransactionId` (80).
    #[rasn(identifier = "eimTransactionId", tag(context, 0))]
    pub eim_transaction_id: Option<TransactionId>,
    /// `eimPackageResultErrorCode` (02).
    #[rasn(identifier = "eimPackageResultErrorCode")]
    pub eim_package_result_error_code: EimPackageResultErrorCode,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ePRAndNotifications` of `EimPackageResult`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct EimPackageResultEprAndNotifications {
    /// `euiccPackageResult` (BF51).
    #[rasn(identifier = "euiccPackageResult", tag(context, 81))]
    pub euicc_package_result: EuiccPackageResult,
    /// `notificationList` (A0).
    #[rasn(identifier = "notificationList", tag(context, 0))]
    pub notification_list: PendingNotificationList,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EimPackageResult` (SGP.32 §6.3.2.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum EimPackageResult {
    /// `euiccPackageResult` (BF51).
    #[rasn(identifier = "euiccPackageResult", tag(context, 81))]
    EuiccPackageResult(EuiccPackageResult),
    /// `ePRAndNotifications` (30).
    #[rasn(identifier = "ePRAndNotifications")]
    EprAndNotifications(EimPackageResultEprAndNotifications),
    /// `ipaEuiccDataResponse` (BF52).
    #[rasn(identifier = "ipaEuiccDataResponse", tag(context, 82))]
    IpaEuiccDataResponse(IpaEuiccDataResponse),
    /// `profileDownloadTriggerResult` (BF54).
    #[rasn(identifier = "profileDownloadTriggerResult", tag(context, 84))]
    ProfileDownloadTriggerResult(ProfileDownloadTriggerResult),
    /// `eimPackageResultResponseError` (A0).
    #[rasn(identifier = "eimPackageResultResponseError", tag(context, 0))]
    EimPackageResultResponseError(EimPackageResultResponseError),
}

/// `ProvideEimPackageResult` (BF50) (SGP.32 §6.3.2.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 80))]
pub struct ProvideEimPackageResult {
    /// `eidValue` (5A).
    #[rasn(identifier = "eidValue", tag(application, 26))]
    pub eid_value: Option<Octet16>,
    /// `eimPackageResult`.
    #[rasn(identifier = "eimPackageResult")]
    pub eim_package_result: EimPackageResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `emptyResponse` of `ProvideEimPackageResultResponse`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct ProvideEimPackageResultResponseEmptyResponse {
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `provideEimPackageResultError` of `ProvideEimPackageResultResponse`.
    ProvideEimPackageResultResponseProvideEimPackageResultError {
        /// `eidNotFound`.
        EID_NOT_FOUND = 2 "eidNotFound",
        /// `invalidEid`.
        INVALID_EID = 3 "invalidEid",
        /// `missingEid`.
        MISSING_EID = 4 "missingEid",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ProvideEimPackageResultResponse` (BF50) (SGP.32 §6.3.2.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, tag(explicit(context, 80)))]
pub enum ProvideEimPackageResultResponse {
    /// `eimAcknowledgements` (BF53).
    #[rasn(identifier = "eimAcknowledgements", tag(context, 83))]
    EimAcknowledgements(EimAcknowledgements),
    /// `emptyResponse` (30): because EimAcknowledgements was OPTIONAL.
    #[rasn(identifier = "emptyResponse")]
    EmptyResponse(ProvideEimPackageResultResponseEmptyResponse),
    /// `provideEimPackageResultError` (02).
    #[rasn(identifier = "provideEimPackageResultError")]
    ProvideEimPackageResultError(ProvideEimPackageResultResponseProvideEimPackageResultError),
}

/// `TransferEimPackageRequest` (BF4E) (SGP.32 §6.3.3.1).
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
    /// `notificationList` (A0).
    #[rasn(identifier = "notificationList", tag(context, 0))]
    pub notification_list: PendingNotificationList,
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

/// `TransferEimPackageResponse` (BF4E) (SGP.32 §6.3.3.1).
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
    /// `eimPackageReceivedWithCid` (BF60).
    #[rasn(identifier = "eimPackageReceivedWithCid", tag(context, 96))]
    EimPackageReceivedWithCid(EimPackageReceivedWithCid),
    /// `eimPackageError` (02).
    #[rasn(identifier = "eimPackageError")]
    EimPackageError(TransferEimPackageResponseEimPackageError),
    /// `eimPackageErrorWithCid` (BF61): v1.3.
    #[rasn(identifier = "eimPackageErrorWithCid", tag(context, 97))]
    EimPackageErrorWithCid(EimPackageErrorWithCid),
}
