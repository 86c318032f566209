// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC Package results.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{
    AddEimResult, ConfigureImmediateEnableResult, DeleteEimResult, DeleteProfileResult,
    DisableProfileResult, EnableProfileResult, EuiccPackageUnsignedErrorCode, ListEimResult,
    RollbackProfileResult, SetFallbackAttributeResult, Sgp32ProfileInfoListResponse,
    Sgp32SetDefaultDpAddressResponse, UnsetFallbackAttributeResult, UpdateEimResult,
};
use crate::asn1::{OctetString, integer_names};
use crate::raw::{Additions, Raw};
use crate::sgp22::{RulesAuthorisationTable, TransactionId};

/// `EimAcknowledgements` (BF53) (SGP.32 §2.11.1.4).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(delegate, tag(context, 83))]
pub struct EimAcknowledgements(pub Vec<SequenceNumber>);

/// `SequenceNumber` (80) (SGP.32 §2.11.1.4).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(delegate, tag(context, 0))]
pub struct SequenceNumber(pub i64);

/// `EuiccPackageResult` (BF51) (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 81)))]
pub enum EuiccPackageResult {
    /// `euiccPackageResultSigned` (A0).
    #[rasn(identifier = "euiccPackageResultSigned")]
    EuiccPackageResultSigned(EuiccPackageResultSigned),
    /// `euiccPackageErrorSigned` (A1).
    #[rasn(identifier = "euiccPackageErrorSigned")]
    EuiccPackageErrorSigned(EuiccPackageErrorSigned),
    /// `euiccPackageErrorUnsigned` (A2).
    #[rasn(identifier = "euiccPackageErrorUnsigned")]
    EuiccPackageErrorUnsigned(EuiccPackageErrorUnsigned),
}

