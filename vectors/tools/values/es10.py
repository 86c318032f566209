# SPDX-License-Identifier: MIT OR Apache-2.0
"""ES10a, ES10b and ES10c: every function of SGP.22 and of SGP.32 but the eUICC package."""

from .common import (
    AID, CHALLENGE, CI, CRL, DPAUTH, DPPB, EID, EUICC, EUM, HASH, ICCID, POINT, SIGNATURE, SMDP, SMDP_OID,
    SMDS, codes, vector,
)
from .esep import EIM_CERTIFICATE, EIM_FULL, EIM_KEY, SIGNED_RESULT, UNSIGNED
from .objects import (
    AUTHENTICATED, CANCELLED, CTX, CTX_BARE, EUICC_SIGNED_1, IOT_INFO2, IOT_PROFILE_FULL, NOT_AUTHENTICATED,
    NOT_PREPARED, NOTIFICATION, OTHER, OWNER, PREPARE, PREPARED, PROFILE, PROFILE_FULL, RESULT, RESULT_ERROR,
    SERVER_SIGNED, SMDP_SIGNED,
)

AUTHENTICATE = {
    "serverSigned1": SERVER_SIGNED,
    "serverSignature1": SIGNATURE,
    "euiccCiPKIdToBeUsed": CI,
    "serverCertificate": DPAUTH,
    "ctxParams1": CTX,
}
IOT_AUTHENTICATED = AUTHENTICATED | {"euiccSigned1": EUICC_SIGNED_1 | {"euiccInfo2": IOT_INFO2}}
COMPACT_SIGNED = {"extCardResource": "8101008204000640008304000017c0", "ctxParams1": CTX}
COMPACT_PREPARED = {"compactEuiccSigned2": {"euiccOtpk": POINT, "hashCc": HASH}, "euiccSignature2": SIGNATURE}
COMPACT_CANCELLED = {"compactEuiccCancelSessionSigned": {"reason": "timeout"}, "euiccCancelSessionSignature": SIGNATURE}
AUTHENTICATE_ERRORS = (
    "invalidCertificate", "invalidSignature", "unsupportedCurve", "noSessionContext", "invalidOid",
    "euiccChallengeMismatch", "ciPKUnknown", "undefinedError",
)
DOWNLOAD_ERRORS = (
    "invalidCertificate", "invalidSignature", "unsupportedCurve", "noSessionContext", "invalidTransactionId",
    "undefinedError",
)
BY_ICCID = {"iccid": ICCID}
BY_AID = {"isdpAid": AID}


def empty(kind, name, clause, pin):
    """A request without input."""
    return vector(kind, name, clause, {}, pin=pin)


def result(kind, clause, member, names, pins=None):
    """One vector per code of a response of one INTEGER."""
    return codes(kind, clause, names, lambda code: {member: code}, pins)


def switched(kind, clause, pin):
    """Requests with a refreshFlag alone."""
    note = "the only member is tagged automatically: 80, and both values are on the wire"
    return [
        vector(kind, "refresh", clause, {"refreshFlag": True}, note, pin=f"{pin} 03 80 01 FF"),
        vector(kind, "no_refresh", clause, {"refreshFlag": False}, note, pin=f"{pin} 03 80 01 00"),
    ]


