// SPDX-License-Identifier: MIT OR Apache-2.0
//! The refusals by name, and which function answers them with which integer.

use super::Function::{
    AuthenticateClient, AuthenticateClientSmds, CancelSession, GetBoundProfilePackage,
    GetEimPackage, InitiateAuthentication, ProvideEimPackageResult,
};
use super::{Refusal, Row};

/// Constants by name, and the list of all of them.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $subject:literal / $reason:literal, $message:literal;)+) => {
        $($(#[$doc])* pub const $name: Refusal =
            Refusal { subject: $subject, reason: $reason, message: $message };)+

        /// Every refusal of this module.
        pub const REFUSALS: &[Refusal] = &[$($name),+];
    };
}

refusals! {
    /// The address of the request is not one of this SM-DP+ (SGP.22 §5.6.1).
    SMDP_ADDRESS_REFUSED = "8.8.1"/"3.8", "the SM-DP+ address is not one of this SM-DP+";
    /// No version in common with the eUICC (SGP.22 §5.6.1).
    SMDP_VERSION_UNSUPPORTED = "8.8.3"/"3.1", "the specification version of the eUICC is not supported";
    /// No CI key the eUICC can sign with is supported (SGP.22 §5.6.1).
    SMDP_SECURITY_UNSUPPORTED = "8.8.2"/"3.1", "none of the CI keys the eUICC signs with is supported";
    /// No certificate the eUICC can verify (SGP.22 §5.6.1).
    SMDP_CERTIFICATE_UNAVAILABLE = "8.8.4"/"3.7", "no SM-DP+ certificate for the CI keys the eUICC verifies with";
    /// The address of the request is not one of this SM-DS (SGP.22 §5.8.1).
    SMDS_ADDRESS_REFUSED = "8.9.1"/"3.8", "the SM-DS address is not one of this SM-DS";
    /// No version in common with the eUICC (SGP.22 §5.8.1).
    SMDS_VERSION_UNSUPPORTED = "8.9.3"/"3.1", "the specification version of the eUICC is not supported";
    /// No CI key the eUICC can sign with is supported (SGP.22 §5.8.1).
    SMDS_SECURITY_UNSUPPORTED = "8.9.2"/"3.1", "none of the CI keys the eUICC signs with is supported";
    /// No certificate the eUICC can verify (SGP.22 §5.8.1).
    SMDS_CERTIFICATE_UNAVAILABLE = "8.9.4"/"3.7", "no SM-DS certificate for the CI keys the eUICC verifies with";
    /// The address in the download trigger and in the certificate differ (SGP.32 §5.14.1).
    SMDP_ADDRESS_MISMATCH = "8.8.1"/"3.10", "the SM-DP+ address is not the expected one";
    /// The OID in the download trigger and in the certificate differ; or the cancelled session is
    /// of another SM-DP+ (SGP.22 §5.6.5, SGP.32 §5.14.1).
    SMDP_OID_MISMATCH = "8.8"/"3.10", "the SM-DP+ OID is not the expected one";
    /// The eIM transaction is unknown (SGP.32 §5.14.1).
    EIM_TRANSACTION_ID_MISMATCH = "8.31.2"/"3.10", "the eIM transaction is unknown";
    /// The EUM certificate does not verify (SGP.22 §5.6.3).
    EUM_CERTIFICATE_INVALID = "8.1.2"/"6.1", "the EUM certificate does not verify";
    /// The EUM certificate has expired (SGP.22 §5.6.3).
    EUM_CERTIFICATE_EXPIRED = "8.1.2"/"6.3", "the EUM certificate has expired";
    /// The eUICC certificate does not verify (SGP.22 §5.6.3).
    EUICC_CERTIFICATE_INVALID = "8.1.3"/"6.1", "the eUICC certificate does not verify";
    /// The eUICC certificate has expired (SGP.22 §5.6.3).
    EUICC_CERTIFICATE_EXPIRED = "8.1.3"/"6.3", "the eUICC certificate has expired";
    /// A signature or the challenge of the eUICC is wrong (SGP.22 §5.6.2, §5.6.3, §5.6.5).
    EUICC_SIGNATURE_INVALID = "8.1"/"6.1", "the eUICC signature or challenge does not verify";
    /// The eUICC has not enough memory for the profile (SGP.22 §5.6.3).
    EUICC_MEMORY_INSUFFICIENT = "8.1"/"4.8", "the eUICC has not enough memory for the profile";
    /// The CI key is unknown (SGP.22 §5.6.3).
    CI_KEY_UNKNOWN = "8.11.1"/"3.9", "the CI key is unknown";
    /// The MatchingID is unknown or refused (SGP.22 §5.6.3).
    MATCHING_ID_REFUSED = "8.2.6"/"3.8", "the MatchingID is refused";
    /// The EID is not the one of the order (SGP.22 §5.6.3).
    EID_REFUSED = "8.1.1"/"3.8", "the EID is not the one of the order";
    /// No profile is eligible for this eUICC and device (SGP.22 §5.6.3).
    NO_ELIGIBLE_PROFILE = "8.2.5"/"4.3", "no profile is eligible for this eUICC and device";
    /// The profile is not released yet (SGP.22 §5.6.3).
    PROFILE_NOT_RELEASED = "8.2"/"1.2", "the profile is not released";
    /// The download order has expired (SGP.22 §5.6.2, §5.6.3).
    DOWNLOAD_ORDER_EXPIRED = "8.8.5"/"4.10", "the download order has expired";
    /// The attempts of the download order are used up (SGP.22 §5.6.3).
    DOWNLOAD_RETRIES_EXCEEDED = "8.8.5"/"6.4", "the download attempts are used up";
    /// The TransactionID is unknown or not the signed one (SGP.22 §5.6.2, §5.6.3, §5.6.5).
    TRANSACTION_ID_UNKNOWN = "8.10.1"/"3.9", "the TransactionID is unknown";
    /// The confirmation code is missing (SGP.22 §5.6.2).
    CONFIRMATION_CODE_MISSING = "8.2.7"/"2.2", "the confirmation code is missing";
    /// The confirmation code is wrong (SGP.22 §5.6.2).
    CONFIRMATION_CODE_REFUSED = "8.2.7"/"3.8", "the confirmation code is refused";
    /// The attempts of the confirmation code are used up (SGP.22 §5.6.2).
    CONFIRMATION_CODE_RETRIES_EXCEEDED = "8.2.7"/"6.4", "the confirmation code attempts are used up";
    /// The package cannot be bound to another key (SGP.22 §5.6.2).
    BPP_REBINDING_REFUSED = "8.2"/"3.7", "the profile package cannot be bound again";
    /// The event is unknown (SGP.22 §5.8.2, §5.9.2).
    EVENT_UNKNOWN = "8.9.5"/"3.9", "the event record is unknown";
    /// The event exists (SGP.22 §5.9.1).
    EVENT_IN_USE = "8.9.5"/"3.3", "the event record exists already";
    /// No package is queued for this eUICC (SGP.32 §5.14.5).
    NO_EIM_PACKAGE_AVAILABLE = "8.1.1"/"3.7", "no eIM package is available for this EID";
    /// The EID is unknown (SGP.32 §5.14.5, §5.14.6).
    EID_UNKNOWN = "8.1.1"/"3.9", "the EID is unknown";
    /// The EID is malformed (SGP.32 §5.14.5, §5.14.6).
    EID_INVALID = "8.1.1"/"2.1", "the EID is malformed";
    /// The EID is missing (SGP.22 §5.3.2, SGP.32 §5.14.5, §5.14.6).
    EID_MISSING = "8.1.1"/"2.2", "the EID is missing";
    /// The EID belongs to another order (SGP.22 §5.3).
    EID_MISMATCH = "8.1.1"/"3.10", "the EID is associated with another order";
    /// The caller does not own the ICCID (SGP.22 §5.3).
    ICCID_NOT_ALLOWED = "8.2.1"/"1.2", "the ICCID is not the caller's";
    /// ICCID or final profile status is missing (SGP.22 §5.3).
    ICCID_MISSING = "8.2.1"/"2.2", "the ICCID or the final profile status is missing";
    /// The ICCID is reserved (SGP.22 §5.3.1).
    ICCID_IN_USE = "8.2.1"/"3.3", "the ICCID is reserved already";
    /// The state of the profile does not allow the function (SGP.22 §5.3).
    ICCID_INVALID_TRANSITION = "8.2.1"/"3.5", "the profile state does not allow this";
    /// The ICCID is unknown (SGP.22 §5.3).
    ICCID_UNKNOWN = "8.2.1"/"3.9", "the ICCID is unknown";
    /// The ICCID belongs to another EID (SGP.22 §5.3).
    ICCID_MISMATCH = "8.2.1"/"3.10", "the ICCID is associated with another EID";
    /// The caller may not use the profile type (SGP.22 §5.3.1).
    PROFILE_TYPE_NOT_ALLOWED = "8.2.5"/"1.2", "the profile type is not allowed";
    /// No profile of the type is left (SGP.22 §5.3.1).
    PROFILE_TYPE_UNAVAILABLE = "8.2.5"/"3.7", "no profile of the type is available";
    /// The ICCID is of another profile type (SGP.22 §5.3.1).
    PROFILE_TYPE_REFUSED = "8.2.5"/"3.8", "the profile type does not fit the ICCID";
    /// The profile type is unknown (SGP.22 §5.3.1).
    PROFILE_TYPE_UNKNOWN = "8.2.5"/"3.9", "the profile type is unknown";
    /// The MatchingID is malformed (SGP.22 §5.3.2).
    MATCHING_ID_INVALID = "8.2.6"/"2.1", "the MatchingID is malformed";
    /// The MatchingID is missing (SGP.22 §5.3).
    MATCHING_ID_MISSING = "8.2.6"/"2.2", "the MatchingID is missing";
    /// The MatchingID is used (SGP.22 §5.3.2).
    MATCHING_ID_IN_USE = "8.2.6"/"3.3", "the MatchingID is in use";
    /// The MatchingID is of another order (SGP.22 §5.3).
    MATCHING_ID_MISMATCH = "8.2.6"/"3.10", "the MatchingID is not the one of the order";
    /// The SM-DS refused the event, or failed (SGP.22 §5.3.2, §5.9).
    SMDS_EXECUTION_ERROR = "8.9"/"4.2", "the SM-DS did not execute the function";
    /// The SM-DS cannot be reached (SGP.22 §5.3.2, §5.9).
    SMDS_INACCESSIBLE = "8.9"/"5.1", "the SM-DS is not accessible";
    /// The SM-DS keeps as many events as it may.
    SMDS_MEMORY_INSUFFICIENT = "8.9"/"4.8", "the SM-DS has no room for a further event";
    /// The device reports an error of the eUICC instead of a signed answer (SGP.22 §5.6.2, §5.6.3,
    /// §5.6.5).
    EUICC_EXECUTION_ERROR = "8.1"/"4.2", "the eUICC reported an error";
    /// The SM-DP+ itself failed.
    SMDP_EXECUTION_ERROR = "8.8"/"4.2", "the SM-DP+ failed";
    /// A member of the request is malformed (SGP.22 §6.5).
    PROTOCOL_FORMAT_INVALID = "1.3.1"/"2.1", "a member of the request is malformed";
    /// A mandatory member of the request is missing (SGP.22 §6.5).
    PROTOCOL_FORMAT_MISSING = "1.3.1"/"2.2", "a mandatory member of the request is missing";
    /// The caller is not allowed to call this function.
    FUNCTION_NOT_ALLOWED = "1.6"/"1.2", "the function is not allowed to the caller";
    /// The end user rejected the download (SGP.22 §5.3.5).
    END_USER_REJECTION = "8.8.5"/"3.8", "the end user rejected the download";
    /// The profile policy rules are not allowed (SGP.22 §5.3.5, SGP.32 §5.14.3).
    PPR_NOT_ALLOWED = "8.2.8"/"1.2", "the profile policy rules are not allowed";
    /// The metadata differs from what was shown (SGP.22 §5.3.5, SGP.32 §5.14.2).
    METADATA_MISMATCH = "8.2.9"/"3.11", "the profile metadata has changed";
    /// The bound profile package could not be loaded (SGP.22 §5.3.5).
    BPP_EXECUTION_ERROR = "8.2.10"/"4.2", "the bound profile package could not be loaded";
    /// The session was cancelled for no named reason (SGP.22 §5.3.5).
    UNDEFINED_REASON = "8"/"4.2", "the session was cancelled for an undefined reason";
}

