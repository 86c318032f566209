# SPDX-License-Identifier: MIT OR Apache-2.0
"""ESipa, ASN.1 binding: every request and response, alone and as an arm of the two message types."""

from .common import (
    CHALLENGE, CI, DPAUTH, DPPB, EID, EIM_TRANSACTION, EUICC, EUM, HASH, SIGNATURE, SMDP,
    TRANSACTION, codes, vector,
)
from .es10 import COMPACT_CANCELLED, COMPACT_PREPARED, COMPACT_SIGNED, IOT_AUTHENTICATED
from .es9 import ACTIONS_DP
from .esep import REQUEST, SIGNED_RESULT, UNSIGNED, UNSIGNED_A
from .objects import (
    BPP, BPP_KEYS, CANCELLED, CTX, DEVICE, INFO1, IOT_INFO2, IOT_INFO2_FULL, IOT_METADATA_FULL, METADATA,
    NOT_AUTHENTICATED, NOT_PREPARED, NOTIFICATION, OTHER, PREPARED, RESULT, RESULT_ERROR, SERVER_SIGNED, SMDP_SIGNED,
)

SHORT_NOTIFICATION = {"seqNumber": 1, "profileManagementOperation": ["notificationInstall"], "notificationAddress": "a"}
COMPACT_OTHER = {"tbsOtherNotification": SHORT_NOTIFICATION, "euiccNotificationSignature": "aabb"}
COMPACT_OTHER_EID = {"eidValue": EID, "tbsOtherNotification": NOTIFICATION, "euiccNotificationSignature": SIGNATURE}
COMPACT_DATA = {
    "transactionId": "01", "seqNumber": 5, "compactFinalResult": {"compactSuccessResult": {"compactAid": "0011"}},
}
COMPACT_DATA_RESPONSE = {
    "transactionId": TRANSACTION, "seqNumber": 128, "iccidPresent": False,
    "compactFinalResult": {"compactSuccessResult": {"compactAid": "1000", "simaResponse": "3007a0053003800101"}},
}
COMPACT_DATA_ERROR = {
    "transactionId": TRANSACTION, "seqNumber": 0x7FFFFF,
    "compactFinalResult": {"errorResult": {"bppCommandId": "storeMetadata", "errorReason": "pprNotAllowed"}},
}
COMPACT_RESULT = {"compactProfileInstallationResultData": COMPACT_DATA, "euiccSignPIR": SIGNATURE}
COMPACT_RESULT_ERROR = {"compactProfileInstallationResultData": COMPACT_DATA_ERROR, "euiccSignPIR": SIGNATURE}
PENDING = {
    "full_result": ({"profileInstallationResult": RESULT}, None),
    "full_result_error": ({"profileInstallationResult": RESULT_ERROR}, None),
    "full_other": ({"otherSignedNotification": OTHER}, None),
    "compact_result": ({"compactProfileInstallationResult": COMPACT_RESULT}, None),
    "compact_result_error": ({"compactProfileInstallationResult": COMPACT_RESULT_ERROR}, None),
    "compact_other": ({"compactOtherSignedNotification": COMPACT_OTHER},
                      "A1 12 BF2F 0A 80 01 01 81 02 07 80 0C 01 61 5F37 02 AABB"),
    "compact_other_eid": ({"compactOtherSignedNotification": COMPACT_OTHER_EID}, None),
}
CAPABILITIES = {
    "ipaFeatures": ["directRspServerCommunication", "indirectRspServerCommunication", "minimizeEsipaBytes"],
    "ipaSupportedProtocols": ["ipaRetrieveHttps", "ipaInjectCoaps"],
}
ONE_RESULT = [UNSIGNED_A]
DATA = {
    "notificationsList": [{"otherSignedNotification": OTHER}, {"compactOtherSignedNotification": COMPACT_OTHER}],
    "defaultSmdpAddress": SMDP,
    "euiccPackageResultList": [SIGNED_RESULT, UNSIGNED],
    "euiccInfo1": INFO1,
    "euiccInfo2": IOT_INFO2_FULL,
    "rootSmdsAddress": "smds.example.com",
    "associationToken": 0x7FFFFF,
    "eumCertificate": EUM,
    "euiccCertificate": EUICC,
    "eimTransactionId": EIM_TRANSACTION,
    "ipaCapabilities": CAPABILITIES,
    "deviceInfo": DEVICE,
}
DATA_ERROR = {"ipaEuiccDataResponseError": {"ipaEuiccDataErrorCode": "incorrectTagList"}}
DATA_REQUEST = {"tagList": "81bf20bf228384a5a688a9", "eimTransactionId": EIM_TRANSACTION}
DATA_REQUEST_ALL = {
    "tagList": "bf20", "euiccCiPKIdentifierToBeUsed": "01", "searchCriteriaNotification": {"seqNumber": 1},
    "searchCriteriaEuiccPackageResult": {"seqNumber": 1}, "eimTransactionId": "01",
}
TRIGGER = {"profileDownloadData": {"activationCode": "1$smdpplus1.example.com$MATCH"}, "eimTransactionId": EIM_TRANSACTION}
TRIGGERED = {"eimTransactionId": EIM_TRANSACTION, "profileDownloadTriggerResultData": {"profileInstallationResult": RESULT}}
ECALL = {"eimTransactionId": "01", "profileDownloadTriggerResultData": {
    "profileDownloadError": {"profileDownloadErrorReason": "ecallActive"}}}
