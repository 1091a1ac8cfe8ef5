# SPDX-License-Identifier: 0BSD
"""What is in build/kernel.bin."""

import struct

import pytest
from commands import run
from elf import PF_W, PF_X, Elf

pytestmark = pytest.mark.kernel

MAGIC = struct.pack("<I", 0xE85250D6)


def test_is_where_a_loader_looks(kernel):
    data = kernel.read_bytes()
    assert data.count(MAGIC) == 1
    at = data.index(MAGIC)
    length, = struct.unpack_from("<I", data, at + 8)
    assert at % 8 == 0 and at + length <= 32768


def test_is_taken_by_grub_file(kernel):
    assert run("grub-file", "--is-x86-multiboot2", kernel).returncode == 0


def test_has_sound_segments(kernel):
    elf = Elf(kernel)
    assert elf.machine == 62  # EM_X86_64
    code = elf.code()
    assert code.paddr <= elf.entry < code.paddr + code.memsz
    for segment in elf.loads():
        assert not (segment.flags & PF_W and segment.flags & PF_X)
        assert 1 << 20 <= segment.paddr == segment.vaddr
        assert segment.paddr + segment.memsz <= 1 << 32
