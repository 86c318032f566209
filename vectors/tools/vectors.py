# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes or checks the golden bytes below `vectors/`.

    python3 vectors/tools/vectors.py MODULES            writes every file from the values
    python3 vectors/tools/vectors.py MODULES --check    compares the committed files instead

MODULES is a folder with the ASN.1 modules named in `SETS`. The values are in `values/`, the rules
in vectors/README.md. Exit codes: 0 all right, 1 a difference or a disagreement nobody explains.
"""

import argparse
import itertools
import json
import pathlib
import shutil
import sys
import tempfile

import asn1tools

import amend
import coverage
import der
import encoders
import values

ROOT = pathlib.Path(__file__).resolve().parent.parent
HAND = "vectors/tools/der.py"
PINNED = "bytes written by hand"
KEPT = ("tools", "crypto")

PKIX = {"PKIX1Explicit88.asn": ([], ""), "PKIX1Implicit88.asn": ([], "")}

# Modules that are compiled together, each with its changes and additions (amend.py); the label a
# vector file shows for a module; the folder of a type; the modules whose every type, arm and member
# some vector has to use.
SETS = {
    "v1.2": {
        "files": PKIX | {
            "RSPDefinitions-v2.5.asn": ([], amend.STUBS), "SGP32Definitions-v1.2.asn": ([], ""),
        },
        "labels": {
            "RSPDefinitions": "RSPDefinitions v2.5", "SGP32Definitions": "SGP32Definitions v1.2",
        },
        "folder": "{type}",
        "wanted": ("RSPDefinitions", "SGP32Definitions"),
    },
    "v1.0": {
        "files": PKIX | {
            "RSPDefinitions-v2.5.asn": ([], amend.STUBS), "SGP32Definitions-v1.0.asn": ([], ""),
        },
        "labels": {"SGP32Definitions": "SGP32Definitions v1.0"},
        "folder": "{type}@v1.0",
        "wanted": ("SGP32Definitions",),
    },
    "v1.3": {
        "files": PKIX | {
            "RSPDefinitions-v2.5.asn": (amend.V26, amend.STUBS),
            "SGP32Definitions-v1.2.asn": (amend.V13, amend.V13_STUBS),
        },
        "labels": {
            "RSPDefinitions": "RSPDefinitions v2.5 with the members of v2.6",
            "SGP32Definitions": "SGP32Definitions v1.2 with the members of v1.3",
        },
        "folder": "{type}@later",
        "wanted": (),
    },
    "v3.0": {
        "files": PKIX | {"RSPDefinitions-v3.0.asn": (amend.V3, amend.V3_STUBS)},
        "labels": {"RSPDefinitions": "RSPDefinitions v3.0"},
        "folder": "{type}@v3.0",
        "wanted": (),
    },
}

# Why an encoder is wrong, by the construct it gets wrong (`Encoder.met` in der.py).
WHY = {
    "written": "nests: the tag written on a member replaces the tag of the CHOICE type it refers to"
    " (X.680 §31.2.7: EXPLICIT only where the CHOICE is untagged)",
    "automatic": "nests: the automatic tag of a member replaces the tag of the CHOICE type it refers to"
    " (X.680 §25.7.2 with §31.2.7: IMPLICIT unless the CHOICE is untagged)",
    "late tag": "tags automatically although a member has a tag: it looks at the first three only"
    " (X.680 §25.7.2: no member may have one)",
    "open type": "drops the tag of a member of open type (X.680 §31.2.7: it is EXPLICIT)",
}


def written(texts, folder):
    """Writes the modules to a folder and gives their paths."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in texts]


class Bench:
    """The encoders, loaded with one set of modules."""

    def __init__(self, modules, setup, folder, generated_code):
        texts = {}
        for name, (changes, stubs) in setup["files"].items():
            text = (modules / name).read_text(encoding="utf-8", errors="replace")
            texts[name] = amend.amended(text, changes, stubs)
        names = written(texts, folder / "modules")
        self.labels = setup["labels"]
        self.schema = der.Schema(asn1tools.parse_files(names))
        self.python = [encoders.Pycrate(list(texts.values()), self.schema), encoders.Asn1tools(names, self.schema)]
        self.asn1c = None
        if generated_code:
            texts = {name: amend.for_asn1c(text) for name, text in texts.items()}
            self.asn1c = encoders.Asn1c(written(texts, folder / "renamed"))

    def home(self, name):
        """The module that defines a type."""
        for module in self.labels:
            if name in self.schema.modules[module]["types"]:
                return module
        raise der.Fault(f"no module defines {name}")

    def vector(self, entry):
        """The content of one vector file."""
        kind, value = entry["type"], entry["value"]
        module = self.home(kind)
        hand = der.Encoder(self.schema)
        right = hand.encode(kind, module, value)
        sources, disagreements = [HAND], []
        if entry["pin"] is not None:
            self.compare_pin(entry["pin"], right)
            sources.append(PINNED)
        for encoder in self.python:
            other = encoder.encode(kind, module, value)
            if other == right:
                sources.append(encoder.name)
            else:
                disagreements.append(self.explain(encoder.name, entry, hand.met, lambda wrong: wrong == other))
        if self.asn1c:
            if self.asn1c.again(kind, right) == right.hex():
                sources.append(self.asn1c.name)
            else:
                accepts = lambda wrong: self.asn1c.again(kind, wrong) == wrong.hex()
                disagreements.append(self.explain(self.asn1c.name, entry, hand.met, accepts))
        out = {"type": kind, "module": self.labels[module], "clause": entry["clause"]}
        if entry["note"]:
            out["note"] = entry["note"]
        value = self.schema.ordered({"type": kind}, module, value)
        out |= {"value": value, "der": right.hex(), "sources": sources}
        if disagreements:
            out["disagreement"] = disagreements
        return out

    @staticmethod
    def compare_pin(pin, right):
        """Compares with the bytes given in the values file."""
        pinned = bytes.fromhex(pin)
        if pinned != right:
            raise der.Fault(f"pinned bytes {pinned.hex()} differ from {right.hex()}")

    def explain(self, encoder, entry, met, matches):
        """Why an encoder differs: its known faults, repeated by der.py, give the same bytes."""
        for count in range(1, len(met) + 1):
            for faults in itertools.combinations(sorted(met), count):
                hand = der.Encoder(self.schema, faults)
                wrong = hand.encode(entry["type"], self.home(entry["type"]), entry["value"])
                if matches(wrong):
                    why = "; ".join(WHY[fault] for fault in faults)
                    return {"encoder": encoder, "der": wrong.hex(), "why": why}
        raise der.Fault(f"{encoder} differs and no known fault explains it")


