# SPDX-License-Identifier: MIT OR Apache-2.0
"""The eUICC package: every PSMO and eCO, every result of them, the three forms of the answer."""

from .common import (
    CI, EID, EIM, EIM_TRANSACTION, EUICC, DPAUTH, ICCID, SIGNATURE, SMDP, SMDP_OID, SPKI, TINY_SPKI, codes, vector,
)
from .objects import IOT_PROFILE_FULL, OWNER, PROFILE

ZERO_ICCID = "00" * 10
EIM_KEY = {
    "eimId": EIM, "eimIdType": "eimIdTypeFqdn", "counterValue": 0, "associationToken": -1,
    "eimPublicKeyData": {"eimPublicKey": SPKI},
}
EIM_CERTIFICATE = {
    "eimId": "2.999.40", "eimIdType": "eimIdTypeOid", "counterValue": 1,
    "eimPublicKeyData": {"eimCertificate": DPAUTH},
    "trustedPublicKeyDataTls": {"trustedCertificateTls": EUICC},
}
EIM_FULL = EIM_KEY | {
    "eimFqdn": EIM,
    "counterValue": 0x7FFFFF,
    "trustedPublicKeyDataTls": {"trustedEimPkTls": SPKI},
    "eimSupportedProtocol": ["eimRetrieveHttps", "eimInjectCoaps"],
    "euiccCiPKId": CI,
    "indirectProfileDownload": {},
}

