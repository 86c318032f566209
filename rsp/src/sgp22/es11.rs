// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES11: the SM-DS answers to AuthenticateClient.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::TransactionId;
use crate::asn1::integer_names;
use crate::raw::Additions;

integer_names! {
    /// `authenticateClientError` of `AuthenticateClientResponseEs11`.
    AuthenticateClientResponseEs11AuthenticateClientError {
        /// `eumCertificateInvalid`.
        EUM_CERTIFICATE_INVALID = 1 "eumCertificateInvalid",
        /// `eumCertificateExpired`.
        EUM_CERTIFICATE_EXPIRED = 2 "eumCertificateExpired",
        /// `euiccCertificateInvalid`.
        EUICC_CERTIFICATE_INVALID = 3 "euiccCertificateInvalid",
        /// `euiccCertificateExpired`.
        EUICC_CERTIFICATE_EXPIRED = 4 "euiccCertificateExpired",
        /// `euiccSignatureInvalid`.
        EUICC_SIGNATURE_INVALID = 5 "euiccSignatureInvalid",
        /// `eventIdUnknown`.
        EVENT_ID_UNKNOWN = 6 "eventIdUnknown",
        /// `invalidTransactionId`.
        INVALID_TRANSACTION_ID = 7 "invalidTransactionId",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
        /// `ciPKUnknown`.
        CI_PK_UNKNOWN = 8 "ciPKUnknown",
        /// `ciPKMismatch`.
        CI_PK_MISMATCH = 9 "ciPKMismatch",
        /// `euiccRspCapabilityHasChanged`.
        EUICC_RSP_CAPABILITY_HAS_CHANGED = 10 "euiccRspCapabilityHasChanged",
        /// `lpaRspCapabilityHasChanged`.
        LPA_RSP_CAPABILITY_HAS_CHANGED = 11 "lpaRspCapabilityHasChanged",
        /// `pushServiceNotSupport`.
        PUSH_SERVICE_NOT_SUPPORT = 12 "pushServiceNotSupport",
        /// `pushServiceRegistrationNotSupported`.
        PUSH_SERVICE_REGISTRATION_NOT_SUPPORTED = 13 "pushServiceRegistrationNotSupported",
        /// `invalidInputData`.
        INVALID_INPUT_DATA = 124 "invalidInputData",
        /// `missingInputData`.
        MISSING_INPUT_DATA = 125 "missingInputData",
        /// `functionProviderBusy`.
        FUNCTION_PROVIDER_BUSY = 126 "functionProviderBusy",
    }
}

/// `AuthenticateClientResponseEs11` (BF40) (SGP.22 §5.8.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 64)))]
pub enum AuthenticateClientResponseEs11 {
    /// `authenticateClientOk` (A0).
    #[rasn(identifier = "authenticateClientOk")]
    AuthenticateClientOk(AuthenticateClientOkEs11),
    /// `authenticateClientError` (81).
    #[rasn(identifier = "authenticateClientError")]
    AuthenticateClientError(AuthenticateClientResponseEs11AuthenticateClientError),
}

/// `AuthenticateClientOkEs11` (SGP.22 §5.8.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct AuthenticateClientOkEs11 {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId")]
    pub transaction_id: TransactionId,
    /// `eventEntries` (A1).
    #[rasn(identifier = "eventEntries")]
    pub event_entries: Vec<EventEntries>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `EventEntries` (SGP.22 §5.8.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct EventEntries {
    /// `eventId` (80).
    #[rasn(identifier = "eventId")]
    pub event_id: String,
    /// `rspServerAddress` (81).
    #[rasn(identifier = "rspServerAddress")]
    pub rsp_server_address: String,
    /// Members this version does not know.
    pub additions: Additions,
}
