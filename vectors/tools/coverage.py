# SPDX-License-Identifier: MIT OR Apache-2.0
"""Which types, CHOICE arms and SEQUENCE members of the modules the vectors use."""

import der


class Coverage:
    """Walks value trees and keeps what they touch, as `Type.member` names."""

    def __init__(self, schema, modules):
        self.schema = schema
        self.modules = modules
        self.used = set()

    def add(self, name, module, value):
        """Notes everything a value of a named type uses."""
        kind, home = self.schema.find(name, module)
        if name in der.OPAQUE:
            return
        self.used.add(f"{home}:{name}")
        self.walk(kind, home, value, f"{home}:{name}")

    def walk(self, kind, module, value, where):
        """One level of a value."""
        name = kind["type"]
        if name in ("CHOICE", "SEQUENCE"):
            for member in kind["members"]:
                if isinstance(member, dict) and member["name"] in value:
                    path = f"{where}.{member['name']}"
                    self.used.add(path)
                    self.walk(member, module, value[member["name"]], path)
        elif name == "SEQUENCE OF":
            for item in value:
                self.walk(kind["element"], module, item, where)
        elif name not in der.UNIVERSAL and not name.startswith("ANY"):
            self.add(name, module, value)

    def wanted(self):
        """Everything the modules define."""
        for module in self.modules:
            for name, kind in self.schema.modules[module]["types"].items():
                yield f"{module}:{name}"
                yield from self.inside(kind, f"{module}:{name}")

    def inside(self, kind, where):
        """The members of anonymous types."""
        if kind["type"] == "SEQUENCE OF":
            yield from self.inside(kind["element"], where)
        for member in kind.get("members", []):
            if isinstance(member, dict):
                yield f"{where}.{member['name']}"
                yield from self.inside(member, f"{where}.{member['name']}")

    def missing(self):
        """What no vector uses, in the order of the modules."""
        return [path for path in self.wanted() if path not in self.used]
