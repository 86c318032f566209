# SPDX-License-Identifier: MIT OR Apache-2.0
"""Data objects that messages are built of: eUICC information, metadata, notifications, signed data."""

from .common import (
    AID, CHALLENGE, CI, CI_2, DPPB, EUICC, EUM, HASH, ICCID, POINT, SERVER_CHALLENGE, SIGNATURE,
    SIGNATURE_2, SMDP, SMDP_OID, TRANSACTION, vector,
)

DEVICE = {"tac": "3516840100000000", "deviceCapabilities": {"gsmSupportedRelease": "0f0000"}}
DEVICE_FULL = {
    "tac": "3516840100000000",
    "deviceCapabilities": {
        "gsmSupportedRelease": "0d0000",
        "utranSupportedRelease": "0d0000",
        "cdma2000onexSupportedRelease": "010000",
        "cdma2000hrpdSupportedRelease": "010000",
        "cdma2000ehrpdSupportedRelease": "020000",
        "eutranSupportedRelease": "0f0000",
        "contactlessSupportedRelease": "090000",
        "rspCrlSupportedVersion": "020200",
        "rspRpmSupportedVersion": "030000",
    },
    "imei": "3516840112345678",
}
CTX = {"ctxParamsForCommonAuthentication": {"matchingId": "MATCH-ID-1", "deviceInfo": DEVICE}}
CTX_BARE = {"ctxParamsForCommonAuthentication": {"deviceInfo": {"tac": "3516840100000000", "deviceCapabilities": {}}}}

INFO1 = {
    "svn": "020500",
    "euiccCiPKIdListForVerification": [CI, CI_2],
    "euiccCiPKIdListForSigning": [CI],
}
INFO2 = {
    "profileVersion": "030301",
    "svn": "020500",
    "euiccFirmwareVer": "010203",
    "extCardResource": "8101008204000640008304000017c0",
    "uiccCapability": ["usimSupport", "isimSupport", "akaMilenage", "akaTuak128", "javacard"],
    "rspCapability": ["additionalProfile", "testProfileSupport"],
    "euiccCiPKIdListForVerification": [CI, CI_2],
    "euiccCiPKIdListForSigning": [CI],
    "ppVersion": "010000",
    "sasAcreditationNumber": "GI-BA-UP-0419",
}
INFO2_FULL = INFO2 | {
    "javacardVersion": "030101",
    "globalplatformVersion": "020301",
    "euiccCategory": "mediumEuicc",
    "forbiddenProfilePolicyRules": ["ppr1"],
    "certificationDataObject": {
        "platformLabel": "1.2.840.1234567/myPlatformLabel",
        "discoveryBaseURL": "https://dloa.example.com",
    },
}
IOT = {"iotVersion": ["010200"], "ecallSupported": {}, "fallbackSupported": {}}
IOT_INFO2 = INFO2 | {"ipaMode": "ipad", "iotSpecificInfo": {"iotVersion": ["010200"]}}
IOT_INFO2_FULL = {key: value for key, value in INFO2_FULL.items() if key != "javacardVersion"} | {
    "ts102241Version": "0f0000",
    "treProperties": ["isIntegrated", "usesRemoteMemory"],
    "treProductReference": "platform/1",
    "additionalEuiccProfilePackageVersions": ["020301", "030200"],
    "ipaMode": "ipae",
    "euiccCiPKIdListForSigningV3": [CI_2],
    "additionalEuiccInfo": "aabb",
    "highestSvn": "030100",
    "iotSpecificInfo": IOT,
}

