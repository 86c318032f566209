// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10b functions of the IoT specification.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{EimConfigurationData, EuiccPackageResultList, PendingNotificationList};
use crate::asn1::{Certificate, integer_names, named_bits};
use crate::raw::Additions;
use crate::sgp22::{NotificationEvent, SubjectKeyIdentifier};

/// `AddInitialEimRequest` (BF57) (SGP.32 §5.9.4).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 87))]
pub struct AddInitialEimRequest {
    /// `eimConfigurationDataList` (A0).
    #[rasn(identifier = "eimConfigurationDataList", tag(context, 0))]
    pub eim_configuration_data_list: Vec<EimConfigurationData>,
    /// Members this version does not know.
    pub additions: Additions,
}

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
        /// `associatedEimAlreadyExists`.
        ASSOCIATED_EIM_ALREADY_EXISTS = 2 "associatedEimAlreadyExists",
        /// `ciPKUnknown`.
        CI_PK_UNKNOWN = 3 "ciPKUnknown",
        /// `invalidAssociationToken`.
        INVALID_ASSOCIATION_TOKEN = 5 "invalidAssociationToken",
        /// `counterValueOutOfRange`.
        COUNTER_VALUE_OUT_OF_RANGE = 6 "counterValueOutOfRange",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `AddInitialEimResponse` (BF57) (SGP.32 §5.9.4).
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
        /// `deletePreLoadedTestProfiles`.
        DELETE_PRE_LOADED_TEST_PROFILES = 3 "deletePreLoadedTestProfiles",
        /// `deleteProvisioningProfiles`.
        DELETE_PROVISIONING_PROFILES = 4 "deleteProvisioningProfiles",
        /// `resetEimConfigData`.
        RESET_EIM_CONFIG_DATA = 5 "resetEimConfigData",
        /// `resetImmediateEnableConfig`.
        RESET_IMMEDIATE_ENABLE_CONFIG = 6 "resetImmediateEnableConfig",
    }
}

/// `SGP32-EuiccMemoryResetRequest` (BF64) (SGP.32 §5.9.5).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 100))]
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
        /// `ecallActive`.
        ECALL_ACTIVE = 104 "ecallActive",
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
    /// `resetImmediateEnableConfigResult` of `SGP32-EuiccMemoryResetResponse`.
    Sgp32EuiccMemoryResetResponseResetImmediateEnableConfigResult {
        /// `ok`.
        OK = 0 "ok",
        /// `resetIECNotSupported`.
        RESET_IEC_NOT_SUPPORTED = 1 "resetIECNotSupported",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SGP32-EuiccMemoryResetResponse` (BF64) (SGP.32 §5.9.5).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 100))]
pub struct Sgp32EuiccMemoryResetResponse {
    /// `resetResult` (80).
    #[rasn(identifier = "resetResult")]
    pub reset_result: Sgp32EuiccMemoryResetResponseResetResult,
    /// `resetEimResult` (81).
    #[rasn(identifier = "resetEimResult")]
    pub reset_eim_result: Option<Sgp32EuiccMemoryResetResponseResetEimResult>,
    /// `resetImmediateEnableConfigResult` (82).
    #[rasn(identifier = "resetImmediateEnableConfigResult")]
    pub reset_immediate_enable_config_result:
        Option<Sgp32EuiccMemoryResetResponseResetImmediateEnableConfigResult>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetCertsRequest` (BF56) (SGP.32 §5.9.10).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 86))]
pub struct GetCertsRequest {
    /// `euiccCiPKId` (80): CI Public Key Identifier supported on the eUICC for signature creation.
    #[rasn(identifier = "euiccCiPKId")]
    pub euicc_ci_pk_id: Option<SubjectKeyIdentifier>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `certs` of `GetCertsResponse`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct GetCertsResponseCerts {
    /// `eumCertificate` (A5).
    #[rasn(identifier = "eumCertificate", tag(context, 5))]
    pub eum_certificate: Certificate,
    /// `euiccCertificate` (A6).
    #[rasn(identifier = "euiccCertificate", tag(context, 6))]
    pub euicc_certificate: Certificate,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `getCertsError` of `GetCertsResponse`.
    GetCertsResponseGetCertsError {
        /// `invalidCiPKId`.
        INVALID_CI_PK_ID = 1 "invalidCiPKId",
        /// `undfinedError`.
        UNDFINED_ERROR = 127 "undfinedError",
    }
}

/// `GetCertsResponse` (BF56) (SGP.32 §5.9.10).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 86)))]
pub enum GetCertsResponse {
    /// `certs` (A0).
    #[rasn(identifier = "certs")]
    Certs(GetCertsResponseCerts),
    /// `getCertsError` (81).
    #[rasn(identifier = "getCertsError")]
    GetCertsError(GetCertsResponseGetCertsError),
}

/// `searchCriteria` of `SGP32-RetrieveNotificationsListRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum Sgp32RetrieveNotificationsListRequestSearchCriteria {
    /// `seqNumber` (80).
    #[rasn(identifier = "seqNumber", tag(context, 0))]
    SeqNumber(i64),
    /// `profileManagementOperation` (81).
    #[rasn(identifier = "profileManagementOperation", tag(context, 1))]
    ProfileManagementOperation(NotificationEvent),
    /// `euiccPackageResults` (82).
    #[rasn(identifier = "euiccPackageResults", tag(context, 2))]
    EuiccPackageResults(()),
}

/// `SGP32-RetrieveNotificationsListRequest` (BF2B) (SGP.32 §5.9.11).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 43))]
pub struct Sgp32RetrieveNotificationsListRequest {
    /// `searchCriteria` (A0).
    #[rasn(identifier = "searchCriteria")]
    pub search_criteria: Option<Sgp32RetrieveNotificationsListRequestSearchCriteria>,
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

/// `SGP32-RetrieveNotificationsListResponse` (BF2B) (SGP.32 §5.9.11).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 43)))]
pub enum Sgp32RetrieveNotificationsListResponse {
    /// `notificationList` (A0).
    #[rasn(identifier = "notificationList")]
    NotificationList(PendingNotificationList),
    /// `notificationsListResultError` (81).
    #[rasn(identifier = "notificationsListResultError")]
    NotificationsListResultError(
        Sgp32RetrieveNotificationsListResponseNotificationsListResultError,
    ),
    /// `euiccPackageResultList` (A2).
    #[rasn(identifier = "euiccPackageResultList")]
    EuiccPackageResultList(EuiccPackageResultList),
}