ES10A = [
    empty("EuiccConfiguredAddressesRequest", "empty", "SGP.22 §5.7.3", "BF3C 00"),
    vector("EuiccConfiguredAddressesResponse", "both", "SGP.22 §5.7.3", {"defaultDpAddress": SMDP, "rootDsAddress": SMDS}),
    vector("EuiccConfiguredAddressesResponse", "root_only", "SGP.22 §5.7.3", {"rootDsAddress": "a"}, pin="BF3C 03 81 01 61"),
    vector("SetDefaultDpAddressRequest", "address", "SGP.22 §5.7.4", {"defaultDpAddress": SMDP}),
    vector("SetDefaultDpAddressRequest", "remove", "SGP.22 §5.7.4", {"defaultDpAddress": ""}, pin="BF3F 02 80 00"),
    *result("SetDefaultDpAddressResponse", "SGP.22 §5.7.4", "setDefaultDpAddressResult", ("ok", "undefinedError")),
    vector("SGP32-SetDefaultDpAddressRequest", "address", "SGP.32 §5.9.25", {"defaultDpAddress": SMDP}),
    vector("SGP32-SetDefaultDpAddressRequest", "remove", "SGP.32 §5.9.25", {"defaultDpAddress": ""}, pin="BF65 02 80 00"),
    *result("SGP32-SetDefaultDpAddressResponse", "SGP.32 §5.9.25", "setDefaultDpAddressResult", ("ok", "undefinedError"),
            {"ok": "BF65 03 80 01 00"}),
    vector("LpaeActivationRequest", "cat", "SGP.22 §5.7.1", {"lpaeOption": ["activateCatBasedLpae"]}),
    vector("LpaeActivationRequest", "scws", "SGP.22 §5.7.1", {"lpaeOption": ["activateScwsBasedLpae"]}),
    *result("LpaeActivationResponse", "SGP.22 §5.7.1", "lpaeActivationResult", ("ok", "notSupported")),
    vector("IpaeActivationRequest", "activate", "SGP.32 §3.8.4", {"ipaeOption": ["activateIpae"]}, pin="BF42 04 80 02 07 80"),
    *result("IpaeActivationResponse", "SGP.32 §3.8.4", "ipaeActivationResult", ("ok", "notSupported")),
]

