# SPDX-License-Identifier: 0BSD
"""Kernels that a learner makes from this one: a door less, a file more."""

import re

import pytest
from commands import make
from elf import Elf
from qemu import MachineError
from screens import assert_text_blank_but_ok, assert_text_ok, assert_uefi_ok

CLASSIC_HEADER = """
    d6 50 52 e8 00 00 00 00 18 00 00 00 12 af ad 17
    00 00 00 00 08 00 00 00
"""


def build(project, *edits):
    """Builds the kernel and the image; returns the copy's build folder."""
    copy = project(*edits)
    make("-s", "iso", cwd=copy)
    return copy / "build"


def boots_by_bios(boot, built):
    pc = boot("-cdrom", built / "os.iso")
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_text_blank_but_ok(pc)
    return pc


def boots_by_uefi(boot, built, ovmf):
    pc = boot(*ovmf, "-cdrom", built / "os.iso")
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_uefi_ok(pc)
    return pc


def boots_by_kernel(boot, built):
    pc = boot("-kernel", built / "kernel.bin")
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_text_ok(pc)


def test_without_pvh(project, boot, ovmf):
    built = build(project, ("pvh.c", None, None))
    boots_by_bios(boot, built)
    boots_by_uefi(boot, built, ovmf)
    with pytest.raises(MachineError, match="without PVH ELF Note"):
        boots_by_kernel(boot, built)


def test_without_uefi(project, boot):
    copy = project(("uefi.c", None, None))
    source = copy / "kernel.c"
    text = source.read_text()
    for tag in ("efi_boot_services", "relocatable", "efi64_entry"):
        rule = rf"MULTIBOOT2_TAG_RULE\(struct header, {tag}\);\n"
        member = rf"    struct \w+ {tag};\n|    struct {{\n[^}}]*}} {tag};\n"
        value = rf"    \.{tag} = {{[^;]*?}},\n(?=    \.)"
        for pattern in (rule, member, value):
            text, count = re.subn(pattern, "", text)
            assert count == 1, f"{pattern} was found {count} times"
    source.write_text(text)
    make("-s", "iso", cwd=copy)
    built = copy / "build"
    header = Elf(built / "kernel.bin").image()[:24]
    assert header == bytes.fromhex(CLASSIC_HEADER)
    boots_by_bios(boot, built)
    boots_by_kernel(boot, built)


def test_placed_high(project, boot, ovmf):
    """GRUB may load the kernel anywhere: the code must not care."""
    built = build(
        project, ("kernel.c", "LOAD_PREFERENCE_LOW", "LOAD_PREFERENCE_HIGH"))
    for pc in (boots_by_bios(boot, built), boots_by_uefi(boot, built, ovmf)):
        assert pc.registers().pointer > 0x1000000, "was not moved"


def test_global_variables(project, boot, ovmf):
    """Variables with and without a value, and a second file, for door 2."""
    copy = project(
        ("uefi.c", 'console->OutputString(console, u"OK");',
         "console->OutputString(console, next_letter());\n"
         "        console->OutputString(console, next_letter());"),
        ("uefi.c", "void uefi_start(void);",
         "void uefi_start(void);\nconst uint16_t *next_letter(void);"))  # fmt: skip
    (copy / "letters.c").write_text("""
        #include <stdint.h>
        const uint16_t *next_letter(void);
        uint16_t letters[][2] = {u"X", u"O", u"K"}; /* in .data */
        int number;                                 /* in .bss */
        const uint16_t *next_letter(void)
        {
            letters[number][0] = u'?';
            return letters[++number];
        }
    """)
    make("-s", "iso", cwd=copy)
    boots_by_uefi(boot, copy / "build", ovmf)


def test_global_variable_in_start(project, boot):
    """The same for the doors that enter in 32-bit mode."""
    copy = project((
        "kernel.c", '"movl $OK, VGA_TEXT\\n\\t"',
        '"movl word, %eax\\n\\t"\n'
        '            "addl %eax, zero\\n\\t"\n'
        '            "movl zero, %eax\\n\\t"\n'
        '            "movl %eax, VGA_TEXT\\n\\t"'))  # fmt: skip
    (copy / "word.c").write_text(
        "extern int word, zero;\nint word = 0x2f4b2f4f;\nint zero;\n")
    make("-s", "iso", cwd=copy)
    boots_by_bios(boot, copy / "build")
    boots_by_kernel(boot, copy / "build")
