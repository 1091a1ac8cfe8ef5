# SPDX-License-Identifier: 0BSD
"""As much of ELF64 as the tests look at (ELF specification, chapters 1, 2)."""

import collections
import struct

PT_LOAD, PT_NOTE = 1, 4
PF_X, PF_W, PF_R = 1, 2, 4

Segment = collections.namedtuple(
    "Segment", "type flags offset vaddr paddr filesz memsz align")


class Elf:
    """An ELF64 file: data, entry and segments."""

    def __init__(self, path):
        self.data = path.read_bytes()
        assert self.data[:6] == b"\x7fELF\x02\x01", "not a little-endian ELF64"
        self.machine, = struct.unpack_from("<H", self.data, 18)
        self.entry, phoff = struct.unpack_from("<QQ", self.data, 24)
        phentsize, phnum = struct.unpack_from("<HH", self.data, 54)
        self.segments = [
            Segment._make(struct.unpack_from(
                "<IIQQQQQQ", self.data, phoff + number * phentsize))
            for number in range(phnum)]  # fmt: skip

    def loads(self):
        return [s for s in self.segments if s.type == PT_LOAD]

    def code(self):
        """The one segment that is executed."""
        (segment,) = [s for s in self.loads() if s.flags & PF_X]
        return segment

    def image(self):
        """The bytes of the code segment, as in memory."""
        code = self.code()
        return self.data[code.offset : code.offset + code.filesz]
