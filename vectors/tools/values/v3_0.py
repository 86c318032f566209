# SPDX-License-Identifier: MIT OR Apache-2.0
"""Members a peer of SGP.22 v3.0 adds to messages that v2 has as well."""

from .common import AID, CHALLENGE, CI, CI_2, CRL, DPAUTH, EUICC, EUM, ICCID, POINT, SIGNATURE, SMDP, SMDP_OID, TRANSACTION, vector
from .objects import INFO1, INFO2, METADATA, NOTIFICATION, OWNER, SERVER_SIGNED, VENDOR

RPM = {
    "managingDpList": [{"managingDpOid": SMDP_OID, "rpmType": ["enable", "contactPcmp"], "tagList": "90"}],
    "pollingAddress": SMDP, "allowedCiPKId": CI, "profileOwnerOid": "2.999.30",
}
LPR = {"pcmpAddress": "pcmp.example.com", "dpiEnable": "x", "triggerLprOnEnableProfile": {}}
ENTERPRISE = {
    "enterpriseOid": "2.999.31", "enterpriseName": "Enterprise",
    "enterpriseRules": {"enterpriseRuleBits": ["referenceEnterpriseRule", "onlyEnterpriseProfilesCanBeInstalled"],
                        "numberOfNonEnterpriseProfiles": 128},
}
CHANGE_DP = {"requestToDp": {"smdpAddressForDc": SMDP, "allowedCiPKId": CI, "eidRequired": {}, "tacRequired": {}}}
CHANGE_AC = {"usingStoredAc": {"activationCodeForDc": "1$a$b", "deleteOldProfile": {}}}
CAPABILITIES = {
    "gsmSupportedRelease": "0d0000", "rspRpmSupportedVersion": "0f0000", "nr5gcSupportedRelease": "0f0000",
    "eutran5gcSupportedRelease": "100000", "lpaSvn": "030000", "catSupportedClasses": ["a", "ad"],
    "euiccFormFactorType": "nonRemovableEuicc",
}
DEVICE = {
    "tac": "35168401", "deviceCapabilities": CAPABILITIES, "imei": "3516840112345678", "preferredLanguages": ["en", "fr"],
    "deviceTestMode": {}, "lpaRspCapability": ["crlStaplingV3Support", "pendingOperationAlertingSupport"],
}
COMMON = {"matchingId": "M", "deviceInfo": DEVICE}
SESSION = {
    "serverSvn": "030000", "crlStaplingV3Used": True, "euiccCiPKIdToBeUsedV3": CI_2, "supportedPushServices": ["2.999.5", "2.999.6"],
}
SERVER_SIGNED_V3 = SERVER_SIGNED | {
    "sessionContext": SESSION, "serverRspCapability": ["crlStaplingV3Support", "cancelForEmptySpnPnSupport"]}
CHAIN = {"otherCertsInChain": [EUM, DPAUTH]}
INFO2_V3 = {name: value for name, value in INFO2.items() if name != "uiccCapability"} | {
    "uiccCapability": ["usimSupport", "csimSupport"], "javacardVersion": "0f0000",
    "rspCapability": ["additionalProfile", "rpmSupport"], "treProperties": ["isIntegrated"], "treProductReference": "t",
    "additionalProfilePackageVersions": ["030200"], "lpaMode": "lpae", "euiccCiPKIdListForSigningV3": [CI_2],
    "additionalEuiccInfo": "aa", "highestSvn": "030000",
}
METADATA_V3 = METADATA | {
    "profileClass": "provisioning", "serviceSpecificDataStoredInEuicc": VENDOR, "serviceSpecificDataNotStoredInEuicc": VENDOR,
    "rpmConfiguration": RPM, "hriServerAddress": "hri.example.com", "serviceProviderMessage": {"languageTag": "fr", "message": "m"},
    "lprConfiguration": LPR, "enterpriseConfiguration": ENTERPRISE, "serviceDescription": ["voice", "data"],
    "deviceChangeConfiguration": CHANGE_DP, "estimatedProfileSize": 0x7FFFFF,
}
PROFILE_V3 = {
    "iccid": ICCID, "isdpAid": AID, "profileState": "enabled", "profileOwner": OWNER, "serviceSpecificDataStoredInEuicc": VENDOR,
    "rpmConfiguration": RPM, "hriServerAddress": "hri.example.com", "lprConfiguration": LPR, "enterpriseConfiguration": ENTERPRISE,
    "serviceDescription": ["data"], "deviceChangeConfiguration": CHANGE_AC, "enabledOnEsimPort": 0, "profileSize": 128,
}
NOTIFICATION_V3 = NOTIFICATION | {"profileManagementOperation": ["notificationInstall"]}
EUICC_SIGNED = {
    "transactionId": TRANSACTION, "serverAddress": SMDP, "serverChallenge": "b0" * 16, "euiccInfo2": INFO2_V3,
    "ctxParams1": {"ctxParamsForCommonAuthentication": COMMON},
}

