// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC Package results.

use rasn::{AsnType, Decode, Decoder, Encode};

use crate::asn1::{OctetString, integer_names};
use crate::raw::{Additions, Raw};
use crate::sgp22::{ProfileInfo, RulesAuthorisationTable, TransactionId};
use crate::sgp32::{
    AddEimResult, DeleteEimResult, DeleteProfileResult, DisableProfileResult, EimIdType,
    EnableProfileResult, EuiccPackageErrorCode, RollbackProfileResult, Sgp32ProfileInfoListError,
    UpdateEimResult,
};

/// `EuiccPackageResult` (BF51) (SGP.32 v1.0 §2.11.2.1).
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

/// `EuiccPackageResultSigned` (SGP.32 v1.0 §2.11.2.1).
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

/// `EuiccPackageResultDataSigned` (SGP.32 v1.0 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EuiccPackageResultDataSigned {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `counterValue` (81).
    #[rasn(identifier = "counterValue", tag(context, 1))]
    pub counter_value: i64,
    /// `transactionId` (82).
    #[rasn(identifier = "transactionId", tag(context, 2))]
    pub transaction_id: Option<TransactionId>,
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

/// `EuiccResultData` (SGP.32 v1.0 §2.11.2.1).
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
    /// `configureAutoEnableResult` (87).
    #[rasn(identifier = "configureAutoEnableResult", tag(context, 7))]
    ConfigureAutoEnableResult(ConfigureAutoEnableResult),
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
    /// `processingTerminated` (02).
    #[rasn(identifier = "processingTerminated")]
    ProcessingTerminated(EuiccResultDataProcessingTerminated),
}

/// `EuiccPackageErrorSigned` (SGP.32 v1.0 §2.11.2.1).
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

/// `EuiccPackageErrorDataSigned` (SGP.32 v1.0 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct EuiccPackageErrorDataSigned {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `counterValue` (81).
    #[rasn(identifier = "counterValue", tag(context, 1))]
    pub counter_value: i64,
    /// `transactionId` (82).
    #[rasn(identifier = "transactionId", tag(context, 2))]
    pub transaction_id: Option<TransactionId>,
    /// `euiccPackageErrorCode` (02).
    #[rasn(identifier = "euiccPackageErrorCode")]
    pub euicc_package_error_code: EuiccPackageErrorCode,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EuiccPackageErrorUnsigned` (SGP.32 v1.0 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EuiccPackageErrorUnsigned {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `associationToken` (84).
    #[rasn(identifier = "associationToken", tag(context, 4))]
    pub association_token: Option<i64>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `ConfigureAutoEnableResult` (SGP.32 v1.0 §2.11.2.1).
    ConfigureAutoEnableResult {
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

/// `SGP32-ProfileInfoListResponse` (BF2D) (SGP.32 v1.0 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 45)))]
pub enum Sgp32ProfileInfoListResponse {
    /// `profileInfoListOk` (A0): see SGP.22.
    #[rasn(identifier = "profileInfoListOk")]
    ProfileInfoListOk(Vec<ProfileInfo>),
    /// `profileInfoListError` (81).
    #[rasn(identifier = "profileInfoListError")]
    ProfileInfoListError(Sgp32ProfileInfoListError),
}

integer_names! {
    /// `listEimError` of `ListEimResult`.
    ListEimResultListEimError {
        /// `commandError`.
        COMMAND_ERROR = 7 "commandError",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ListEimResult` (SGP.32 v1.0 §2.11.2.1).
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

/// `EimIdInfo` (SGP.32 v1.0 §2.11.2.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct EimIdInfo {
    /// `eimId` (80).
    #[rasn(identifier = "eimId", tag(context, 0))]
    pub eim_id: String,
    /// `eimIdType` (84): present in case of eimIdTypeOid and eimIdTypeFqdn.
    #[rasn(identifier = "eimIdType", tag(context, 4))]
    pub eim_id_type: Option<EimIdType>,
    /// Members this version does not know.
    pub additions: Additions,
}
