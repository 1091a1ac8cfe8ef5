# SPDX-License-Identifier: 0BSD
"""The tests' own eyes: each wrong screen is refused, and for its own reason."""

import pytest
from commands import make
from qemu import MachineError
from screens import assert_text_blank_but_ok, assert_text_ok, assert_uefi_ok

STORE = '"movl $OK, VGA_TEXT\\n\\t"'


def boot_kernel(project, boot, *edits, seconds=60):
    copy = project(*edits)
    make("-s", cwd=copy)
    return boot("-kernel", copy / "build" / "kernel.bin", seconds=seconds)


def test_ko_is_refused(project, boot):
    pc = boot_kernel(
        project, boot,
        ("kernel.c", "CELL('K') << 16 | CELL('O')",
         "CELL('O') << 16 | CELL('K')"),
        ("kernel.c", "OK == 0x2f4b2f4f", "OK == 0x2f4f2f4b"))  # fmt: skip
    pc.wait_for(pc.stopped, "the CPU to halt")
    with pytest.raises(AssertionError, match="'K' in 0x2f 'O' in 0x2f"):
        assert_text_ok(pc)


def test_silence_is_refused(project, boot):
    pc = boot_kernel(project, boot, ("kernel.c", STORE, '""'))
    pc.wait_for(pc.stopped, "the CPU to halt")
    with pytest.raises(AssertionError, match="screen begins with 'S' in 0x07"):
        assert_text_ok(pc)


def test_an_endless_loop_is_refused(project, boot):
    pc = boot_kernel(
        project, boot, ("kernel.c", '"1: hlt\\n\\t"', '"1: nop\\n\\t"'),
        seconds=3)  # fmt: skip
    with pytest.raises(MachineError, match="waited 3 s .* hangs at 0x1000"):
        pc.wait_for(pc.stopped, "the CPU to halt")
    assert_text_ok(pc)  # it is the halt alone that is missing


def test_a_triple_fault_is_named(project, boot):
    pc = boot_kernel(project, boot, ("kernel.c", STORE, '"ud2\\n\\t"'))
    with pytest.raises(MachineError, match="took a triple fault"):
        pc.wait_for(pc.stopped, "the CPU to halt")


def test_a_reset_is_named(project, boot):
    pulse = '"movb $0xfe, %al\\n\\toutb %al, $0x64\\n\\t"'  # keyboard controller
    pc = boot_kernel(project, boot, ("kernel.c", STORE, pulse))
    with pytest.raises(MachineError, match="reset itself"):
        pc.wait_for(pc.stopped, "the CPU to halt")


def test_words_around_the_ok_are_refused(boot, kernel):
    """Without GRUB's `clear`, the firmware's words are still there."""
    pc = boot("-kernel", kernel)
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_text_ok(pc)
    with pytest.raises(AssertionError, match="row 0, column 2 is not blank"):
        assert_text_blank_but_ok(pc)


def test_a_dark_uefi_screen_is_refused(project, boot, ovmf):
    """A kernel that writes to 0xb8000 alone halts there too, and shows nothing."""
    copy = project(("uefi.c", "    if (system_table) {", "    if (0) {"))
    make("-s", "iso", cwd=copy)
    pc = boot(*ovmf, "-cdrom", copy / "build" / "os.iso")
    pc.wait_for(pc.stopped, "the CPU to halt")
    with pytest.raises(AssertionError, match="not OK but"):
        assert_uefi_ok(pc)