PSMO = {
    "enable": ({"iccid": ICCID}, "SGP.32 §5.13.1"),
    "enable_rollback": ({"iccid": ICCID, "rollbackFlag": {}}, "SGP.32 §5.13.1"),
    "disable": ({"iccid": ICCID}, "SGP.32 §5.13.2"),
    "delete": ({"iccid": ICCID}, "SGP.32 §5.13.3"),
    "listProfileInfo": ({}, "SGP.32 §5.13.4"),
    "listProfileInfo_search": ({"searchCriteria": {"iccid": ICCID}, "tagList": "5a4f9f70"}, "SGP.32 §5.13.4"),
    "getRAT": ({}, "SGP.32 §5.13.5"),
    "configureImmediateEnable": (
        {"immediateEnableFlag": {}, "defaultSmdpOid": SMDP_OID, "defaultSmdpAddress": SMDP}, "SGP.32 §2.11.1.1.3"),
    "configureImmediateEnable_off": ({}, "SGP.32 §2.11.1.1.3"),
    "setFallbackAttribute": ({"iccid": ICCID}, "SGP.32 §3.4.6"),
    "unsetFallbackAttribute": ({}, "SGP.32 §3.4.7"),
    "setDefaultDpAddress": ({"defaultDpAddress": SMDP}, "SGP.32 §2.11.1.1.3"),
}
ECO = {
    "addEim": (EIM_KEY, "SGP.32 §2.11.1.1.2"),
    "addEim_certificate": (EIM_CERTIFICATE, "SGP.32 §2.11.1.1.2"),
    "addEim_full": (EIM_FULL, "SGP.32 §2.11.1.1.2"),
    "deleteEim": ({"eimId": EIM}, "SGP.32 §2.11.1.1.2"),
    "updateEim": (
        {"eimId": EIM, "counterValue": 128, "eimPublicKeyData": {"eimPublicKey": SPKI}}, "SGP.32 §2.11.1.1.2"),
    "listEim": ({}, "SGP.32 §2.11.1.1.2"),
}
RESULTS = {
    "enableResult": ("ok", "iccidOrAidNotFound", "profileNotInDisabledState", "disallowedByPolicy", "catBusy",
                     "rollbackNotAvailable", "undefinedError"),
    "disableResult": ("ok", "iccidOrAidNotFound", "profileNotInEnabledState", "disallowedByPolicy", "catBusy",
                      "undefinedError"),
    "deleteResult": ("ok", "iccidOrAidNotFound", "profileNotInDisabledState", "disallowedByPolicy",
                     "rollbackNotAvailable", "returnFallbackProfile", "undefinedError"),
    "configureImmediateEnableResult": ("ok", "insufficientMemory", "commandError", "undefinedError"),
    "deleteEimResult": ("ok", "eimNotFound", "lastEimDeleted", "commandError", "undefinedError"),
    "updateEimResult": ("ok", "eimNotFound", "ciPKUnknown", "counterValueOutOfRange", "commandError", "undefinedError"),
    "rollbackResult": ("ok", "undefinedError"),
    "setFallbackAttributeResult": ("ok", "iccidOrAidNotFound", "fallbackNotAllowed", "fallbackProfileEnabled", "undefinedError"),
    "unsetFallbackAttributeResult": ("ok", "noFallbackAttribute", "fallbackProfileEnabled", "commandError", "undefinedError"),
    "processingTerminated": ("resultSizeOverflow", "unknownOrDamagedCommand", "interruption", "undefinedError"),
}
OTHER_RESULTS = {
    "listProfileInfoResult_two": {"listProfileInfoResult": {"profileInfoListOk": [PROFILE, IOT_PROFILE_FULL]}},
    "listProfileInfoResult_none": {"listProfileInfoResult": {"profileInfoListOk": []}},
    "listProfileInfoResult_error": {"listProfileInfoResult": {"profileInfoListError": "profileChangeOngoing"}},
    "getRATResult": {"getRATResult": [{"pprIds": ["ppr1"], "allowedOperators": [OWNER], "pprFlags": []}]},
    "getRATResult_empty": {"getRATResult": []},
    "addEimResult_token": {"addEimResult": {"associationToken": 7}},
    "addEimResult_token_128": {"addEimResult": {"associationToken": 128}},
    "listEimResult_two": {"listEimResult": {"eimIdList": [{"eimId": EIM, "eimIdType": "eimIdTypeFqdn"}, {"eimId": "a"}]}},
    "listEimResult_error": {"listEimResult": {"listEimError": "undefinedError"}},
    "setDefaultDpAddressResult_ok": {"setDefaultDpAddressResult": {"setDefaultDpAddressResult": "ok"}},
    "setDefaultDpAddressResult_error": {"setDefaultDpAddressResult": {"setDefaultDpAddressResult": "undefinedError"}},
}
RESULT_PINS = {
    "enableResult_ok": "83 01 00",
    "addEimResult_token": "A8 03 84 01 07",
    "addEimResult_ok": "A8 03 02 01 00",
    "listEimResult_error": "AB 03 81 01 7F",
    "listProfileInfoResult_none": "BF2D 02 A0 00",
    "listProfileInfoResult_error": "BF2D 03 81 01 0B",
    "processingTerminated_unknownOrDamagedCommand": "02 01 02",
    "setDefaultDpAddressResult_ok": "BF65 03 80 01 00",
    "getRATResult_empty": "A6 00",
    "rollbackResult_ok": "8C 01 00",
    "setFallbackAttributeResult_ok": "8D 01 00",
    "unsetFallbackAttributeResult_commandError": "8E 01 07",
}
ADD_EIM_CODES = (
    "ok", "insufficientMemory", "associatedEimAlreadyExists", "ciPKUnknown", "invalidAssociationToken",
    "counterValueOutOfRange", "commandError", "undefinedError",
)
PSMO_PINS = {
    "listProfileInfo": "BF2D 00", "getRAT": "A6 00", "configureImmediateEnable_off": "A7 00", "unsetFallbackAttribute": "A9 00",
}

SIGNED_DATA = {
    "eimId": EIM, "counterValue": 127, "eimTransactionId": EIM_TRANSACTION, "seqNumber": 3,
    "euiccResult": [{"enableResult": "ok"}],
}
SIGNED_RESULT = {"euiccPackageResultSigned": {"euiccPackageResultDataSigned": SIGNED_DATA, "euiccSignEPR": SIGNATURE}}
UNSIGNED = {"euiccPackageErrorUnsigned": {"eimId": EIM, "eimTransactionId": EIM_TRANSACTION, "associationToken": 5}}
UNSIGNED_A = {"euiccPackageErrorUnsigned": {"eimId": "a"}}
REQUEST = {
    "euiccPackageSigned": {
        "eimId": EIM, "eidValue": EID, "counterValue": 1, "eimTransactionId": EIM_TRANSACTION,
        "euiccPackage": {"psmoList": [{"enable": {"iccid": ICCID, "rollbackFlag": {}}}]},
    },
    "eimSignature": SIGNATURE,
}


