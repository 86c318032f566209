// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10b functions.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{EimConfigurationData, EuiccPackageResult};
use crate::asn1::{Certificate, ObjectIdentifier, OctetString, integer_names, named_bits};
use crate::raw::{Additions, Raw};
use crate::sgp22::{
    AuthenticateResponseError, AuthenticateResponseOk, EuiccSigned1, NotificationMetadata,
    OtherSignedNotification,
};
use crate::sgp32::{
    CompactEuiccSigned1, CompactProfileInstallationResult, Sgp32ProfileInstallationResult,
};

/// `addInitialEimOk` of `AddInitialEimResponse`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum AddInitialEimResponseAddInitialEimOk {
    /// `associationToken` (84).
    #[rasn(identifier = "associationToken", tag(context, 4))]
    AssociationToken(i64),
    /// `addOk` (05).
    #[rasn(identifier = "addOk")]
    AddOk(()),
}

integer_names! {
    /// `addInitialEimError` of `AddInitialEimResponse`.
    AddInitialEimResponseAddInitialEimError {
        /// `insufficientMemory`.
        INSUFFICIENT_MEMORY = 1 "insufficientMemory",
        /// `unsignedEimConfigDisallowed`.
        UNSIGNED_EIM_CONFIG_DISALLOWED = 2 "unsignedEimConfigDisallowed",
        /// `ciPKUnknown`.
        CI_PK_UNKNOWN = 3 "ciPKUnknown",
        /// `invalidAssociationToken`.
        INVALID_ASSOCIATION_TOKEN = 5 "invalidAssociationToken",
        /// `counterValueOutOfRange`.
        COUNTER_VALUE_OUT_OF_RANGE = 6 "counterValueOutOfRange",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `AddInitialEimResponse` (BF57) (SGP.32 v1.0 §5.9.4).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 87)))]
pub enum AddInitialEimResponse {
    /// `addInitialEimOk` (A0).
    #[rasn(identifier = "addInitialEimOk")]
    AddInitialEimOk(Vec<AddInitialEimResponseAddInitialEimOk>),
    /// `addInitialEimError` (81).
    #[rasn(identifier = "addInitialEimError")]
    AddInitialEimError(AddInitialEimResponseAddInitialEimError),
}

named_bits! {
    /// `resetOptions` of `SGP32-EuiccMemoryResetRequest`.
    Sgp32EuiccMemoryResetRequestResetOptions {
        /// `deleteOperationalProfiles`.
        DELETE_OPERATIONAL_PROFILES = 0 "deleteOperationalProfiles",
        /// `deleteFieldLoadedTestProfiles`.
        DELETE_FIELD_LOADED_TEST_PROFILES = 1 "deleteFieldLoadedTestProfiles",
        /// `resetDefaultSmdpAddress`.
        RESET_DEFAULT_SMDP_ADDRESS = 2 "resetDefaultSmdpAddress",
        /// `resetEimConfigData`.
        RESET_EIM_CONFIG_DATA = 3 "resetEimConfigData",
        /// `resetAutoEnableConfig`.
        RESET_AUTO_ENABLE_CONFIG = 4 "resetAutoEnableConfig",
    }
}

/// `SGP32-EuiccMemoryResetRequest` (BF34) (SGP.32 v1.0 §5.9.5).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 52))]
pub struct Sgp32EuiccMemoryResetRequest {
    /// `resetOptions` (82).
    #[rasn(identifier = "resetOptions", tag(context, 2))]
    pub reset_options: Sgp32EuiccMemoryResetRequestResetOptions,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `resetResult` of `SGP32-EuiccMemoryResetResponse`.
    Sgp32EuiccMemoryResetResponseResetResult {
        /// `ok`.
        OK = 0 "ok",
        /// `nothingToDelete`.
        NOTHING_TO_DELETE = 1 "nothingToDelete",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `resetEimResult` of `SGP32-EuiccMemoryResetResponse`.
    Sgp32EuiccMemoryResetResponseResetEimResult {
        /// `ok`.
        OK = 0 "ok",
        /// `nothingToDelete`.
        NOTHING_TO_DELETE = 1 "nothingToDelete",
        /// `eimResetNotSupported`.
        EIM_RESET_NOT_SUPPORTED = 2 "eimResetNotSupported",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `resetAutoEnableConfigResult` of `SGP32-EuiccMemoryResetResponse`.
    Sgp32EuiccMemoryResetResponseResetAutoEnableConfigResult {
        /// `ok`.
        OK = 0 "ok",
        /// `resetAECNotSupported`.
        RESET_AEC_NOT_SUPPORTED = 1 "resetAECNotSupported",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SGP32-EuiccMemoryResetResponse` (BF34) (SGP.32 v1.0 §5.9.5).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 52))]
pub struct Sgp32EuiccMemoryResetResponse {
    /// `resetResult` (02).
    #[rasn(identifier = "resetResult")]
    pub reset_result: Sgp32EuiccMemoryResetResponseResetResult,
    /// `resetEimResult` (81).
    #[rasn(identifier = "resetEimResult", tag(context, 1))]
    pub reset_eim_result: Option<Sgp32EuiccMemoryResetResponseResetEimResult>,
    /// `resetAutoEnableConfigResult` (82).
    #[rasn(identifier = "resetAutoEnableConfigResult", tag(context, 2))]
    pub reset_auto_enable_config_result:
        Option<Sgp32EuiccMemoryResetResponseResetAutoEnableConfigResult>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `notificationsListResultError` of `SGP32-RetrieveNotificationsListResponse`.
    Sgp32RetrieveNotificationsListResponseNotificationsListResultError {
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `notificationAndEprList` of `SGP32-RetrieveNotificationsListResponse`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct Sgp32RetrieveNotificationsListResponseNotificationAndEprList {
    /// `notificationList` (A0).
    #[rasn(identifier = "notificationList")]
    pub notification_list: Vec<Sgp32PendingNotification>,
    /// `euiccPackageResultList` (A1).
    #[rasn(identifier = "euiccPackageResultList")]
    pub euicc_package_result_list: Vec<EuiccPackageResult>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-RetrieveNotificationsListResponse` (BF2B) (SGP.32 v1.0 §5.9.11).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 43)))]
