# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes the golden bytes and the test cases of the repository as seeds into corpus/<target>."""

import base64
import json
import pathlib
import re

FUZZ = pathlib.Path(__file__).resolve().parent
ROOT = FUZZ.parent.parent
# as many as decode.rs lists: its first byte picks one
TYPES = 21
# members of the requests of ES9+ that carry a structure, by the folder of their golden bytes
MEMBERS = {
    "EUICCInfo1": "euiccInfo1",
    "AuthenticateServerResponse": "authenticateServerResponse",
    "PrepareDownloadResponse": "prepareDownloadResponse",
    "ProfileInstallationResult": "pendingNotification",
    "SGP32-PendingNotification": "pendingNotification",
    "CancelSessionResponse": "cancelSessionResponse",
}

# commands to the files of profile.yaml, as lists
FILES = {
    "transparent": ["00A40004022F1100", "00B0000000", "00D6000403010203", "00B00000000200"],
    "cyclic": ["00A40004022F1200", "00DC0003050102030405", "00B2000305", "8032000003000001"],
    "linear": ["00A40004022F1300", "00DC0104080102030405060708", "00A2010401FF00", "00B2010408"],
    "ber-tlv": ["00A40004022F1400", "80DB008005810301020300", "80CB00800181", "80CB0080015C00"],
    "link": ["00A40004027F1000", "00A40004026F3A00", "00B2010408"],
    "pins": ["0020000108313131313131313100", "002C00011031313131313131313030303030303030", "0020000A083535353535353535"],
    "usim": ["00A4040410A0000000871002FFFFFFFF890001000000", "0020000108303030300FFFFFFFF", "00A40004026F0700", "00B0000009"],
    "authenticate": ["00A4040410A0000000871002FFFFFFFF8900010000", "002000010830303030FFFFFFFF", "008800812210" + "11" * 16 + "10" + "22" * 16 + "00"],
    "identity": ["00A4040410A0000000871002FFFFFFFF8900010000", "002000010830303030FFFFFFFF", "807800010000"],
    "isim": ["00A4040410A0000000871004FFFFFFFF890001000000", "00A40004026F0200", "80F2000000"],
    "channels": ["0070000001", "01A40004022FE200", "01B000000A", "0070800100"],
    "toolkit": ["80100000020F00", "80F2000000", "8012000000", "80C2000003D6010000"],
}

# bodies of ES2+ and of ES12, a sequence each
HEADER = {"functionRequesterIdentifier": "operator", "functionCallIdentifier": "1"}
EID = "89049032123451234512345678901235"
ICCID = "8900012345678901237F"
ES2PLUS = [
    [{"profileType": "endless"}, {"iccid": ICCID, "releaseFlag": True, "matchingId": "NEW-1"}, {"iccid": ICCID, "finalProfileStatusIndicator": "Available"}],
    [{"iccid": ICCID, "eid": EID}, {"iccid": ICCID, "releaseFlag": False, "confirmationCode": "A1" * 32}, {"iccid": ICCID}],
    [{"profileType": "endless"}, {"iccid": ICCID, "eid": EID, "releaseFlag": True, "smdsAddress": "smds.test.example"}],
    [{"eid": EID, "iccid": ICCID, "profileType": "endless", "timestamp": "2026-01-01T00:00:00Z", "notificationPointId": 3, "notificationPointStatus": {"status": "Failed", "statusCodeData": {"subjectCode": "8.1", "reasonCode": "6.1", "message": "x"}}}],
    [{"iccid": ICCID, "matchingId": "", "smdpAddress": "smdp1.test.example"}],
]
ES12 = [
    [{"eid": EID, "rspServerAddress": "smdp1.test.example", "eventId": "EVENT-1", "forwardingIndicator": forward}, {"eid": EID, "eventId": "EVENT-1"}]
    for forward in (False, True)
]
# datagrams of CoAP, a sequence each: to the path of ESipa, with and without blocks, and answers to
# a request of the token 01
PATH = "B4" + b"gsma".hex() + "04" + b"rsp2".hex() + "04" + b"asn1".hex()
COAP = {
    "post": ["410212340A" + PATH + "112AFFBF4F00"] * 2,
    "non": ["510212340A" + PATH + "FFBF4F00"],
    "upload": ["410200010A" + PATH + "D10308FF" + "11" * 16, "410200020A" + PATH + "D10310FF22"],
    "rest": ["410200010A" + PATH + "FF00", "410200020A" + PATH + "C116"],
    "answer": ["5144123401FFBF4F03020101"],
    "continue": ["515F000101D10E0E", "515F000201D10E1E", "5144000301D10E26FF00"],
    "download": ["515F000101D10E0E", "515F000201D10E1E", "5144000301D10A08FF" + "33" * 16, "5144000401D10A10FF44"],
    "empty": ["40000001", "60000001", "70000001"],
}
# messages of ESipa, in the order of the functions
ESIPA = (
    ("InitiateAuthenticationRequestEsipa", "InitiateAuthenticationResponseEsipa"),
    ("AuthenticateClientRequestEsipa", "AuthenticateClientResponseEsipa"),
    ("GetBoundProfilePackageRequestEsipa", "GetBoundProfilePackageResponseEsipa"),
    ("TransferEimPackageRequest", "TransferEimPackageResponse"),
    ("GetEimPackageRequest", "GetEimPackageResponse"),
    ("ProvideEimPackageResult", "ProvideEimPackageResultResponse"),
    ("HandleNotificationEsipa",),
    ("CancelSessionRequestEsipa", "CancelSessionResponseEsipa"),
)
# JSON bodies of the same
ESIPA_JSON = (
    {"euiccChallenge": base64.b64encode(bytes(16)).decode(), "smdpAddress": "a.b", "eimTransactionId": "0A"},
    {"transactionId": "0A", "authenticateServerResponse": "vzgCoAA="},
    {"transactionId": "0A", "prepareDownloadResponse": "vyECoAA="},
    {"eimPackageReceived": True, "profileDownloadTriggerRequest": "v1QA"},
    {"eidValue": "89049032123451234512345678901235", "notifyStateChange": True, "stateChangeCause": 6, "rPlmn": "YvIQ"},
    {"eidValue": "89049032123451234512345678901235", "eimPackageResult": "oAMCAQI=", "eimAcknowledgements": "v1MA"},
    {"pendingNotification": "vzcA"},
    {"transactionId": "0A", "cancelSessionResponse": "v0ECoAA="},
)
# structures that are requests of ES9+ themselves
ASN1 = ("InitiateAuthenticationRequest", "AuthenticateClientRequest", "GetBoundProfilePackageRequest", "HandleNotification", "CancelSessionRequestEs9")


