# SPDX-License-Identifier: MIT OR Apache-2.0
"""Computes the authentication and SUCI vectors of vectors/crypto again, from the specifications.

    pip install pycryptodome cryptography
    python3 vectors/tools/aka.py

Milenage is TS 35.206 §4.1 over AES of pycryptodome, TUAK is TS 35.231 §7 over a Keccak-f[1600] of
its own, the test algorithm is TS 34.108 §8.1.2.1, SUCI is TS 33.501 §C.3 over the curves of
`cryptography`. Exits with 1 when one value differs from the file.
"""

import hashlib
import hmac
import json
import pathlib
import sys

from Crypto.Cipher import AES
from Crypto.Util import Counter
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "crypto"


def xor(*blocks):
    """Bytewise exclusive or."""
    out = bytes(len(blocks[0]))
    for block in blocks:
        out = bytes(a ^ b for a, b in zip(out, block))
    return out


# TS 35.206 §4.1: rotations in bits and constants
ROTATIONS = (64, 0, 32, 64, 96)
CONSTANTS = (0, 1, 2, 4, 8)


def milenage(case):
    """All functions of Milenage with the default constants."""
    k, rand, sqn, amf = (bytes.fromhex(case[name]) for name in ("k", "rand", "sqn", "amf"))
    encrypt = AES.new(k, AES.MODE_ECB).encrypt
    op = bytes.fromhex(case["op"])
    opc = xor(encrypt(op), op)
    temp = encrypt(xor(rand, opc))

    def out(index, block, outer):
        shift = ROTATIONS[index] // 8
        rotated = block[shift:] + block[:shift]
        constant = CONSTANTS[index].to_bytes(16, "big")
        return xor(encrypt(xor(rotated, constant, outer)), opc)

    in1 = sqn + amf + sqn + amf
    out1 = out(0, xor(in1, opc), temp)
    others = [out(index, xor(temp, opc), bytes(16)) for index in range(1, 5)]
    return {
        "opc": opc,
        "f1": out1[:8],
        "f1star": out1[8:],
        "f2": others[0][8:],
        "f3": others[1],
        "f4": others[2],
        "f5": others[0][:6],
        "f5star": others[3][:6],
    }


def conversions(case):
    """c2 and c3 of TS 33.102 §6.8.1.2 over Milenage."""
    k, rand, opc = (bytes.fromhex(case[name]) for name in ("k", "rand", "opc"))
    encrypt = AES.new(k, AES.MODE_ECB).encrypt
    temp = encrypt(xor(rand, opc))

    def out(shift, constant):
        block = xor(temp, opc)
        rotated = block[shift:] + block[:shift]
        return xor(encrypt(xor(rotated, constant.to_bytes(16, "big"))), opc)

    res, ck, ik = out(0, 1)[8:], out(4, 2), out(8, 4)
    return {"sres1": xor(res[:4], res[4:]), "sres2": res[:4], "kc": xor(ck[:8], ck[8:], ik[:8], ik[8:])}


def keccak(state):
    """Keccak-f[1600] on 200 bytes (FIPS 202 §3.3)."""
    mask = (1 << 64) - 1
    lanes = [[int.from_bytes(state[8 * (x + 5 * y):][:8], "little") for y in range(5)] for x in range(5)]

    def rotate(value, by):
        by %= 64
        return ((value << by) | (value >> (64 - by))) & mask if by else value

    register = 1
    for _ in range(24):
        parity = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        theta = [parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[lanes[x][y] ^ theta[x] for y in range(5)] for x in range(5)]
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x][y] = lanes[x][y], rotate(current, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5] & mask)
        for bit in range(7):
            register = ((register << 1) ^ ((register >> 7) * 0x71)) % 256
            if register & 2:
                lanes[0][0] ^= 1 << ((1 << bit) - 1)
    return b"".join(lanes[x][y].to_bytes(8, "little") for y in range(5) for x in range(5))


# TS 35.231 §7: lengths in the INSTANCE byte
LENGTHS = {4: 0x00, 8: 0x08, 16: 0x10, 32: 0x20}


