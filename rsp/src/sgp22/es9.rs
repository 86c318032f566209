// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+ and ES11 in the ASN.1 binding.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{
    AuthenticateClientResponseEs11, AuthenticateServerResponse, BoundProfilePackage,
    CancelSessionResponse, CertificateChain, EuiccInfo1, LpaRspCapability, Octet16, Optional,
    PendingNotification, PrepareDownloadRequest, PrepareDownloadResponse, ServerSigned1,
    SmdpSigned2, StoreMetadataRequest, SubjectKeyIdentifier, TransactionId,
};
use crate::asn1::{Certificate, CertificateList, OctetString, integer_names};
use crate::raw::{Additions, Raw};

/// `RemoteProfileProvisioningRequest` (A2) (SGP.22 §6.6).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, tag(explicit(context, 2)))]
pub enum RemoteProfileProvisioningRequest {
    /// `initiateAuthenticationRequest` (BF39).
    #[rasn(identifier = "initiateAuthenticationRequest", tag(context, 57))]
    InitiateAuthenticationRequest(InitiateAuthenticationRequest),
    /// `authenticateClientRequest` (BF3B).
    #[rasn(identifier = "authenticateClientRequest", tag(context, 59))]
    AuthenticateClientRequest(AuthenticateClientRequest),
    /// `getBoundProfilePackageRequest` (BF3A).
    #[rasn(identifier = "getBoundProfilePackageRequest", tag(context, 58))]
    GetBoundProfilePackageRequest(GetBoundProfilePackageRequest),
    /// `cancelSessionRequestEs9` (BF41).
    #[rasn(identifier = "cancelSessionRequestEs9", tag(context, 65))]
    CancelSessionRequestEs9(CancelSessionRequestEs9),
    /// `handleNotification` (BF3D).
    #[rasn(identifier = "handleNotification", tag(context, 61))]
    HandleNotification(HandleNotification),
}

/// `RemoteProfileProvisioningResponse` (A2) (SGP.22 §6.6).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, tag(explicit(context, 2)))]
pub enum RemoteProfileProvisioningResponse {
    /// `initiateAuthenticationResponse` (BF39).
    #[rasn(identifier = "initiateAuthenticationResponse", tag(context, 57))]
    InitiateAuthenticationResponse(InitiateAuthenticationResponse),
    /// `authenticateClientResponseEs9` (BF3B).
    #[rasn(identifier = "authenticateClientResponseEs9", tag(context, 59))]
    AuthenticateClientResponseEs9(AuthenticateClientResponseEs9),
    /// `getBoundProfilePackageResponse` (BF3A).
    #[rasn(identifier = "getBoundProfilePackageResponse", tag(context, 58))]
    GetBoundProfilePackageResponse(GetBoundProfilePackageResponse),
    /// `cancelSessionResponseEs9` (BF41).
    #[rasn(identifier = "cancelSessionResponseEs9", tag(context, 65))]
    CancelSessionResponseEs9(CancelSessionResponseEs9),
    /// `authenticateClientResponseEs11` (BF40).
    #[rasn(identifier = "authenticateClientResponseEs11", tag(context, 64))]
    AuthenticateClientResponseEs11(AuthenticateClientResponseEs11),
}

