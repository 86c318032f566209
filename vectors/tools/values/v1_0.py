# SPDX-License-Identifier: MIT OR Apache-2.0
"""The wire dialect of SGP.32 v1.0: same names and tags as v1.2, other members, codes and nesting."""

from .common import (
    CHALLENGE, CI, DPAUTH, DPPB, EID, EIM, EUICC, EUM, HASH, ICCID, SIGNATURE, SMDP, SMDP_OID,
    TINY_SPKI, TRANSACTION, codes, vector,
)
from .es10 import BY_ICCID, COMPACT_CANCELLED, COMPACT_PREPARED, COMPACT_SIGNED
from .esep import EIM_CERTIFICATE, EIM_KEY, arm
from .objects import (
    AUTHENTICATED, BPP, CANCELLED, CTX, DEVICE, EUICC_SIGNED_1, INFO1, INFO2, IOT_INFO2_FULL, METADATA, NOT_AUTHENTICATED,
    NOT_PREPARED, NOTIFICATION, OTHER, PREPARED, PROFILE, RESULT, SERVER_SIGNED, SMDP_SIGNED,
)

UNSIGNED = {"euiccPackageErrorUnsigned": {"eimId": "a"}}
EIM_FULL = EIM_KEY | {
    "eimFqdn": EIM, "counterValue": 128, "trustedPublicKeyDataTls": {"trustedEimPkTls": TINY_SPKI},
    "eimSupportedProtocol": ["eimRetrieveHttps", "eimProprietary"], "euiccCiPKId": CI,
}
PSMO = {
    "enable": {"iccid": ICCID, "rollbackFlag": {}},
    "disable": {"iccid": ICCID},
    "delete": {"iccid": ICCID},
    "listProfileInfo": {"searchCriteria": BY_ICCID},
    "getRAT": {},
    "configureAutoEnable": {"autoEnableFlag": {}, "smdpOid": SMDP_OID, "smdpAddress": SMDP},
}
ECO = {
    "addEim": EIM_FULL, "addEim_certificate": EIM_CERTIFICATE, "deleteEim": {"eimId": "a"}, "updateEim": EIM_KEY, "listEim": {},
}
RESULTS = [
    {"enableResult": "ok"}, {"disableResult": "profileNotInEnabledState"}, {"deleteResult": "iccidOrAidNotFound"},
    {"listProfileInfoResult": {"profileInfoListOk": [PROFILE]}}, {"listProfileInfoResult": {"profileInfoListError": "profileChangeOngoing"}},
    {"getRATResult": []}, {"configureAutoEnableResult": "commandError"}, {"addEimResult": {"associationToken": 128}},
    {"addEimResult": {"addEimResultCode": "invalidAssociationToken"}}, {"deleteEimResult": "lastEimDeleted"},
    {"updateEimResult": "ok"}, {"listEimResult": {"eimIdList": [{"eimId": "a", "eimIdType": "eimIdTypeOid"}]}},
    {"listEimResult": {"listEimError": "commandError"}}, {"rollbackResult": "ok"}, {"processingTerminated": "interruption"},
]


def package(body):
    """The signed part of a request."""
    return {"eimId": "a", "eidValue": EID, "counterValue": 128, "transactionId": "01", "euiccPackage": body}


SIGNED_DATA = {"eimId": "a", "counterValue": 128, "transactionId": "01", "seqNumber": 200, "euiccResult": RESULTS}
SIGNED = {"euiccPackageResultSigned": {"euiccPackageResultDataSigned": SIGNED_DATA, "euiccSignEPR": SIGNATURE}}
REQUEST = {"euiccPackageSigned": package({"psmoList": [{"enable": PSMO["enable"]}]}), "eimSignature": SIGNATURE}
COMPACT_RESULT = {
    "compactProfileInstallationResultData": {
        "transactionId": "01", "seqNumber": 5, "iccidPresent": False,
        "compactFinalResult": {"compactSuccessResult": {"compactAid": "0011", "simaResponse": "3000"}}},
    "euiccSignPIR": "aabb",
}
COMPACT_ERROR = {
    "compactProfileInstallationResultData": {
        "transactionId": "01", "seqNumber": 5,
        "compactFinalResult": {"errorResult": {"bppCommandId": "storeMetadata", "errorReason": "pprNotAllowed"}}},
    "euiccSignPIR": "aabb",
}
PENDING = [
    {"profileInstallationResult": RESULT}, {"otherSignedNotification": OTHER},
    {"compactProfileInstallationResult": COMPACT_RESULT}, {"compactProfileInstallationResult": COMPACT_ERROR},
    {"compactOtherSignedNotification": {"tbsOtherNotification": NOTIFICATION, "euiccNotificationSignature": "aabb"}},
]
CAPABILITIES = {"ipaFeatures": ["indirectRspServerCommunication"], "ipaSupportedProtocols": ["ipaRetrieveHttps"]}
INFO = {name: value for name, value in IOT_INFO2_FULL.items()
        if name not in ("euiccCiPKIdListForSigningV3", "additionalEuiccInfo", "highestSvn", "iotSpecificInfo")}