def package(counter, body, transaction=True):
    """A request with a counter and a package."""
    signed = REQUEST["euiccPackageSigned"] | {"counterValue": counter, "euiccPackage": body}
    if not transaction:
        del signed["eimTransactionId"]
    return {"euiccPackageSigned": signed, "eimSignature": SIGNATURE}


def signed(results, counter=1, sequence=1, eim="a", signature="00000000"):
    """A signed result."""
    return {"euiccPackageResultSigned": {
        "euiccPackageResultDataSigned": {
            "eimId": eim, "counterValue": counter, "seqNumber": sequence, "euiccResult": results},
        "euiccSignEPR": signature,
    }}


def arm(name):
    """The ASN.1 identifier in front of what tells two vectors of one arm apart."""
    return name.split("_")[0]


COMMANDS = [
    *[vector("Psmo", name, clause, {arm(name): value}, pin=PSMO_PINS.get(name)) for name, (value, clause) in PSMO.items()],
    *[vector("Eco", name, clause, {arm(name): value}, pin={"listEim": "AB 00"}.get(name)) for name, (value, clause) in ECO.items()],
    vector("Eco", "addEim_token_minus_one", "SGP.32 §2.11.1.1.2, §5.9.4", {
        "addEim": {"eimId": "a", "counterValue": 1, "associationToken": -1}}, "-1 asks for a new association token",
        pin="A8 09 80 01 61 83 01 01 84 01 FF"),
    vector("EuiccPackage", "enable_rollback", "SGP.32 §2.11.1.1", {
        "psmoList": [{"enable": {"iccid": ZERO_ICCID, "rollbackFlag": {}}}]},
        "the arms have no tag of their own, so they are tagged automatically", pin=f"A0 10 A3 0E 5A 0A {ZERO_ICCID} 05 00"),
    vector("EuiccPackage", "list_eim", "SGP.32 §2.11.1.1", {"ecoList": [{"listEim": {}}]}, pin="A1 02 AB 00"),
    vector("EuiccPackage", "empty_psmo_list", "SGP.32 §2.11.1.1", {"psmoList": []}, pin="A0 00"),
    vector("EuiccPackage", "every_psmo", "SGP.32 §2.11.1.1.3", {"psmoList": [{arm(name): value} for name, (value, _) in PSMO.items()]}),
    vector("EuiccPackage", "every_eco", "SGP.32 §2.11.1.1.2", {"ecoList": [{arm(name): value} for name, (value, _) in ECO.items()]}),
    vector("EuiccPackage", "set_fallback", "SGP.32 §2.11.1.1.3", {"psmoList": [{"setFallbackAttribute": {"iccid": ZERO_ICCID}}]},
           "A8 in psmoList; the same tag is addEim in ecoList", pin=f"A0 0E A8 0C 5A 0A {ZERO_ICCID}"),
    vector("EuiccPackage", "unset_fallback", "SGP.32 §2.11.1.1.3", {"psmoList": [{"unsetFallbackAttribute": {}}]},
           "A9 in psmoList; the same tag is deleteEim in ecoList", pin="A0 02 A9 00"),
    vector("EuiccPackage", "delete_eim", "SGP.32 §2.11.1.1.2", {"ecoList": [{"deleteEim": {"eimId": "a"}}]}, pin="A1 05 A9 03 80 01 61"),
    vector("EuiccPackageSigned", "enable", "SGP.32 §2.11.1.1", REQUEST["euiccPackageSigned"], "the octets under eimSignature, in front of the 84 token"),
    vector("EuiccPackageRequest", "enable_rollback", "SGP.32 §2.11.1.1", REQUEST),
    vector("EuiccPackageRequest", "no_transaction_id", "SGP.32 §2.11.1.1", package(1, {"ecoList": [{"listEim": {}}]}, transaction=False)),
    vector("EuiccPackageRequest", "every_psmo", "SGP.32 §2.11.1.1.3", package(2, {"psmoList": [{arm(n): v} for n, (v, _) in PSMO.items()]})),
    vector("EuiccPackageRequest", "every_eco", "SGP.32 §2.11.1.1.2", package(3, {"ecoList": [{arm(n): v} for n, (v, _) in ECO.items()]})),
    *[vector("EuiccPackageRequest", f"counter_{number}", "SGP.32 §2.11.1.1", package(number, {"psmoList": []}),
             "INTEGER is signed: a first octet of 80 or more needs a leading zero octet")
      for number in (0, 127, 128, 255, 256, 32767, 32768, 0x7FFFFF)],
    vector("EimConfigurationData", "id_only", "SGP.32 §2.11.1.1.1", {"eimId": "a"}, pin="30 03 80 01 61"),
    vector("EimConfigurationData", "public_key_dummy", "SGP.32 §2.11.1.1.1", {
        "eimId": "a", "eimPublicKeyData": {"eimPublicKey": TINY_SPKI}},
        "A5 EXPLICIT around the CHOICE, its arm A0 in place of the 30",
        pin="30 16 80 01 61 A5 11 A0 0F 30 09 06 07 2A8648CE3D0201 03 02 05 80"),
    vector("EimConfigurationData", "public_key", "SGP.32 §2.11.1.1.1", EIM_KEY),
    vector("EimConfigurationData", "certificate", "SGP.32 §2.11.1.1.1", EIM_CERTIFICATE, "A5 and A6 hold A1, which holds the three parts of the certificate"),
    vector("EimConfigurationData", "full", "SGP.32 §2.11.1.1.1", EIM_FULL),
    vector("EimConfigurationData", "proprietary_id_all_protocols", "SGP.32 §2.11.1.1.1", {
        "eimId": "e", "eimIdType": "eimIdTypeProprietary",
        "eimSupportedProtocol": ["eimRetrieveHttps", "eimRetrieveCoaps", "eimInjectHttps", "eimInjectCoaps", "eimProprietary"]},
        pin="30 0A 80 01 65 82 01 03 87 02 03 F8"),
    *[vector("EimConfigurationData", f"token_{number}".replace("-", "minus_"), "SGP.32 §2.11.1.1.1", {"eimId": "a", "associationToken": number}, pin=pin)
      for number, pin in ((127, "30 06 80 01 61 84 01 7F"), (128, "30 07 80 01 61 84 02 00 80"), (-1, "30 06 80 01 61 84 01 FF"),
                          (0x7FFFFF, "30 08 80 01 61 84 03 7FFFFF"), (0x7FFFFFFF, "30 09 80 01 61 84 04 7FFFFFFF"), (0x80000000, "30 0A 80 01 61 84 05 0080000000"))],
]