/// `InitiateAuthenticationRequest` (BF39) (SGP.22 §5.6.1).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 57))]
pub struct InitiateAuthenticationRequest {
    /// `euiccChallenge` (81): random eUICC challenge.
    #[rasn(identifier = "euiccChallenge", tag(context, 1))]
    pub euicc_challenge: Octet16,
    /// `smdpAddress` (83).
    #[rasn(identifier = "smdpAddress", tag(context, 3))]
    pub smdp_address: String,
    /// `euiccInfo1` (BF20).
    #[rasn(identifier = "euiccInfo1")]
    pub euicc_info1: EuiccInfo1,
    /// `lpaRspCapability` (03): from SGP.22 v3.
    #[rasn(identifier = "lpaRspCapability")]
    pub lpa_rsp_capability: Option<LpaRspCapability>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `initiateAuthenticationError` of `InitiateAuthenticationResponse`.
    InitiateAuthenticationResponseInitiateAuthenticationError {
        /// `invalidDpAddress`.
        INVALID_DP_ADDRESS = 1 "invalidDpAddress",
        /// `euiccVersionNotSupportedByDp`.
        EUICC_VERSION_NOT_SUPPORTED_BY_DP = 2 "euiccVersionNotSupportedByDp",
        /// `ciPKNotSupported`.
        CI_PK_NOT_SUPPORTED = 3 "ciPKNotSupported",
        /// `invalidInputData`.
        INVALID_INPUT_DATA = 124 "invalidInputData",
        /// `missingInputData`.
        MISSING_INPUT_DATA = 125 "missingInputData",
        /// `functionProviderBusy`.
        FUNCTION_PROVIDER_BUSY = 126 "functionProviderBusy",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `InitiateAuthenticationResponse` (BF39) (SGP.22 §5.6.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 57)))]
pub enum InitiateAuthenticationResponse {
    /// `initiateAuthenticationOk` (A0).
    #[rasn(identifier = "initiateAuthenticationOk")]
    InitiateAuthenticationOk(InitiateAuthenticationOkEs9),
    /// `initiateAuthenticationError` (81).
    #[rasn(identifier = "initiateAuthenticationError")]
    InitiateAuthenticationError(InitiateAuthenticationResponseInitiateAuthenticationError),
}

/// `InitiateAuthenticationOkEs9` (SGP.22 §5.6.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct InitiateAuthenticationOkEs9 {
    /// `transactionId` (80): The TransactionID generated by the SM-DP+.
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `serverSigned1` (30): Signed information.
    #[rasn(identifier = "serverSigned1")]
    pub server_signed1: Raw<ServerSigned1>,
    /// `serverSignature1` (5F37): Server_Sign1.
    #[rasn(identifier = "serverSignature1", tag(application, 55))]
    pub server_signature1: OctetString,
    /// `euiccCiPKIdToBeUsed` (04): The curve CI Public Key to be used as required by
    /// ES10b.AuthenticateServer.
    #[rasn(identifier = "euiccCiPKIdToBeUsed")]
    pub euicc_ci_pk_id_to_be_used: Option<SubjectKeyIdentifier>,
    /// `serverCertificate` (30).
    #[rasn(identifier = "serverCertificate")]
    pub server_certificate: Certificate,
    /// `otherCertsInChain` (A1): from SGP.22 v3.
    #[rasn(identifier = "otherCertsInChain", tag(context, 1))]
    pub other_certs_in_chain: Option<CertificateChain>,
    /// `crlList` (A2): from SGP.22 v3.
    #[rasn(identifier = "crlList", tag(context, 2))]
    pub crl_list: Option<Vec<CertificateList>>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `AuthenticateClientRequest` (BF3B) (SGP.22 §5.6.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 59))]
