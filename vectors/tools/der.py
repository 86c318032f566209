# SPDX-License-Identifier: MIT OR Apache-2.0
"""Small DER encoder written from X.680 and X.690, the hand-derived source of the golden bytes.

It uses the syntax tree of asn1tools' parser and nothing of asn1tools' codec: which tag goes on the
wire is decided here, clause by clause. It covers what the RSP and PE modules use. A few types of
PKIX (`OPAQUE`) are taken as finished DER and only get the tag of the place they stand in.

`faults` makes it repeat known faults of another encoder on purpose, so that a disagreement can be
proven to be those faults and nothing else (vectors.py).
"""

UNIVERSAL = {
    "BOOLEAN": 1, "INTEGER": 2, "BIT STRING": 3, "OCTET STRING": 4, "NULL": 5,
    "OBJECT IDENTIFIER": 6, "ENUMERATED": 10, "UTF8String": 12, "SEQUENCE": 16, "SEQUENCE OF": 16,
    "SET": 17, "SET OF": 17, "NumericString": 18, "PrintableString": 19, "IA5String": 22,
    "UTCTime": 23, "GeneralizedTime": 24, "VisibleString": 26,
}
CLASS = {"UNIVERSAL": 0x00, "APPLICATION": 0x40, "CONTEXT": 0x80, "PRIVATE": 0xC0}
CONSTRUCTED = ("SEQUENCE", "SEQUENCE OF", "SET", "SET OF")

# Types whose value is the hexadecimal text of their complete DER encoding.
OPAQUE = ("Certificate", "CertificateList", "SubjectPublicKeyInfo")


class Fault(Exception):
    """A value that does not fit its type; the message says where."""


def length(size):
    """Definite length, shortest form (X.690 §10.1)."""
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def identifier(tag_class, number, constructed):
    """Identifier octets (X.690 §8.1.2)."""
    first = CLASS[tag_class] | (0x20 if constructed else 0)
    if number < 31:
        return bytes([first | number])
    groups = [number & 0x7F]
    while number > 0x7F:
        number >>= 7
        groups.append(0x80 | (number & 0x7F))
    return bytes([first | 0x1F]) + bytes(reversed(groups))


def header_size(tlv):
    """Number of identifier octets at the start of an encoding."""
    if tlv[0] & 0x1F != 0x1F:
        return 1
    size = 1
    while tlv[size] & 0x80:
        size += 1
    return size + 1


def tlv(tag_class, number, constructed, content):
    """One complete encoding."""
    return identifier(tag_class, number, constructed) + length(len(content)) + content


def retag(encoding, tag_class, number):
    """Replaces the identifier and keeps the rest: IMPLICIT tagging (X.690 §8.14.3)."""
    constructed = bool(encoding[0] & 0x20)
    return identifier(tag_class, number, constructed) + encoding[header_size(encoding):]


def integer(value):
    """Two's complement in the fewest octets (X.690 §8.3)."""
    size = 1
    while not -(1 << (8 * size - 1)) <= value < 1 << (8 * size - 1):
        size += 1
    return value.to_bytes(size, "big", signed=True)


def object_identifier(text):
    """Contents octets of a dotted OBJECT IDENTIFIER (X.690 §8.19)."""
    arcs = [int(arc) for arc in text.split(".")]
    out = bytearray()
    for arc in [40 * arcs[0] + arcs[1]] + arcs[2:]:
        groups = [arc & 0x7F]
        while arc > 0x7F:
            arc >>= 7
            groups.append(0x80 | (arc & 0x7F))
        out += bytes(reversed(groups))
    return bytes(out)


def named_bits(value, kind):
    """The set bits of a named BIT STRING as (number, length), trailing zeros gone (X.690 §11.2.2)."""
    numbers = dict((name, int(number)) for name, number in kind["named-bits"])
    for name in value:
        if name not in numbers:
            raise Fault(f"no bit named {name}")
    bits = sorted(numbers[name] for name in value)
    size = bits[-1] + 1 if bits else 0
    return sum(1 << (size - 1 - bit) for bit in bits), size