def build(modules, generated_code):
    """All vector files: path below `vectors/` to content. Faults are collected and shown."""
    files, faults = {}, []
    for label, setup in SETS.items():
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(modules, setup, pathlib.Path(folder), generated_code)
            used = coverage.Coverage(bench.schema, setup["wanted"])
            for entry in values.entries(label):
                used.add(entry["type"], bench.home(entry["type"]), entry["value"])
                path = f"{setup['folder'].format(type=entry['type'])}/{entry['name']}.json"
                if path in files:
                    faults.append(f"{path}: given twice")
                try:
                    files[path] = bench.vector(entry)
                except der.Fault as fault:
                    faults.append(f"{path}: {fault}")
                if path in files and enough(files[path], generated_code):
                    faults.append(f"{path}: fewer than two sources")
            faults += [f"{label}: no vector uses {path}" for path in used.missing() if path not in values.UNUSED]
    return files, faults


def enough(vector, generated_code):
    """Whether a vector lacks its second source; without asn1c the answer may have to wait."""
    return len(vector["sources"]) < 2 and (generated_code or "disagreement" not in vector)


def text_of(vector):
    """The text of a vector file."""
    return json.dumps(vector, indent=2, ensure_ascii=False) + "\n"


def write(files):
    """Replaces every vector folder."""
    for folder in ROOT.iterdir():
        if folder.is_dir() and folder.name not in KEPT:
            shutil.rmtree(folder)
    for path, vector in files.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text_of(vector), encoding="utf-8")


def committed():
    """The committed vector files: path to text."""
    found = {}
    for path in sorted(ROOT.glob("*/**/*.json")):
        name = path.relative_to(ROOT).as_posix()
        if name.split("/")[0] not in KEPT:
            found[name] = path.read_text(encoding="utf-8")
    return found


def without_asn1c(text):
    """A vector's text as it is written where asn1c is not installed."""
    vector = json.loads(text)
    vector["sources"] = [name for name in vector["sources"] if not name.startswith("asn1c")]
    others = [other for other in vector.pop("disagreement", []) if not other["encoder"].startswith("asn1c")]
    vector |= {"disagreement": others} if others else {}
    return text_of(vector)


def check(files, generated_code):
    """Differences between the committed files and what the encoders give."""
    there = committed()
    if not generated_code:
        there = {path: without_asn1c(text) for path, text in there.items()}
    for path in sorted(set(there) | set(files)):
        if path not in files:
            yield f"{path}: no value gives this file"
        elif path not in there:
            yield f"{path}: missing"
        elif there[path] != text_of(files[path]):
            yield f"{path}: {difference(json.loads(there[path]), files[path])}"


def difference(old, new):
    """The first key that differs, and for `der` the octet."""
    for key in list(new) + list(old):
        if old.get(key) == new.get(key):
            continue
        if key == "der":
            pairs = zip(bytes.fromhex(old["der"]), bytes.fromhex(new["der"]))
            octet = next((n for n, (a, b) in enumerate(pairs) if a != b), "at the end")
            return f"der differs at octet {octet}: file {old['der']}, encoders {new['der']}"
        return f"{key} differs: file {old.get(key)!r}, encoders {new.get(key)!r}"
    return "the layout differs"


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modules", type=pathlib.Path, help="folder with the ASN.1 modules")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--without-asn1c", action="store_true", help="leave out the third encoder")
    options = parser.parse_args()
    generated_code = encoders.Asn1c.present() and not options.without_asn1c
    if not generated_code and not options.check:
        parser.error("writing needs asn1c and a C compiler: it is the second source where both others nest")
    files, faults = build(options.modules, generated_code)
    if options.check:
        faults += check(files, generated_code)
    elif not faults:
        write(files)
    print("\n".join(faults) or f"{len(files)} vectors of {len({f.split('/')[0] for f in files})} types: all right")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