pub enum Sgp32RetrieveNotificationsListResponse {
    /// `notificationList` (A0).
    #[rasn(identifier = "notificationList")]
    NotificationList(Vec<Sgp32PendingNotification>),
    /// `notificationsListResultError` (81).
    #[rasn(identifier = "notificationsListResultError")]
    NotificationsListResultError(
        Sgp32RetrieveNotificationsListResponseNotificationsListResultError,
    ),
    /// `euiccPackageResultList` (A2).
    #[rasn(identifier = "euiccPackageResultList")]
    EuiccPackageResultList(Vec<EuiccPackageResult>),
    /// `notificationAndEprList` (A3).
    #[rasn(identifier = "notificationAndEprList")]
    NotificationAndEprList(Sgp32RetrieveNotificationsListResponseNotificationAndEprList),
}

/// `EnableUsingDDRequest` (BF5A) (SGP.32 v1.0 §5.9.15).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 90))]
pub struct EnableUsingDdRequest {
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `enableUsingDDResult` of `EnableUsingDDResponse`.
    EnableUsingDdResponseEnableUsingDdResult {
        /// `ok`.
        OK = 0 "ok",
        /// `autoEnableNotAvailable`.
        AUTO_ENABLE_NOT_AVAILABLE = 1 "autoEnableNotAvailable",
        /// `noSessionContext`.
        NO_SESSION_CONTEXT = 4 "noSessionContext",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `EnableUsingDDResponse` (BF5A) (SGP.32 v1.0 §5.9.15).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 90))]
pub struct EnableUsingDdResponse {
    /// `enableUsingDDResult` (80).
    #[rasn(identifier = "enableUsingDDResult", tag(context, 0))]
    pub enable_using_dd_result: EnableUsingDdResponseEnableUsingDdResult,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `cmdResult` of `ProfileRollbackResponse`.
    ProfileRollbackResponseCmdResult {
        /// `ok`.
        OK = 0 "ok",
        /// Usage of rollback was not granted by the eIM.
        ROLLBACK_NOT_ALLOWED = 1 "rollbackNotAllowed",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ProfileRollbackResponse` (BF58) (SGP.32 v1.0 §5.9.16).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 88))]
pub struct ProfileRollbackResponse {
    /// `cmdResult` (02).
    #[rasn(identifier = "cmdResult")]
    pub cmd_result: ProfileRollbackResponseCmdResult,
    /// `eUICCPackageResult` (BF51).
    #[rasn(identifier = "eUICCPackageResult", tag(context, 81))]
    pub euicc_package_result: Option<EuiccPackageResult>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ConfigureAutoProfileEnablingRequest` (BF59) (SGP.32 v1.0 §5.9.17).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 89))]
