// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers to the RSP server in full and compact form.

use rasn::{AsnType, Decode, Decoder, Encode, Encoder};

use super::Sgp32EuiccInfo2;
use crate::asn1::{Certificate, OctetString, integer_names};
use crate::raw::{Additions, Raw};
use crate::sgp22::{
    AuthenticateResponseError, CancelSessionReason, CancelSessionResponseOk, CtxParams1,
    ErrorResult, EuiccSignPir, NotificationMetadata, Octet16, Octet32, OtherSignedNotification,
    PrepareDownloadResponseError, PrepareDownloadResponseOk, ProfileInstallationResultData,
    TransactionId,
};

/// `SGP32-PrepareDownloadResponse` (BF21) (SGP.32 §5.14.2).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 33)))]
pub enum Sgp32PrepareDownloadResponse {
    /// `downloadResponseOk` (A0).
    #[rasn(identifier = "downloadResponseOk")]
    DownloadResponseOk(PrepareDownloadResponseOk),
    /// `downloadResponseError` (A1).
    #[rasn(identifier = "downloadResponseError")]
    DownloadResponseError(PrepareDownloadResponseError),
    /// `compactDownloadResponseOk` (A2).
    #[rasn(identifier = "compactDownloadResponseOk")]
    CompactDownloadResponseOk(CompactPrepareDownloadResponseOk),
}

