// SPDX-License-Identifier: MIT OR Apache-2.0
//! ESipa in the ASN.1 binding.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{
    GetEimPackageRequest, GetEimPackageResponse, ProvideEimPackageResult,
    ProvideEimPackageResultResponse, Sgp32AuthenticateServerResponse, Sgp32PendingNotification,
    TransferEimPackageRequest, TransferEimPackageResponse,
};
use crate::asn1::{Certificate, OctetString, integer_names};
use crate::raw::{Additions, Raw};
use crate::sgp22::{
    CtxParams1, EuiccInfo1, Octet16, Octet32, ServerSigned1, SmdpSigned2, StoreMetadataRequest,
    TransactionId,
};
use crate::sgp32::{
    AuthenticateClientOkDsEsipa, CancelSessionRequestEsipa, CancelSessionResponseEsipa,
    GetBoundProfilePackageOkEsipa, GetBoundProfilePackageRequestEsipa,
};

/// `EsipaMessageFromIpaToEim` (SGP.32 v1.0 §6.3.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum EsipaMessageFromIpaToEim {
    /// `initiateAuthenticationRequestEsipa` (BF39).
    #[rasn(identifier = "initiateAuthenticationRequestEsipa", tag(context, 57))]
    InitiateAuthenticationRequestEsipa(InitiateAuthenticationRequestEsipa),
    /// `authenticateClientRequestEsipa` (BF3B).
    #[rasn(identifier = "authenticateClientRequestEsipa", tag(context, 59))]
    AuthenticateClientRequestEsipa(AuthenticateClientRequestEsipa),
    /// `getBoundProfilePackageRequestEsipa` (BF3A).
    #[rasn(identifier = "getBoundProfilePackageRequestEsipa", tag(context, 58))]
    GetBoundProfilePackageRequestEsipa(GetBoundProfilePackageRequestEsipa),
    /// `cancelSessionRequestEsipa` (BF41).
    #[rasn(identifier = "cancelSessionRequestEsipa", tag(context, 65))]
    CancelSessionRequestEsipa(CancelSessionRequestEsipa),
    /// `handleNotificationEsipa` (BF3D).
    #[rasn(identifier = "handleNotificationEsipa", tag(context, 61))]
    HandleNotificationEsipa(HandleNotificationEsipa),
    /// `transferEimPackageResponse` (BF4E).
    #[rasn(identifier = "transferEimPackageResponse", tag(context, 78))]
    TransferEimPackageResponse(TransferEimPackageResponse),
    /// `getEimPackageRequest` (BF4F).
    #[rasn(identifier = "getEimPackageRequest", tag(context, 79))]
    GetEimPackageRequest(GetEimPackageRequest),
    /// `provideEimPackageResult` (BF50).
    #[rasn(identifier = "provideEimPackageResult", tag(context, 80))]
    ProvideEimPackageResult(ProvideEimPackageResult),
}

/// `EsipaMessageFromEimToIpa` (SGP.32 v1.0 §6.3.1).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum EsipaMessageFromEimToIpa {
    /// `initiateAuthenticationResponseEsipa` (BF39).
    #[rasn(identifier = "initiateAuthenticationResponseEsipa", tag(context, 57))]
    InitiateAuthenticationResponseEsipa(InitiateAuthenticationResponseEsipa),
    /// `authenticateClientResponseEsipa` (BF3B).
    #[rasn(identifier = "authenticateClientResponseEsipa", tag(context, 59))]
    AuthenticateClientResponseEsipa(AuthenticateClientResponseEsipa),
    /// `getBoundProfilePackageResponseEsipa` (BF3A).
    #[rasn(identifier = "getBoundProfilePackageResponseEsipa", tag(context, 58))]
    GetBoundProfilePackageResponseEsipa(GetBoundProfilePackageResponseEsipa),
    /// `cancelSessionResponseEsipa` (BF41).
    #[rasn(identifier = "cancelSessionResponseEsipa", tag(context, 65))]
    CancelSessionResponseEsipa(CancelSessionResponseEsipa),
    /// `transferEimPackageRequest` (BF4E).
    #[rasn(identifier = "transferEimPackageRequest", tag(context, 78))]
    TransferEimPackageRequest(TransferEimPackageRequest),
    /// `getEimPackageResponse` (BF4F).
    #[rasn(identifier = "getEimPackageResponse", tag(context, 79))]
    GetEimPackageResponse(GetEimPackageResponse),
    /// `provideEimPackageResultResponse` (BF50).
    #[rasn(identifier = "provideEimPackageResultResponse", tag(context, 80))]
    ProvideEimPackageResultResponse(ProvideEimPackageResultResponse),
}