pub struct AuthenticateClientRequest {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `authenticateServerResponse` (BF38): This is the response from ES10b.AuthenticateServer.
    #[rasn(identifier = "authenticateServerResponse", tag(context, 56))]
    pub authenticate_server_response: AuthenticateServerResponse,
    /// `useMatchingIdForAcr` (05): from SGP.22 v2.6.
    #[rasn(identifier = "useMatchingIdForAcr")]
    pub use_matching_id_for_acr: Option<()>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `authenticateClientError` of `AuthenticateClientResponseEs9`.
    AuthenticateClientResponseEs9AuthenticateClientError {
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
        /// `matchingIdRefused`.
        MATCHING_ID_REFUSED = 6 "matchingIdRefused",
        /// `eidMismatch`.
        EID_MISMATCH = 7 "eidMismatch",
        /// `noEligibleProfile`.
        NO_ELIGIBLE_PROFILE = 8 "noEligibleProfile",
        /// `ciPKUnknown`.
        CI_PK_UNKNOWN = 9 "ciPKUnknown",
        /// `invalidTransactionId`.
        INVALID_TRANSACTION_ID = 10 "invalidTransactionId",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
        /// `insufficientMemory`.
        INSUFFICIENT_MEMORY = 11 "insufficientMemory",
        /// `ciPKMismatch`.
        CI_PK_MISMATCH = 12 "ciPKMismatch",
        /// `euiccRspCapabilityHasChanged`.
        EUICC_RSP_CAPABILITY_HAS_CHANGED = 13 "euiccRspCapabilityHasChanged",
        /// `lpaRspCapabilityHasChanged`.
        LPA_RSP_CAPABILITY_HAS_CHANGED = 14 "lpaRspCapabilityHasChanged",
        /// `deviceChangeNotSupported`.
        DEVICE_CHANGE_NOT_SUPPORTED = 15 "deviceChangeNotSupported",
        /// `deviceChangeNotAllowed`.
        DEVICE_CHANGE_NOT_ALLOWED = 16 "deviceChangeNotAllowed",
        /// `iccidUnknown`.
        ICCID_UNKNOWN = 17 "iccidUnknown",
        /// `downloadOrderExpired`.
        DOWNLOAD_ORDER_EXPIRED = 18 "downloadOrderExpired",
        /// `invalidInputData`.
        INVALID_INPUT_DATA = 124 "invalidInputData",
        /// `missingInputData`.
        MISSING_INPUT_DATA = 125 "missingInputData",
        /// `functionProviderBusy`.
        FUNCTION_PROVIDER_BUSY = 126 "functionProviderBusy",
    }
}

/// `AuthenticateClientResponseEs9` (BF3B) (SGP.22 §5.6.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 59)))]
pub enum AuthenticateClientResponseEs9 {
    /// `authenticateClientOk` (A0).
    #[rasn(identifier = "authenticateClientOk")]
    AuthenticateClientOk(AuthenticateClientOk),
    /// `authenticateClientError` (81).
    #[rasn(identifier = "authenticateClientError")]
    AuthenticateClientError(AuthenticateClientResponseEs9AuthenticateClientError),
}

/// `AuthenticateClientOk` (SGP.22 §5.6.3).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct AuthenticateClientOk {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `profileMetaData` (BF25): absent only in v3.
    #[rasn(identifier = "profileMetaData", tag(context, 37))]
    pub profile_meta_data: Option<StoreMetadataRequest>,
    /// `prepareDownloadRequest` (BF21): the form of the v2.5 module; later editions send the next
    /// three members.
    #[rasn(identifier = "prepareDownloadRequest", tag(context, 33))]
    pub prepare_download_request: Option<PrepareDownloadRequest>,
    /// `smdpSigned2` (30): signed information.
    #[rasn(identifier = "smdpSigned2")]
    pub smdp_signed2: Option<Raw<SmdpSigned2>>,
    /// `smdpSignature2` (5F37): DP_Sign1.
    #[rasn(identifier = "smdpSignature2", tag(application, 55))]
    pub smdp_signature2: Option<OctetString>,
    /// `smdpCertificate` (30): CERT.DPpb.ECDSA.
    #[rasn(identifier = "smdpCertificate")]
    pub smdp_certificate: Optional<Certificate>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `GetBoundProfilePackageRequest` (BF3A) (SGP.22 §5.6.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 58))]
