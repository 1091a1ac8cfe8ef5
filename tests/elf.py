# SPDX-License-Identifier: 0BSD
"""A kernel's file, as mb2check reads it."""

import json
import types

from commands import ROOT, run

PF_X = 1


class Elf:
    """An ELF file: data, entry, and mb2check's facts."""

    def __init__(self, path):
        self.data = path.read_bytes()
        said = run(ROOT / "build" / "mb2check", "--json", path).stdout
        self.facts = [json.loads(line) for line in said.splitlines()]
        self.entry = self.value("e_entry")

    def loads(self):
        """The segments to load; a field's name is without its p_."""
        segments = []
        for fact in self.facts:
            if fact["rule"] == "segment" and fact["label"] is None:
                segments.append(types.SimpleNamespace())
            elif fact["rule"] == "segment":
                name = fact["label"].replace("p_", "")
                setattr(segments[-1], name, fact["value"])
        return segments

    def value(self, label, default=None):
        """The value of the first field with this name."""
        return next((fact["value"] for fact in self.facts
                     if fact["label"] == label), default)  # fmt: skip

    def code(self):
        """The one segment that is executed."""
        (segment,) = [s for s in self.loads() if s.flags & PF_X]
        return segment

    def image(self):
        """The bytes of the code segment, as in memory."""
        code = self.code()
        return self.data[code.offset : code.offset + code.filesz]
