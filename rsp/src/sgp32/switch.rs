// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10b: immediate enabling, rollback, fallback, emergency profile, connectivity parameters.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{EimConfigurationData, EuiccPackageResult};
use crate::asn1::{ObjectIdentifier, OctetString, integer_names};
use crate::raw::Additions;

/// `ImmediateEnableRequest` (BF5A) (SGP.32 §5.9.15).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 90))]
pub struct ImmediateEnableRequest {
    /// `refreshFlag` (80): indicating whether REFRESH is required.
    #[rasn(identifier = "refreshFlag")]
    pub refresh_flag: bool,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `immediateEnableResult` of `ImmediateEnableResponse`.
    ImmediateEnableResponseImmediateEnableResult {
        /// `ok`.
        OK = 0 "ok",
        /// `immediateEnableNotAvailable`.
        IMMEDIATE_ENABLE_NOT_AVAILABLE = 1 "immediateEnableNotAvailable",
        /// `noSessionContext`.
        NO_SESSION_CONTEXT = 4 "noSessionContext",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ImmediateEnableResponse` (BF5A) (SGP.32 §5.9.15).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 90))]
pub struct ImmediateEnableResponse {
    /// `immediateEnableResult` (80).
    #[rasn(identifier = "immediateEnableResult", tag(context, 0))]
    pub immediate_enable_result: ImmediateEnableResponseImmediateEnableResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ProfileRollbackRequest` (BF58) (SGP.32 §5.9.16).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 88))]
pub struct ProfileRollbackRequest {
    /// `refreshFlag` (80): indicating whether REFRESH is required.
    #[rasn(identifier = "refreshFlag")]
    pub refresh_flag: bool,
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

/// `ProfileRollbackResponse` (BF58) (SGP.32 §5.9.16).
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

/// `ConfigureImmediateProfileEnablingRequest` (BF59) (SGP.32 §5.9.17).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 89))]
pub struct ConfigureImmediateProfileEnablingRequest {
    /// `immediateEnableFlag` (80).
    #[rasn(identifier = "immediateEnableFlag", tag(context, 0))]
    pub immediate_enable_flag: Option<()>,
    /// `defaultSmdpOid` (81).
    #[rasn(identifier = "defaultSmdpOid", tag(context, 1))]
    pub default_smdp_oid: Option<ObjectIdentifier>,
    /// `defaultSmdpAddress` (82).
    #[rasn(identifier = "defaultSmdpAddress", tag(context, 2))]
    pub default_smdp_address: Option<String>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `configImmediateEnableResult` of `ConfigureImmediateProfileEnablingResponse`.
    ConfigureImmediateProfileEnablingResponseConfigImmediateEnableResult {
        /// `ok`.
        OK = 0 "ok",
        /// `insufficientMemory`.
        INSUFFICIENT_MEMORY = 1 "insufficientMemory",
        /// `associatedEimAlreadyExists`.
        ASSOCIATED_EIM_ALREADY_EXISTS = 2 "associatedEimAlreadyExists",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ConfigureImmediateProfileEnablingResponse` (BF59) (SGP.32 §5.9.17).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 89))]
pub struct ConfigureImmediateProfileEnablingResponse {
    /// `configImmediateEnableResult` (80).
    #[rasn(identifier = "configImmediateEnableResult", tag(context, 0))]
    pub config_immediate_enable_result:
        ConfigureImmediateProfileEnablingResponseConfigImmediateEnableResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `searchCriteria` of `GetEimConfigurationDataRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum GetEimConfigurationDataRequestSearchCriteria {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    EimId(String),
}

/// `GetEimConfigurationDataRequest` (BF55) (SGP.32 §5.9.18).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 85))]
pub struct GetEimConfigurationDataRequest {
    /// `searchCriteria` (A0).
    #[rasn(identifier = "searchCriteria")]
    pub search_criteria: Option<GetEimConfigurationDataRequestSearchCriteria>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetEimConfigurationDataResponse` (BF55) (SGP.32 §5.9.18).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 85))]
pub struct GetEimConfigurationDataResponse {
    /// `eimConfigurationDataList` (A0).
    #[rasn(identifier = "eimConfigurationDataList", tag(context, 0))]
    pub eim_configuration_data_list: Vec<EimConfigurationData>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ExecuteFallbackMechanismRequest` (BF5D).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 93))]
pub struct ExecuteFallbackMechanismRequest {
    /// `refreshFlag` (80): indicating whether REFRESH is required.
    #[rasn(identifier = "refreshFlag")]
    pub refresh_flag: bool,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `executeFallbackMechanismResult` of `ExecuteFallbackMechanismResponse`.
    ExecuteFallbackMechanismResponseExecuteFallbackMechanismResult {
        /// `ok`.
        OK = 0 "ok",
        /// `profileNotInDisabledState`.
        PROFILE_NOT_IN_DISABLED_STATE = 2 "profileNotInDisabledState",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// Fallback Attribute not set.
        FALLBACK_NOT_AVAILABLE = 6 "fallbackNotAvailable",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `ecallActive`.
        ECALL_ACTIVE = 104 "ecallActive",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ExecuteFallbackMechanismResponse` (BF5D).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 93))]
pub struct ExecuteFallbackMechanismResponse {
    /// `executeFallbackMechanismResult` (80).
    #[rasn(identifier = "executeFallbackMechanismResult", tag(context, 0))]
    pub execute_fallback_mechanism_result:
        ExecuteFallbackMechanismResponseExecuteFallbackMechanismResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `ReturnFromFallbackRequest` (BF5E).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 94))]
pub struct ReturnFromFallbackRequest {
    /// `refreshFlag` (80): indicating whether REFRESH is required.
    #[rasn(identifier = "refreshFlag")]
    pub refresh_flag: bool,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `returnFromFallbackResult` of `ReturnFromFallbackResponse`.
    ReturnFromFallbackResponseReturnFromFallbackResult {
        /// `ok`.
        OK = 0 "ok",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// Fallback Attribute not set.
        FALLBACK_NOT_AVAILABLE = 6 "fallbackNotAvailable",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ReturnFromFallbackResponse` (BF5E).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 94))]
