# SPDX-License-Identifier: MIT OR Apache-2.0
"""The encoders the golden bytes are compared with: pycrate, asn1tools, and asn1c's generated code.

Each takes a value tree as the vector files write it. `Tree` turns it into what the Python encoders
want; asn1c is asked to decode finished bytes and to encode what it read again (asn1c_main.c).
"""

import importlib.util
import pathlib
import shutil
import subprocess
import tempfile
from importlib import metadata

import asn1tools
from pycrate_asn1c.asnproc import GLOBAL, PycrateGenerator, compile_text, generate_modules

import der

TOOLS = pathlib.Path(__file__).resolve().parent


class Tree:
    """Walks a value tree along its type and hands the leaves to the target's rules."""

    def __init__(self, schema, target):
        self.schema = schema
        self.target = target

    def value(self, kind, module, value):
        """The target's form of a value."""
        while kind["type"] not in der.UNIVERSAL and kind["type"] not in ("CHOICE", "ANY"):
            if kind["type"] in der.OPAQUE or kind["type"] == "ANY DEFINED BY":
                return self.target.opaque(kind["type"], bytes.fromhex(value))
            kind, module = self.schema.find(kind["type"], module)
        name = kind["type"]
        if name == "CHOICE":
            (arm, inner), = value.items()
            return arm, self.value(self.member(kind, module, arm), module, inner)
        if name == "SEQUENCE":
            return {n: self.value(self.member(kind, module, n), module, v) for n, v in value.items()}
        if name == "SEQUENCE OF":
            return [self.value(kind["element"], module, item) for item in value]
        return self.leaf(kind, name, value)

    def member(self, kind, module, name):
        """A component by name."""
        return next(m for m in self.schema.members(kind, module) if m["name"] == name)

    def leaf(self, kind, name, value):
        """A primitive value."""
        if name == "OCTET STRING":
            return bytes.fromhex(value)
        if name == "INTEGER":
            return der.number_of(value, kind)
        if name == "BIT STRING":
            return self.target.bits(*der.named_bits(value, kind))
        if name == "OBJECT IDENTIFIER":
            return self.target.oid(value)
        if name == "NULL":
            return self.target.null
        if name == "ANY":
            return self.target.opaque(name, bytes.fromhex(value))
        return value


class Pycrate:
    """pycrate: compiles the modules to Python and encodes through its runtime."""

    null = 0

    def __init__(self, texts, schema):
        self.name = f"pycrate {metadata.version('pycrate')}"
        self.tree = Tree(schema, self)
        GLOBAL.clear()
        compile_text(texts)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "generated.py"
            generate_modules(PycrateGenerator, str(path))
            spec = importlib.util.spec_from_file_location("generated", path)
            self.generated = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(self.generated)

    def encode(self, kind, module, value):
        """DER of a value."""
        runtime = getattr(getattr(self.generated, module), kind.replace("-", "_"))
        runtime.set_val(self.tree.value({"type": kind}, module, value))
        return runtime.to_der()

    def opaque(self, kind, encoding):
        """Decodes a PKIX type, so that it is encoded member by member; open types stay bytes."""
        if kind.startswith("ANY"):
            return opaque_any(encoding)
        runtime = getattr(self.generated.PKIX1Explicit88, kind)
        runtime.from_der(encoding)
        return runtime.get_val()

    @staticmethod
    def bits(number, size):
        """BIT STRING as number and length."""
        return number, size

    @staticmethod
    def oid(text):
        """OBJECT IDENTIFIER as a tuple of arcs."""
        return tuple(int(arc) for arc in text.split("."))


def opaque_any(encoding):
    """pycrate's form of an open type of one primitive universal octet string."""
    return "_unk_004", encoding[2:]


class Asn1tools:
    """asn1tools: encodes with its DER codec."""

    null = None

    def __init__(self, files, schema):
        self.name = f"asn1tools {metadata.version('asn1tools')}"
        self.tree = Tree(schema, self)
        self.codec = asn1tools.compile_files(files, "der")

    def encode(self, kind, module, value):
        """DER of a value."""
        return bytes(self.codec.encode(kind, self.tree.value({"type": kind}, module, value)))

    def opaque(self, kind, encoding):
        """Decodes a PKIX type, so that it is encoded member by member; open types stay bytes."""
        return encoding if kind.startswith("ANY") else self.codec.decode(kind, encoding)

    @staticmethod
    def bits(number, size):
        """BIT STRING as left-aligned octets and length."""
        octets = (size + 7) // 8
        return (number << (8 * octets - size)).to_bytes(octets, "big"), size

    @staticmethod
    def oid(text):
        """OBJECT IDENTIFIER as text."""
        return text


class Asn1c:
    """Code generated by asn1c and compiled with the C compiler of the machine."""

    def __init__(self, files):
        self.folder = tempfile.TemporaryDirectory()
        where = pathlib.Path(self.folder.name)
        banner = subprocess.run(["asn1c", "-version"], capture_output=True, text=True).stderr
        self.name = "asn1c " + banner.split("v", 1)[1].split()[0]
        command = ["asn1c", "-fcompound-names", "-fwide-types", "-pdu=all", *map(str, files)]
        subprocess.run(command, cwd=where, check=True, capture_output=True)
        (where / "converter-sample.c").unlink()
        sources = sorted(str(path.name) for path in where.glob("*.c"))
        jobs = [sources[start::4] for start in range(4)]
        running = [subprocess.Popen(["cc", "-O0", "-w", "-I.", "-c", *job], cwd=where) for job in jobs]
        if any([job.wait() for job in running]):
            raise der.Fault("the C compiler refused what asn1c generated")
        objects = sorted(str(path.name) for path in where.glob("*.o"))
        main = str(TOOLS / "asn1c_main.c")
        link = ["cc", "-O0", "-w", "-D_GNU_SOURCE", "-I.", "-o", "again", main, *objects]
        subprocess.run(link, cwd=where, check=True)
        self.program = where / "again"

    @staticmethod
    def present():
        """Whether this machine has asn1c and a C compiler."""
        return bool(shutil.which("asn1c") and shutil.which("cc"))

    def again(self, kind, encoding):
        """Decodes and encodes; the answer is hexadecimal text or starts with `error`."""
        line = f"{kind} {encoding.hex()}\n"
        done = subprocess.run([self.program], input=line, capture_output=True, text=True)
        return done.stdout.strip() or f"error: exit {done.returncode}"