/// A row of [`TABLE`].
const fn row(
    function: super::Function,
    refusal: Refusal,
    es9: Option<i64>,
    esipa: Option<i64>,
) -> Row {
    Row {
        function,
        refusal,
        es9,
        esipa,
    }
}

/// Which function answers which refusal, in the order of its checks, and the integers for it.
pub const TABLE: &[Row] = &[
    row(
        InitiateAuthentication,
        SMDP_ADDRESS_REFUSED,
        Some(1),
        Some(1),
    ),
    row(
        InitiateAuthentication,
        SMDP_VERSION_UNSUPPORTED,
        Some(2),
        Some(2),
    ),
    row(
        InitiateAuthentication,
        SMDP_SECURITY_UNSUPPORTED,
        Some(3),
        Some(3),
    ),
    row(
        InitiateAuthentication,
        SMDP_CERTIFICATE_UNAVAILABLE,
        Some(3),
        Some(3),
    ),
    row(
        InitiateAuthentication,
        SMDS_ADDRESS_REFUSED,
        Some(1),
        Some(1),
    ),
    row(
        InitiateAuthentication,
        SMDS_VERSION_UNSUPPORTED,
        Some(2),
        Some(2),
    ),
    row(
        InitiateAuthentication,
        SMDS_SECURITY_UNSUPPORTED,
        Some(3),
        Some(3),
    ),
    row(
        InitiateAuthentication,
        SMDS_CERTIFICATE_UNAVAILABLE,
        Some(3),
        Some(3),
    ),
    row(
        InitiateAuthentication,
        SMDP_ADDRESS_MISMATCH,
        None,
        Some(50),
    ),
    row(InitiateAuthentication, SMDP_OID_MISMATCH, None, Some(51)),
    row(
        InitiateAuthentication,
        EIM_TRANSACTION_ID_MISMATCH,
        None,
        Some(52),
    ),
    row(
        AuthenticateClient,
        TRANSACTION_ID_UNKNOWN,
        Some(10),
        Some(10),
    ),
    row(AuthenticateClient, CI_KEY_UNKNOWN, Some(9), Some(9)),
    row(
        AuthenticateClient,
        EUM_CERTIFICATE_INVALID,
        Some(1),
        Some(1),
    ),
    row(
        AuthenticateClient,
        EUM_CERTIFICATE_EXPIRED,
        Some(2),
        Some(2),
    ),
    row(
        AuthenticateClient,
        EUICC_CERTIFICATE_INVALID,
        Some(3),
        Some(3),
    ),
    row(
        AuthenticateClient,
        EUICC_CERTIFICATE_EXPIRED,
        Some(4),
        Some(4),
    ),
    row(
        AuthenticateClient,
        EUICC_SIGNATURE_INVALID,
        Some(5),
        Some(5),
    ),
    row(AuthenticateClient, MATCHING_ID_REFUSED, Some(6), Some(6)),
    row(AuthenticateClient, EID_REFUSED, Some(7), Some(7)),
    row(AuthenticateClient, PROFILE_NOT_RELEASED, None, None),
    row(AuthenticateClient, DOWNLOAD_RETRIES_EXCEEDED, None, None),
    row(AuthenticateClient, DOWNLOAD_ORDER_EXPIRED, None, Some(18)),
    row(AuthenticateClient, NO_ELIGIBLE_PROFILE, Some(8), Some(8)),
    row(
        AuthenticateClient,
        EUICC_MEMORY_INSUFFICIENT,
        Some(11),
        Some(11),
    ),
    row(AuthenticateClient, PPR_NOT_ALLOWED, None, Some(50)),
    row(
        AuthenticateClientSmds,
        TRANSACTION_ID_UNKNOWN,
        Some(7),
        Some(10),
    ),
    row(AuthenticateClientSmds, CI_KEY_UNKNOWN, None, Some(9)),
    row(
        AuthenticateClientSmds,
        EUM_CERTIFICATE_INVALID,
        Some(1),
        Some(1),
    ),
    row(
        AuthenticateClientSmds,
        EUM_CERTIFICATE_EXPIRED,
        Some(2),
        Some(2),
    ),
    row(
        AuthenticateClientSmds,
        EUICC_CERTIFICATE_INVALID,
        Some(3),
        Some(3),
    ),
    row(
        AuthenticateClientSmds,
        EUICC_CERTIFICATE_EXPIRED,
        Some(4),
        Some(4),
    ),
    row(
        AuthenticateClientSmds,
        EUICC_SIGNATURE_INVALID,
        Some(5),
        Some(5),
    ),
    row(AuthenticateClientSmds, EVENT_UNKNOWN, Some(6), Some(56)),
    row(
        GetBoundProfilePackage,
        TRANSACTION_ID_UNKNOWN,
        Some(95),
        Some(95),
    ),
    row(
        GetBoundProfilePackage,
        EUICC_SIGNATURE_INVALID,
        Some(1),
        Some(1),
    ),
    row(
        GetBoundProfilePackage,
        CONFIRMATION_CODE_MISSING,
        Some(2),
        Some(2),
    ),
    row(
        GetBoundProfilePackage,
        CONFIRMATION_CODE_RETRIES_EXCEEDED,
        Some(4),
        Some(4),
    ),
    row(
        GetBoundProfilePackage,
        CONFIRMATION_CODE_REFUSED,
        Some(3),
        Some(3),
    ),
    row(
        GetBoundProfilePackage,
        BPP_REBINDING_REFUSED,
        Some(5),
        Some(5),
    ),
    row(
        GetBoundProfilePackage,
        DOWNLOAD_ORDER_EXPIRED,
        Some(6),
        Some(6),
    ),
    row(GetBoundProfilePackage, METADATA_MISMATCH, None, Some(50)),
    row(CancelSession, TRANSACTION_ID_UNKNOWN, Some(1), Some(1)),
    row(CancelSession, EUICC_SIGNATURE_INVALID, Some(2), Some(2)),
    row(CancelSession, SMDP_OID_MISMATCH, None, None),
    row(GetEimPackage, NO_EIM_PACKAGE_AVAILABLE, None, Some(1)),
    row(GetEimPackage, EID_UNKNOWN, None, Some(2)),
    row(GetEimPackage, EID_INVALID, None, Some(3)),
    row(GetEimPackage, EID_MISSING, None, Some(4)),
    row(ProvideEimPackageResult, EID_UNKNOWN, None, Some(2)),
    row(ProvideEimPackageResult, EID_INVALID, None, Some(3)),
    row(ProvideEimPackageResult, EID_MISSING, None, Some(4)),
];