pub struct ConfigureAutoProfileEnablingRequest {
    /// `autoEnableFlag` (80).
    #[rasn(identifier = "autoEnableFlag", tag(context, 0))]
    pub auto_enable_flag: Option<()>,
    /// `smdpOid` (81).
    #[rasn(identifier = "smdpOid", tag(context, 1))]
    pub smdp_oid: Option<ObjectIdentifier>,
    /// `smdpAddress` (82).
    #[rasn(identifier = "smdpAddress", tag(context, 2))]
    pub smdp_address: Option<String>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `configAutoEnableResult` of `ConfigureAutoProfileEnablingResponse`.
    ConfigureAutoProfileEnablingResponseConfigAutoEnableResult {
        /// `ok`.
        OK = 0 "ok",
        /// `insufficientMemory`.
        INSUFFICIENT_MEMORY = 1 "insufficientMemory",
        /// `unsignedAutoEnableConfigDisallowed`.
        UNSIGNED_AUTO_ENABLE_CONFIG_DISALLOWED = 2 "unsignedAutoEnableConfigDisallowed",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ConfigureAutoProfileEnablingResponse` (BF59) (SGP.32 v1.0 §5.9.17).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 89))]
pub struct ConfigureAutoProfileEnablingResponse {
    /// `configAutoEnableResult` (80).
    #[rasn(identifier = "configAutoEnableResult", tag(context, 0))]
    pub config_auto_enable_result: ConfigureAutoProfileEnablingResponseConfigAutoEnableResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetEimConfigurationDataRequest` (BF55) (SGP.32 v1.0 §5.9.18).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 85))]
pub struct GetEimConfigurationDataRequest {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetEimConfigurationDataResponse` (BF55) (SGP.32 v1.0 §5.9.18).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 85))]
pub struct GetEimConfigurationDataResponse {
    /// `eimConfigurationDataList` (A0).
    #[rasn(identifier = "eimConfigurationDataList", tag(context, 0))]
    pub eim_configuration_data_list: Vec<EimConfigurationData>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-AuthenticateServerResponse` (BF38) (SGP.32 v1.0 §5.14.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 56)))]
pub enum Sgp32AuthenticateServerResponse {
    /// `authenticateResponseOk` (A0).
    #[rasn(identifier = "authenticateResponseOk")]
    AuthenticateResponseOk(AuthenticateResponseOk),
    /// `authenticateResponseError` (A1).
    #[rasn(identifier = "authenticateResponseError")]
    AuthenticateResponseError(AuthenticateResponseError),
    /// `compactAuthenticateResponseOk` (A2).
    #[rasn(identifier = "compactAuthenticateResponseOk")]
    CompactAuthenticateResponseOk(CompactAuthenticateResponseOk),
}

/// `signedData` of `CompactAuthenticateResponseOk`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum CompactAuthenticateResponseOkSignedData {
    /// `euiccSigned1` (30).
    #[rasn(identifier = "euiccSigned1")]
    EuiccSigned1(Raw<EuiccSigned1>),
    /// `compactEuiccSigned1` (A0): Compact version of EuiccSigned1.
    #[rasn(identifier = "compactEuiccSigned1", tag(context, 0))]
    CompactEuiccSigned1(CompactEuiccSigned1),
}

/// `CompactAuthenticateResponseOk` (SGP.32 v1.0 §5.14.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct CompactAuthenticateResponseOk {
    /// `signedData`.
    #[rasn(identifier = "signedData")]
    pub signed_data: CompactAuthenticateResponseOkSignedData,
    /// `euiccSignature1` (5F37): tag 5F37 signature on EuiccSigned1.
    #[rasn(identifier = "euiccSignature1", tag(application, 55))]
    pub euicc_signature1: OctetString,
    /// `euiccCertificate` (A1): eUICC Certificate (CERT.EUICC.ECDSA).
    #[rasn(identifier = "euiccCertificate", tag(context, 1))]
    pub euicc_certificate: Option<Certificate>,
    /// `eumCertificate` (A2): EUM Certificate (CERT.EUM.ECDSA).
    #[rasn(identifier = "eumCertificate", tag(context, 2))]
    pub eum_certificate: Option<Certificate>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-PendingNotification` (SGP.32 v1.0 §5.14.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum Sgp32PendingNotification {
    /// `profileInstallationResult` (BF37).
    #[rasn(identifier = "profileInstallationResult", tag(context, 55))]
    ProfileInstallationResult(Sgp32ProfileInstallationResult),
    /// `otherSignedNotification` (30).
    #[rasn(identifier = "otherSignedNotification")]
    OtherSignedNotification(OtherSignedNotification),
    /// `compactProfileInstallationResult` (A0).
    #[rasn(identifier = "compactProfileInstallationResult", tag(context, 0))]
    CompactProfileInstallationResult(CompactProfileInstallationResult),
    /// `compactOtherSignedNotification` (A1).
    #[rasn(identifier = "compactOtherSignedNotification", tag(context, 1))]
    CompactOtherSignedNotification(CompactOtherSignedNotification),
}

/// `CompactOtherSignedNotification` (SGP.32 v1.0 §5.14.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct CompactOtherSignedNotification {
    /// `tbsOtherNotification` (BF2F).
    #[rasn(identifier = "tbsOtherNotification")]
    pub tbs_other_notification: Raw<NotificationMetadata>,
    /// `euiccNotificationSignature` (5F37): eUICC signature of tbsOtherNotification.
    #[rasn(identifier = "euiccNotificationSignature", tag(application, 55))]
    pub euicc_notification_signature: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}