WITH_NOTIFICATIONS = {
    "euiccPackageResult": SIGNED_RESULT,
    "notificationList": [{"otherSignedNotification": OTHER}, {"profileInstallationResult": RESULT}],
}
NO_NOTIFICATION = {"euiccPackageResult": UNSIGNED_A, "notificationList": []}
RESULT_FORMS = {
    "package_result": ({"euiccPackageResult": SIGNED_RESULT}, None),
    "package_result_unsigned": ({"euiccPackageResult": UNSIGNED_A}, "BF50 08 BF51 05 A2 03 80 01 61"),
    "package_result_and_notifications": ({"ePRAndNotifications": WITH_NOTIFICATIONS}, None),
    "package_result_no_notification": ({"ePRAndNotifications": NO_NOTIFICATION}, "BF50 0C 30 0A BF51 05 A2 03 80 01 61 A0 00"),
    "data_response": ({"ipaEuiccDataResponse": {"ipaEuiccData": DATA}}, None),
    "data_response_error": ({"ipaEuiccDataResponse": DATA_ERROR}, "BF50 08 BF52 05 A1 03 02 01 01"),
    "trigger_result": ({"profileDownloadTriggerResult": TRIGGERED}, None),
    "trigger_result_error": ({"profileDownloadTriggerResult": ECALL}, "BF50 0B BF54 08 82 01 01 30 03 80 01 68"),
    "response_error": ({"eimPackageResultResponseError": {
        "eimTransactionId": "01", "eimPackageResultErrorCode": "invalidPackageFormat"}}, "BF50 08 A0 06 80 01 01 02 01 01"),
    "response_error_unknown_package": ({"eimPackageResultResponseError": {"eimPackageResultErrorCode": "unknownPackage"}},
                                       "BF50 05 A0 03 02 01 02"),
    "response_error_undefined": ({"eimPackageResultResponseError": {"eimPackageResultErrorCode": "undefinedError"}},
                                 "BF50 05 A0 03 02 01 7F"),
}
REPLACE = "one tag: the tag written on the member replaces the tag of the CHOICE type"
IMPLICIT = "IMPLICIT: A5 and A6 hold the three parts of the certificate, not a SEQUENCE"

INITIATE_OK = {
    "transactionId": TRANSACTION,
    "serverSigned1": SERVER_SIGNED,
    "serverSignature1": SIGNATURE,
    "euiccCiPKIdentifierToBeUsed": CI,
    "serverCertificate": DPAUTH,
}
CLIENT = {"transactionId": TRANSACTION, "authenticateServerResponse": {"authenticateResponseOk": IOT_AUTHENTICATED}}
CLIENT_ERROR = {"transactionId": "01", "authenticateServerResponse": {
    "authenticateResponseError": {"transactionId": "01", "authenticateErrorCode": "invalidCertificate"}}}