INFO |= {"rfu2": [CI], "rfu3": "aa", "rfu4": "030000", "iotSpecificInfo": {"iotVersion": ["010000"]}}
DATA = {
    "defaultSmdpAddress": SMDP, "euiccInfo1": INFO1, "euiccInfo2": INFO, "rootSmdsAddress": "smds.example.com",
    "associationToken": 200, "eumCertificate": EUM, "euiccCertificate": EUICC, "ipaCapabilities": CAPABILITIES,
    "deviceInfo": DEVICE, "notificationsList": {"notificationList": PENDING},
}
LISTS = {
    "notifications": {"notificationList": PENDING},
    "error": {"notificationsListResultError": "undefinedError"},
    "package_results": {"euiccPackageResultList": [UNSIGNED]},
    "both": {"notificationAndEprList": {"notificationList": [], "euiccPackageResultList": [UNSIGNED]}},
}
LIST_PINS = {
    "error": "BF2B 03 81 01 7F", "package_results": "BF2B 0A A2 08 BF51 05 A2 03 80 01 61",
    "both": "BF2B 0E A3 0C A0 00 A1 08 BF51 05 A2 03 80 01 61",
}
TRIGGER = {"profileDownloadData": {"activationCode": "1$"}, "eimTransactionId": "01"}
TRIGGERED = {"eimTransactionId": "01", "profileDownloadTriggerResultData": {"profileInstallationResult": RESULT}}
FAILED = {"profileDownloadTriggerResultData": {"profileDownloadError": {"errorResponse": "aa"}}}
WITH_LIST = {"euiccPackageResult": UNSIGNED, "notificationList": {"notificationList": []}}
DATA_REQUEST = {"tagList": "80bf20bf2b", "euiccCiPKId": CI, "searchCriteria": {"euiccPackageResults": {}}}
PROVIDED = {
    "package_result": ({"euiccPackageResult": UNSIGNED}, "BF50 08 BF51 05 A2 03 80 01 61"),
    "package_result_signed": ({"euiccPackageResult": SIGNED}, None),
    "package_result_and_notifications": ({"ePRAndNotifications": WITH_LIST}, "BF50 0F 30 0D BF51 05 A2 03 80 01 61 BF2B 02 A0 00"),
    "data_response": ({"ipaEuiccDataResponse": {"ipaEuiccData": DATA}}, None),
    "data_response_error": ({"ipaEuiccDataResponse": {"ipaEuiccDataError": "incorrectTagList"}}, "BF50 06 BF52 03 81 01 01"),
    "trigger_result": ({"profileDownloadTriggerResult": TRIGGERED}, None),
    "error": ({"eimPackageError": "unknownPackage"}, "BF50 03 02 01 02"),
}
CLIENT_OK = {"smdpSigned2": SMDP_SIGNED, "smdpSignature2": SIGNATURE, "smdpCertificate": DPPB}
INITIATE_OK = {
    "transactionId": TRANSACTION, "serverSigned1": SERVER_SIGNED, "serverSignature1": SIGNATURE, "euiccCiPKIdToBeUsed": "f5",
    "serverCertificate": DPAUTH, "matchingId": "M", "ctxParams1": CTX,
}
COMPACT_CLIENT = {"signedData": {"compactEuiccSigned1": COMPACT_SIGNED}, "euiccSignature1": "aabb",
                  "euiccCertificate": EUICC, "eumCertificate": EUM}