SESSION = [
    empty("GetEuiccInfo1Request", "empty", "SGP.22 §5.7.8", "BF20 00"),
    empty("GetEuiccInfo2Request", "empty", "SGP.22 §5.7.8", "BF22 00"),
    empty("GetEuiccChallengeRequest", "empty", "SGP.22 §5.7.7", "BF2E 00"),
    vector("GetEuiccChallengeResponse", "challenge", "SGP.22 §5.7.7", {"euiccChallenge": CHALLENGE}, pin="BF2E 12 80 10" + CHALLENGE),
    vector("AuthenticateServerRequest", "full", "SGP.22 §5.7.13", AUTHENTICATE),
    vector("AuthenticateServerRequest", "bare_context", "SGP.22 §5.7.13", AUTHENTICATE | {"ctxParams1": CTX_BARE}),
    vector("AuthenticateServerResponse", "ok", "SGP.22 §5.7.13", {"authenticateResponseOk": AUTHENTICATED}),
    *codes("AuthenticateServerResponse", "SGP.22 §5.7.13", AUTHENTICATE_ERRORS, lambda code: {
        "authenticateResponseError": {"transactionId": "01", "authenticateErrorCode": code}},
        {"invalidCertificate": "BF38 08 A1 06 80 01 01 02 01 01"}),
    vector("SGP32-AuthenticateServerResponse", "ok", "SGP.32 §5.14.3", {"authenticateResponseOk": IOT_AUTHENTICATED}),
    vector("SGP32-AuthenticateServerResponse", "error", "SGP.32 §5.14.3", {"authenticateResponseError": NOT_AUTHENTICATED}),
    vector("SGP32-AuthenticateServerResponse", "compact", "SGP.32 §5.14.3", {"compactAuthenticateResponseOk": {
        "signedData": {"compactEuiccSigned1": COMPACT_SIGNED}, "euiccSignature1": SIGNATURE}}),
    vector("SGP32-AuthenticateServerResponse", "compact_smallest", "SGP.32 §5.14.3", {"compactAuthenticateResponseOk": {
        "signedData": {"compactEuiccSigned1": {"extCardResource": "00"}}, "euiccSignature1": "aabb"}},
        pin="BF38 0C A2 0A A0 03 84 01 00 5F37 02 AABB"),
    vector("SGP32-AuthenticateServerResponse", "compact_full_data", "SGP.32 §5.14.3", {"compactAuthenticateResponseOk": {
        "signedData": {"euiccSigned1": IOT_AUTHENTICATED["euiccSigned1"]}, "euiccSignature1": SIGNATURE}}),
    vector("SGP32-AuthenticateServerResponse", "compact_certificates", "SGP.32 §5.14.3", {"compactAuthenticateResponseOk": {
        "signedData": {"compactEuiccSigned1": COMPACT_SIGNED}, "euiccSignature1": SIGNATURE,
        "euiccCertificate": EUICC, "eumCertificate": EUM}},
        "IMPLICIT: A1 and A2 hold the three parts of the certificate, not a SEQUENCE"),

    vector("PrepareDownloadRequest", "without_confirmation_code", "SGP.22 §5.7.5", PREPARE),
    vector("PrepareDownloadRequest", "confirmation_code", "SGP.22 §5.7.5", {
        "smdpSigned2": SMDP_SIGNED | {"ccRequiredFlag": True}, "smdpSignature2": SIGNATURE, "hashCc": HASH, "smdpCertificate": DPPB}),
    vector("PrepareDownloadResponse", "ok", "SGP.22 §5.7.5", {"downloadResponseOk": PREPARED}),
    *codes("PrepareDownloadResponse", "SGP.22 §5.7.5", DOWNLOAD_ERRORS, lambda code: {
        "downloadResponseError": {"transactionId": "01", "downloadErrorCode": code}}),
    vector("SGP32-PrepareDownloadResponse", "ok", "SGP.32 §5.14.2", {"downloadResponseOk": PREPARED}),
    vector("SGP32-PrepareDownloadResponse", "error", "SGP.32 §5.14.2", {"downloadResponseError": NOT_PREPARED}),
    vector("SGP32-PrepareDownloadResponse", "compact", "SGP.32 §5.14.2", {"compactDownloadResponseOk": COMPACT_PREPARED}),
    vector("SGP32-PrepareDownloadResponse", "compact_empty", "SGP.32 §5.14.2", {"compactDownloadResponseOk": {
        "compactEuiccSigned2": {}, "euiccSignature2": "aabb"}}, pin="BF21 09 A2 07 30 00 5F37 02 AABB"),

    *[vector("CancelSessionRequest", reason, "SGP.22 §5.7.14", {"transactionId": "01", "reason": reason})
      for reason in ("endUserRejection", "postponed", "timeout", "pprNotAllowed")],
    vector("CancelSessionResponse", "ok", "SGP.22 §5.7.14", {"cancelSessionResponseOk": CANCELLED}),
    *codes("CancelSessionResponse", "SGP.22 §5.7.14", ("invalidTransactionId", "undefinedError"),
           lambda code: {"cancelSessionResponseError": code}, {"invalidTransactionId": "BF41 03 81 01 05"}),
    vector("SGP32-CancelSessionResponse", "ok", "SGP.32 §5.14.8", {"cancelSessionResponseOk": CANCELLED}),
    vector("SGP32-CancelSessionResponse", "error", "SGP.32 §5.14.8", {"cancelSessionResponseError": "undefinedError"}),
    vector("SGP32-CancelSessionResponse", "compact", "SGP.32 §5.14.8", {"compactCancelSessionResponseOk": COMPACT_CANCELLED}),
    vector("CompactCancelSessionResponseOk", "no_reason", "SGP.32 §5.14.8", {
        "compactEuiccCancelSessionSigned": {}, "euiccCancelSessionSignature": "aabb"}, pin="30 07 30 00 5F37 02 AABB"),

    vector("LoadCRLRequest", "one_entry", "SGP.22 §5.7.12", {"crl": CRL}, "automatic tag: A0 holds the three parts of the list"),
    vector("LoadCRLResponse", "ok", "SGP.22 §5.7.12", {"loadCRLResponseOk": {}}, pin="BF35 02 A0 00"),
    vector("LoadCRLResponse", "missing_parts", "SGP.22 §5.7.12", {
        "loadCRLResponseOk": {"missingParts": [{"number": 1}, {"number": 200}]}},
        pin="BF35 0F A0 0D A0 0B 30 03 80 01 01 30 04 80 02 00 C8"),
    *codes("LoadCRLResponse", "SGP.22 §5.7.12", (
        "invalidSignature", "invalidCRLFormat", "notEnoughMemorySpace", "verificationKeyNotFound", "undefinedError"),
        lambda code: {"loadCRLResponseError": code}),
]

