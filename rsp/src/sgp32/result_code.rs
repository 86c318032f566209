// SPDX-License-Identifier: MIT OR Apache-2.0
//! Result codes of the single PSMO and eCO.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{EimIdType, Sgp32ProfileInfo};
use crate::asn1::integer_names;
use crate::raw::Additions;

integer_names! {
    /// `ConfigureImmediateEnableResult` (SGP.32 §2.11.2.1).
    ConfigureImmediateEnableResult {
        /// `ok`.
        OK = 0 "ok",
        /// `insufficientMemory`.
        INSUFFICIENT_MEMORY = 1 "insufficientMemory",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `EnableProfileResult` (SGP.32 §2.11.2.1).
    EnableProfileResult {
        /// `ok`.
        OK = 0 "ok",
        /// `iccidOrAidNotFound`.
        ICCID_OR_AID_NOT_FOUND = 1 "iccidOrAidNotFound",
        /// `profileNotInDisabledState`.
        PROFILE_NOT_IN_DISABLED_STATE = 2 "profileNotInDisabledState",
        /// `disallowedByPolicy`.
        DISALLOWED_BY_POLICY = 3 "disallowedByPolicy",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// `rollbackNotAvailable`.
        ROLLBACK_NOT_AVAILABLE = 20 "rollbackNotAvailable",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `DisableProfileResult` (SGP.32 §2.11.2.1).
    DisableProfileResult {
        /// `ok`.
        OK = 0 "ok",
        /// `iccidOrAidNotFound`.
        ICCID_OR_AID_NOT_FOUND = 1 "iccidOrAidNotFound",
        /// `profileNotInEnabledState`.
        PROFILE_NOT_IN_ENABLED_STATE = 2 "profileNotInEnabledState",
        /// `disallowedByPolicy`.
        DISALLOWED_BY_POLICY = 3 "disallowedByPolicy",
        /// `catBusy`.
        CAT_BUSY = 5 "catBusy",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `DeleteProfileResult` (SGP.32 §2.11.2.1).
    DeleteProfileResult {
        /// `ok`.
        OK = 0 "ok",
        /// `iccidOrAidNotFound`.
        ICCID_OR_AID_NOT_FOUND = 1 "iccidOrAidNotFound",
        /// `profileNotInDisabledState`.
        PROFILE_NOT_IN_DISABLED_STATE = 2 "profileNotInDisabledState",
        /// `disallowedByPolicy`.
        DISALLOWED_BY_POLICY = 3 "disallowedByPolicy",
        /// `rollbackNotAvailable`.
        ROLLBACK_NOT_AVAILABLE = 20 "rollbackNotAvailable",
        /// `returnFallbackProfile`.
        RETURN_FALLBACK_PROFILE = 21 "returnFallbackProfile",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SGP32-ProfileInfoListResponse` (BF2D) (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 45)))]
pub enum Sgp32ProfileInfoListResponse {
    /// `profileInfoListOk` (A0): see SGP.22.
    #[rasn(identifier = "profileInfoListOk")]
    ProfileInfoListOk(Vec<Sgp32ProfileInfo>),
    /// `profileInfoListError` (81).
    #[rasn(identifier = "profileInfoListError")]
    ProfileInfoListError(Sgp32ProfileInfoListError),
}

integer_names! {
    /// `SGP32-ProfileInfoListError` (SGP.32 §2.11.2.1).
    Sgp32ProfileInfoListError {
        /// `incorrectInputValues`.
        INCORRECT_INPUT_VALUES = 1 "incorrectInputValues",
        /// `profileChangeOngoing`.
        PROFILE_CHANGE_ONGOING = 11 "profileChangeOngoing",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `RollbackProfileResult` (SGP.32 §2.11.2.1).
    RollbackProfileResult {
        /// `ok`.
        OK = 0 "ok",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `SetFallbackAttributeResult` (SGP.32 §2.11.2.1).
    SetFallbackAttributeResult {
        /// `ok`.
        OK = 0 "ok",
        /// `iccidOrAidNotFound`.
        ICCID_OR_AID_NOT_FOUND = 1 "iccidOrAidNotFound",
        /// `fallbackNotAllowed`.
        FALLBACK_NOT_ALLOWED = 2 "fallbackNotAllowed",
        /// `fallbackProfileEnabled`.
        FALLBACK_PROFILE_ENABLED = 3 "fallbackProfileEnabled",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `UnsetFallbackAttributeResult` (SGP.32 §2.11.2.1).
    UnsetFallbackAttributeResult {
        /// `ok`.
        OK = 0 "ok",
        /// `noFallbackAttribute`.
        NO_FALLBACK_ATTRIBUTE = 2 "noFallbackAttribute",
        /// `fallbackProfileEnabled`.
        FALLBACK_PROFILE_ENABLED = 3 "fallbackProfileEnabled",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `addEimResultCode` of `AddEimResult`.
    AddEimResultAddEimResultCode {
        /// `ok`.
        OK = 0 "ok",
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

/// `AddEimResult` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum AddEimResult {
    /// `associationToken` (84).
    #[rasn(identifier = "associationToken", tag(context, 4))]
    AssociationToken(i64),
    /// `addEimResultCode` (02).
    #[rasn(identifier = "addEimResultCode")]
    AddEimResultCode(AddEimResultAddEimResultCode),
}

integer_names! {
    /// `DeleteEimResult` (SGP.32 §2.11.2.1).
    DeleteEimResult {
        /// `ok`.
        OK = 0 "ok",
        /// `eimNotFound`.
        EIM_NOT_FOUND = 1 "eimNotFound",
        /// No eIM Configuration Data available in eUICC.
        LAST_EIM_DELETED = 2 "lastEimDeleted",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `UpdateEimResult` (SGP.32 §2.11.2.1).
    UpdateEimResult {
        /// `ok`.
        OK = 0 "ok",
        /// `eimNotFound`.
        EIM_NOT_FOUND = 1 "eimNotFound",
        /// `ciPKUnknown`.
        CI_PK_UNKNOWN = 3 "ciPKUnknown",
        /// `counterValueOutOfRange`.
        COUNTER_VALUE_OUT_OF_RANGE = 6 "counterValueOutOfRange",
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

integer_names! {
    /// `listEimError` of `ListEimResult`.
    ListEimResultListEimError {
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ListEimResult` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum ListEimResult {
    /// `eimIdList` (A0).
    #[rasn(identifier = "eimIdList")]
    EimIdList(Vec<EimIdInfo>),
    /// `listEimError` (81).
    #[rasn(identifier = "listEimError")]
    ListEimError(ListEimResultListEimError),
}

/// `EimIdInfo` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EimIdInfo {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `eimIdType` (82): present in case of eimIdTypeOid and eimIdTypeFqdn.
    #[rasn(identifier = "eimIdType", tag(context, 2))]
    pub eim_id_type: Option<EimIdType>,
    /// Members this version does not know.
    pub additions: Additions,
}
