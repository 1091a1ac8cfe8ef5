# SPDX-License-Identifier: 0BSD
"""A kernel's file, as mb2check reads it."""

import json
import types

from commands import ROOT, run

PF_X, PF_W = 1, 2


class Elf:
    """An ELF file: data, entry, segments to load, and facts: mb2check's."""

    def __init__(self, path):
        self.data = path.read_bytes()
        said = run(ROOT / "build" / "mb2check", "--json", path).stdout
        self.facts = [json.loads(line) for line in said.splitlines()]
        self.entry = self.value("e_entry")
        self.loads = []
        for fact in self.facts:
            if fact["rule"] == "segment" and fact["label"] is None:
                self.loads.append(types.SimpleNamespace())
            elif fact["rule"] == "segment" and fact["label"].startswith("p_"):
                setattr(self.loads[-1], fact["label"], fact["value"])

    def value(self, label, default=None):
        """A field's value, by the field's name; the first one's, if several."""
        return next((fact["value"] for fact in self.facts
                     if fact["label"] == label), default)  # fmt: skip

    def code(self):
        """The one segment that is executed."""
        (segment,) = [s for s in self.loads if s.p_flags & PF_X]
        return segment

    def image(self):
        """The bytes of the code segment, as in memory."""
        code = self.code()
        return self.data[code.p_offset : code.p_offset + code.p_filesz]

    def note(self):
        """The bytes of the PVH note."""
        (note,) = [fact for fact in self.facts if fact["found"] == "PVH note"]
        return self.data[note["offset"] : note["offset"] + note["size"]]