OWNER = {"mccMnc": "26f280"}
OWNER_GID = {"mccMnc": "26f280", "gid1": "01", "gid2": "0203"}
NOTIFY = [
    {"profileManagementOperation": ["notificationEnable"], "notificationAddress": SMDP},
    {"profileManagementOperation": ["notificationInstall", "notificationDelete"], "notificationAddress": "n.example.com"},
]
VENDOR = [{"vendorOid": "2.999.7", "vendorSpecificData": "0402abcd"}]
METADATA = {"iccid": ICCID, "serviceProviderName": "Operator", "profileName": "Profile 1"}
METADATA_FULL = METADATA | {
    "iconType": "png",
    "icon": "89504e470d0a1a0a",
    "profileClass": "provisioning",
    "notificationConfigurationInfo": NOTIFY,
    "profileOwner": OWNER_GID,
    "profilePolicyRules": ["ppr1", "ppr2"],
}
IOT_METADATA_FULL = METADATA_FULL | {
    "serviceSpecificDataStoredInEuicc": VENDOR,
    "serviceSpecificDataNotStoredInEuicc": VENDOR,
    "ecallIndication": True,
    "fallbackAllowed": True,
}
PROFILE = {"iccid": ICCID, "isdpAid": AID, "profileState": "enabled"}
PROFILE_FULL = PROFILE | {
    "profileNickname": "mine",
    "serviceProviderName": "Operator",
    "profileName": "Profile 1",
    "iconType": "jpg",
    "icon": "ffd8ffe0",
    "profileClass": "test",
    "notificationConfigurationInfo": NOTIFY,
    "profileOwner": OWNER,
    "dpProprietaryData": {"dpOid": SMDP_OID},
    "profilePolicyRules": ["ppr2"],
}
IOT_PROFILE_FULL = PROFILE_FULL | {
    "serviceSpecificDataStoredInEuicc": VENDOR,
    "ecallIndication": False,
    "fallbackAttribute": True,
    "fallbackAllowed": True,
}

NOTIFICATION = {
    "seqNumber": 1,
    "profileManagementOperation": ["notificationEnable"],
    "notificationAddress": SMDP,
    "iccid": ICCID,
}
INSTALLED = {
    "transactionId": TRANSACTION,
    "notificationMetadata": NOTIFICATION | {"profileManagementOperation": ["notificationInstall"]},
    "smdpOid": SMDP_OID,
    "finalResult": {"successResult": {"aid": AID, "simaResponse": "3007a0053003800100"}},
}
NOT_INSTALLED = {
    "transactionId": TRANSACTION,
    "notificationMetadata": {
        "seqNumber": 128, "profileManagementOperation": ["notificationInstall"], "notificationAddress": SMDP,
    },
    "finalResult": {"errorResult": {"bppCommandId": "loadProfileElements", "errorReason": "scp03tSecurityError"}},
}
RESULT = {"profileInstallationResultData": INSTALLED, "euiccSignPIR": SIGNATURE}
RESULT_ERROR = {"profileInstallationResultData": NOT_INSTALLED, "euiccSignPIR": SIGNATURE}
OTHER = {
    "tbsOtherNotification": NOTIFICATION,
    "euiccNotificationSignature": SIGNATURE,
    "euiccCertificate": EUICC,
    "eumCertificate": EUM,
}

SERVER_SIGNED = {
    "transactionId": TRANSACTION,
    "euiccChallenge": CHALLENGE,
    "serverAddress": SMDP,
    "serverChallenge": SERVER_CHALLENGE,
}
SMDP_SIGNED = {"transactionId": TRANSACTION, "ccRequiredFlag": False}
EUICC_SIGNED_1 = {
    "transactionId": TRANSACTION,
    "serverAddress": SMDP,
    "serverChallenge": SERVER_CHALLENGE,
    "euiccInfo2": INFO2,
    "ctxParams1": CTX,
}
AUTHENTICATED = {
    "euiccSigned1": EUICC_SIGNED_1,
    "euiccSignature1": SIGNATURE,
    "euiccCertificate": EUICC,
    "eumCertificate": EUM,
}
NOT_AUTHENTICATED = {"transactionId": TRANSACTION, "authenticateErrorCode": "ciPKUnknown"}
EUICC_SIGNED_2 = {"transactionId": TRANSACTION, "euiccOtpk": POINT}
PREPARED = {"euiccSigned2": EUICC_SIGNED_2, "euiccSignature2": SIGNATURE_2}
NOT_PREPARED = {"transactionId": TRANSACTION, "downloadErrorCode": "invalidSignature"}
PREPARE = {"smdpSigned2": SMDP_SIGNED, "smdpSignature2": SIGNATURE, "smdpCertificate": DPPB}
CANCELLED = {
    "euiccCancelSessionSigned": {"transactionId": TRANSACTION, "smdpOid": SMDP_OID, "reason": "pprNotAllowed"},
    "euiccCancelSessionSignature": SIGNATURE,
}
SECURE_CHANNEL = {
    "remoteOpId": "installBoundProfilePackage",
    "transactionId": TRANSACTION,
    "controlRefTemplate": {"keyType": "88", "keyLen": "10", "hostId": "736d6470"},
    "smdpOtpk": POINT,
    "smdpSign": SIGNATURE,
}
BPP = {
    "initialiseSecureChannelRequest": SECURE_CHANNEL,
    "firstSequenceOf87": ["aa" * 24],
    "sequenceOf88": ["bb" * 40, "bc" * 20],
    "sequenceOf86": ["cc" * 130, "cd" * 24],
}
BPP_KEYS = BPP | {"secondSequenceOf87": ["dd" * 72]}