SEARCH_NOTE = "untagged CHOICE as member: A0 is EXPLICIT"
NOTIFICATIONS = [
    vector("ListNotificationRequest", "all", "SGP.22 §5.7.9", {}, pin="BF28 00"),
    vector("ListNotificationRequest", "two_events", "SGP.22 §5.7.9", {
        "profileManagementOperation": ["notificationInstall", "notificationDelete"]}, pin="BF28 04 81 02 04 90"),
    vector("ListNotificationResponse", "empty", "SGP.22 §5.7.9", {"notificationMetadataList": []}, pin="BF28 02 A0 00"),
    vector("ListNotificationResponse", "two", "SGP.22 §5.7.9", {"notificationMetadataList": [
        NOTIFICATION, NOTIFICATION | {"seqNumber": 128, "profileManagementOperation": ["notificationDisable"]}]}),
    vector("ListNotificationResponse", "undefinedError", "SGP.22 §5.7.9", {"listNotificationsResultError": "undefinedError"}, pin="BF28 03 81 01 7F"),
    vector("RetrieveNotificationsListRequest", "all", "SGP.22 §5.7.10", {}, pin="BF2B 00"),
    vector("RetrieveNotificationsListRequest", "sequence_number", "SGP.22 §5.7.10", {"searchCriteria": {"seqNumber": 5}},
           SEARCH_NOTE, pin="BF2B 05 A0 03 80 01 05"),
    vector("RetrieveNotificationsListRequest", "event", "SGP.22 §5.7.10", {
        "searchCriteria": {"profileManagementOperation": ["notificationEnable"]}}, SEARCH_NOTE, pin="BF2B 06 A0 04 81 02 06 40"),
    vector("RetrieveNotificationsListResponse", "empty", "SGP.22 §5.7.10", {"notificationList": []}, pin="BF2B 02 A0 00"),
    vector("RetrieveNotificationsListResponse", "both_kinds", "SGP.22 §5.7.10", {"notificationList": [
        {"profileInstallationResult": RESULT}, {"otherSignedNotification": OTHER}, {"profileInstallationResult": RESULT_ERROR}]}),
    *codes("RetrieveNotificationsListResponse", "SGP.22 §5.7.10", ("noResultAvailable", "undefinedError"),
           lambda code: {"notificationsListResultError": code}),
    vector("SGP32-RetrieveNotificationsListRequest", "all", "SGP.32 §5.9.11", {}, pin="BF2B 00"),
    vector("SGP32-RetrieveNotificationsListRequest", "sequence_number", "SGP.32 §5.9.11", {"searchCriteria": {"seqNumber": 5}},
           SEARCH_NOTE, pin="BF2B 05 A0 03 80 01 05"),
    vector("SGP32-RetrieveNotificationsListRequest", "sequence_number_200", "SGP.32 §5.9.11", {"searchCriteria": {"seqNumber": 200}},
           SEARCH_NOTE, pin="BF2B 06 A0 04 80 02 00 C8"),
    vector("SGP32-RetrieveNotificationsListRequest", "event", "SGP.32 §5.9.11", {
        "searchCriteria": {"profileManagementOperation": ["notificationDelete"]}}, SEARCH_NOTE),
    vector("SGP32-RetrieveNotificationsListRequest", "package_results", "SGP.32 §5.9.11", {
        "searchCriteria": {"euiccPackageResults": {}}}, SEARCH_NOTE, pin="BF2B 04 A0 02 82 00"),
    vector("SGP32-RetrieveNotificationsListResponse", "empty", "SGP.32 §5.9.11", {"notificationList": []}, pin="BF2B 02 A0 00"),
    vector("SGP32-RetrieveNotificationsListResponse", "notifications", "SGP.32 §5.9.11", {"notificationList": [
        {"profileInstallationResult": RESULT}, {"otherSignedNotification": OTHER}]}),
    vector("SGP32-RetrieveNotificationsListResponse", "undefinedError", "SGP.32 §5.9.11", {
        "notificationsListResultError": "undefinedError"}, pin="BF2B 03 81 01 7F"),
    vector("SGP32-RetrieveNotificationsListResponse", "one_package_result", "SGP.32 §5.9.11", {
        "euiccPackageResultList": [{"euiccPackageErrorUnsigned": {"eimId": "a"}}]}, pin="BF2B 0A A2 08 BF51 05 A2 03 80 01 61"),
    vector("SGP32-RetrieveNotificationsListResponse", "package_results", "SGP.32 §5.9.11", {
        "euiccPackageResultList": [SIGNED_RESULT, UNSIGNED]}),
    *[vector("NotificationSentRequest", f"sequence_{number}", "SGP.22 §5.7.11", {"seqNumber": number}, pin=pin)
      for number, pin in ((0, "BF30 03 80 01 00"), (127, "BF30 03 80 01 7F"), (128, "BF30 04 80 02 00 80"), (0x7FFFFF, "BF30 05 80 03 7FFFFF"))],
    *result("NotificationSentResponse", "SGP.22 §5.7.11", "deleteNotificationStatus", ("ok", "nothingToDelete", "undefinedError")),
]