FULL_CLIENT = {"signedData": {"euiccSigned1": EUICC_SIGNED_1 | {"euiccInfo2": INFO2}}, "euiccSignature1": "aabb"}
CANCEL_ERROR = {"transactionId": "01", "cancelSessionResponse": {"cancelSessionResponseError": "invalidTransactionId"}}
TO_EIM = {
    "initiateAuthenticationRequestEsipa": {"euiccChallenge": CHALLENGE},
    "authenticateClientRequestEsipa": {"transactionId": "01", "authenticateServerResponse": {"authenticateResponseError": NOT_AUTHENTICATED}},
    "getBoundProfilePackageRequestEsipa": {"transactionId": "01", "prepareDownloadResponse": {"downloadResponseError": NOT_PREPARED}},
    "cancelSessionRequestEsipa": CANCEL_ERROR,
    "handleNotificationEsipa": {"provideEimPackageResult": {"eimPackageError": "undefinedError"}},
    "transferEimPackageResponse": {"eimPackageReceived": {}},
    "getEimPackageRequest": {"eidValue": EID},
    "provideEimPackageResult": {"euiccPackageResult": UNSIGNED},
}
TO_IPA = {
    "initiateAuthenticationResponseEsipa": {"initiateAuthenticationErrorEsipa": "smdpOidMismatch"},
    "authenticateClientResponseEsipa": {"authenticateClientErrorEsipa": "pprNotAllowed"},
    "getBoundProfilePackageResponseEsipa": {"getBoundProfilePackageErrorEsipa": "profileMetadataMismatch"},
    "cancelSessionResponseEsipa": {"cancelSessionOk": {}},
    "transferEimPackageRequest": {"eimAcknowledgements": [128]},
    "getEimPackageResponse": {"eimPackageError": "noEimPackageAvailable"},
    "provideEimPackageResultResponse": {"eimAcknowledgements": [1, 200]},
}
REPLACE = "the automatic tag replaces the tag of the CHOICE type"