/// `CompactPrepareDownloadResponseOk` (SGP.32 §5.14.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct CompactPrepareDownloadResponseOk {
    /// `compactEuiccSigned2` (30): Compact version of EuiccSigned2.
    #[rasn(identifier = "compactEuiccSigned2")]
    pub compact_euicc_signed2: CompactEuiccSigned2,
    /// `euiccSignature2` (5F37): signature on EuiccSigned2.
    #[rasn(identifier = "euiccSignature2", tag(application, 55))]
    pub euicc_signature2: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `CompactEuiccSigned2` (SGP.32 §5.14.2).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct CompactEuiccSigned2 {
    /// `euiccOtpk` (5F49): otPK.EUICC.ECKA euiccOtpk is always present except if bppEuiccOtpk was
    /// chosen by the eUICC.
    #[rasn(identifier = "euiccOtpk", tag(application, 73))]
    pub euicc_otpk: Option<OctetString>,
    /// `hashCc` (04): Hash of confirmation code, if not received from eIM.
    #[rasn(identifier = "hashCc")]
    pub hash_cc: Option<Octet32>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-EuiccSigned1`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct Sgp32EuiccSigned1 {
    /// `transactionId` (80).
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `serverAddress` (83).
    #[rasn(identifier = "serverAddress", tag(context, 3))]
    pub server_address: String,
    /// `serverChallenge` (84): The RSP Server Challenge.
    #[rasn(identifier = "serverChallenge", tag(context, 4))]
    pub server_challenge: Octet16,
    /// `euiccInfo2` (BF22).
    #[rasn(identifier = "euiccInfo2", tag(context, 34))]
    pub euicc_info2: Sgp32EuiccInfo2,
    /// `ctxParams1`.
    #[rasn(identifier = "ctxParams1")]
    pub ctx_params1: CtxParams1,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-AuthenticateResponseOk`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct Sgp32AuthenticateResponseOk {
    /// `euiccSigned1` (30): Signed information.
    #[rasn(identifier = "euiccSigned1")]
    pub euicc_signed1: Raw<Sgp32EuiccSigned1>,
    /// `euiccSignature1` (5F37): EUICC_Sign1, tag 5F37.
    #[rasn(identifier = "euiccSignature1", tag(application, 55))]
    pub euicc_signature1: OctetString,
    /// `euiccCertificate` (30): eUICC Certificate (CERT.EUICC.ECDSA) signed by the EUM.
    #[rasn(identifier = "euiccCertificate")]
    pub euicc_certificate: Certificate,
    /// `eumCertificate` (30): EUM Certificate (CERT.EUM.ECDSA) signed by the requested CI.
    #[rasn(identifier = "eumCertificate")]
    pub eum_certificate: Certificate,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-AuthenticateServerResponse` (BF38) (SGP.32 §5.14.3).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 56)))]
pub enum Sgp32AuthenticateServerResponse {
    /// `authenticateResponseOk` (A0).
    #[rasn(identifier = "authenticateResponseOk")]
    AuthenticateResponseOk(Sgp32AuthenticateResponseOk),
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
    EuiccSigned1(Raw<Sgp32EuiccSigned1>),
    /// `compactEuiccSigned1` (A0): Compact version of EuiccSigned1.
    #[rasn(identifier = "compactEuiccSigned1", tag(context, 0))]
    CompactEuiccSigned1(CompactEuiccSigned1),
}

/// `CompactAuthenticateResponseOk` (SGP.32 §5.14.3).
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

/// `CompactEuiccSigned1` (SGP.32 §5.14.3).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct CompactEuiccSigned1 {
    /// `extCardResource` (84): Extended Card Resource Information according to ETSI TS 102 226
    /// extracted from euiccInfo2.
    #[rasn(identifier = "extCardResource", tag(context, 4))]
    pub ext_card_resource: OctetString,
    /// `ctxParams1` (A2): ctxParams1 may be left out by IPA if eIM ctxParams1 was received from the
    /// eIM.
    #[rasn(identifier = "ctxParams1", tag(context, 2))]
    pub ctx_params1: Option<CtxParams1>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `SGP32-PendingNotification` (SGP.32 §5.14.7).
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

/// `SGP32-ProfileInstallationResult` (BF37) (SGP.32 §5.14.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(tag(context, 55))]
pub struct Sgp32ProfileInstallationResult {
    /// `profileInstallationResultData` (BF27).
    #[rasn(identifier = "profileInstallationResultData", tag(context, 39))]
    pub profile_installation_result_data: Raw<ProfileInstallationResultData>,
    /// `euiccSignPIR` (5F37).
    #[rasn(identifier = "euiccSignPIR")]
    pub euicc_sign_pir: EuiccSignPir,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `CompactProfileInstallationResult` (SGP.32 §5.14.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct CompactProfileInstallationResult {
    /// `compactProfileInstallationResultData` (A0).
    #[rasn(identifier = "compactProfileInstallationResultData", tag(context, 0))]
    pub compact_profile_installation_result_data: CompactProfileInstallationResultData,
    /// `euiccSignPIR` (5F37).
    #[rasn(identifier = "euiccSignPIR")]
    pub euicc_sign_pir: EuiccSignPir,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `compactFinalResult` of `CompactProfileInstallationResultData`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags)]
pub enum CompactProfileInstallationResultDataCompactFinalResult {
    /// `compactSuccessResult` (A0).
    #[rasn(identifier = "compactSuccessResult")]
    CompactSuccessResult(CompactSuccessResult),
    /// `errorResult` (A1).
    #[rasn(identifier = "errorResult")]
    ErrorResult(ErrorResult),
}

/// `CompactProfileInstallationResultData` (SGP.32 §5.14.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct CompactProfileInstallationResultData {
    /// `transactionId` (80): The TransactionID generated by the SM-DP+.
    #[rasn(identifier = "transactionId", tag(context, 0))]
    pub transaction_id: TransactionId,
    /// `seqNumber` (02).
    #[rasn(identifier = "seqNumber")]
    pub seq_number: i64,
    /// `iccidPresent` (01); TRUE when absent.
    #[rasn(identifier = "iccidPresent", default = "default_true")]
    pub iccid_present: bool,
    /// `compactFinalResult` (A2).
    #[rasn(identifier = "compactFinalResult", tag(context, 2))]
    pub compact_final_result: CompactProfileInstallationResultDataCompactFinalResult,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `CompactSuccessResult` (SGP.32 §5.14.7).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct CompactSuccessResult {
    /// `compactAid` (4F): Byte 14 and 15 of ISD-P AID.
    #[rasn(identifier = "compactAid", tag(application, 15))]
    pub compact_aid: OctetString,
    /// `simaResponse` (04): MUST be present if the simaResponse value (EUICCResponse) is different
    /// from the 9-byte value '30 07 A0 05 30 03 80 01 00' representing success.
    #[rasn(identifier = "simaResponse")]
    pub sima_response: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `CompactOtherSignedNotification` (SGP.32 §5.14.7).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct CompactOtherSignedNotification {
    /// `eidValue` (5A).
    #[rasn(identifier = "eidValue", tag(application, 26))]
    pub eid_value: Option<Octet16>,
    /// `tbsOtherNotification` (BF2F).
    #[rasn(identifier = "tbsOtherNotification")]
    pub tbs_other_notification: Raw<NotificationMetadata>,
    /// `euiccNotificationSignature` (5F37): eUICC signature of tbsOtherNotification.
    #[rasn(identifier = "euiccNotificationSignature", tag(application, 55))]
    pub euicc_notification_signature: OctetString,
    /// `euiccCiPKIdentifierToBeUsed` (04): v1.3: CI key identifier, possibly truncated.
    #[rasn(identifier = "euiccCiPKIdentifierToBeUsed")]
    pub euicc_ci_pk_identifier_to_be_used: Option<OctetString>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `cancelSessionResponseError` of `SGP32-CancelSessionResponse`.
    Sgp32CancelSessionResponseCancelSessionResponseError {
        /// `invalidTransactionId`.
        INVALID_TRANSACTION_ID = 5 "invalidTransactionId",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `SGP32-CancelSessionResponse` (BF41) (SGP.32 §5.14.8).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 65)))]
pub enum Sgp32CancelSessionResponse {
    /// `cancelSessionResponseOk` (A0).
    #[rasn(identifier = "cancelSessionResponseOk")]
    CancelSessionResponseOk(CancelSessionResponseOk),
    /// `cancelSessionResponseError` (81).
    #[rasn(identifier = "cancelSessionResponseError")]
    CancelSessionResponseError(Sgp32CancelSessionResponseCancelSessionResponseError),
    /// `compactCancelSessionResponseOk` (A2).
    #[rasn(identifier = "compactCancelSessionResponseOk")]
    CompactCancelSessionResponseOk(CompactCancelSessionResponseOk),
}

/// `CompactCancelSessionResponseOk` (SGP.32 §5.14.8).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
pub struct CompactCancelSessionResponseOk {
    /// `compactEuiccCancelSessionSigned` (30): Compact version of euiccCancelSessionSigned.
    #[rasn(identifier = "compactEuiccCancelSessionSigned")]
    pub compact_euicc_cancel_session_signed: CompactEuiccCancelSessionSigned,
    /// `euiccCancelSessionSignature` (5F37): tag 5F37 signature on euiccCancelSessionSigned.
    #[rasn(identifier = "euiccCancelSessionSignature", tag(application, 55))]
    pub euicc_cancel_session_signature: OctetString,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `CompactEuiccCancelSessionSigned` (SGP.32 §5.14.8).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags)]
pub struct CompactEuiccCancelSessionSigned {
    /// `reason` (80).
    #[rasn(identifier = "reason")]
    pub reason: Option<CancelSessionReason>,
    /// Members this version does not know.
    pub additions: Additions,
}

const fn default_true() -> bool {
    true
}
