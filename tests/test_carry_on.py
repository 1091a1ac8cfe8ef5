# SPDX-License-Identifier: 0BSD
"""Kernels that a learner makes from this one. Each change is made in a copy,
which then must pass its own tests that are marked as `kernel`."""

import os
import re
import sys

import pytest
from commands import make, needs_pvh, needs_uefi, run
from elf import Elf
from mistakes import apply, one_tag_more, replace

GREETING = "        console->OutputString(console, text);\n"
STACK = """/* A learner's stack. */
__attribute__((used)) char stack[4096];
"""
LETTERS = """#include <stdint.h>
const uint16_t *next_letter(const uint16_t *text);
uint16_t letter[2] = {'?'}; /* in .data */
int number;                 /* in .bss */
const uint16_t *next_letter(const uint16_t *text)
{
    letter[0] = text[number++];
    return letter;
}
"""
WORD = """#include "screen.h"
extern int word, zero;
int word = (int)OK_CELLS;
int zero;
"""
CLASSIC = "d65052e8 00000000 18000000 12afad17 00000000 08000000"
TWENTY_KIB = """__asm__(".fill 20480, 1, 0x90");
"""


def a_stack(copy):
    replace(copy, "kernel.c", r'(?="movl \$OK_CELLS, VGA_TEXT)',
            r'"movl $stack + 4096, %esp\n\tpushl $0\n\t" ')
    (copy / "stack.c").write_text(STACK)


def a_function_in_another_file(copy):
    """With initialized and uninitialized variables."""
    replace(copy, "uefi.c", re.escape(GREETING), 2 * GREETING.replace(
        "text", "next_letter(text)"))
    replace(copy, "uefi.c", r'(?<=^#include "uefi.h"\n)',
            "const uint16_t *next_letter(const uint16_t *text);\n")
    (copy / "letters.c").write_text(LETTERS)


def variables_in_start(copy):
    """`start` is 32-bit code with linked addresses, so GRUB must not move the
    kernel."""
    linked, = re.findall(r"^ +\. = (\w+);", (copy / "linker.ld").read_text(), re.M)
    if (copy / "uefi.c").exists():
        replace(copy, "kernel.c", r"(?<=min_addr = )\w+",
                hex(int(linked[:-1]) << 20) if linked[-1] == "M" else linked)
    apply([("the store",
            r'"movl word, %eax\n\taddl %eax, zero\n\t'
            r'movl zero, %eax\n\tmovl %eax, VGA_TEXT\n\t"')], copy)
    (copy / "word.c").write_text(WORD)


def no_pvh(copy):
    (copy / "pvh.c").unlink()


def no_uefi(copy):
    """What remains is the classic header, of 24 bytes."""
    (copy / "uefi.c").unlink()
    for tag in ("efi_boot_services", "relocatable", "efi64_entry"):
        replace(copy, "kernel.c", rf"^ +_Alignas\(8\) struct \w+ {tag};\n", "")
        replace(copy, "kernel.c", rf"^ +\.{tag} = {{[^}}]*}},\n", "")


def other_letters(copy):
    replace(copy, "screen.h", r"(?<=FIRST_LETTER )\S+", "'H'")
    replace(copy, "screen.h", r"(?<=SECOND_LETTER )\S+", "'i'")
    replace(copy, "screen.h", r"(?<=define TEXT_COLOR )\S+", "0xe")
    replace(copy, "screen.h", r"(?<=define BACKGROUND_COLOR )\S+", "0x1")


def at_2_mib(copy):
    apply([("the load address", "    . = 2M;")], copy)


def a_tag_more(copy):
    """Of 12 bytes, and so with padding after it."""
    apply(one_tag_more(
        "multiboot_header_tag_console_flags console",
        ".console = {.type = MULTIBOOT_HEADER_TAG_CONSOLE_FLAGS,"
        " .flags = OPTIONAL, .size = sizeof header.console,"
        " .console_flags = MULTIBOOT_CONSOLE_FLAGS_EGA_TEXT_SUPPORTED}"), copy)


def twenty_kib_of_code(copy):
    (copy / "more.c").write_text(TWENTY_KIB)


def moved_high(copy):
    """GRUB loads the kernel where it was not linked: it must run there."""
    apply([("the load preference", "MULTIBOOT_LOAD_PREFERENCE_HIGH")], copy)


CHANGES = [
    a_stack,
    pytest.param(a_function_in_another_file, marks=needs_uefi),
    variables_in_start,
    pytest.param(no_pvh, marks=needs_pvh),
    pytest.param(no_uefi, marks=needs_uefi),
    other_letters,
    at_2_mib,
    a_tag_more,
    twenty_kib_of_code,
    pytest.param(moved_high, marks=needs_uefi),
]


@pytest.mark.parametrize("change", CHANGES)
def test_change(project, change):
    copy = project()
    change(copy)
    assert make("-s", "iso", cwd=copy) == "", "there must be no warning"
    result = run(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m",
        "kernel", "tests", cwd=copy,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})  # fmt: skip
    assert result.returncode == 0, result.stdout
    assert re.search(r"^\d passed", result.stdout, re.M), result.stdout


@needs_uefi
def test_without_uefi_it_is_the_classic_header(project):
    copy = project()
    no_uefi(copy)
    make("-s", cwd=copy)
    image = Elf(copy / "build" / "kernel.bin").image()
    assert image[:24] == bytes.fromhex(CLASSIC)


@needs_uefi
def test_moved_high_it_is_moved(project, boot_by):
    copy = project()
    moved_high(copy)
    make("-s", "iso", cwd=copy)
    pc = boot_by("bios", copy / "build")
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert pc.registers().pointer > 0x1000000


def test_a_change_that_breaks_it_is_seen(project):
    """The copy's own tests can fail."""
    copy = project(("the text screen", "0xb0000"))
    make("-s", "iso", cwd=copy)
    result = run(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m",
        "kernel", "-k", "bios", "tests", cwd=copy)
    assert "the screen begins with ' ' in 0x07" in result.stdout