ESEP = [
    *[vector("Psmo", name, "SGP.32 §2.11.1.1.3", {name: value}) for name, value in PSMO.items()],
    *[vector("Eco", name, "SGP.32 §2.11.1.1.2", {arm(name): value}) for name, value in ECO.items()],
    vector("EuiccPackageSigned", "every_psmo", "SGP.32 §2.11.1.1", package({"psmoList": [{name: value} for name, value in PSMO.items()]})),
    vector("EuiccPackageRequest", "enable", "SGP.32 §2.11.1.1", REQUEST),
    vector("EuiccPackageRequest", "every_eco", "SGP.32 §2.11.1.1", REQUEST | {
        "euiccPackageSigned": package({"ecoList": [{arm(name): value} for name, value in ECO.items()]})}),
    vector("EuiccPackageResultDataSigned", "every_result", "SGP.32 §2.11.2.1", SIGNED_DATA),
    vector("EuiccPackageResult", "signed", "SGP.32 §2.11.2.1", SIGNED),
    vector("EuiccPackageResult", "unsigned", "SGP.32 §2.11.2.1", {"euiccPackageErrorUnsigned": {"eimId": "a", "associationToken": 128}},
           pin="BF51 09 A2 07 80 01 61 84 02 00 80"),
    *codes("EuiccPackageResult", "SGP.32 §2.11.2.1", (
        "invalidEid", "replayError", "counterValueOutOfRange", "sizeOverflow", "undefinedError"),
        lambda code: {"euiccPackageErrorSigned": {"euiccPackageErrorDataSigned": {
            "eimId": "a", "counterValue": 1, "transactionId": "01", "euiccPackageErrorCode": code}, "euiccSignEPE": "aabb"}}),
    vector("EuiccPackageErrorDataSigned", "replay", "SGP.32 §2.11.2.1", {
        "eimId": "a", "counterValue": 128, "transactionId": "01", "euiccPackageErrorCode": "replayError"},
        pin="30 0D 80 01 61 81 02 00 80 82 01 01 02 01 04"),
    vector("EimIdInfo", "type_under_84", "SGP.32 §2.11.2.1", {"eimId": "a", "eimIdType": "eimIdTypeOid"}, "[2] in v1.2", pin="30 06 80 01 61 84 01 01"),
]
ES10 = [
    vector("AddInitialEimRequest", "two", "SGP.32 §5.9.4", {"eimConfigurationDataList": [EIM_FULL, EIM_CERTIFICATE]}),
    vector("AddInitialEimResponse", "token_and_ok", "SGP.32 §5.9.4", {"addInitialEimOk": [{"associationToken": 1}, {"addOk": {}}]},
           pin="BF57 07 A0 05 84 01 01 05 00"),
    vector("AddInitialEimResponse", "error", "SGP.32 §5.9.4", {"addInitialEimError": "unsignedEimConfigDisallowed"}, pin="BF57 03 81 01 02"),
    vector("SGP32-EuiccMemoryResetRequest", "eim_and_auto_enable", "SGP.32 §5.9.5", {
        "resetOptions": ["resetEimConfigData", "resetAutoEnableConfig"]}, "tag BF34 and other bits than in v1.2", pin="BF34 04 82 02 03 18"),
    vector("SGP32-EuiccMemoryResetResponse", "three", "SGP.32 §5.9.5", {
        "resetResult": "catBusy", "resetEimResult": "eimResetNotSupported", "resetAutoEnableConfigResult": "resetAECNotSupported"},
        "two members are tagged, so the first is a universal INTEGER", pin="BF34 09 02 01 05 81 01 02 82 01 01"),
    vector("GetCertsRequest", "ci_key", "SGP.32 §5.9.10", {"euiccCiPKId": CI}),
    vector("GetCertsResponse", "certs", "SGP.32 §5.9.10", {"certs": {"eumCertificate": EUM, "euiccCertificate": EUICC}}),
    vector("GetCertsResponse", "error", "SGP.32 §5.9.10", {"getCertsError": "invalidCiPKId"}, pin="BF56 03 81 01 01"),
    vector("SGP32-RetrieveNotificationsListRequest", "sequence_number", "SGP.32 §5.9.11", {"searchCriteria": {"seqNumber": 200}},
           pin="BF2B 06 A0 04 80 02 00 C8"),
    vector("SGP32-RetrieveNotificationsListRequest", "event", "SGP.32 §5.9.11", {
        "searchCriteria": {"profileManagementOperation": ["notificationEnable"]}}),
    vector("SGP32-RetrieveNotificationsListRequest", "package_results", "SGP.32 §5.9.11", {"searchCriteria": {"euiccPackageResults": {}}},
           pin="BF2B 04 A0 02 82 00"),
    *[vector("SGP32-RetrieveNotificationsListResponse", name, "SGP.32 §5.9.11", value, pin=LIST_PINS.get(name)) for name, value in LISTS.items()],
    vector("EnableUsingDDRequest", "empty", "SGP.32 §5.9.15", {}, pin="BF5A 00"),
    *codes("EnableUsingDDResponse", "SGP.32 §5.9.15", ("ok", "autoEnableNotAvailable", "noSessionContext", "undefinedError"),
           lambda code: {"enableUsingDDResult": code}, {"autoEnableNotAvailable": "BF5A 03 80 01 01"}),
    vector("ProfileRollbackRequest", "refresh", "SGP.32 §5.9.16", {"refreshFlag": True}, pin="BF58 03 80 01 FF"),
    vector("ProfileRollbackResponse", "ok", "SGP.32 §5.9.16", {"cmdResult": "ok", "eUICCPackageResult": UNSIGNED},
           pin="BF58 0B 02 01 00 BF51 05 A2 03 80 01 61"),
    vector("ConfigureAutoProfileEnablingRequest", "on", "SGP.32 §5.9.17", PSMO["configureAutoEnable"]),
    *codes("ConfigureAutoProfileEnablingResponse", "SGP.32 §5.9.17", (
        "ok", "insufficientMemory", "unsignedAutoEnableConfigDisallowed", "undefinedError"), lambda code: {"configAutoEnableResult": code}),
    vector("GetEimConfigurationDataRequest", "empty", "SGP.32 §5.9.18", {}, pin="BF55 00"),
    vector("GetEimConfigurationDataResponse", "one", "SGP.32 §5.9.18", {"eimConfigurationDataList": [EIM_FULL]}),
    vector("SGP32-EUICCInfo2", "all_members", "SGP.32 §5.9.2", INFO),
    vector("SGP32-PrepareDownloadResponse", "ok", "SGP.32 §5.14.2", {"downloadResponseOk": PREPARED}),
    vector("SGP32-PrepareDownloadResponse", "compact", "SGP.32 §5.14.2", {"compactDownloadResponseOk": COMPACT_PREPARED}),
    vector("SGP32-AuthenticateServerResponse", "ok", "SGP.32 §5.14.3", {"authenticateResponseOk": AUTHENTICATED}),
    vector("SGP32-AuthenticateServerResponse", "compact", "SGP.32 §5.14.3", {"compactAuthenticateResponseOk": COMPACT_CLIENT}),
    vector("SGP32-AuthenticateServerResponse", "compact_full_data", "SGP.32 §5.14.3", {"compactAuthenticateResponseOk": FULL_CLIENT}),
    vector("SGP32-CancelSessionResponse", "ok", "SGP.32 §5.14.8", {"cancelSessionResponseOk": CANCELLED}),
    vector("SGP32-CancelSessionResponse", "compact", "SGP.32 §5.14.8", {"compactCancelSessionResponseOk": COMPACT_CANCELLED}),
]
ESIPA = [
    vector("IpaEuiccDataRequest", "all_members", "SGP.32 §2.11.1.2", DATA_REQUEST),
    vector("IpaEuiccDataRequest", "by_sequence_number", "SGP.32 §2.11.1.2", {"tagList": "bf2b", "searchCriteria": {"seqNumber": 1}},
           pin="BF52 09 5C 02 BF2B A1 03 80 01 01"),
    vector("IpaEuiccDataRequest", "by_event", "SGP.32 §2.11.1.2", {
        "tagList": "bf2b", "searchCriteria": {"profileManagementOperation": ["notificationEnable"]}}),
    vector("IpaEuiccDataResponse", "all_members", "SGP.32 §2.11.2.2", {"ipaEuiccData": DATA}),
    vector("IpaEuiccDataResponse", "address", "SGP.32 §2.11.2.2", {"ipaEuiccData": {"defaultSmdpAddress": "a"}}, "[0] here, [1] in v1.2",
           pin="BF52 05 A0 03 80 01 61"),
    *codes("IpaEuiccDataResponse", "SGP.32 §2.11.2.2", ("incorrectTagList", "euiccCiPKIdNotFound", "undefinedError"),
           lambda code: {"ipaEuiccDataError": code}, {"incorrectTagList": "BF52 03 81 01 01"}),
    vector("ProfileDownloadTriggerRequest", "activation_code", "SGP.32 §2.11.1.3", TRIGGER, pin="BF54 09 A0 04 80 02 31 24 82 01 01"),
    vector("ProfileDownloadTriggerRequest", "default_smdp", "SGP.32 §2.11.1.3", {"profileDownloadData": {"contactDefaultSmdp": {}}}),
    vector("ProfileDownloadTriggerRequest", "smds", "SGP.32 §2.11.1.3", {"profileDownloadData": {"contactSmds": {"smdsAddress": "x"}}}),
    vector("ProfileDownloadTriggerResult", "installed", "SGP.32 §2.11.2.3", TRIGGERED),
    vector("ProfileDownloadTriggerResult", "error", "SGP.32 §2.11.2.3", FAILED, pin="BF54 05 30 03 80 01 AA"),
    vector("InitiateAuthenticationRequestEsipa", "all_members", "SGP.32 §5.14.1", {
        "euiccChallenge": CHALLENGE, "smdpAddress": SMDP, "euiccInfo1": INFO1}),
    vector("InitiateAuthenticationResponseEsipa", "ok", "SGP.32 §5.14.1", {"initiateAuthenticationOkEsipa": INITIATE_OK}),
    vector("AuthenticateClientRequestEsipa", "ok", "SGP.32 §5.14.3", {
        "transactionId": TRANSACTION, "authenticateServerResponse": {"authenticateResponseOk": AUTHENTICATED}}),
    vector("AuthenticateClientResponseEsipa", "ok_smdp", "SGP.32 §5.14.3", {"authenticateClientOkDPEsipa": CLIENT_OK}),
    vector("AuthenticateClientResponseEsipa", "ok_smdp_all_members", "SGP.32 §5.14.3", {
        "authenticateClientOkDPEsipa": CLIENT_OK | {"transactionId": TRANSACTION, "profileMetaData": METADATA, "hashCc": HASH}}),
    vector("AuthenticateClientResponseEsipa", "ok_smds", "SGP.32 §5.14.3", {
        "authenticateClientOkDSEsipa": {"transactionId": "01", "profileDownloadTrigger": TRIGGER}}),
    vector("GetBoundProfilePackageRequestEsipa", "ok", "SGP.32 §5.14.2", {
        "transactionId": TRANSACTION, "prepareDownloadResponse": {"downloadResponseOk": PREPARED}}),
    vector("GetBoundProfilePackageResponseEsipa", "ok", "SGP.32 §5.14.2", {
        "getBoundProfilePackageOkEsipa": {"transactionId": TRANSACTION, "boundProfilePackage": BPP}}),
    vector("CancelSessionRequestEsipa", "error", "SGP.32 §5.14.8", CANCEL_ERROR, REPLACE, pin="BF41 08 80 01 01 A1 03 81 01 05"),
    vector("CancelSessionResponseEsipa", "ok", "SGP.32 §5.14.8", {"cancelSessionOk": {}}, pin="BF41 02 A0 00"),
    *codes("CancelSessionResponseEsipa", "SGP.32 §5.14.8", ("invalidTransactionId", "euiccSignatureInvalid", "undefinedError"),
           lambda code: {"cancelSessionError": code}),
    *[vector("HandleNotificationEsipa", next(iter(value)) + f"_{number}", "SGP.32 §5.14.7", {"pendingNotification": value})
      for number, value in enumerate(PENDING)],
    vector("HandleNotificationEsipa", "package_result", "SGP.32 §5.14.7", {"provideEimPackageResult": {"euiccPackageResult": UNSIGNED}},
           "no member is tagged: " + REPLACE, pin="BF3D 0A A1 08 BF51 05 A2 03 80 01 61"),
    vector("HandleNotificationEsipa", "package_error", "SGP.32 §5.14.7", {"provideEimPackageResult": {"eimPackageError": "undefinedError"}},
           "no member is tagged: " + REPLACE, pin="BF3D 05 A1 03 02 01 7F"),
    vector("GetEimPackageRequest", "all_members", "SGP.32 §5.14.5", {"eidValue": EID, "notifyStateChange": {}, "rPLMN": "26f280"},
           "rPLMN is [1] here, [2] in v1.2", pin=f"BF4F 19 5A 10 {EID} 80 00 81 03 26F280"),
    vector("GetEimPackageResponse", "euicc_package", "SGP.32 §5.14.5", {"euiccPackageRequest": REQUEST}),
    vector("GetEimPackageResponse", "data_request", "SGP.32 §5.14.5", {"ipaEuiccDataRequest": DATA_REQUEST}),
    vector("GetEimPackageResponse", "download_trigger", "SGP.32 §5.14.5", {"profileDownloadTriggerRequest": TRIGGER}),
    vector("GetEimPackageResponse", "error", "SGP.32 §5.14.5", {"eimPackageError": "noEimPackageAvailable"}, pin="BF4F 03 02 01 01"),
    *[vector("ProvideEimPackageResult", name, "SGP.32 §5.14.6", value, pin=pin) for name, (value, pin) in PROVIDED.items()],
    vector("ProvideEimPackageResultResponse", "acknowledged", "SGP.32 §5.14.6", {"eimAcknowledgements": [1, 200]}, pin="BF50 0A BF53 07 80 01 01 80 02 00 C8"),
    vector("ProvideEimPackageResultResponse", "empty", "SGP.32 §5.14.6", {}, "SEQUENCE of an optional member: no 30 00 as in v1.2", pin="BF50 00"),
    *[vector("TransferEimPackageRequest", name, "SGP.32 §5.14.4", value) for name, value in {
        "euicc_package": {"euiccPackageRequest": REQUEST}, "data_request": {"ipaEuiccDataRequest": DATA_REQUEST},
        "acknowledgements": {"eimAcknowledgements": [1]}, "download_trigger": {"profileDownloadTriggerRequest": TRIGGER}}.items()],
    *[vector("TransferEimPackageResponse", name, "SGP.32 §5.14.4", value) for name, value in {
        "package_result": {"euiccPackageResult": UNSIGNED}, "package_result_and_notifications": {"ePRAndNotifications": WITH_LIST},
        "data_response": {"ipaEuiccDataResponse": {"ipaEuiccDataError": "undefinedError"}}, "received": {"eimPackageReceived": {}},
        "error": {"eimPackageError": "unknownPackage"}}.items()],
    *[vector("EsipaMessageFromIpaToEim", name, "SGP.32 §6.3.1", {name: value}) for name, value in TO_EIM.items()],
    *[vector("EsipaMessageFromEimToIpa", name, "SGP.32 §6.3.1", {name: value}) for name, value in TO_IPA.items()],
]

VECTORS = ESEP + ES10 + ESIPA