def bit_string(number, size):
    """Contents octets of a BIT STRING (X.690 §8.6)."""
    octets = (size + 7) // 8
    unused = 8 * octets - size
    return bytes([unused]) + (number << unused).to_bytes(octets, "big")


class Schema:
    """The types of a set of parsed modules."""

    def __init__(self, modules):
        self.modules = modules

    def find(self, name, module):
        """The type a name means inside a module, and the module that defines it."""
        types = self.modules[module]["types"]
        if name in types:
            return types[name], module
        for other, names in self.modules[module]["imports"].items():
            if name in names:
                return self.find(name, other)
        raise Fault(f"module {module} has no type {name}")

    def members(self, kind, module):
        """The components of a SEQUENCE or CHOICE with their automatic tags.

        X.680 §25.7.2: automatic tagging applies to a type when the module says AUTOMATIC TAGS and
        no component of this very type has a tag of its own.
        """
        members = [member for member in kind["members"] if isinstance(member, dict)]
        automatic = self.modules[module]["tags"] == "AUTOMATIC" and not any("tag" in m for m in members)
        if not automatic:
            return members
        return [dict(m, tag={"number": n, "automatic": True}) for n, m in enumerate(members)]

    def ordered(self, kind, module, value):
        """The value with the members of every SEQUENCE in the order of the module."""
        name = kind["type"]
        if name in ("SEQUENCE", "CHOICE"):
            members = [m for m in kind["members"] if isinstance(m, dict) and m["name"] in value]
            return {m["name"]: self.ordered(m, module, value[m["name"]]) for m in members}
        if name == "SEQUENCE OF":
            return [self.ordered(kind["element"], module, item) for item in value]
        if name in UNIVERSAL or name in OPAQUE or name.startswith("ANY"):
            return value
        return self.ordered(*self.find(name, module), value)

    def resolve(self, kind, module):
        """The type behind references, its tags dropped, and the module that defines it."""
        while kind["type"] not in UNIVERSAL and kind["type"] not in ("CHOICE", "ANY"):
            kind, module = self.find(kind["type"], module)
        return kind, module

    def untagged_choice(self, kind, module):
        """Whether a type is a CHOICE or open type that brings no tag (X.680 §31.2.7 c)."""
        while True:
            if kind["type"] in ("CHOICE", "ANY", "ANY DEFINED BY"):
                return True
            if kind["type"] in UNIVERSAL or kind["type"] in OPAQUE:
                return False
            kind, module = self.find(kind["type"], module)
            if "tag" in kind:
                return False

    def tagged_choice(self, kind, module):
        """Whether a type is a reference to a CHOICE that carries its own tag (`T ::= [n] CHOICE`)."""
        if kind["type"] in UNIVERSAL or kind["type"] in ("CHOICE", "ANY") or kind["type"] in OPAQUE:
            return False
        inner, _ = self.find(kind["type"], module)
        resolved, _ = self.resolve(kind, module)
        return "tag" in inner and resolved["type"] == "CHOICE"