def tuak(case):
    """All functions of TUAK with the lengths of the expected values."""
    k, rand, sqn, amf, top = (bytes.fromhex(case[name]) for name in ("k", "rand", "sqn", "amf", "top"))
    key_bit = int(len(k) == 32)

    def core(first, instance, rand, amf, sqn):
        block = first[::-1] + bytes([instance | key_bit]) + b"TUAK1.0"[::-1]
        block += rand[::-1] + amf[::-1] + sqn[::-1] + k[::-1] + bytes(32 - len(k))
        block += b"\x1f" + bytes(38) + b"\x80" + bytes(64)
        for _ in range(case["iterations"]):
            block = keccak(block)
        return block

    def take(block, offset, name):
        return block[offset:offset + len(case[name]) // 2][::-1]

    size = {name: len(case[name]) // 2 for name in ("f1", "f2", "f3", "f4")}
    topc = core(top, 0, bytes(16), bytes(2), bytes(6))[:32][::-1]
    first = core(topc, LENGTHS[size["f1"]], rand, amf, sqn)
    star = core(topc, 0x80 | LENGTHS[size["f1"]], rand, amf, sqn)
    instance = 0x40 | LENGTHS[size["f2"]] | 4 * (size["f3"] == 32) | 2 * (size["f4"] == 32)
    rest = core(topc, instance, rand, bytes(2), bytes(6))
    last = core(topc, 0xC0, rand, bytes(2), bytes(6))
    return {
        "topc": topc,
        "f1": take(first, 0, "f1"),
        "f1star": take(star, 0, "f1star"),
        "f2": take(rest, 0, "f2"),
        "f3": take(rest, 32, "f3"),
        "f4": take(rest, 64, "f4"),
        "f5": take(rest, 96, "f5"),
        "f5star": take(last, 96, "f5star"),
    }


def test_algorithm(case):
    """TS 34.108 §8.1.2.1, with the AUTN and the AUTS of TS 33.102 §6.3."""
    k, rand, sqn, amf = (bytes.fromhex(case[name]) for name in ("k", "rand", "sqn", "amf"))
    xdout = xor(k, rand)
    ak = xdout[3:9]
    mac = xor(xdout[:8], sqn + amf)
    star = xor(xdout[:8], sqn + bytes(2))
    return {
        "f1": mac,
        "f1star": star,
        "f2": xdout,
        "f3": xdout[1:] + xdout[:1],
        "f4": xdout[2:] + xdout[:2],
        "f5": ak,
        "autn": xor(sqn, ak) + amf + mac,
        "auts": xor(sqn, ak) + star,
    }


def agree(case):
    """Ephemeral public key and shared key; the holder of the private key gets the same."""
    own, theirs = (bytes.fromhex(case[name]) for name in ("ephemeral_private_key", "home_network_private_key"))
    public = bytes.fromhex(case["home_network_public_key"])
    if case["profile"] == "A":
        load = x25519.X25519PrivateKey.from_private_bytes
        raw = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        ephemeral = load(own).public_key().public_bytes(*raw)
        shared = load(own).exchange(x25519.X25519PublicKey.from_public_bytes(public))
        back = load(theirs).exchange(x25519.X25519PublicKey.from_public_bytes(ephemeral))
    else:
        curve = ec.SECP256R1()
        load = lambda scalar: ec.derive_private_key(int.from_bytes(scalar, "big"), curve)
        point = (serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
        ephemeral = load(own).public_key().public_bytes(*point)
        shared = load(own).exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, public))
        back = load(theirs).exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, ephemeral))
    assert shared == back
    return ephemeral, shared


def suci(case):
    """TS 33.501 §C.3.2 to §C.3.4."""
    ephemeral, shared = agree(case)
    blocks = (hashlib.sha256(shared + bytes([0, 0, 0, n]) + ephemeral).digest() for n in (1, 2))
    derived = b"".join(blocks)
    key, icb, mac_key = derived[:16], derived[16:32], derived[32:64]
    counter = Counter.new(128, initial_value=int.from_bytes(icb, "big"))
    text = AES.new(key, AES.MODE_CTR, counter=counter).encrypt(bytes.fromhex(case["scheme_input"]))
    out = {
        "ephemeral_public_key": ephemeral,
        "shared_key": shared,
        "encryption_key": key,
        "mac_key": mac_key,
        "ciphertext": text,
        "mac": hmac.new(mac_key, text, "sha256").digest()[:8],
    }
    return out | ({"icb": icb} if "icb" in case else {})


FILES = {
    "milenage_ts35207.json": milenage,
    "milenage_ts35208.json": milenage,
    "gsm_milenage_ts55205.json": conversions,
    "keccak_ts35232.json": lambda case: {"output": keccak(bytes.fromhex(case["input"]))},
    "tuak_ts35233.json": tuak,
    "xor_ts34108.json": test_algorithm,
    "suci_ts33501.json": suci,
}


def main():
    """Compares every computed value with its file."""
    different = 0
    for name, compute in FILES.items():
        cases = json.loads((FOLDER / name).read_text())["cases"]
        for case in cases:
            for member, value in compute(case).items():
                if value.hex() != case[member]:
                    print(f"{name}: {case.get('set', case.get('clause'))}: {member}: computed {value.hex()}, file has {case[member]}")
                    different += 1
        print(f"{name}: {len(cases)} cases")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
