// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10c: profile management on the eUICC.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{Iccid, Octet1, Octet16, OctetTo16, OperatorId, PprIds};
use crate::asn1::{integer_names, named_bits};
use crate::raw::Additions;

/// `SetNicknameRequest` (BF29) (SGP.22 §5.7.21).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 41))]
pub struct SetNicknameRequest {
    /// `iccid` (5A).
    #[rasn(identifier = "iccid")]
    pub iccid: Iccid,
    /// `profileNickname` (90).
    #[rasn(identifier = "profileNickname", tag(context, 16))]
    pub profile_nickname: String,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `setNicknameResult` of `SetNicknameResponse`.
    SetNicknameResponseSetNicknameResult {
        /// `ok`.
        OK = 0 "ok",
        /// `iccidNotFound`.
        ICCID_NOT_FOUND = 1 "iccidNotFound",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SetNicknameResponse` (BF29) (SGP.22 §5.7.21).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 41))]
pub struct SetNicknameResponse {
    /// `setNicknameResult` (80).
    #[rasn(identifier = "setNicknameResult")]
    pub set_nickname_result: SetNicknameResponseSetNicknameResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `profileIdentifier` of `EnableProfileRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum EnableProfileRequestProfileIdentifier {
    /// `isdpAid` (4F): AID.
    #[rasn(identifier = "isdpAid", tag(application, 15))]
    IsdpAid(OctetTo16),
    /// `iccid` (5A).
    #[rasn(identifier = "iccid")]
    Iccid(Iccid),
}

/// `EnableProfileRequest` (BF31) (SGP.22 §5.7.16).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 49))]
pub struct EnableProfileRequest {
    /// `profileIdentifier` (A0).
    #[rasn(identifier = "profileIdentifier")]
    pub profile_identifier: EnableProfileRequestProfileIdentifier,
    /// `refreshFlag` (81): indicating whether REFRESH is required.
    #[rasn(identifier = "refreshFlag")]
    pub refresh_flag: bool,
    /// `targetEsimPort` (82): from SGP.22 v3.
    #[rasn(identifier = "targetEsimPort")]
    pub target_esim_port: Option<i64>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `enableResult` of `EnableProfileResponse`.
    EnableProfileResponseEnableResult {
        /// `ok`.
        OK = 0 "ok",
        /// `iccidOrAidNotFound`.
        ICCID_OR_AID_NOT_FOUND = 1 "iccidOrAidNotFound",
        /// `profileNotInDisabledState`.
        PROFILE_NOT_IN_DISABLED_STATE = 2 "profileNotInDisabledState",
        /// `disallowedByPolicy`.
        DISALLOWED_BY_POLICY = 3 "disallowedByPolicy",
        /// `wrongProfileReenabling`.
        WRONG_PROFILE_REENABLING = 4 "wrongProfileReenabling",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// `disallowedByEnterpriseRule`.
        DISALLOWED_BY_ENTERPRISE_RULE = 6 "disallowedByEnterpriseRule",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `disallowedForRpm`.
        DISALLOWED_FOR_RPM = 9 "disallowedForRpm",
        /// `noEsimPortAvailable`.
        NO_ESIM_PORT_AVAILABLE = 10 "noEsimPortAvailable",
    }
}

/// `EnableProfileResponse` (BF31) (SGP.22 §5.7.16).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 49))]
pub struct EnableProfileResponse {
    /// `enableResult` (80).
    #[rasn(identifier = "enableResult")]
    pub enable_result: EnableProfileResponseEnableResult,
    /// `targetEsimPort` (81): from SGP.22 v3.
    #[rasn(identifier = "targetEsimPort")]
    pub target_esim_port: Option<i64>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `profileIdentifier` of `DisableProfileRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum DisableProfileRequestProfileIdentifier {
    /// `isdpAid` (4F): AID.
    #[rasn(identifier = "isdpAid", tag(application, 15))]
    IsdpAid(OctetTo16),
    /// `iccid` (5A).
    #[rasn(identifier = "iccid")]
    Iccid(Iccid),
}

/// `DisableProfileRequest` (BF32) (SGP.22 §5.7.17).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 50))]
pub struct DisableProfileRequest {
    /// `profileIdentifier` (A0).
    #[rasn(identifier = "profileIdentifier")]
    pub profile_identifier: DisableProfileRequestProfileIdentifier,
    /// `refreshFlag` (81): indicating whether REFRESH is required.
    #[rasn(identifier = "refreshFlag")]
    pub refresh_flag: bool,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `disableResult` of `DisableProfileResponse`.
    DisableProfileResponseDisableResult {
        /// `ok`.
        OK = 0 "ok",
        /// `iccidOrAidNotFound`.
        ICCID_OR_AID_NOT_FOUND = 1 "iccidOrAidNotFound",
        /// `profileNotInEnabledState`.
        PROFILE_NOT_IN_ENABLED_STATE = 2 "profileNotInEnabledState",
        /// `disallowedByPolicy`.
        DISALLOWED_BY_POLICY = 3 "disallowedByPolicy",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `disallowedForRpm`.
        DISALLOWED_FOR_RPM = 10 "disallowedForRpm",
    }
}

/// `DisableProfileResponse` (BF32) (SGP.22 §5.7.17).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 50))]
pub struct DisableProfileResponse {
    /// `disableResult` (80).
    #[rasn(identifier = "disableResult")]
    pub disable_result: DisableProfileResponseDisableResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `DeleteProfileRequest` (BF33) (SGP.22 §5.7.18).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, tag(explicit(context, 51)))]
pub enum DeleteProfileRequest {
    /// `isdpAid` (4F): AID.
    #[rasn(identifier = "isdpAid", tag(application, 15))]
    IsdpAid(OctetTo16),
    /// `iccid` (5A).
    #[rasn(identifier = "iccid")]
    Iccid(Iccid),
}

integer_names! {
    /// `deleteResult` of `DeleteProfileResponse`.
    DeleteProfileResponseDeleteResult {
        /// `ok`.
        OK = 0 "ok",
        /// `iccidOrAidNotFound`.
        ICCID_OR_AID_NOT_FOUND = 1 "iccidOrAidNotFound",
        /// `profileNotInDisabledState`.
        PROFILE_NOT_IN_DISABLED_STATE = 2 "profileNotInDisabledState",
        /// `disallowedByPolicy`.
        DISALLOWED_BY_POLICY = 3 "disallowedByPolicy",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `DeleteProfileResponse` (BF33) (SGP.22 §5.7.18).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 51))]
pub struct DeleteProfileResponse {
    /// `deleteResult` (80).
    #[rasn(identifier = "deleteResult")]
    pub delete_result: DeleteProfileResponseDeleteResult,
    /// Members this version does not know.
    pub additions: Additions,
}

named_bits! {
    /// `resetOptions` of `EuiccMemoryResetRequest`.
    EuiccMemoryResetRequestResetOptions {
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
    }
}

/// `EuiccMemoryResetRequest` (BF34) (SGP.22 §5.7.19).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 52))]
pub struct EuiccMemoryResetRequest {
    /// `resetOptions` (82).
    #[rasn(identifier = "resetOptions", tag(context, 2))]
    pub reset_options: EuiccMemoryResetRequestResetOptions,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `resetResult` of `EuiccMemoryResetResponse`.
    EuiccMemoryResetResponseResetResult {
        /// `ok`.
        OK = 0 "ok",
        /// `nothingToDelete`.
        NOTHING_TO_DELETE = 1 "nothingToDelete",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
    }
}

/// `EuiccMemoryResetResponse` (BF34) (SGP.22 §5.7.19).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 52))]
pub struct EuiccMemoryResetResponse {
    /// `resetResult` (80).
    #[rasn(identifier = "resetResult")]
    pub reset_result: EuiccMemoryResetResponseResetResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetEuiccDataRequest` (BF3E) (SGP.22 §5.7.20).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 62))]