ES10C = [
    vector("ProfileInfoListRequest", "all", "SGP.22 §5.7.15", {}, pin="BF2D 00"),
    vector("ProfileInfoListRequest", "by_aid", "SGP.22 §5.7.15", {"searchCriteria": BY_AID}),
    vector("ProfileInfoListRequest", "by_iccid", "SGP.22 §5.7.15", {"searchCriteria": BY_ICCID, "tagList": "5a9f70"}),
    vector("ProfileInfoListRequest", "by_class", "SGP.22 §5.7.15", {"searchCriteria": {"profileClass": "operational"}}, pin="BF2D 05 A0 03 95 01 02"),
    vector("ProfileInfoListResponse", "two", "SGP.22 §5.7.15", {"profileInfoListOk": [PROFILE, PROFILE_FULL]}),
    vector("ProfileInfoListResponse", "none", "SGP.22 §5.7.15", {"profileInfoListOk": []}, pin="BF2D 02 A0 00"),
    *codes("ProfileInfoListResponse", "SGP.22 §5.7.15", ("incorrectInputValues", "undefinedError"), lambda code: {"profileInfoListError": code}),
    vector("SGP32-ProfileInfoListResponse", "two", "SGP.32 §5.9.14", {"profileInfoListOk": [PROFILE, IOT_PROFILE_FULL]}),
    vector("SGP32-ProfileInfoListResponse", "none", "SGP.32 §5.9.14", {"profileInfoListOk": []}, pin="BF2D 02 A0 00"),
    *codes("SGP32-ProfileInfoListResponse", "SGP.32 §5.9.14", ("incorrectInputValues", "profileChangeOngoing", "undefinedError"),
           lambda code: {"profileInfoListError": code}, {"profileChangeOngoing": "BF2D 03 81 01 0B"}),
    vector("EnableProfileRequest", "by_iccid", "SGP.22 §5.7.16", {"profileIdentifier": BY_ICCID, "refreshFlag": True},
           SEARCH_NOTE, pin=f"BF31 11 A0 0C 5A 0A {ICCID} 81 01 FF"),
    vector("EnableProfileRequest", "by_aid", "SGP.22 §5.7.16", {"profileIdentifier": BY_AID, "refreshFlag": False}, SEARCH_NOTE),
    *result("EnableProfileResponse", "SGP.22 §5.7.16", "enableResult", (
        "ok", "iccidOrAidNotFound", "profileNotInDisabledState", "disallowedByPolicy", "wrongProfileReenabling", "undefinedError")),
    vector("DisableProfileRequest", "by_iccid", "SGP.22 §5.7.17", {"profileIdentifier": BY_ICCID, "refreshFlag": True}, SEARCH_NOTE),
    vector("DisableProfileRequest", "by_aid", "SGP.22 §5.7.17", {"profileIdentifier": BY_AID, "refreshFlag": False}, SEARCH_NOTE),
    *result("DisableProfileResponse", "SGP.22 §5.7.17", "disableResult", (
        "ok", "iccidOrAidNotFound", "profileNotInEnabledState", "disallowedByPolicy", "undefinedError")),
    vector("DeleteProfileRequest", "by_iccid", "SGP.22 §5.7.18", BY_ICCID, pin=f"BF33 0C 5A 0A {ICCID}"),
    vector("DeleteProfileRequest", "by_aid", "SGP.22 §5.7.18", BY_AID),
    *result("DeleteProfileResponse", "SGP.22 §5.7.18", "deleteResult", (
        "ok", "iccidOrAidNotFound", "profileNotInDisabledState", "disallowedByPolicy", "undefinedError")),
    vector("EuiccMemoryResetRequest", "every_bit", "SGP.22 §5.7.19", {"resetOptions": [
        "deleteOperationalProfiles", "deleteFieldLoadedTestProfiles", "resetDefaultSmdpAddress"]}, pin="BF34 04 82 02 05 E0"),
    vector("EuiccMemoryResetRequest", "no_bit", "SGP.22 §5.7.19", {"resetOptions": []}, pin="BF34 03 82 01 00"),
    *result("EuiccMemoryResetResponse", "SGP.22 §5.7.19", "resetResult", ("ok", "nothingToDelete", "undefinedError")),
    vector("GetEuiccDataRequest", "eid", "SGP.22 §5.7.20", {"tagList": "5a"}, pin="BF3E 03 5C 01 5A"),
    vector("GetEuiccDataResponse", "eid", "SGP.22 §5.7.20", {"eidValue": EID}, pin=f"BF3E 12 5A 10 {EID}"),
    vector("SetNicknameRequest", "set", "SGP.22 §5.7.21", {"iccid": ICCID, "profileNickname": "café"}, "UTF-8: five octets"),
    vector("SetNicknameRequest", "remove", "SGP.22 §5.7.21", {"iccid": ICCID, "profileNickname": ""}),
    *result("SetNicknameResponse", "SGP.22 §5.7.21", "setNicknameResult", ("ok", "iccidNotFound", "undefinedError")),
    empty("GetRatRequest", "empty", "SGP.22 §5.7.22", "BF43 00"),
    vector("GetRatResponse", "empty", "SGP.22 §5.7.22", {"rat": []}, pin="BF43 02 A0 00"),
    vector("GetRatResponse", "two_rules", "SGP.22 §5.7.22", {"rat": [
        {"pprIds": ["ppr1"], "allowedOperators": [OWNER], "pprFlags": ["consentRequired"]},
        {"pprIds": ["ppr2"], "allowedOperators": [{"mccMnc": "eeeeee"}], "pprFlags": []}]}),
]