class Encoder:
    """Encodes value trees; `met` collects the tagging constructs that encoders differ about."""

    def __init__(self, schema, faults=()):
        self.schema = schema
        self.faults = faults
        self.met = set()

    def encode(self, name, module, value):
        """DER of a value of a named type."""
        kind, home = self.schema.find(name, module)
        try:
            return self.any_type(kind, home, value, name)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Fault(f"{name}: {error!r}") from error

    def any_type(self, kind, module, value, where):
        """A type with the tag written on it, if any."""
        if "tag" not in kind:
            return self.untagged(kind, module, value, where)
        tag = kind["tag"]
        bare = {key: item for key, item in kind.items() if key != "tag"}
        inner = self.untagged(bare, module, value, where)
        tag_class = tag.get("class", "CONTEXT")
        if bare["type"] == "ANY":
            self.met.add("open type")
            if "open type" in self.faults:
                return inner
        if self.explicit(tag, bare, module):
            return tlv(tag_class, tag["number"], True, inner)
        return retag(inner, tag_class, tag["number"])

    def explicit(self, tag, bare, module):
        """Whether a tag is EXPLICIT (X.680 §31.2.7): written so, module default, untagged CHOICE."""
        if self.schema.tagged_choice(bare, module):
            construct = "automatic" if tag.get("automatic") else "written"
            self.met.add(construct)
            return construct in self.faults
        if self.schema.untagged_choice(bare, module):
            return True
        if "kind" in tag:
            return tag["kind"] == "EXPLICIT"
        return self.schema.modules[module]["tags"] == "EXPLICIT"

    def untagged(self, kind, module, value, where):
        """A type whose own tag is dealt with by the caller."""
        name = kind["type"]
        if name in OPAQUE:
            return bytes.fromhex(value)
        if name in ("ANY", "ANY DEFINED BY"):
            return bytes.fromhex(value)
        if name == "CHOICE":
            return self.choice(kind, module, value, where)
        if name not in UNIVERSAL:
            inner, home = self.schema.find(name, module)
            return self.any_type(inner, home, value, where)
        content = self.content(kind, module, value, where)
        return tlv("UNIVERSAL", UNIVERSAL[name], name in CONSTRUCTED, content)

    def choice(self, kind, module, value, where):
        """The chosen arm; a CHOICE itself adds nothing (X.690 §8.13)."""
        (arm, inner), = value.items()
        for member in self.members(kind, module):
            if member["name"] == arm:
                return self.any_type(member, module, inner, f"{where}.{arm}")
        raise Fault(f"{where}: no arm {arm}")

    def content(self, kind, module, value, where):
        """Contents octets of a universal type."""
        name = kind["type"]
        if name == "SEQUENCE":
            return self.sequence(kind, module, value, where)
        if name == "SEQUENCE OF":
            items = enumerate(value)
            return b"".join(self.any_type(kind["element"], module, v, f"{where}[{n}]") for n, v in items)
        if name == "NULL":
            if value != {}:
                raise Fault(f"{where}: NULL is written {{}}")
            return b""
        if name == "BOOLEAN":
            return b"\xff" if value is True else b"\x00"
        if name in ("INTEGER", "ENUMERATED"):
            return integer(number_of(value, kind))
        if name == "OCTET STRING":
            return self.sized(bytes.fromhex(value), kind, where)
        if name == "BIT STRING":
            return bit_string(*named_bits(value, kind))
        if name == "OBJECT IDENTIFIER":
            return object_identifier(value)
        if name == "UTF8String":
            self.sized(value, kind, where)
            return value.encode()
        raise Fault(f"{where}: type {name} is not covered")

    def members(self, kind, module):
        """The components with their tags; those of a type whose first tag comes late are noted."""
        members = self.schema.members(kind, module)
        late = self.schema.modules[module]["tags"] == "AUTOMATIC" and not any("tag" in m for m in members[:3])
        if late:
            self.met.add("late tag")
        if not late or "late tag" not in self.faults:
            return members
        return [m if "tag" in m else dict(m, tag={"number": n, "automatic": True}) for n, m in enumerate(members)]

    def sequence(self, kind, module, value, where):
        """The members in the order of the module; absent ones must be OPTIONAL or DEFAULT."""
        members = self.members(kind, module)
        unknown = set(value) - {member["name"] for member in members}
        if unknown:
            raise Fault(f"{where}: no member {sorted(unknown)}")
        out = b""
        for member in members:
            name = member["name"]
            if name in value:
                if "default" in member and value[name] == member["default"]:
                    raise Fault(f"{where}.{name}: DER leaves out the DEFAULT value (X.690 §11.5)")
                out += self.any_type(member, module, value[name], f"{where}.{name}")
            elif not member.get("optional") and "default" not in member:
                raise Fault(f"{where}: member {name} is missing")
        return out

    @staticmethod
    def sized(value, kind, where):
        """Refuses a value outside its SIZE constraint."""
        for size in kind.get("size") or []:
            low, high = size if isinstance(size, (list, tuple)) else (size, size)
            if isinstance(low, int) and isinstance(high, int) and not low <= len(value) <= high:
                raise Fault(f"{where}: size {len(value)} is not {low}..{high}")
        return value


def number_of(value, kind):
    """The number of an INTEGER given by name or number."""
    return value if isinstance(value, int) else kind["named-numbers"][value]