CLIENT_COMPACT = {"transactionId": TRANSACTION, "authenticateServerResponse": {"compactAuthenticateResponseOk": {
    "signedData": {"compactEuiccSigned1": COMPACT_SIGNED}, "euiccSignature1": SIGNATURE,
    "euiccCertificate": EUICC, "eumCertificate": EUM}}}
CLIENT_OK = {
    "transactionId": TRANSACTION, "profileMetaData": METADATA, "smdpSigned2": SMDP_SIGNED,
    "smdpSignature2": SIGNATURE, "smdpCertificate": DPPB,
}
GET_BPP = {"transactionId": TRANSACTION, "prepareDownloadResponse": {"downloadResponseOk": PREPARED}}
CANCEL = {"transactionId": TRANSACTION, "cancelSessionResponse": {"cancelSessionResponseOk": CANCELLED}}
CANCEL_ERROR = {"transactionId": "01", "cancelSessionResponse": {"cancelSessionResponseError": "invalidTransactionId"}}
INITIATE = {"euiccChallenge": CHALLENGE, "smdpAddress": SMDP, "euiccInfo1": INFO1, "eimTransactionId": EIM_TRANSACTION}
GET = {"eidValue": EID}
CAUSES = ("otherEim", "fallback", "emergencyProfile", "local", "reset", "immediateEnableProfile", "deviceChange", "undefined")

DATA_VECTORS = [
    vector("IpaEuiccDataRequest", "tag_list", "SGP.32 §2.11.1.2", DATA_REQUEST),
    vector("IpaEuiccDataRequest", "all_members", "SGP.32 §2.11.1.2", DATA_REQUEST_ALL,
           "the CHOICE of one arm is a CHOICE all the same: A2 is EXPLICIT", pin="BF52 14 5C 02 BF20 04 01 01 A1 03 80 01 01 A2 03 80 01 01 83 01 01"),
    vector("IpaEuiccDataRequest", "by_event", "SGP.32 §2.11.1.2", {
        "tagList": "a0", "searchCriteriaNotification": {"profileManagementOperation": ["notificationEnable"]}},
        pin="BF52 09 5C 01 A0 A1 04 81 02 06 40"),
    vector("IpaEuiccDataResponse", "nothing", "SGP.32 §2.11.2.2", {"ipaEuiccData": {}}, pin="BF52 02 A0 00"),
    vector("IpaEuiccDataResponse", "no_notification", "SGP.32 §2.11.2.2", {"ipaEuiccData": {"notificationsList": []}},
           "the outer A0 is the arm, the inner A0 the member", pin="BF52 04 A0 02 A0 00"),
    vector("IpaEuiccDataResponse", "result_and_token", "SGP.32 §2.11.2.2", {"ipaEuiccData": {
        "notificationsList": [], "euiccPackageResultList": ONE_RESULT, "associationToken": 200}},
        pin="BF52 12 A0 10 A0 00 A2 08 BF51 05 A2 03 80 01 61 84 02 00 C8"),
    vector("IpaEuiccDataResponse", "all_members", "SGP.32 §2.11.2.2", {"ipaEuiccData": DATA}, IMPLICIT),
    vector("IpaEuiccDataResponse", "certificates", "SGP.32 §2.11.2.2", {"ipaEuiccData": {"eumCertificate": EUM, "euiccCertificate": EUICC}}, IMPLICIT),
    vector("IpaEuiccDataResponse", "info2", "SGP.32 §2.11.2.2", {"ipaEuiccData": {"euiccInfo1": INFO1, "euiccInfo2": IOT_INFO2}}),
    *codes("IpaEuiccDataResponse", "SGP.32 §2.11.2.2", ("incorrectTagList", "euiccCiPKIdNotFound", "ecallActive", "undefinedError"),
           lambda code: {"ipaEuiccDataResponseError": {"eimTransactionId": "01", "ipaEuiccDataErrorCode": code}},
           {"incorrectTagList": "BF52 08 A1 06 80 01 01 02 01 01"}),
    vector("IpaEuiccDataResponse", "error_without_transaction_id", "SGP.32 §2.11.2.2", DATA_ERROR, pin="BF52 05 A1 03 02 01 01"),
    vector("IpaEuiccData", "capabilities", "SGP.32 §2.11.2.2", {"ipaCapabilities": CAPABILITIES}),
    vector("IpaEuiccData", "token_minus_one", "SGP.32 §2.11.2.2", {"associationToken": -1}, pin="30 03 84 01 FF"),
    vector("IpaCapabilities", "indirect_https", "SGP.32 §4.1", {
        "ipaFeatures": ["indirectRspServerCommunication"], "ipaSupportedProtocols": ["ipaRetrieveHttps"]}, pin="30 08 80 02 06 40 81 02 07 80"),
    vector("IpaCapabilities", "every_bit", "SGP.32 §4.1", {
        "ipaFeatures": ["directRspServerCommunication", "indirectRspServerCommunication", "eimDownloadDataHandling",
                        "eimCtxParams1Generation", "eimProfileMetadataVerification", "minimizeEsipaBytes"],
        "ipaSupportedProtocols": ["ipaRetrieveHttps", "ipaRetrieveCoaps", "ipaInjectHttps", "ipaInjectCoaps", "ipaProprietary"]},
        pin="30 08 80 02 02 FC 81 02 03 F8"),
    vector("IpaCapabilities", "direct_only", "SGP.32 §4.1", {"ipaFeatures": ["directRspServerCommunication"]}, pin="30 04 80 02 07 80"),
]

