# SPDX-License-Identifier: MIT OR Apache-2.0
"""Members of SGP.22 v2.6 and SGP.32 v1.3 in messages of the versions before."""

from .common import EID, POINT, SIGNATURE, TRANSACTION, codes, vector
from .es9 import CLIENT
from .objects import IOT_INFO2, METADATA, METADATA_FULL, NOTIFICATION, PREPARE, SMDP_SIGNED, VENDOR

COMPACT = {"tbsOtherNotification": NOTIFICATION, "euiccNotificationSignature": SIGNATURE, "euiccCiPKIdentifierToBeUsed": "f5"}
OK = {"transactionId": TRANSACTION, "profileMetaData": METADATA} | PREPARE
CAPABILITIES = {"ipaFeatures": ["directRspServerCommunication"], "eSipaProprietaryProtocolInformation": VENDOR}

VECTORS = [
    vector("AuthenticateClientResponseEs9", "ok", "SGP.22 §5.6.3", {"authenticateClientOk": OK},
           "the members of PrepareDownloadRequest without its tag BF21: the form on the wire since v2.6"),
    vector("AuthenticateClientResponseEs9", "ok_confirmation_code", "SGP.22 §5.6.3", {"authenticateClientOk": OK | {
        "profileMetaData": METADATA_FULL, "smdpSigned2": SMDP_SIGNED | {"ccRequiredFlag": True, "bppEuiccOtpk": POINT}}}),
    vector("RemoteProfileProvisioningResponse", "authenticate_client_ok", "SGP.22 §5.6.3", {
        "authenticateClientResponseEs9": {"authenticateClientOk": OK}}, "wrapper of the ASN.1 binding, SGP.22 §6.6"),
    vector("AuthenticateClientRequest", "matching_id_for_acr", "SGP.22 §5.6.3", CLIENT | {"useMatchingIdForAcr": {}},
           "universal NULL at the end: 05 00"),
    vector("EimConfigurationData", "proprietary_protocol", "SGP.32 §2.11.1.1.1", {
        "eimId": "a", "eSipaProprietaryProtocolInformation": VENDOR},
        pin="30 12 80 01 61 AA 0D 30 0B 80 03 883707 A1 04 0402ABCD"),
    *codes("EuiccPackageResult", "SGP.32 §2.11.2.1", ("sizeOverflow", "undefinedError"), lambda code: {
        "euiccPackageErrorUnsigned": {"eimId": "a", "euiccPackageUnsignedErrorCode": code}},
        {"sizeOverflow": "BF51 08 A2 06 80 01 61 8F 01 0F"}),
    vector("IpaCapabilities", "proprietary_protocol", "SGP.32 §4.1", CAPABILITIES),
    vector("IoTSpecificInfo", "fallback_allowed_update", "SGP.32 §5.9.2", {"iotVersion": ["010300"], "fallbackAllowedUpdateSupported": {}},
           pin="30 09 A0 05 04 03 010300 83 00"),
    vector("SGP32-ProfileInfo", "iot_specific", "SGP.32 §5.9.14", {"iotSpecificProfileInfo": {}}, pin="E3 03 BF64 00"),
    vector("SGP32-StoreMetadataRequest", "iot_specific", "SGP.22 §5.5.3, SGP.32 §4.1", METADATA | {"iotSpecificMetadata": {}}),
    vector("SGP32-EUICCInfo2", "security_level", "SGP.32 §5.9.2", IOT_INFO2 | {"euiccMinimumSecurityLevel": "01"}),
    vector("SGP32-UpdateMetadataRequest", "fallback_allowed", "SGP.22 §5.4.1", {"profileName": "a", "fallbackAllowed": False},
           pin="BF2A 07 92 01 61 9F67 01 00"),
    vector("SGP32-UpdateMetadataRequest", "vendor_data", "SGP.22 §5.4.1", {"serviceSpecificDataStoredInEuicc": VENDOR}),
    vector("CompactOtherSignedNotification", "key_identifier", "SGP.32 §5.14.7", COMPACT),
    vector("HandleNotificationEsipa", "compact_key_identifier", "SGP.32 §5.14.7", {
        "pendingNotification": {"compactOtherSignedNotification": COMPACT | {"eidValue": EID}}}),
    vector("DisableEmergencyProfileResponse", "ecallNotAvailable", "SGP.32 §5.9.23", {"disableEmergencyProfileResult": "ecallNotAvailable"},
           pin="BF5C 03 80 01 08"),
    vector("AuthenticateClientResponseEsipa", "downloadOrderExpired", "SGP.32 §5.14.3", {
        "authenticateClientErrorEsipa": "downloadOrderExpired"}, pin="BF3B 03 82 01 12"),
    vector("TransferEimPackageResponse", "received_transaction_id", "SGP.32 §5.14.4", {
        "eimPackageReceivedWithCid": {"correlationId": {"eimTransactionId": "01"}}}, pin="BF4E 08 BF60 05 A0 03 80 01 01"),
    vector("TransferEimPackageResponse", "received_eid", "SGP.32 §5.14.4", {
        "eimPackageReceivedWithCid": {"correlationId": {"eidValue": EID}}}, pin=f"BF4E 17 BF60 14 A0 12 5A 10 {EID}"),
    vector("TransferEimPackageResponse", "received_nothing", "SGP.32 §5.14.4", {"eimPackageReceivedWithCid": {}}, pin="BF4E 03 BF60 00"),
    vector("TransferEimPackageResponse", "error_transaction_id", "SGP.32 §5.14.4", {"eimPackageErrorWithCid": {
        "correlationId": {"eimTransactionId": "01"}, "eimPackageError": "unknownPackage"}}, pin="BF4E 0B BF61 08 A0 03 80 01 01 81 01 02"),
]