def wrapped(der: bytes) -> bytes:
    """The RemoteProfileProvisioningRequest around a request."""
    length = len(der)
    size = bytes([length]) if length < 128 else bytes([0x82]) + length.to_bytes(2, "big")
    return b"\xa2" + size + der


def lines(bodies: list[dict]) -> bytes:
    return b"\n".join(json.dumps({"header": HEADER, **body}).encode() for body in bodies)


def piece(command: str) -> bytes:
    content = bytes.fromhex(command if len(command) % 2 == 0 else command[:-1])
    return bytes([len(content)]) + content


def write(target: str, name: str, content: bytes) -> None:
    folder = FUZZ / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def main() -> None:
    for path in sorted((ROOT / "vectors").glob("*/*.json")):
        text = path.read_text()
        vector = json.loads(text)
        if "der" not in vector:
            continue
        der, name = bytes.fromhex(vector["der"]), f"{path.parent.name}-{path.stem}"
        for target in ("print", "esipa", "bound_profile_package"):
            write(target, name, der)
        for function, names in enumerate(ESIPA):
            if path.parent.name.split("@")[0] in names:
                write("esipa_json", name, bytes([0x80 | function]) + der)
        for kind in (0, 1, 2):
            write("euicc_package", f"{name}-{kind}", bytes([kind]) + der)
        for number in range(TYPES):
            write("decode", f"{name}-{number}", bytes([number]) + der)
        for number, found in enumerate(re.findall(r'"(3082[0-9a-f]+)"', text)):
            write("certificate", f"{name}-{number}", bytes.fromhex(found))
        if len(der) < 127:
            write("apdus", name, bytes([0x81 + len(der), 0]) + der)
        if member := MEMBERS.get(path.parent.name):
            body = {
                "transactionId": "00" * 16,
                "smdpAddress": "smdp1.test.example",
                "euiccChallenge": base64.b64encode(bytes(16)).decode(),
                member: base64.b64encode(der).decode(),
            }
            write("smdp", name, json.dumps(body).encode())
            for stage in range(4):
                write("es9_json", f"{name}-{stage}", bytes([stage]) + json.dumps(body).encode())
        if path.parent.name in ASN1:
            for stage in range(4):
                write("es9_asn1", f"{name}-{stage}", bytes([stage]) + wrapped(der))
    for number in range(3):
        for stage in range(4):
            for target in ("es9_json", "es9_asn1"):
                first = bytes([0x80 | number << 2 | stage])
                write(target, f"recorded-{number}-{stage}", first)
                write(target, f"changed-{number}-{stage}", first + bytes.fromhex("004041"))
    write("profile_package", "end", bytes.fromhex("00AA05A003810102"))
    write("profile_package", "change", bytes.fromhex("01000000"))
    write("profile_yaml", "change", bytes.fromhex("00000000"))
    for path in [FUZZ / "profile.yaml", *(ROOT / "testcases/fixtures/profiles").glob("*.yaml")]:
        elements = re.split(r"^(?=- )", path.read_text(), flags=re.M)[1:]
        write("profile_yaml", path.stem, "".join(elements).encode())
        for number, element in enumerate(elements):
            write("profile_yaml", f"{path.stem}-{number}", element.encode())
    for target, sequences in (("es2plus", ES2PLUS), ("es12", ES12)):
        for number, bodies in enumerate(sequences):
            write(target, str(number), lines(bodies))
    for function, body in enumerate(ESIPA_JSON):
        success = {"header": {"functionExecutionStatus": {"status": "Executed-Success"}}, **body}
        write("esipa_json", f"body-{function}", bytes([function]) + json.dumps(success).encode())
    for name, commands in FILES.items():
        write("files", name, b"".join(map(piece, commands)))
    for name, datagrams in COAP.items():
        write("coap", name, b"".join(map(piece, datagrams)))
    for path in sorted((ROOT / "testcases").glob("**/*.yaml")):
        write("case_file", f"{path.parent.name}-{path.stem}", path.read_bytes())


main()