TRIGGERS = [
    vector("ProfileDownloadTriggerRequest", "activation_code", "SGP.32 §2.11.1.3", TRIGGER),
    vector("ProfileDownloadTriggerRequest", "activation_code_short", "SGP.32 §2.11.1.3", {
        "profileDownloadData": {"activationCode": "1$"}, "eimTransactionId": "01"}, pin="BF54 09 A0 04 80 02 31 24 82 01 01"),
    vector("ProfileDownloadTriggerRequest", "default_smdp", "SGP.32 §2.11.1.3", {"profileDownloadData": {"contactDefaultSmdp": {}}}, pin="BF54 04 A0 02 81 00"),
    vector("ProfileDownloadTriggerRequest", "smds", "SGP.32 §2.11.1.3", {
        "profileDownloadData": {"contactSmds": {"smdsAddress": "x"}}}, pin="BF54 07 A0 05 A2 03 80 01 78"),
    vector("ProfileDownloadTriggerRequest", "root_smds", "SGP.32 §2.11.1.3", {"profileDownloadData": {"contactSmds": {}}}, pin="BF54 04 A0 02 A2 00"),
    vector("ProfileDownloadTriggerRequest", "indirect", "SGP.32 §2.11.1.3", {"eimTransactionId": "01"}, pin="BF54 03 82 01 01"),
    vector("ProfileDownloadTriggerRequest", "empty", "SGP.32 §2.11.1.3", {}, pin="BF54 00"),
    vector("ProfileDownloadTriggerRequest", "activation_code_255", "SGP.32 §2.11.1.3", {
        "profileDownloadData": {"activationCode": "1$" + "x" * 253}}, "lengths of two octets: 81 FF and 82 01 02"),
    vector("ProfileDownloadTriggerResult", "installed", "SGP.32 §2.11.2.3", TRIGGERED),
    vector("ProfileDownloadTriggerResult", "not_installed", "SGP.32 §2.11.2.3", {
        "profileDownloadTriggerResultData": {"profileInstallationResult": RESULT_ERROR}}),
    vector("ProfileDownloadTriggerResult", "ecallActive", "SGP.32 §2.11.2.3", ECALL,
           "one arm of the CHOICE is tagged, so the other keeps its universal 30", pin="BF54 08 82 01 01 30 03 80 01 68"),
    vector("ProfileDownloadTriggerResult", "undefinedError_response", "SGP.32 §2.11.2.3", {"profileDownloadTriggerResultData": {
        "profileDownloadError": {"profileDownloadErrorReason": "undefinedError", "errorResponse": "bf3b03820106"}}},
        pin="BF54 0D 30 0B 80 01 7F 04 06 BF3B03820106"),
]