EIMS = [
    vector("AddInitialEimRequest", "public_key", "SGP.32 §5.9.4", {"eimConfigurationDataList": [EIM_KEY]}),
    vector("AddInitialEimRequest", "two", "SGP.32 §5.9.4", {"eimConfigurationDataList": [EIM_FULL, EIM_CERTIFICATE]}),
    vector("AddInitialEimResponse", "token_and_ok", "SGP.32 §5.9.4", {"addInitialEimOk": [{"associationToken": 1}, {"addOk": {}}]},
           pin="BF57 07 A0 05 84 01 01 05 00"),
    vector("AddInitialEimResponse", "token_128", "SGP.32 §5.9.4", {"addInitialEimOk": [{"associationToken": 128}]}, pin="BF57 06 A0 04 84 02 00 80"),
    *codes("AddInitialEimResponse", "SGP.32 §5.9.4", (
        "insufficientMemory", "associatedEimAlreadyExists", "ciPKUnknown", "invalidAssociationToken",
        "counterValueOutOfRange", "commandError", "undefinedError"), lambda code: {"addInitialEimError": code},
        {"associatedEimAlreadyExists": "BF57 03 81 01 02"}),
    vector("GetEimConfigurationDataRequest", "all", "SGP.32 §5.9.18", {}, pin="BF55 00"),
    vector("GetEimConfigurationDataRequest", "one", "SGP.32 §5.9.18", {"searchCriteria": {"eimId": "a"}}, SEARCH_NOTE, pin="BF55 05 A0 03 80 01 61"),
    vector("GetEimConfigurationDataResponse", "none", "SGP.32 §5.9.18", {"eimConfigurationDataList": []}, pin="BF55 02 A0 00"),
    vector("GetEimConfigurationDataResponse", "two", "SGP.32 §5.9.18", {"eimConfigurationDataList": [EIM_FULL, EIM_CERTIFICATE]}),
    vector("GetCertsRequest", "any_key", "SGP.32 §5.9.10", {}, pin="BF56 00"),
    vector("GetCertsRequest", "ci_key", "SGP.32 §5.9.10", {"euiccCiPKId": CI}, pin=f"BF56 16 80 14 {CI}"),
    vector("GetCertsResponse", "certs", "SGP.32 §5.9.10", {"certs": {"eumCertificate": EUM, "euiccCertificate": EUICC}},
           "IMPLICIT: A5 and A6 hold the three parts of the certificate, not a SEQUENCE"),
    *codes("GetCertsResponse", "SGP.32 §5.9.10", ("invalidCiPKId", "undfinedError"), lambda code: {"getCertsError": code}),
    *switched("ImmediateEnableRequest", "SGP.32 §5.9.15", "BF5A"),
    *result("ImmediateEnableResponse", "SGP.32 §5.9.15", "immediateEnableResult", (
        "ok", "immediateEnableNotAvailable", "noSessionContext", "catBusy", "undefinedError")),
    *switched("ProfileRollbackRequest", "SGP.32 §5.9.16", "BF58"),
    *result("ProfileRollbackResponse", "SGP.32 §5.9.16", "cmdResult", (
        "ok", "rollbackNotAllowed", "catBusy", "commandError", "undefinedError"), {"rollbackNotAllowed": "BF58 03 02 01 01"}),
    vector("ProfileRollbackResponse", "ok_unsigned_result", "SGP.32 §5.9.16", {
        "cmdResult": "ok", "eUICCPackageResult": {"euiccPackageErrorUnsigned": {"eimId": "a"}}},
        "one BF51: the written [81] replaces the [81] of the type", pin="BF58 0B 02 01 00 BF51 05 A2 03 80 01 61"),
    vector("ProfileRollbackResponse", "ok_signed_result", "SGP.32 §5.9.16", {"cmdResult": "ok", "eUICCPackageResult": SIGNED_RESULT}),
    vector("ConfigureImmediateProfileEnablingRequest", "off", "SGP.32 §5.9.17", {}, pin="BF59 00"),
    vector("ConfigureImmediateProfileEnablingRequest", "on", "SGP.32 §5.9.17", {
        "immediateEnableFlag": {}, "defaultSmdpOid": SMDP_OID, "defaultSmdpAddress": SMDP}),
    *result("ConfigureImmediateProfileEnablingResponse", "SGP.32 §5.9.17", "configImmediateEnableResult", (
        "ok", "insufficientMemory", "associatedEimAlreadyExists", "undefinedError")),
    *switched("ExecuteFallbackMechanismRequest", "SGP.32 §5.9.20", "BF5D"),
    *result("ExecuteFallbackMechanismResponse", "SGP.32 §5.9.20", "executeFallbackMechanismResult", (
        "ok", "profileNotInDisabledState", "catBusy", "fallbackNotAvailable", "commandError", "ecallActive", "undefinedError")),
    *switched("ReturnFromFallbackRequest", "SGP.32 §5.9.21", "BF5E"),
    *result("ReturnFromFallbackResponse", "SGP.32 §5.9.21", "returnFromFallbackResult", (
        "ok", "catBusy", "fallbackNotAvailable", "commandError", "undefinedError")),
    *switched("EnableEmergencyProfileRequest", "SGP.32 §5.9.22", "BF5B"),
    *result("EnableEmergencyProfileResponse", "SGP.32 §5.9.22", "enableEmergencyProfileResult", (
        "ok", "profileNotInDisabledState", "catBusy", "ecallNotAvailable", "undefinedError")),
    *switched("DisableEmergencyProfileRequest", "SGP.32 §5.9.23", "BF5C"),
    *result("DisableEmergencyProfileResponse", "SGP.32 §5.9.23", "disableEmergencyProfileResult", (
        "ok", "profileNotInEnabledState", "catBusy", "undefinedError")),
    empty("GetConnectivityParametersRequest", "empty", "SGP.32 §5.9.24", "BF5F 00"),
    vector("GetConnectivityParametersResponse", "http", "SGP.32 §5.9.24", {"connectivityParameters": {"httpParams": "aa"}}, pin="BF5F 05 A0 03 81 01 AA"),
    vector("GetConnectivityParametersResponse", "none", "SGP.32 §5.9.24", {"connectivityParameters": {}}, pin="BF5F 02 A0 00"),
    *codes("GetConnectivityParametersResponse", "SGP.32 §5.9.24", ("parametersNotAvailable", "undefinedError"),
           lambda code: {"connectivityParametersError": code}, {"parametersNotAvailable": "BF5F 03 81 01 01"}),
    vector("SGP32-EuiccMemoryResetRequest", "eim_and_immediate_enable", "SGP.32 §5.9.5", {
        "resetOptions": ["resetEimConfigData", "resetImmediateEnableConfig"]}, "bits 5 and 6: one unused bit", pin="BF64 04 82 02 01 06"),
    *[vector("SGP32-EuiccMemoryResetRequest", f"only_{bit}", "SGP.32 §5.9.5", {"resetOptions": [bit]}) for bit in (
        "deleteOperationalProfiles", "deleteFieldLoadedTestProfiles", "resetDefaultSmdpAddress", "deletePreLoadedTestProfiles",
        "deleteProvisioningProfiles", "resetEimConfigData", "resetImmediateEnableConfig")],
    vector("SGP32-EuiccMemoryResetResponse", "three_ok", "SGP.32 §5.9.5", {
        "resetResult": "ok", "resetEimResult": "ok", "resetImmediateEnableConfigResult": "ok"},
        pin="BF64 09 80 01 00 81 01 00 82 01 00"),
    *result("SGP32-EuiccMemoryResetResponse", "SGP.32 §5.9.5", "resetResult", (
        "ok", "nothingToDelete", "catBusy", "ecallActive", "undefinedError")),
    *[vector("SGP32-EuiccMemoryResetResponse", f"eim_{code}", "SGP.32 §5.9.5", {"resetResult": "nothingToDelete", "resetEimResult": code})
      for code in ("nothingToDelete", "eimResetNotSupported", "undefinedError")],
    *[vector("SGP32-EuiccMemoryResetResponse", f"immediate_enable_{code}", "SGP.32 §5.9.5", {
        "resetResult": "ok", "resetImmediateEnableConfigResult": code}) for code in ("resetIECNotSupported", "undefinedError")],
]

VECTORS = ES10A + SESSION + NOTIFICATIONS + ES10C + EIMS