pub struct GetBoundProfilePackageRequest {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `prepareDownloadResponse` (BF21).
    #[rasn(identifier = "prepareDownloadResponse", tag(context, 33))]
    pub prepare_download_response: PrepareDownloadResponse,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `getBoundProfilePackageError` of `GetBoundProfilePackageResponse`.
    GetBoundProfilePackageResponseGetBoundProfilePackageError {
        /// `euiccSignatureInvalid`.
        EUICC_SIGNATURE_INVALID = 1 "euiccSignatureInvalid",
        /// `confirmationCodeMissing`.
        CONFIRMATION_CODE_MISSING = 2 "confirmationCodeMissing",
        /// `confirmationCodeRefused`.
        CONFIRMATION_CODE_REFUSED = 3 "confirmationCodeRefused",
        /// `confirmationCodeRetriesExceeded`.
        CONFIRMATION_CODE_RETRIES_EXCEEDED = 4 "confirmationCodeRetriesExceeded",
        /// `invalidTransactionId`.
        INVALID_TRANSACTION_ID = 95 "invalidTransactionId",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
        /// `bppRebindingRefused`.
        BPP_REBINDING_REFUSED = 5 "bppRebindingRefused",
        /// `downloadOrderExpired`.
        DOWNLOAD_ORDER_EXPIRED = 6 "downloadOrderExpired",
        /// `invalidInputData`.
        INVALID_INPUT_DATA = 124 "invalidInputData",
        /// `missingInputData`.
        MISSING_INPUT_DATA = 125 "missingInputData",
        /// `functionProviderBusy`.
        FUNCTION_PROVIDER_BUSY = 126 "functionProviderBusy",
    }
}

/// `GetBoundProfilePackageResponse` (BF3A) (SGP.22 §5.6.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 58)))]
pub enum GetBoundProfilePackageResponse {
    /// `getBoundProfilePackageOk` (A0).
    #[rasn(identifier = "getBoundProfilePackageOk")]
    GetBoundProfilePackageOk(GetBoundProfilePackageOk),
    /// `getBoundProfilePackageError` (81).
    #[rasn(identifier = "getBoundProfilePackageError")]
    GetBoundProfilePackageError(GetBoundProfilePackageResponseGetBoundProfilePackageError),
}

/// `GetBoundProfilePackageOk` (SGP.22 §5.6.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct GetBoundProfilePackageOk {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `boundProfilePackage` (BF36).
    #[rasn(identifier = "boundProfilePackage", tag(context, 54))]
    pub bound_profile_package: BoundProfilePackage,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `HandleNotification` (BF3D) (SGP.22 §5.6.4).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 61))]
pub struct HandleNotification {
    /// `pendingNotification` (A0).
    #[rasn(identifier = "pendingNotification")]
    pub pending_notification: PendingNotification,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `CancelSessionRequestEs9` (BF41) (SGP.22 §5.6.5).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 65))]
pub struct CancelSessionRequestEs9 {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId")]
    pub transaction_id: TransactionId,
    /// `cancelSessionResponse` (A1): data structure defined for ES10b.CancelSession function.
    #[rasn(identifier = "cancelSessionResponse")]
    pub cancel_session_response: CancelSessionResponse,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `cancelSessionError` of `CancelSessionResponseEs9`.
    CancelSessionResponseEs9CancelSessionError {
        /// `invalidTransactionId`.
        INVALID_TRANSACTION_ID = 1 "invalidTransactionId",
        /// `euiccSignatureInvalid`.
        EUICC_SIGNATURE_INVALID = 2 "euiccSignatureInvalid",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
        /// `invalidInputData`.
        INVALID_INPUT_DATA = 124 "invalidInputData",
        /// `missingInputData`.
        MISSING_INPUT_DATA = 125 "missingInputData",
        /// `functionProviderBusy`.
        FUNCTION_PROVIDER_BUSY = 126 "functionProviderBusy",
    }
}

/// `CancelSessionResponseEs9` (BF41) (SGP.22 §5.6.5).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 65)))]
pub enum CancelSessionResponseEs9 {
    /// `cancelSessionOk` (A0).
    #[rasn(identifier = "cancelSessionOk")]
    CancelSessionOk(CancelSessionOk),
    /// `cancelSessionError` (81).
    #[rasn(identifier = "cancelSessionError")]
    CancelSessionError(CancelSessionResponseEs9CancelSessionError),
}

/// `CancelSessionOk` (SGP.22 §5.6.5).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct CancelSessionOk {
    /// Members this version does not know.
    pub additions: Additions,
}