/// `InitiateAuthenticationRequestEsipa` (BF39) (SGP.32 v1.0 §6.3.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 57))]
pub struct InitiateAuthenticationRequestEsipa {
    /// `euiccChallenge` (81): random eUICC challenge.
    #[rasn(identifier = "euiccChallenge", tag(context, 1))]
    pub euicc_challenge: Octet16,
    /// `smdpAddress` (83).
    #[rasn(identifier = "smdpAddress", tag(context, 3))]
    pub smdp_address: Option<String>,
    /// `euiccInfo1` (BF20).
    #[rasn(identifier = "euiccInfo1")]
    pub euicc_info1: Option<EuiccInfo1>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `initiateAuthenticationErrorEsipa` of `InitiateAuthenticationResponseEsipa`.
    InitiateAuthenticationResponseEsipaInitiateAuthenticationErrorEsipa {
        /// `invalidDpAddress`.
        INVALID_DP_ADDRESS = 1 "invalidDpAddress",
        /// `euiccVersionNotSupportedByDp`.
        EUICC_VERSION_NOT_SUPPORTED_BY_DP = 2 "euiccVersionNotSupportedByDp",
        /// `ciPKIdNotSupported`.
        CI_PK_ID_NOT_SUPPORTED = 3 "ciPKIdNotSupported",
        /// `smdpAddressMismatch`.
        SMDP_ADDRESS_MISMATCH = 50 "smdpAddressMismatch",
        /// `smdpOidMismatch`.
        SMDP_OID_MISMATCH = 51 "smdpOidMismatch",
    }
}

/// `InitiateAuthenticationResponseEsipa` (BF39) (SGP.32 v1.0 §6.3.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 57)))]
pub enum InitiateAuthenticationResponseEsipa {
    /// `initiateAuthenticationOkEsipa` (A0).
    #[rasn(identifier = "initiateAuthenticationOkEsipa")]
    InitiateAuthenticationOkEsipa(InitiateAuthenticationOkEsipa),
    /// `initiateAuthenticationErrorEsipa` (81).
    #[rasn(identifier = "initiateAuthenticationErrorEsipa")]
    InitiateAuthenticationErrorEsipa(
        InitiateAuthenticationResponseEsipaInitiateAuthenticationErrorEsipa,
    ),
}

/// `InitiateAuthenticationOkEsipa` (SGP.32 v1.0 §6.3.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct InitiateAuthenticationOkEsipa {
    /// `transactionId` (80): The TransactionID generated by the SM-DP+.
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: Option<TransactionId>,
    /// `serverSigned1` (30): Signed information.
    #[rasn(identifier = "serverSigned1")]
    pub server_signed1: Raw<ServerSigned1>,
    /// `serverSignature1` (5F37): Server Sign1.
    #[rasn(identifier = "serverSignature1", tag(application, 55))]
    pub server_signature1: OctetString,
    /// `euiccCiPKIdToBeUsed` (04): Key identifier (possibly truncated) of the CI Public Key to be
    /// used as required by ES10b.AuthenticateServer.
    #[rasn(identifier = "euiccCiPKIdToBeUsed")]
    pub euicc_ci_pk_id_to_be_used: OctetString,
    /// `serverCertificate` (30).
    #[rasn(identifier = "serverCertificate")]
    pub server_certificate: Certificate,
    /// `matchingId` (0C).
    #[rasn(identifier = "matchingId")]
    pub matching_id: Option<String>,
    /// `ctxParams1` (A2).
    #[rasn(identifier = "ctxParams1", tag(context, 2))]
    pub ctx_params1: Option<CtxParams1>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `AuthenticateClientRequestEsipa` (BF3B) (SGP.32 v1.0 §6.3.2.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 59))]
pub struct AuthenticateClientRequestEsipa {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `authenticateServerResponse` (BF38): This is the response from ES10b.AuthenticateServer,
    /// possibly in compact format.
    #[rasn(identifier = "authenticateServerResponse", tag(context, 56))]
    pub authenticate_server_response: Sgp32AuthenticateServerResponse,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `authenticateClientErrorEsipa` of `AuthenticateClientResponseEsipa`.
    AuthenticateClientResponseEsipaAuthenticateClientErrorEsipa {
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
        /// `insufficientMemory`.
        INSUFFICIENT_MEMORY = 11 "insufficientMemory",
        /// `pprNotAllowed`.
        PPR_NOT_ALLOWED = 50 "pprNotAllowed",
        /// `eventIdUnknown`.
        EVENT_ID_UNKNOWN = 56 "eventIdUnknown",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `AuthenticateClientResponseEsipa` (BF3B) (SGP.32 v1.0 §6.3.2.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 59)))]