PENDING_VECTORS = [
    *[vector("SGP32-PendingNotification", name, "SGP.32 §5.14.7", value, pin=pin) for name, (value, pin) in PENDING.items()],
    vector("PendingNotificationList", "every_arm", "SGP.32 §5.14.7", [value for value, _ in PENDING.values()]),
    vector("SGP32-ProfileInstallationResult", "success", "SGP.22 §2.5.6", RESULT),
    vector("CompactProfileInstallationResultData", "success", "SGP.32 §5.14.7", COMPACT_DATA,
           "iccidPresent TRUE is the DEFAULT and left out", pin="30 0E 80 01 01 02 01 05 A2 06 A0 04 4F 02 00 11"),
    vector("CompactProfileInstallationResultData", "no_iccid_and_response", "SGP.32 §5.14.7", COMPACT_DATA_RESPONSE),
    vector("CompactProfileInstallationResultData", "error", "SGP.32 §5.14.7", COMPACT_DATA_ERROR),
    *[vector("HandleNotificationEsipa", name, "SGP.32 §5.14.7", {"pendingNotification": value}, "untagged CHOICE as member: A0 is EXPLICIT",
             pin="BF3D 16 A0 14" + pin if pin else None) for name, (value, pin) in PENDING.items()],
    *[vector("HandleNotificationEsipa", f"result_{name}", "SGP.32 §5.14.7", {"provideEimPackageResult": {"eimPackageResult": value}})
      for name, (value, _) in RESULT_FORMS.items()],
]

