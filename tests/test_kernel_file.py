# SPDX-License-Identifier: 0BSD
"""What is in build/kernel.bin."""

import pytest
from commands import run
from elf import PF_W, PF_X, Elf

pytestmark = pytest.mark.kernel


def test_is_taken_by_grub_file(kernel):
    assert run("grub-file", "--is-x86-multiboot2", kernel).returncode == 0


def test_has_sound_segments(kernel):
    elf = Elf(kernel)
    assert elf.value("e_machine") == 62  # EM_X86_64
    code = elf.code()
    assert code.paddr <= elf.entry < code.paddr + code.memsz
    for segment in elf.loads():
        assert not (segment.flags & PF_W and segment.flags & PF_X)
        assert 1 << 20 <= segment.paddr == segment.vaddr
        assert segment.paddr + segment.memsz <= 1 << 32
