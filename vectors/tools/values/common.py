# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the values share: identifiers, signatures, certificates."""

import json
import pathlib

# Complete DER of published SGP.26 certificates (NIST, variant O), of a CRL and of public keys.
CERTIFICATES = json.loads(pathlib.Path(__file__).with_name("certificates.json").read_text())
EUICC = CERTIFICATES["CERT_EUICC_ECDSA_NIST"]
EUM = CERTIFICATES["CERT_EUM_ECDSA_NIST"]
DPAUTH = CERTIFICATES["CERT_S_SM_DPauth_ECDSA_NIST"]
DPPB = CERTIFICATES["CERT_S_SM_DPpb_ECDSA_NIST"]
SPKI = CERTIFICATES["SPKI_EUICC_NIST"]
CRL = CERTIFICATES["CRL"]
# A key of three bits: the shape of a key in the fewest octets.
TINY_SPKI = "300f300906072a8648ce3d020103020580"

EID = "89049032123451234512345678901235"
ICCID = "98001032547698103214"
ICCID_2 = "980010325476981032f4"
AID = "a0000005591010ffffffff8900001000"
TRANSACTION = "0102030405060708090a0b0c0d0e0f10"
CHALLENGE = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
SERVER_CHALLENGE = "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
SIGNATURE = "".join(f"{octet:02x}" for octet in range(64))
SIGNATURE_2 = "".join(f"{octet:02x}" for octet in range(64, 128))
POINT = "04" + "11" * 32 + "22" * 32
POINT_2 = "04" + "33" * 32 + "44" * 32
HASH = "cc" * 32
CI = "f54172bdf98a95d65cbeb88a38a1c11d800a85c3"
CI_2 = "c0bc70ba36929d43b467ff57570530e57ab8fcd8"
SMDP = "smdpplus1.example.com"
SMDS = "smds.example.com"
EIM = "eim1.example.com"
EIM_TRANSACTION = "0a0b0c0d"
SMDP_OID = "2.999.10"


def vector(kind, name, clause, value, note="", pin=None):
    """One vector; `pin` are bytes known from elsewhere, written by hand, spaces allowed."""
    return {"type": kind, "name": name, "clause": clause, "value": value, "note": note, "pin": pin}


def codes(kind, clause, names, wrap, pins=None):
    """One vector per result code."""
    pins = pins or {}
    return [vector(kind, code, clause, wrap(code), pin=pins.get(code)) for code in names]
