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
            for target in ("es9_json", "smdp"):
                write(target, name, json.dumps(body).encode())
    write("profile_package", "end", bytes.fromhex("AA05A003810102"))
    for path in sorted((ROOT / "testcases").glob("**/*.yaml")):
        write("case_file", f"{path.parent.name}-{path.stem}", path.read_bytes())


main()