pub struct GetEuiccDataRequest {
    /// `tagList` (5C): the value SHALL be set to '5A'.
    #[rasn(identifier = "tagList", tag(application, 28))]
    pub tag_list: Octet1,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetEuiccDataResponse` (BF3E) (SGP.22 §5.7.20).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 62))]
pub struct GetEuiccDataResponse {
    /// `eidValue` (5A).
    #[rasn(identifier = "eidValue", tag(application, 26))]
    pub eid_value: Octet16,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetRatRequest` (BF43) (SGP.22 §5.7.22).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 67))]
pub struct GetRatRequest {
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetRatResponse` (BF43) (SGP.22 §5.7.22).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 67))]
pub struct GetRatResponse {
    /// `rat` (A0).
    #[rasn(identifier = "rat")]
    pub rat: RulesAuthorisationTable,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `RulesAuthorisationTable` (SGP.22 §5.7.22).
pub type RulesAuthorisationTable = Vec<ProfilePolicyAuthorisationRule>;

named_bits! {
    /// `pprFlags` of `ProfilePolicyAuthorisationRule`.
    ProfilePolicyAuthorisationRulePprFlags {
        /// `consentRequired`.
        CONSENT_REQUIRED = 0 "consentRequired",
    }
}

/// `ProfilePolicyAuthorisationRule` (SGP.22 §5.7.22).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct ProfilePolicyAuthorisationRule {
    /// `pprIds` (80).
    #[rasn(identifier = "pprIds")]
    pub ppr_ids: PprIds,
    /// `allowedOperators` (A1).
    #[rasn(identifier = "allowedOperators")]
    pub allowed_operators: Vec<OperatorId>,
    /// `pprFlags` (82).
    #[rasn(identifier = "pprFlags")]
    pub ppr_flags: ProfilePolicyAuthorisationRulePprFlags,
    /// Members this version does not know.
    pub additions: Additions,
}