/// `EuiccPackageResultSigned` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct EuiccPackageResultSigned {
    /// `euiccPackageResultDataSigned` (30).
    #[rasn(identifier = "euiccPackageResultDataSigned")]
    pub euicc_package_result_data_signed: Raw<EuiccPackageResultDataSigned>,
    /// `euiccSignEPR` (5F37).
    #[rasn(identifier = "euiccSignEPR", tag(application, 55))]
    pub euicc_sign_epr: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EuiccPackageResultDataSigned` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EuiccPackageResultDataSigned {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `counterValue` (81).
    #[rasn(identifier = "counterValue", tag(context, 1))]
    pub counter_value: i64,
    /// `eimTransactionId` (82).
    #[rasn(identifier = "eimTransactionId", tag(context, 2))]
    pub eim_transaction_id: Option<TransactionId>,
    /// `seqNumber` (83).
    #[rasn(identifier = "seqNumber", tag(context, 3))]
    pub seq_number: i64,
    /// `euiccResult` (30).
    #[rasn(identifier = "euiccResult")]
    pub euicc_result: Vec<EuiccResultData>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `processingTerminated` of `EuiccResultData`.
    EuiccResultDataProcessingTerminated {
        /// `resultSizeOverflow`.
        RESULT_SIZE_OVERFLOW = 1 "resultSizeOverflow",
        /// `unknownOrDamagedCommand`.
        UNKNOWN_OR_DAMAGED_COMMAND = 2 "unknownOrDamagedCommand",
        /// `interruption`.
        INTERRUPTION = 3 "interruption",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `EuiccResultData` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum EuiccResultData {
    /// `enableResult` (83).
    #[rasn(identifier = "enableResult", tag(context, 3))]
    EnableResult(EnableProfileResult),
    /// `disableResult` (84).
    #[rasn(identifier = "disableResult", tag(context, 4))]
    DisableResult(DisableProfileResult),
    /// `deleteResult` (85).
    #[rasn(identifier = "deleteResult", tag(context, 5))]
    DeleteResult(DeleteProfileResult),
    /// `listProfileInfoResult` (BF2D).
    #[rasn(identifier = "listProfileInfoResult", tag(context, 45))]
    ListProfileInfoResult(Sgp32ProfileInfoListResponse),
    /// `getRATResult` (A6): see SGP.22.
    #[rasn(identifier = "getRATResult", tag(context, 6))]
    GetRatResult(RulesAuthorisationTable),
    /// `configureImmediateEnableResult` (87).
    #[rasn(identifier = "configureImmediateEnableResult", tag(context, 7))]
    ConfigureImmediateEnableResult(ConfigureImmediateEnableResult),
    /// `addEimResult` (A8).
    #[rasn(identifier = "addEimResult", tag(context, 8))]
    AddEimResult(AddEimResult),
    /// `deleteEimResult` (89).
    #[rasn(identifier = "deleteEimResult", tag(context, 9))]
    DeleteEimResult(DeleteEimResult),
    /// `updateEimResult` (8A).
    #[rasn(identifier = "updateEimResult", tag(context, 10))]
    UpdateEimResult(UpdateEimResult),
    /// `listEimResult` (AB).
    #[rasn(identifier = "listEimResult", tag(context, 11))]
    ListEimResult(ListEimResult),
    /// `rollbackResult` (8C).
    #[rasn(identifier = "rollbackResult", tag(context, 12))]
    RollbackResult(RollbackProfileResult),
    /// `setFallbackAttributeResult` (8D).
    #[rasn(identifier = "setFallbackAttributeResult", tag(context, 13))]
    SetFallbackAttributeResult(SetFallbackAttributeResult),
    /// `unsetFallbackAttributeResult` (8E).
    #[rasn(identifier = "unsetFallbackAttributeResult", tag(context, 14))]
    UnsetFallbackAttributeResult(UnsetFallbackAttributeResult),
    /// `processingTerminated` (02).
    #[rasn(identifier = "processingTerminated")]
    ProcessingTerminated(EuiccResultDataProcessingTerminated),
    /// `setDefaultDpAddressResult` (BF65).
    #[rasn(identifier = "setDefaultDpAddressResult", tag(context, 101))]
    SetDefaultDpAddressResult(Sgp32SetDefaultDpAddressResponse),
}

/// `EuiccPackageErrorSigned` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct EuiccPackageErrorSigned {
    /// `euiccPackageErrorDataSigned` (30).
    #[rasn(identifier = "euiccPackageErrorDataSigned")]
    pub euicc_package_error_data_signed: Raw<EuiccPackageErrorDataSigned>,
    /// `euiccSignEPE` (5F37).
    #[rasn(identifier = "euiccSignEPE", tag(application, 55))]
    pub euicc_sign_epe: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EuiccPackageErrorDataSigned` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct EuiccPackageErrorDataSigned {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `counterValue` (81).
    #[rasn(identifier = "counterValue", tag(context, 1))]
    pub counter_value: i64,
    /// `eimTransactionId` (82).
    #[rasn(identifier = "eimTransactionId", tag(context, 2))]
    pub eim_transaction_id: Option<TransactionId>,
    /// `euiccPackageErrorCode` (02).
    #[rasn(identifier = "euiccPackageErrorCode")]
    pub euicc_package_error_code: EuiccPackageErrorCode,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `EuiccPackageErrorCode` (SGP.32 §2.11.2.1).
    EuiccPackageErrorCode {
        /// `invalidEid`.
        INVALID_EID = 3 "invalidEid",
        /// `replayError`.
        REPLAY_ERROR = 4 "replayError",
        /// `counterValueOutOfRange`.
        COUNTER_VALUE_OUT_OF_RANGE = 6 "counterValueOutOfRange",
        /// `sizeOverflow`.
        SIZE_OVERFLOW = 15 "sizeOverflow",
        /// `ecallActive`.
        ECALL_ACTIVE = 104 "ecallActive",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `EuiccPackageErrorUnsigned` (SGP.32 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EuiccPackageErrorUnsigned {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `eimTransactionId` (82).
    #[rasn(identifier = "eimTransactionId", tag(context, 2))]
    pub eim_transaction_id: Option<TransactionId>,
    /// `associationToken` (84).
    #[rasn(identifier = "associationToken", tag(context, 4))]
    pub association_token: Option<i64>,
    /// `euiccPackageUnsignedErrorCode` (8F): v1.3.
    #[rasn(identifier = "euiccPackageUnsignedErrorCode", tag(context, 15))]
    pub euicc_package_unsigned_error_code: Option<EuiccPackageUnsignedErrorCode>,
    /// Members this version does not know.
    pub additions: Additions,
}
