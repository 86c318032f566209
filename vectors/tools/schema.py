#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes the schema tables of rsp/src/schema/tables from the published ASN.1 modules.

    python3 vectors/tools/schema.py <folder with the .asn files> rsp/src/schema/tables
    python3 vectors/tools/schema.py … --check       # compares, writes nothing

Needs `pip install asn1tools` (its parser only; its encoders are not used, since they nest the tag
of a tagged CHOICE). Tags are resolved here, by X.680:

- AUTOMATIC TAGS applies per type: members are numbered only where none of them has a tag (§25.3);
- a tag is implicit and replaces the outermost tag, except on an untagged CHOICE or an open type,
  where it is explicit (§31.2.7); hence a tag on a tagged CHOICE replaces that tag;
- certificates come from an EXPLICIT TAGS module but are SEQUENCEs, so a context tag replaces the 30.

RSPDefinitions is written as v2.5 with what v3.0 adds: members, arms, names of numbers and bits that
v2.5 lacks are taken over as optional, as long as their tag cannot be confused with one of v2.5.
Additions that no module in the folder has (SGP.32 v1.3) are listed in EXTRA.
"""

import re
import sys
from pathlib import Path

import asn1tools.parser as asn1

UNIVERSAL = {
    "BOOLEAN": 1, "INTEGER": 2, "BIT STRING": 3, "OCTET STRING": 4, "NULL": 5,
    "OBJECT IDENTIFIER": 6, "ENUMERATED": 10, "UTF8String": 12, "SEQUENCE": 16,
    "SEQUENCE OF": 16, "SET": 17, "SET OF": 17, "NumericString": 18, "PrintableString": 19,
    "IA5String": 22, "GeneralizedTime": 24, "VisibleString": 26,
}
PLAIN = {  # types without names or members, shared by all tables
    "BOOLEAN": "BOOLEAN", "INTEGER": "INTEGER", "BIT STRING": "BIT_STRING",
    "OCTET STRING": "OCTET_STRING", "NULL": "NULL", "OBJECT IDENTIFIER": "OBJECT_IDENTIFIER",
    "UTF8String": "UTF8_STRING", "PrintableString": "PRINTABLE_STRING",
    "GeneralizedTime": "GENERALIZED_TIME", "IA5String": "IA5_STRING",
    "NumericString": "NUMERIC_STRING", "VisibleString": "VISIBLE_STRING",
}
OPAQUE = {"Certificate": "CERTIFICATE", "CertificateList": "CERTIFICATE_LIST",
          "SubjectPublicKeyInfo": "SUBJECT_PUBLIC_KEY_INFO"}
SKIP = {"ExpirationDate", "TotalPartialCrlNumber", "PartialCrlNumber", "AsnNull", "OperatorId"}
RENAME = {"OperatorId": "OperatorID"}
CLASS = {"UNIVERSAL": 0x00, "APPLICATION": 0x40, None: 0x80, "PRIVATE": 0xC0}
CONSTRUCTED = {"SEQUENCE", "SEQUENCE OF", "SET", "SET OF", "CHOICE", "ANY", "OPAQUE"}


def m(name, type_, tag=None, **more):
    member = {"name": name, "type": type_, "optional": True, **more}
    if tag is not None:
        member["tag"] = {"number": tag}
    return member


# additions and corrections without a module: type -> members appended
EXTRA = {
    # SGP.32 v1.3
    "EimConfigurationData": [m("eSipaProprietaryProtocolInformation", "VendorSpecificExtension", 10)],
    "EuiccPackageErrorUnsigned": [m("euiccPackageUnsignedErrorCode", "INTEGER", 15, **{
        "named-numbers": {"sizeOverflow": 15, "undefinedError": 127}})],
    "IpaCapabilities": [m("eSipaProprietaryProtocolInformation", "VendorSpecificExtension", 2)],
    "IoTSpecificInfo": [m("fallbackAllowedUpdateSupported", "NULL", 3)],
    "SGP32-ProfileInfo": [m("iotSpecificProfileInfo", "SEQUENCE", 100, members=[])],
    "SGP32-StoreMetadataRequest": [m("iotSpecificMetadata", "SEQUENCE", 100, members=[])],
    "SGP32-EUICCInfo2": [m("euiccMinimumSecurityLevel", "OCTET STRING", 21)],
    "CompactOtherSignedNotification": [m("euiccCiPKIdentifierToBeUsed", "OCTET STRING")],
    "UpdateMetadataRequest": [m("fallbackAllowed", "BOOLEAN", 103)],
    "TransferEimPackageResponse": [
        m("eimPackageReceivedWithCid", "EimPackageReceivedWithCid", 96, optional=False),
        m("eimPackageErrorWithCid", "EimPackageErrorWithCid", 97, optional=False)],
    # SGP.22 §6.6.2.2: the members of PrepareDownloadRequest without its tag; the module nests it
    "AuthenticateClientOk": [m("smdpSigned2", "SmdpSigned2"),
                             m("smdpSignature2", "OCTET STRING", 55),
                             m("smdpCertificate", "Certificate")],
    # SGP.22 v2.6
    "AuthenticateClientRequest": [m("useMatchingIdForAcr", "NULL")],
}
EXTRA["AuthenticateClientOk"][1]["tag"]["class"] = "APPLICATION"
# types of SGP.32 v1.3 that v1.2 does not have
LATER = """SGP32Definitions DEFINITIONS AUTOMATIC TAGS ::= BEGIN
SGP32-UpdateMetadataRequest ::= [42] SEQUENCE {
    serviceProviderName [17] UTF8String OPTIONAL,
    profileName [18] UTF8String OPTIONAL,
    iconType [19] IconType OPTIONAL,
    icon [20] OCTET STRING OPTIONAL,
    profilePolicyRules [25] PprIds OPTIONAL,
    serviceSpecificDataStoredInEuicc [34] VendorSpecificExtension OPTIONAL,
    fallbackAllowed [103] BOOLEAN OPTIONAL
}
EimPackageReceivedWithCid ::= SEQUENCE {
    correlationId CHOICE { eimTransactionId [0] TransactionId, eidValue [APPLICATION 26] Octet16 } OPTIONAL
}
EimPackageErrorWithCid ::= SEQUENCE {
    correlationId CHOICE { eimTransactionId [0] TransactionId, eidValue [APPLICATION 26] Octet16 } OPTIONAL,
    eimPackageError EimPackageResultErrorCode
}
END"""
EXTRA_NUMBERS = {
    ("SGP32Definitions", "AuthenticateClientResponseEsipa", "authenticateClientErrorEsipa"):
        {"downloadOrderExpired": 18},
    ("SGP32Definitions", "DisableEmergencyProfileResponse", "disableEmergencyProfileResult"):
        {"ecallNotAvailable": 8},
}
MAKE_OPTIONAL = {("AuthenticateServerRequest", "euiccCiPKIdToBeUsed"),
                 ("InitiateAuthenticationOkEs9", "euiccCiPKIdToBeUsed"),
                 ("AuthenticateClientOk", "prepareDownloadRequest"),
                 ("AuthenticateClientRequest", "deleteNotificationForDc"),
                 ("CtxParamsForCommonAuthentication", "operationType")}
# v3.0 members whose tag says something else than v2.5's, or only renames what v2.5 has
NOT_FROM_V3 = {"AuthenticateClientOk"}


def load(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    (name, module), = asn1.parse_string(text).items()
    return name, module


class Table:
    """One module, resolved: an ordered list of named types with tags and kinds."""

    def __init__(self, name, module, others=(), extra=True):
        self.module, self.name, self.others = module["types"], name, others
        self.extra = EXTRA if extra else {}
        self.automatic = module["tags"] == "AUTOMATIC"
        self.types = {}
        for type_name, definition in self.module.items():
            if type_name not in SKIP:
                self.define(type_name, definition)

    def lookup(self, name):
        name = RENAME.get(name, name)
        if name in self.module:
            return self, self.module[name]
        for other in self.others:
            found = other.lookup(name)
            if found:
                return found
        return None

    def base(self, definition):
        """The builtin kind behind references."""
        name = definition["type"]
        while name not in UNIVERSAL and name != "CHOICE":
            if name in OPAQUE:
                return "OPAQUE"
            if name == "SubjectKeyIdentifier":
                return "OCTET STRING"
            if name.startswith("OPENTYPE."):
                return "OBJECT IDENTIFIER" if name.endswith("typeId") else "ANY"
            found = self.lookup(name)
            if found is None:
                raise SystemExit(f"{self.name}: unknown type {name}")
            name = found[1]["type"]
        return name

    def chain(self, definition, tag=None):
        """Tags on the wire from outside to inside, as (class, number)."""
        tag = tag or definition.get("tag")
        name = definition["type"]
        if name in UNIVERSAL:
            inner = [(0, UNIVERSAL[name])]
        elif name == "CHOICE":
            inner = []
        elif name in OPAQUE:
            inner = [(0, 16)]
        elif name == "SubjectKeyIdentifier":
            inner = [(0, 4)]
        elif name.startswith("OPENTYPE."):
            inner = [(0, 6)] if name.endswith("typeId") else []
        else:
            found = self.lookup(name)
            if found is None:
                raise SystemExit(f"{self.name}: unknown type {name}")
            inner = found[0].chain(found[1])
        if tag is None:
            return inner
        outer = (CLASS[tag.get("class")], tag["number"])
        if tag.get("kind") == "EXPLICIT":
            return [outer] + inner
        return [outer] + inner[1:]

    def wire_tag(self, definition, tag=None):
        chain = self.chain(definition, tag)
        if not chain:
            return 0
        if len(chain) > 1:
            raise SystemExit(f"{self.name}: more than one tag on {definition}")
        (cls, number), = chain
        bits = cls | (0x20 if self.base(definition) in CONSTRUCTED else 0)
        if number < 31:
            return bits | number
        octets = [number & 0x7F]
        while number := number >> 7:
            octets.insert(0, 0x80 | number & 0x7F)
        return int.from_bytes(bytes([bits | 0x1F] + octets), "big")

    def members(self, owner, definition):
        parts = [part for part in definition["members"] if part]
        auto = self.automatic and not any("tag" in part for part in parts)
        result = []
        for i, part in enumerate(parts):
            tag = {"number": i} if auto else None
            result.append({
                "name": part["name"],
                "tag": self.wire_tag(part, tag),
                "type": self.reference(owner, part["name"], part),
                "optional": bool(part.get("optional")) or "default" in part,
                "default": self.default(part) if "default" in part else None,
            })
        for part in self.extra.get(owner, []):
            if any(other["name"] == part["name"] for other in result):
                continue
            result.append({"name": part["name"], "tag": self.wire_tag(part), "optional": True,
                           "type": self.reference(owner, part["name"], part), "default": None})
        for part in result:
            if (owner, part["name"]) in MAKE_OPTIONAL:
                part["optional"] = True
        return result

    def default(self, part):
        value, base = part["default"], self.base(part)
        if base == "BOOLEAN":
            return b"\xff" if value else b"\x00"
        if base == "OCTET STRING":
            return bytes.fromhex(str(value).removeprefix("0x").replace(" ", ""))
        if base == "UTF8String":
            return value.encode()
        if base == "INTEGER":
            if isinstance(value, str):
                value = int(self.lookup(part["type"])[1]["named-numbers"][value])
            return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)
        return None  # a constructed default is never left out by a sender in this field

    def reference(self, owner, name, definition):
        """The Rust path of a type used by a member."""
        kind = definition["type"]
        if kind in OPAQUE:
            return OPAQUE[kind]
        if kind == "SubjectKeyIdentifier":
            return "SUBJECT_KEY_IDENTIFIER"
        if kind.startswith("OPENTYPE."):
            return "OBJECT_IDENTIFIER" if kind.endswith("typeId") else "ANY"
        if kind in PLAIN and not definition.get("named-numbers") and not definition.get("named-bits"):
            return PLAIN[kind]
        if kind in UNIVERSAL or kind == "CHOICE":
            anonymous = owner + name[0].upper() + name[1:]
            inner = {k: v for k, v in definition.items() if k not in ("tag", "optional", "default")}
            numbers = EXTRA_NUMBERS.get((self.name, owner, name))
            if numbers and self.extra:
                inner["named-numbers"] = {**inner["named-numbers"], **numbers}
            self.define(anonymous, inner)
            return constant(anonymous)
        table, _ = self.lookup(kind)
        kind = RENAME.get(kind, kind)
        return constant(kind) if table is self else f"{table.rust}::{constant(kind)}"

    def define(self, name, definition):
        kind = definition["type"]
        entry = {"name": name, "tag": self.wire_tag(definition), "kind": kind}
        self.types[name] = entry  # before its members, so that the order is the module's
        if kind in ("SEQUENCE", "SET", "CHOICE"):
            entry["members"] = self.members(name, definition)
        elif kind in ("SEQUENCE OF", "SET OF"):
            element = definition["element"]
            entry["element"] = (self.wire_tag(element), self.reference(name, "item", element))
        elif kind == "INTEGER":
            entry["names"] = list((definition.get("named-numbers") or {}).items())
        elif kind == "BIT STRING":
            entry["names"] = [(n, int(b)) for n, b in definition.get("named-bits") or []]
        elif kind not in PLAIN:
            entry["alias"] = self.reference(name, "", {"type": kind})


def merge(old, new):
    """Takes over from v3.0 what v2.5 lacks; returns what was left out."""
    left = []
    for name, entry in new.types.items():
        mine = old.types.get(name)
        if mine is None:
            old.types[name] = entry
            continue
        if "names" in entry and mine["kind"] == entry["kind"]:
            known = {value for _, value in mine["names"]}
            names = {n for n, _ in mine["names"]}
            mine["names"] += [(n, v) for n, v in entry["names"] if v not in known and n not in names]
            mine["names"].sort(key=lambda pair: pair[1])
        if "members" in entry and "members" in mine:
            for member in entry["members"]:
                known = [other["name"] for other in mine["members"]]
                tags = [other["tag"] for other in mine["members"]]
                if member["name"] in known:
                    continue
                if member["tag"] in tags or name in NOT_FROM_V3:
                    left.append(f"{name}.{member['name']}")
                    continue
                added = {**member, "optional": mine["kind"] != "CHOICE" or member["optional"]}
                extra = len(EXTRA.get(name, []))
                mine["members"].insert(len(mine["members"]) - extra, added)
    return left


def constant(name):
    name = re.sub(r"[^A-Za-z0-9]", "_", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    name = re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", name)
    return name.upper()


def render(table, sources, imports):
    out = [
        "// SPDX-License-Identifier: MIT OR Apache-2.0",
        f"//! {table.name}: generated by `vectors/tools/schema.py` from {sources}. Do not edit.",
        "",
        "use super::prelude::*;",
        *[f"use super::{other};" for other in imports],
        "",
    ]
    for name, entry in table.types.items():
        out += render_type(name, entry)
    out.append("/// Every type of the table, in the module's order.")
    out.append("pub(super) static ALL: &[&Type] = &[")
    out += [f"    &{constant(name)}," for name in table.types]
    out += ["];", ""]
    return "\n".join(out)


def render_type(name, entry):
    kind = entry["kind"]
    head = f'pub(super) static {constant(name)}: Type = Type::new("{name}", 0x{entry["tag"]:02X}, '
    if "alias" in entry:
        return [head + f"Kind::Alias(&{entry['alias']}));"]
    if "members" in entry:
        wrapper = {"SEQUENCE": "Sequence", "SET": "Set", "CHOICE": "Choice"}[kind]
        lines = [head + f"Kind::{wrapper}(&["]
        for member in entry["members"]:
            need = "Must"
            if member["default"] is not None:
                need = f"Default(&[{', '.join(f'0x{o:02X}' for o in member['default'])}])"
            elif member["optional"]:
                need = "May"
            lines.append(f'    Member("{member["name"]}", 0x{member["tag"]:02X}, '
                         f'&{member["type"]}, {need}),')
        return lines + ["]));"]
    if "element" in entry:
        tag, target = entry["element"]
        wrapper = "SequenceOf" if kind == "SEQUENCE OF" else "SetOf"
        return [head + f"Kind::{wrapper}(0x{tag:02X}, &{target}));"]
    if kind in ("INTEGER", "BIT STRING", "ENUMERATED"):
        wrapper = {"INTEGER": "Integer", "BIT STRING": "BitString", "ENUMERATED": "Enumerated"}[kind]
        names = ", ".join(f'("{n}", {v})' for n, v in entry["names"])
        return [head + f"Kind::{wrapper}(&[{names}]));"]
    wrapper = {"OCTET STRING": "OctetString", "NULL": "Null", "BOOLEAN": "Boolean",
               "OBJECT IDENTIFIER": "Oid", "UTF8String": "Text"}[kind]
    return [head + f"Kind::{wrapper});"]


def main():
    source, target = map(Path, sys.argv[1:3])
    pe = Table(*load(source / "PE_Definitions-3.3.1.asn"))
    pe.rust = "pe"

    name, module = load(source / "RSPDefinitions-v2.5.asn")
    del module["types"]["UICCCapability"]  # later versions import the one of PEDefinitions
    _, newer = load(source / "RSPDefinitions-v3.0.asn")
    # a type of v2.5 may refer to one that only v3.0 defines (through EXTRA)
    for extra, definition in newer["types"].items():
        if extra not in module["types"] and extra != "OperatorId":
            module["types"].setdefault(extra, definition)
    rsp = Table(name, module, [pe])
    rsp.rust = "sgp22"
    newer["types"] = {**{k: v for k, v in module["types"].items() if k not in newer["types"]},
                      **newer["types"]}
    newer["types"].pop("OperatorId")
    v3 = Table(name, newer, [pe])
    v3.rust = "sgp22"
    left = merge(rsp, v3)

    name, module = load(source / "SGP32Definitions-v1.2.asn")
    module["types"] |= asn1.parse_string(LATER)[name]["types"]
    iot = Table(name, module, [rsp, pe])
    old = Table(*load(source / "SGP32Definitions-v1.0.asn"), [rsp, pe], extra=False)
    for file, table, sources, imports in [
        ("pe", pe, "PE_Definitions-3.3.1.asn", []),
        ("sgp22", rsp, "RSPDefinitions-v2.5.asn with the additions of v3.0", ["pe"]),
        ("sgp32", iot, "SGP32Definitions-v1.2.asn with the additions of v1.3", ["pe", "sgp22"]),
        ("sgp32_v1_0", old, "SGP32Definitions-v1.0.asn", ["pe", "sgp22"]),
    ]:
        text = render(table, sources, imports)
        imports = [i for i in imports if f"&{i}::" in text]
        text, path = render(table, sources, imports), target / f"{file}.rs"
        if "--check" not in sys.argv:
            path.write_text(text)
        elif path.read_text() != text:
            raise SystemExit(f"{path} is not what the modules say: run without --check")
        print(f"{file}: {len(table.types)} types")
    print("not taken from v3.0 (tag already used by v2.5):", ", ".join(left))


if __name__ == "__main__":
    main()