PACKAGES = [
    vector("GetEimPackageRequest", "eid", "SGP.32 §5.14.5", GET, pin=f"BF4F 12 5A 10 {EID}"),
    vector("GetEimPackageRequest", "all_members", "SGP.32 §5.14.5", {
        "eidValue": EID, "notifyStateChange": {}, "stateChangeCause": "fallback", "rPLMN": "26f280"},
        pin=f"BF4F 1C 5A 10 {EID} 80 00 81 01 01 82 03 26F280"),
    *[vector("GetEimPackageRequest", f"cause_{cause}", "SGP.32 §5.14.5", GET | {"notifyStateChange": {}, "stateChangeCause": cause}) for cause in CAUSES],
    vector("GetEimPackageResponse", "euicc_package", "SGP.32 §5.14.5", {"euiccPackageRequest": REQUEST}),
    vector("GetEimPackageResponse", "data_request", "SGP.32 §5.14.5", {"ipaEuiccDataRequest": DATA_REQUEST}),
    vector("GetEimPackageResponse", "download_trigger", "SGP.32 §5.14.5", {"profileDownloadTriggerRequest": TRIGGER}),
    *codes("GetEimPackageResponse", "SGP.32 §5.14.5", ("noEimPackageAvailable", "eidNotFound", "invalidEid", "missingEid", "undefinedError"),
           lambda code: {"eimPackageError": code}, {"noEimPackageAvailable": "BF4F 03 02 01 01"}),
    *[vector("ProvideEimPackageResult", name, "SGP.32 §5.14.6", {"eimPackageResult": value}, REPLACE if pin and "BF5" in pin[6:] else "", pin=pin)
      for name, (value, pin) in RESULT_FORMS.items()],
    vector("ProvideEimPackageResult", "eid", "SGP.32 §5.14.6", {"eidValue": EID, "eimPackageResult": {"euiccPackageResult": SIGNED_RESULT}}),
    vector("ProvideEimPackageResultResponse", "acknowledged", "SGP.32 §5.14.6", {"eimAcknowledgements": [1, 200]}, pin="BF50 0A BF53 07 80 01 01 80 02 00 C8"),
    vector("ProvideEimPackageResultResponse", "acknowledged_none", "SGP.32 §5.14.6", {"eimAcknowledgements": []}, pin="BF50 03 BF53 00"),
    vector("ProvideEimPackageResultResponse", "empty", "SGP.32 §5.14.6", {"emptyResponse": {}}, pin="BF50 02 30 00"),
    *codes("ProvideEimPackageResultResponse", "SGP.32 §5.14.6", ("eidNotFound", "invalidEid", "missingEid", "undefinedError"),
           lambda code: {"provideEimPackageResultError": code}, {"eidNotFound": "BF50 03 02 01 02"}),
    vector("EimAcknowledgements", "boundaries", "SGP.32 §2.11.1.4", [0, 127, 128, 255, 256, 32767, 32768, 0x7FFFFF],
           pin="BF53 20 80 01 00 80 01 7F 80 02 0080 80 02 00FF 80 02 0100 80 02 7FFF 80 03 008000 80 03 7FFFFF"),
    vector("TransferEimPackageRequest", "euicc_package", "SGP.32 §5.14.4", {"euiccPackageRequest": REQUEST}),
    vector("TransferEimPackageRequest", "data_request", "SGP.32 §5.14.4", {"ipaEuiccDataRequest": DATA_REQUEST}),
    vector("TransferEimPackageRequest", "acknowledgements", "SGP.32 §5.14.4", {"eimAcknowledgements": [1]}, pin="BF4E 06 BF53 03 80 01 01"),
    vector("TransferEimPackageRequest", "download_trigger", "SGP.32 §5.14.4", {"profileDownloadTriggerRequest": TRIGGER}),
    vector("TransferEimPackageResponse", "package_result", "SGP.32 §5.14.4", {"euiccPackageResult": UNSIGNED_A}, REPLACE, pin="BF4E 08 BF51 05 A2 03 80 01 61"),
    vector("TransferEimPackageResponse", "package_result_signed", "SGP.32 §5.14.4", {"euiccPackageResult": SIGNED_RESULT}),
    vector("TransferEimPackageResponse", "package_result_and_notifications", "SGP.32 §5.14.4", {"ePRAndNotifications": WITH_NOTIFICATIONS}),
    vector("TransferEimPackageResponse", "data_response", "SGP.32 §5.14.4", {"ipaEuiccDataResponse": {"ipaEuiccData": {"associationToken": 1}}},
           REPLACE, pin="BF4E 08 BF52 05 A0 03 84 01 01"),
    vector("TransferEimPackageResponse", "received", "SGP.32 §5.14.4", {"eimPackageReceived": {}}, pin="BF4E 02 05 00"),
    *codes("TransferEimPackageResponse", "SGP.32 §5.14.4", ("invalidPackageFormat", "unknownPackage", "undefinedError"),
           lambda code: {"eimPackageError": code}, {"invalidPackageFormat": "BF4E 03 02 01 01"}),
]