ANSWERS = [
    *[vector("EuiccResultData", f"{member}_{code}", "SGP.32 §2.11.2.1", {member: code}, pin=RESULT_PINS.get(f"{member}_{code}"))
      for member, names in RESULTS.items() for code in names],
    *[vector("EuiccResultData", name, "SGP.32 §2.11.2.1", value, pin=RESULT_PINS.get(name)) for name, value in OTHER_RESULTS.items()],
    *[vector("EuiccResultData", f"addEimResult_{code}", "SGP.32 §2.11.2.1", {"addEimResult": {"addEimResultCode": code}},
             "one arm of the CHOICE is tagged, so the code keeps its universal 02", pin=RESULT_PINS.get(f"addEimResult_{code}"))
      for code in ADD_EIM_CODES],
    vector("EuiccPackageResult", "unsigned_full", "SGP.32 §2.11.2.1", {"euiccPackageErrorUnsigned": {
        "eimId": "a", "eimTransactionId": "01", "associationToken": 1}}, pin="BF51 0B A2 09 80 01 61 82 01 01 84 01 01"),
    vector("EuiccPackageResult", "unsigned", "SGP.32 §2.11.2.1", UNSIGNED_A, pin="BF51 05 A2 03 80 01 61"),
    vector("EuiccPackageResult", "unsigned_token_128", "SGP.32 §2.11.2.1", {"euiccPackageErrorUnsigned": {
        "eimId": "a", "associationToken": 128}}, pin="BF51 09 A2 07 80 01 61 84 02 00 80"),
    vector("EuiccPackageResult", "signed_eight_results", "SGP.32 §2.11.2.1", signed([
        {"enableResult": "ok"}, {"addEimResult": {"associationToken": 7}}, {"addEimResult": {"addEimResultCode": "ok"}},
        {"listEimResult": {"eimIdList": [{"eimId": "a"}]}}, {"listEimResult": {"listEimError": "undefinedError"}},
        {"processingTerminated": "unknownOrDamagedCommand"}, {"setDefaultDpAddressResult": {"setDefaultDpAddressResult": "ok"}},
        {"listProfileInfoResult": {"profileInfoListError": "profileChangeOngoing"}}]),
        pin="BF51 40 A0 3E 30 35 80 01 61 81 01 01 83 01 01 30 2A 83 01 00 A8 03 84 01 07 A8 03 02 01 00 AB 07 A0 05 30 03 80 01 61"
            "AB 03 81 01 7F 02 01 02 BF65 03 80 01 00 BF2D 03 81 01 0B 5F37 04 00000000"),
    vector("EuiccPackageResult", "signed_one_profile", "SGP.32 §2.11.2.1", signed([
        {"listProfileInfoResult": {"profileInfoListOk": [{"iccid": ZERO_ICCID}]}}]),
        pin=f"BF51 29 A0 27 30 1E 80 01 61 81 01 01 83 01 01 30 13 BF2D 10 A0 0E E3 0C 5A 0A {ZERO_ICCID} 5F37 04 00000000"),
    vector("EuiccPackageResult", "signed", "SGP.32 §2.11.2.1", SIGNED_RESULT),
    vector("EuiccPackageResult", "signed_every_result", "SGP.32 §2.11.2.1", signed(
        [{member: "ok"} for member in RESULTS if member != "processingTerminated"] + list(OTHER_RESULTS.values())
        + [{"processingTerminated": "interruption"}], counter=128, sequence=200, eim=EIM, signature=SIGNATURE)),
    vector("EuiccPackageResult", "signed_no_result", "SGP.32 §2.11.2.1", signed([])),
    *[vector("EuiccPackageResultDataSigned", f"sequence_{number}", "SGP.32 §2.11.2.1", SIGNED_DATA | {"seqNumber": number, "counterValue": number},
             "the octets under euiccSignEPR, in front of the 84 token") for number in (1, 127, 128, 0x7FFFFF)],
    vector("EuiccPackageErrorDataSigned", "replay", "SGP.32 §2.11.2.1", {
        "eimId": "a", "counterValue": 128, "eimTransactionId": "01", "euiccPackageErrorCode": "replayError"},
        "the octets under euiccSignEPE, in front of the 84 token", pin="30 0D 80 01 61 81 02 00 80 82 01 01 02 01 04"),
    vector("EuiccPackageErrorDataSigned", "no_transaction_id", "SGP.32 §2.11.2.1", {
        "eimId": "a", "counterValue": 0x7FFFFF, "euiccPackageErrorCode": "ecallActive"}, pin="30 0B 80 01 61 81 03 7FFFFF 02 01 68"),
    *codes("EuiccPackageResult", "SGP.32 §2.11.2.1", (
        "invalidEid", "replayError", "counterValueOutOfRange", "sizeOverflow", "ecallActive", "undefinedError"),
        lambda code: {"euiccPackageErrorSigned": {
            "euiccPackageErrorDataSigned": {
                "eimId": "a", "counterValue": 128, "eimTransactionId": "01", "euiccPackageErrorCode": code},
            "euiccSignEPE": "aabb"}},
        {"replayError": "BF51 16 A1 14 30 0D 80 01 61 81 02 00 80 82 01 01 02 01 04 5F37 02 AABB"}),
]

VECTORS = COMMANDS + ANSWERS