pub struct ReturnFromFallbackResponse {
    /// `returnFromFallbackResult` (80).
    #[rasn(identifier = "returnFromFallbackResult", tag(context, 0))]
    pub return_from_fallback_result: ReturnFromFallbackResponseReturnFromFallbackResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EnableEmergencyProfileRequest` (BF5B).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 91))]
pub struct EnableEmergencyProfileRequest {
    /// `refreshFlag` (80): indicating whether REFRESH is required.
    #[rasn(identifier = "refreshFlag")]
    pub refresh_flag: bool,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `enableEmergencyProfileResult` of `EnableEmergencyProfileResponse`.
    EnableEmergencyProfileResponseEnableEmergencyProfileResult {
        /// `ok`.
        OK = 0 "ok",
        /// `profileNotInDisabledState`.
        PROFILE_NOT_IN_DISABLED_STATE = 2 "profileNotInDisabledState",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// Emergency Profile does not exist.
        ECALL_NOT_AVAILABLE = 8 "ecallNotAvailable",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `EnableEmergencyProfileResponse` (BF5B).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 91))]
pub struct EnableEmergencyProfileResponse {
    /// `enableEmergencyProfileResult` (80).
    #[rasn(identifier = "enableEmergencyProfileResult", tag(context, 0))]
    pub enable_emergency_profile_result: EnableEmergencyProfileResponseEnableEmergencyProfileResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `DisableEmergencyProfileRequest` (BF5C).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 92))]
pub struct DisableEmergencyProfileRequest {
    /// `refreshFlag` (80): indicating whether REFRESH is required.
    #[rasn(identifier = "refreshFlag")]
    pub refresh_flag: bool,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `disableEmergencyProfileResult` of `DisableEmergencyProfileResponse`.
    DisableEmergencyProfileResponseDisableEmergencyProfileResult {
        /// `ok`.
        OK = 0 "ok",
        /// `profileNotInEnabledState`.
        PROFILE_NOT_IN_ENABLED_STATE = 2 "profileNotInEnabledState",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
        /// `ecallNotAvailable`.
        ECALL_NOT_AVAILABLE = 8 "ecallNotAvailable",
    }
}

/// `DisableEmergencyProfileResponse` (BF5C).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 92))]
pub struct DisableEmergencyProfileResponse {
    /// `disableEmergencyProfileResult` (80).
    #[rasn(identifier = "disableEmergencyProfileResult", tag(context, 0))]
    pub disable_emergency_profile_result:
        DisableEmergencyProfileResponseDisableEmergencyProfileResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetConnectivityParametersRequest` (BF5F).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 95))]
pub struct GetConnectivityParametersRequest {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetConnectivityParametersResponse` (BF5F).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 95)))]
pub enum GetConnectivityParametersResponse {
    /// `connectivityParameters` (A0).
    #[rasn(identifier = "connectivityParameters")]
    ConnectivityParameters(ConnectivityParameters),
    /// `connectivityParametersError` (81).
    #[rasn(identifier = "connectivityParametersError")]
    ConnectivityParametersError(ConnectivityParametersError),
}

/// `ConnectivityParameters`.
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct ConnectivityParameters {
    /// `httpParams` (81): Also used for CoAP.
    #[rasn(identifier = "httpParams", tag(context, 1))]
    pub http_params: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `ConnectivityParametersError`.
    ConnectivityParametersError {
        /// `parametersNotAvailable`.
        PARAMETERS_NOT_AVAILABLE = 1 "parametersNotAvailable",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SGP32-SetDefaultDpAddressRequest` (BF65) (SGP.32 §2.11.1.1.3).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 101))]
pub struct Sgp32SetDefaultDpAddressRequest {
    /// `defaultDpAddress` (80): Default SM-DP+ address as an FQDN.
    #[rasn(identifier = "defaultDpAddress")]
    pub default_dp_address: String,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `setDefaultDpAddressResult` of `SGP32-SetDefaultDpAddressResponse`.
    Sgp32SetDefaultDpAddressResponseSetDefaultDpAddressResult {
        /// `ok`.
        OK = 0 "ok",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SGP32-SetDefaultDpAddressResponse` (BF65) (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 101))]
pub struct Sgp32SetDefaultDpAddressResponse {
    /// `setDefaultDpAddressResult` (80).
    #[rasn(identifier = "setDefaultDpAddressResult")]
    pub set_default_dp_address_result: Sgp32SetDefaultDpAddressResponseSetDefaultDpAddressResult,
    /// Members this version does not know.
    pub additions: Additions,
}