DOWNLOAD = [
    vector("InitiateAuthenticationRequestEsipa", "challenge_only", "SGP.32 §5.14.1", {"euiccChallenge": CHALLENGE}, pin=f"BF39 12 81 10 {CHALLENGE}"),
    vector("InitiateAuthenticationRequestEsipa", "all_members", "SGP.32 §5.14.1", INITIATE, "BF20 comes in front of 82: the order of the module"),
    vector("InitiateAuthenticationResponseEsipa", "ok", "SGP.32 §5.14.1", {"initiateAuthenticationOkEsipa": INITIATE_OK}),
    vector("InitiateAuthenticationResponseEsipa", "ok_all_members", "SGP.32 §5.14.1", {
        "initiateAuthenticationOkEsipa": INITIATE_OK | {"matchingId": "MATCH-ID-1", "ctxParams1": CTX}}, "A2 around the CHOICE is EXPLICIT"),
    vector("InitiateAuthenticationResponseEsipa", "ok_truncated_key_id", "SGP.32 §5.14.1", {"initiateAuthenticationOkEsipa": {
        name: value for name, value in INITIATE_OK.items() if name != "transactionId"} | {"euiccCiPKIdentifierToBeUsed": "f5"}}),
    *codes("InitiateAuthenticationResponseEsipa", "SGP.32 §5.14.1", (
        "invalidDpAddress", "euiccVersionNotSupportedByDp", "ciPKIdNotSupported", "smdpAddressMismatch", "smdpOidMismatch",
        "invalidEimTransactionId", "undefinedError"), lambda code: {"initiateAuthenticationErrorEsipa": code}, {"undefinedError": "BF39 03 81 01 7F"}),
    vector("AuthenticateClientRequestEsipa", "ok", "SGP.32 §5.14.3", CLIENT),
    vector("AuthenticateClientRequestEsipa", "error", "SGP.32 §5.14.3", CLIENT_ERROR, REPLACE, pin="BF3B 0E 80 01 01 BF38 08 A1 06 80 01 01 02 01 01"),
    vector("AuthenticateClientRequestEsipa", "compact", "SGP.32 §5.14.3", CLIENT_COMPACT),
    vector("SGP32-AuthenticateClientRequest", "error", "SGP.22 §5.6.3", {
        "transactionId": TRANSACTION, "authenticateServerResponse": {"authenticateResponseError": NOT_AUTHENTICATED}}),
    vector("AuthenticateClientResponseEsipa", "ok_smdp", "SGP.32 §5.14.3", {"authenticateClientOkDPEsipa": CLIENT_OK}),
    vector("AuthenticateClientResponseEsipa", "ok_smdp_all_members", "SGP.32 §5.14.3", {
        "authenticateClientOkDPEsipa": CLIENT_OK | {"profileMetaData": IOT_METADATA_FULL, "hashCc": HASH}}),
    vector("AuthenticateClientResponseEsipa", "ok_smdp_mandatory_members", "SGP.32 §5.14.3", {"authenticateClientOkDPEsipa": {
        name: value for name, value in CLIENT_OK.items() if name not in ("transactionId", "profileMetaData")}}),
    vector("AuthenticateClientResponseEsipa", "ok_smds", "SGP.32 §5.14.3", {
        "authenticateClientOkDSEsipa": {"transactionId": TRANSACTION, "profileDownloadTrigger": TRIGGER}}),
    vector("AuthenticateClientResponseEsipa", "ok_smds_no_event", "SGP.32 §5.14.3", {"authenticateClientOkDSEsipa": {"transactionId": "01"}},
           pin="BF3B 05 A1 03 80 01 01"),
    *codes("AuthenticateClientResponseEsipa", "SGP.32 §5.14.3",
           tuple(code for code in ACTIONS_DP if code != "undefinedError") + ("insufficientMemory", "pprNotAllowed", "eventIdUnknown", "undefinedError"),
           lambda code: {"authenticateClientErrorEsipa": code}, {"matchingIdRefused": "BF3B 03 82 01 06"}),
    vector("GetBoundProfilePackageRequestEsipa", "ok", "SGP.32 §5.14.2", GET_BPP, REPLACE),
    vector("GetBoundProfilePackageRequestEsipa", "error", "SGP.32 §5.14.2", {
        "transactionId": TRANSACTION, "prepareDownloadResponse": {"downloadResponseError": NOT_PREPARED}}, REPLACE),
    vector("GetBoundProfilePackageRequestEsipa", "compact", "SGP.32 §5.14.2", {
        "transactionId": TRANSACTION, "prepareDownloadResponse": {"compactDownloadResponseOk": COMPACT_PREPARED}}, REPLACE),
    vector("GetBoundProfilePackageResponseEsipa", "ok", "SGP.32 §5.14.2", {
        "getBoundProfilePackageOkEsipa": {"transactionId": TRANSACTION, "boundProfilePackage": BPP}}),
    vector("GetBoundProfilePackageResponseEsipa", "ok_no_transaction_id", "SGP.32 §5.14.2", {
        "getBoundProfilePackageOkEsipa": {"boundProfilePackage": BPP_KEYS}}),
    *codes("GetBoundProfilePackageResponseEsipa", "SGP.32 §5.14.2", (
        "euiccSignatureInvalid", "confirmationCodeMissing", "confirmationCodeRefused", "confirmationCodeRetriesExceeded",
        "bppRebindingRefused", "downloadOrderExpired", "metadataMismatch", "invalidTransactionId", "undefinedError"),
        lambda code: {"getBoundProfilePackageErrorEsipa": code}, {"euiccSignatureInvalid": "BF3A 03 81 01 01"}),
    vector("CancelSessionRequestEsipa", "ok", "SGP.32 §5.14.8", CANCEL, "the automatic [1] replaces BF41 of the card's answer"),
    vector("CancelSessionRequestEsipa", "error", "SGP.32 §5.14.8", CANCEL_ERROR, "the automatic [1] replaces BF41 of the card's answer",
           pin="BF41 08 80 01 01 A1 03 81 01 05"),
    vector("CancelSessionRequestEsipa", "compact", "SGP.32 §5.14.8", {
        "transactionId": TRANSACTION, "cancelSessionResponse": {"compactCancelSessionResponseOk": COMPACT_CANCELLED}},
        "the automatic [1] replaces BF41 of the card's answer"),
    vector("CancelSessionResponseEsipa", "ok", "SGP.32 §5.14.8", {"cancelSessionOk": {}}, pin="BF41 02 A0 00"),
    *codes("CancelSessionResponseEsipa", "SGP.32 §5.14.8", ("invalidTransactionId", "euiccSignatureInvalid", "undefinedError"),
           lambda code: {"cancelSessionError": code}, {"invalidTransactionId": "BF41 03 81 01 01"}),
]

