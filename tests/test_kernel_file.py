# SPDX-License-Identifier: 0BSD
"""What is in build/kernel.bin, byte by byte, and how large it is."""

import re
import struct

from commands import run
from elf import PF_R, PF_W, PF_X, PT_NOTE, Elf

EM_X86_64 = 62

HEADER = struct.pack(
    "<4I HHI HHIIIII HHIII HHI",
    0xE85250D6, 0, 72, -(0xE85250D6 + 0 + 72) & 0xFFFFFFFF,
    7, 1, 8,  # EFI boot services
    10, 1, 24, 0x100000, 0xFFFFFFFF, 4096, 1,  # relocatable, lowest preferred
    9, 1, 12, 0, 0,  # EFI amd64 entry address, filled in below; padding
    0, 0, 8)  # fmt: skip


def symbol(kernel, name):
    """The address of a function, from the kernel that was not stripped."""
    table = run("nm", kernel.with_suffix(".elf"), check=True).stdout
    return int(re.search(rf"^(\w+) T {name}$", table, re.M)[1], 16)


def test_header(kernel):
    header = bytearray(HEADER)
    struct.pack_into("<I", header, 56, symbol(kernel, "uefi_start"))
    assert Elf(kernel).image()[:72] == header


def test_header_is_where_a_loader_looks(kernel):
    data = kernel.read_bytes()
    at = data.index(HEADER[:16])
    assert at % 8 == 0 and at + len(HEADER) <= 32768
    assert data.count(HEADER[:4]) == 1


def test_grub_file_takes_it(kernel):
    assert run("grub-file", "--is-x86-multiboot2", kernel).returncode == 0


def test_entry_and_segments(kernel):
    elf = Elf(kernel)
    assert elf.machine == EM_X86_64
    assert elf.entry == symbol(kernel, "start")
    assert elf.code().paddr == elf.code().vaddr == 0x100000
    assert elf.code().flags == PF_R | PF_X
    for segment in elf.loads():
        assert not (segment.flags & PF_W and segment.flags & PF_X)
        assert 0x100000 <= segment.paddr
        assert segment.paddr + segment.memsz <= 1 << 32


def test_pvh_note(kernel):
    elf = Elf(kernel)
    (note,) = [s for s in elf.segments if s.type == PT_NOTE]
    data = elf.data[note.offset : note.offset + note.filesz]
    assert data == struct.pack("<III4sQ", 4, 8, 18, b"Xen", symbol(kernel, "start"))


def test_sizes(kernel, iso):
    assert sum(s.memsz for s in Elf(kernel).loads()) <= 240
    assert kernel.stat().st_size <= 1000
    assert iso.stat().st_size <= 5_200_000


def test_bytes_of_start(kernel):
    elf = Elf(kernel)
    at = elf.entry - elf.code().paddr
    assert elf.image()[at:][:14].hex(" ") == (
        "c7 05 00 80 0b 00 4f 2f 4b 2f"  # movl $0x2f4b2f4f, 0xb8000
        " fa"  # cli
        " f4 eb fd")  # hlt; jmp back to it  # fmt: skip