VECTORS = [
    vector("EUICCInfo1", "v3_members", "SGP.22 §5.7.8", INFO1 | {
        "euiccCiPKIdListForSigningV3": [CI_2], "euiccRspCapability": ["additionalProfile", "testProfileSupport"], "highestSvn": "030000"},
        "tags B1, 88, 93 in the order of the module"),
    vector("EUICCInfo2", "v3_members", "SGP.22 §5.7.8", INFO2_V3),
    vector("DeviceInfo", "v3_members", "SGP.22 §4.2", DEVICE),
    vector("CtxParams1", "v3_members", "SGP.22 §5.7.13", {"ctxParamsForCommonAuthentication": COMMON | {
        "operationType": ["rpm"], "iccid": ICCID, "matchingIdSource": {"smdsOid": "2.999.20"}, "vendorSpecificExtension": VENDOR}}),
    *[vector("CtxParams1", f"source_{arm}", "SGP.22 §5.7.13", {"ctxParamsForCommonAuthentication": COMMON | {"matchingIdSource": {arm: {}}}},
             "untagged CHOICE as member: A3 is EXPLICIT") for arm in ("none", "activationCode")],
    vector("ServerSigned1", "v3_members", "SGP.22 §5.6.1", SERVER_SIGNED_V3),
    vector("InitiateAuthenticationRequest", "lpa_capability", "SGP.22 §5.6.1", {
        "euiccChallenge": CHALLENGE, "smdpAddress": SMDP, "euiccInfo1": INFO1, "lpaRspCapability": ["certChainV3Support"]}),
    vector("InitiateAuthenticationResponse", "chain_and_crl", "SGP.22 §5.6.1", {"initiateAuthenticationOk": {
        "transactionId": TRANSACTION, "serverSigned1": SERVER_SIGNED_V3, "serverSignature1": SIGNATURE,
        "serverCertificate": DPAUTH, "otherCertsInChain": [EUM], "crlList": [CRL]}}, "no key identifier: sessionContext has it"),
    vector("AuthenticateServerRequest", "chain_and_crl", "SGP.22 §5.7.13", {
        "serverSigned1": SERVER_SIGNED_V3, "serverSignature1": SIGNATURE, "serverCertificate": DPAUTH,
        "ctxParams1": {"ctxParamsForCommonAuthentication": COMMON}, "crlList": [CRL]} | CHAIN),
    vector("EuiccSigned1", "v3_members", "SGP.22 §5.7.13", EUICC_SIGNED),
    vector("AuthenticateServerResponse", "chain", "SGP.22 §5.7.13", {"authenticateResponseOk": {
        "euiccSigned1": EUICC_SIGNED, "euiccSignature1": SIGNATURE, "euiccCertificate": EUICC, "eumCertificate": EUM} | CHAIN}),
    vector("OtherSignedNotification", "chain", "SGP.22 §5.7.10", {
        "tbsOtherNotification": NOTIFICATION_V3, "euiccNotificationSignature": SIGNATURE, "euiccCertificate": EUICC,
        "eumCertificate": EUM} | CHAIN),
    vector("SmdpSigned2", "rpm_pending", "SGP.22 §5.6.3", {
        "transactionId": "01", "ccRequiredFlag": False, "bppEuiccOtpk": POINT, "rpmPending": {}}),
    vector("StoreMetadataRequest", "v3_members", "SGP.22 §5.5.3", METADATA_V3),
    vector("StoreMetadataRequest", "default_language", "SGP.22 §5.5.3", METADATA | {
        "serviceProviderMessage": {"message": "m"}, "deviceChangeConfiguration": CHANGE_AC},
        "languageTag en is the DEFAULT and left out"),
    vector("ProfileInfo", "v3_members", "SGP.22 §5.7.15", PROFILE_V3),
    vector("UpdateMetadataRequest", "v3_members", "SGP.22 §5.4.1", {
        "profileName": "a", "serviceSpecificDataStoredInEuicc": VENDOR,
        "notificationConfigurationInfo": [{"profileManagementOperation": ["notificationInstall"], "notificationAddress": SMDP}],
        "tagsForDeletion": "bf22", "rpmConfiguration": RPM, "hriServerAddress": "h", "lprConfiguration": LPR,
        "enterpriseConfiguration": ENTERPRISE, "deviceChangeConfiguration": CHANGE_AC}),
    *[vector("CancelSessionRequest", reason, "SGP.22 §5.7.14", {"transactionId": "01", "reason": reason})
      for reason in ("metadataMismatch", "loadBppExecutionError", "sessionAborted", "enterpriseProfilesNotSupported", "undefinedReason")],
]