TO_EIM = {
    "initiateAuthenticationRequestEsipa": INITIATE,
    "authenticateClientRequestEsipa": CLIENT_ERROR,
    "getBoundProfilePackageRequestEsipa": GET_BPP,
    "cancelSessionRequestEsipa": CANCEL_ERROR,
    "handleNotificationEsipa": {"pendingNotification": {"compactOtherSignedNotification": COMPACT_OTHER}},
    "transferEimPackageResponse": {"eimPackageReceived": {}},
    "getEimPackageRequest": GET,
    "provideEimPackageResult": {"eimPackageResult": {"euiccPackageResult": UNSIGNED_A}},
}
TO_IPA = {
    "initiateAuthenticationResponseEsipa": {"initiateAuthenticationErrorEsipa": "smdpAddressMismatch"},
    "authenticateClientResponseEsipa": {"authenticateClientErrorEsipa": "pprNotAllowed"},
    "getBoundProfilePackageResponseEsipa": {"getBoundProfilePackageOkEsipa": {"boundProfilePackage": BPP}},
    "cancelSessionResponseEsipa": {"cancelSessionOk": {}},
    "transferEimPackageRequest": {"eimAcknowledgements": [128]},
    "getEimPackageResponse": {"euiccPackageRequest": REQUEST},
    "provideEimPackageResultResponse": {"emptyResponse": {}},
}
WRAPPED = "no wrapper of its own: the tag of the arm is the tag of the message"
MESSAGES = [
    *[vector("EsipaMessageFromIpaToEim", name, "SGP.32 §6.3.1", {name: value}, WRAPPED) for name, value in TO_EIM.items()],
    *[vector("EsipaMessageFromEimToIpa", name, "SGP.32 §6.3.1", {name: value}, WRAPPED) for name, value in TO_IPA.items()],
]

VECTORS = DATA_VECTORS + TRIGGERS + PENDING_VECTORS + PACKAGES + DOWNLOAD + MESSAGES