VECTORS = [
    vector("EUICCInfo1", "two_verification_keys", "SGP.22 §5.7.8", INFO1),
    vector("EUICCInfo1", "empty_lists", "SGP.22 §5.7.8", INFO1 | {
        "euiccCiPKIdListForVerification": [], "euiccCiPKIdListForSigning": []}),
    vector("EUICCInfo2", "mandatory_members", "SGP.22 §5.7.8", INFO2),
    vector("EUICCInfo2", "all_members", "SGP.22 §5.7.8", INFO2_FULL),
    vector("EUICCInfo2", "no_capability", "SGP.22 §5.7.8", INFO2 | {"uiccCapability": [], "rspCapability": []},
           "named BIT STRINGs without a set bit: one octet, no unused bits"),
    vector("SGP32-EUICCInfo2", "mandatory_members", "SGP.32 §5.9.2", IOT_INFO2),
    vector("SGP32-EUICCInfo2", "all_members", "SGP.32 §5.9.2", IOT_INFO2_FULL),
    vector("SGP32-EUICCInfo2", "discrete_remote_memory", "SGP.32 §5.9.2", IOT_INFO2 | {"treProperties": ["isDiscrete"]}),
    vector("IoTSpecificInfo", "all_members", "SGP.32 §5.9.2", IOT),
    vector("UICCCapability", "highest_bit", "SGP.22 §5.7.8", ["multipleCsimSupport"], "bit 18: three octets, five unused bits"),
    vector("UICCCapability", "eight_bits", "SGP.22 §5.7.8", ["akaTuak256"], "bit 7: a whole octet, no unused bit"),
    vector("RspCapability", "every_bit", "SGP.22 §5.7.8", [
        "additionalProfile", "crlSupport", "rpmSupport", "testProfileSupport"]),
    vector("CertificateInfo", "x509", "SGP.22 Annex H", ["certSigningX509", "certVerificationX509"], pin="03 02 02 44"),
    vector("DeviceInfo", "minimal", "SGP.22 §4.2", {"tac": "3516840100000000", "deviceCapabilities": {}}),
    vector("DeviceInfo", "all_members", "SGP.22 §4.2", DEVICE_FULL),
    vector("CtxParams1", "matching_id", "SGP.22 §5.7.13", CTX),
    vector("CtxParams1", "without_matching_id", "SGP.22 §5.7.13", CTX_BARE),
    vector("CtxParams1", "empty_matching_id", "SGP.22 §5.7.13", {
        "ctxParamsForCommonAuthentication": {"matchingId": "", "deviceInfo": DEVICE_FULL}}),
    vector("ISDRProprietaryApplicationTemplate", "svn", "SGP.22 §5.7.1", {"svn": "020500"}),
    vector("ISDRProprietaryApplicationTemplate", "lpae", "SGP.22 §5.7.1", {"svn": "020500", "lpaeSupport": ["lpaeUsingCat", "lpaeUsingScws"]}),
    vector("ISDRProprietaryApplicationTemplateIoT", "both_bits", "SGP.32 §4.1", {
        "euiccConfiguration": ["ipaeSupported", "enabledProfile"]}, pin="E1 04 80 02 06 C0"),
    vector("ISDRProprietaryApplicationTemplateIoT", "no_bit", "SGP.32 §4.1", {"euiccConfiguration": []}, pin="E1 03 80 01 00"),

    vector("StoreMetadataRequest", "mandatory_members", "SGP.22 §5.5.3", METADATA),
    vector("StoreMetadataRequest", "all_members", "SGP.22 §5.5.3", METADATA_FULL),
    vector("StoreMetadataRequest", "class_operational", "SGP.22 §5.5.3", METADATA | {"profileClass": "operational"},
           "OPTIONAL without DEFAULT in this version: the value is on the wire"),
    vector("SGP32-StoreMetadataRequest", "mandatory_members", "SGP.22 §5.5.3, SGP.32 §4.1", METADATA),
    vector("SGP32-StoreMetadataRequest", "all_members", "SGP.22 §5.5.3, SGP.32 §4.1", IOT_METADATA_FULL),
    vector("SGP32-StoreMetadataRequest", "ecall_fallback_false", "SGP.22 §5.5.3, SGP.32 §4.1", METADATA | {
        "ecallIndication": False, "fallbackAllowed": False}, "tags 9F7B and 9F67 in the order of the module"),
    vector("UpdateMetadataRequest", "empty", "SGP.22 §5.4.1", {}),
    vector("UpdateMetadataRequest", "all_members", "SGP.22 §5.4.1", {
        "serviceProviderName": "New operator", "profileName": "New name", "iconType": "jpg", "icon": "ffd8ffe0",
        "profilePolicyRules": []}),
    vector("ProfileInfo", "state", "SGP.22 §5.7.15", PROFILE),
    vector("ProfileInfo", "all_members", "SGP.22 §5.7.15", PROFILE_FULL),
    vector("ProfileInfo", "empty", "SGP.22 §5.7.15", {}, pin="E3 00"),
    vector("SGP32-ProfileInfo", "state", "SGP.32 §5.9.14", PROFILE),
    vector("SGP32-ProfileInfo", "all_members", "SGP.32 §5.9.14", IOT_PROFILE_FULL),
    vector("SGP32-ProfileInfo", "fallback_attribute", "SGP.32 §5.9.14", {"fallbackAttribute": True}, pin="E3 04 9F26 01 FF"),
    vector("SGP32-ProfileInfo", "ecall", "SGP.32 §5.9.14", {"ecallIndication": True}, pin="E3 04 9F7B 01 FF"),
    vector("SGP32-ProfileInfo", "fallback_allowed", "SGP.32 §5.9.14", {"fallbackAllowed": True}, pin="E3 04 9F67 01 FF"),
    vector("SGP32-ProfileInfo", "class_operational", "SGP.32 §5.9.14", {"profileClass": "operational"},
           "no DEFAULT in SGP.32: the value is on the wire", pin="E3 03 95 01 02"),
    vector("OperatorID", "gid", "SGP.22 §2.4a.1.2", OWNER_GID),
    vector("RulesAuthorisationTable", "one_rule", "SGP.22 §2.4a.1.2", [
        {"pprIds": ["ppr1", "ppr2"], "allowedOperators": [OWNER, OWNER_GID], "pprFlags": ["consentRequired"]}]),
    vector("RulesAuthorisationTable", "empty", "SGP.22 §2.4a.1.2", [], pin="30 00"),
    vector("NotificationConfigurationInformation", "three_events", "SGP.22 §2.4a.1", {
        "profileManagementOperation": ["notificationEnable", "notificationDisable", "notificationDelete"],
        "notificationAddress": "a"}, pin="30 07 80 02 04 70 81 01 61"),
    vector("NotificationMetadata", "enable", "SGP.22 §5.7.9", NOTIFICATION),
    vector("NotificationMetadata", "without_iccid", "SGP.22 §5.7.9", {
        "seqNumber": 1, "profileManagementOperation": ["notificationInstall"], "notificationAddress": "a"},
        pin="BF2F 0A 80 01 01 81 02 07 80 0C 01 61"),
    *[vector("NotificationMetadata", f"sequence_{number}", "SGP.22 §5.7.9", {
        "seqNumber": number, "profileManagementOperation": [event], "notificationAddress": "a"},
        "INTEGER is signed: 128 needs a leading zero octet")
      for number, event in ((127, "notificationDisable"), (128, "notificationDelete"), (0, "notificationEnable"), (0x7FFFFF, "notificationEnable"))],
    vector("OtherSignedNotification", "enable", "SGP.22 §5.7.10", OTHER, "certificates keep their own 30: no tag is written on the members"),
    vector("ProfileInstallationResult", "success", "SGP.22 §2.5.6", RESULT),
    vector("ProfileInstallationResult", "error", "SGP.22 §2.5.6", RESULT_ERROR),
    vector("ProfileInstallationResultData", "success", "SGP.22 §2.5.6", INSTALLED, "the octets under euiccSignPIR, tag BF27 included"),
    vector("ProfileInstallationResultData", "error_with_response", "SGP.22 §2.5.6", NOT_INSTALLED | {
        "finalResult": {"errorResult": {"bppCommandId": "initialiseSecureChannel",
                                        "errorReason": "installFailedDueToUnknownError", "simaResponse": "3000"}}}),
    *[vector("ErrorResult", f"{command}_{reason}", "SGP.22 §2.5.6", {"bppCommandId": command, "errorReason": reason})
      for command, reason in (
          ("initialiseSecureChannel", "unsupportedCrtValues"), ("configureISDP", "scp03tStructureError"),
          ("storeMetadata", "installFailedDueToIccidAlreadyExistsOnEuicc"), ("storeMetadata2", "pprNotAllowed"),
          ("replaceSessionKeys", "scp03tSecurityError"), ("loadProfileElements", "installFailedDueToPEProcessingError"))],

    vector("ServerSigned1", "smdp", "SGP.22 §5.6.1", SERVER_SIGNED, "the octets under serverSignature1"),
    vector("SmdpSigned2", "no_confirmation_code", "SGP.22 §5.6.3", SMDP_SIGNED, "universal BOOLEAN: 01 01 00"),
    vector("SmdpSigned2", "otpk", "SGP.22 §5.6.3", {"transactionId": "01", "ccRequiredFlag": True, "bppEuiccOtpk": POINT}),
    vector("EuiccSigned1", "full", "SGP.22 §5.7.13", EUICC_SIGNED_1 | {"euiccInfo2": INFO2_FULL}),
    vector("SGP32-EuiccSigned1", "full", "SGP.32 §5.14.3", EUICC_SIGNED_1 | {"euiccInfo2": IOT_INFO2_FULL}),
    vector("EUICCSigned2", "otpk", "SGP.22 §5.7.5", EUICC_SIGNED_2),
    vector("EUICCSigned2", "hash_cc", "SGP.22 §5.7.5", EUICC_SIGNED_2 | {"hashCc": HASH}),
    vector("EuiccCancelSessionSigned", "postponed", "SGP.22 §5.7.14", {
        "transactionId": "01", "smdpOid": "2.999.10", "reason": "postponed"}, "automatic tags: the OID is 81, not 06",
        pin="30 0B 80 01 01 81 03 88 37 0A 82 01 01"),

    vector("BoundProfilePackage", "session_keys", "SGP.22 §2.5.4", BPP),
    vector("BoundProfilePackage", "profile_protection_keys", "SGP.22 §2.5.4", BPP_KEYS, "A2 holds the segments of ReplaceSessionKeys"),
    vector("InitialiseSecureChannelRequest", "aes", "SGP.22 §5.5.1", SECURE_CHANNEL),
    vector("ConfigureISDPRequest", "empty", "SGP.22 §5.5.2", {}, pin="BF24 00"),
    vector("ConfigureISDPRequest", "proprietary_data", "SGP.22 §5.5.2", {"dpProprietaryData": {"dpOid": SMDP_OID}}),
    vector("ReplaceSessionKeysRequest", "keys", "SGP.22 §5.5.4", {
        "initialMacChainingValue": "aa" * 16, "ppkEnc": "bb" * 16, "ppkCmac": "cc" * 16}),
    vector("DpProprietaryData", "oid", "SGP.22 §5.5.2", {"dpOid": "2.23.146.1.2"}),
]