pub enum AuthenticateClientResponseEsipa {
    /// `authenticateClientOkDPEsipa` (A0).
    #[rasn(identifier = "authenticateClientOkDPEsipa")]
    AuthenticateClientOkDpEsipa(AuthenticateClientOkDpEsipa),
    /// `authenticateClientOkDSEsipa` (A1).
    #[rasn(identifier = "authenticateClientOkDSEsipa")]
    AuthenticateClientOkDsEsipa(AuthenticateClientOkDsEsipa),
    /// `authenticateClientErrorEsipa` (82).
    #[rasn(identifier = "authenticateClientErrorEsipa")]
    AuthenticateClientErrorEsipa(AuthenticateClientResponseEsipaAuthenticateClientErrorEsipa),
}

/// `AuthenticateClientOkDPEsipa` (SGP.32 v1.0 §6.3.2.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct AuthenticateClientOkDpEsipa {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: Option<TransactionId>,
    /// `profileMetaData` (BF25).
    #[rasn(identifier = "profileMetaData", tag(context, 37))]
    pub profile_meta_data: Option<StoreMetadataRequest>,
    /// `smdpSigned2` (30): Signed information.
    #[rasn(identifier = "smdpSigned2")]
    pub smdp_signed2: Raw<SmdpSigned2>,
    /// `smdpSignature2` (5F37).
    #[rasn(identifier = "smdpSignature2", tag(application, 55))]
    pub smdp_signature2: OctetString,
    /// `smdpCertificate` (30): CERT.DPpb.ECDSA.
    #[rasn(identifier = "smdpCertificate")]
    pub smdp_certificate: Certificate,
    /// `hashCc` (04): Hash of confirmation code.
    #[rasn(identifier = "hashCc")]
    pub hash_cc: Option<Octet32>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `getBoundProfilePackageErrorEsipa` of `GetBoundProfilePackageResponseEsipa`.
    GetBoundProfilePackageResponseEsipaGetBoundProfilePackageErrorEsipa {
        /// `euiccSignatureInvalid`.
        EUICC_SIGNATURE_INVALID = 1 "euiccSignatureInvalid",
        /// `confirmationCodeMissing`.
        CONFIRMATION_CODE_MISSING = 2 "confirmationCodeMissing",
        /// `confirmationCodeRefused`.
        CONFIRMATION_CODE_REFUSED = 3 "confirmationCodeRefused",
        /// `confirmationCodeRetriesExceeded`.
        CONFIRMATION_CODE_RETRIES_EXCEEDED = 4 "confirmationCodeRetriesExceeded",
        /// `bppRebindingRefused`.
        BPP_REBINDING_REFUSED = 5 "bppRebindingRefused",
        /// `downloadOrderExpired`.
        DOWNLOAD_ORDER_EXPIRED = 6 "downloadOrderExpired",
        /// `profileMetadataMismatch`.
        PROFILE_METADATA_MISMATCH = 50 "profileMetadataMismatch",
        /// `invalidTransactionId`.
        INVALID_TRANSACTION_ID = 95 "invalidTransactionId",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `GetBoundProfilePackageResponseEsipa` (BF3A) (SGP.32 v1.0 §6.3.2.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 58)))]
pub enum GetBoundProfilePackageResponseEsipa {
    /// `getBoundProfilePackageOkEsipa` (A0).
    #[rasn(identifier = "getBoundProfilePackageOkEsipa")]
    GetBoundProfilePackageOkEsipa(GetBoundProfilePackageOkEsipa),
    /// `getBoundProfilePackageErrorEsipa` (81).
    #[rasn(identifier = "getBoundProfilePackageErrorEsipa")]
    GetBoundProfilePackageErrorEsipa(
        GetBoundProfilePackageResponseEsipaGetBoundProfilePackageErrorEsipa,
    ),
}

/// `HandleNotificationEsipa` (BF3D) (SGP.32 v1.0 §6.3.2.4).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 61)))]
pub enum HandleNotificationEsipa {
    /// `pendingNotification` (A0): A Notification to be delivered to a Notification Receiver,
    /// possibly in compact format.
    #[rasn(identifier = "pendingNotification")]
    PendingNotification(Sgp32PendingNotification),
    /// `provideEimPackageResult` (A1).
    #[rasn(identifier = "provideEimPackageResult")]
    ProvideEimPackageResult(ProvideEimPackageResult),
}
