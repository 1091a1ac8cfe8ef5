# SPDX-License-Identifier: 0BSD
"""examples/long-mode/faults.c: a fault says its name and where it happened."""

import re

import pytest
from commands import build, needs_pvh, needs_uefi, symbols

EXAMPLE = "EXAMPLE=long-mode"
TEXT = 'print("OK, this is C in 64-bit mode.");'

# What is wrong in kernel_main, and what is said of it. HERE is an address in
# kernel_main.
FAULTS = {
    "read": ("*(volatile char *)0x200000;",
             "#PF page fault at HERE, address 0x200000"),
    "jump": ("((void (*)(void))0x400000)();",
             "#PF page fault at 0x400000, address 0x400000"),
    "divide": ("volatile int z = 0; z = 7 / z;", "#DE divide error at HERE"),
    "opcode": ('__asm__("ud2");', "#UD invalid opcode at HERE"),
    "breakpoint": ('__asm__("int3");', "#BP breakpoint at HERE"),
    "no address": ("*(volatile char *)(1ull << 63);",
                   "#GP general protection at HERE"),
}  # fmt: skip


@pytest.fixture
def build_with(project):
    """A function that builds the example with such a kernel_main."""
    return lambda wrong, *variables: build(
        project(("examples/long-mode/main.c", TEXT, TEXT + wrong)),
        "iso", EXAMPLE, *variables)  # fmt: skip


def assert_says(pc, built, said):
    pc.wait_for(pc.stopped, "the CPU to halt")
    pattern = re.escape(said).replace("HERE", "0x([0-9a-f]+)")
    found = re.search(rf"64-bit mode\. \*\*\* {pattern}$", pc.text(), re.M)
    assert found, pc.text()
    addresses = symbols(built)
    begin = addresses["kernel_main"]
    end = min(address for address in addresses.values() if address > begin)
    for address in found.groups():
        assert begin <= int(address, 16) <= end


@pytest.mark.parametrize("name", FAULTS)
@needs_pvh
def test_says_its_name(build_with, boot_by, name):
    wrong, said = FAULTS[name]
    built = build_with(wrong)
    assert_says(boot_by("pvh", built), built, said)


@pytest.mark.parametrize("variables", [
    ("CFLAGS=-O0",), ("CFLAGS=-O3",), ("CC=clang", "LD=ld.lld", "CFLAGS=-O0"),
    ("CC=clang", "LD=ld.lld"), ("CC=clang", "LD=ld.lld", "CFLAGS=-O3"),
], ids=" ".join)  # fmt: skip
@pytest.mark.parametrize("name", ["read", "divide"])
def test_by_any_compiler(build_with, boot_by, name, variables):
    wrong, said = FAULTS[name]
    built = build_with(wrong, *variables)
    assert_says(boot_by("bios", built), built, said)


@needs_uefi
@pytest.mark.parametrize("name, said", [
    ("divide", "00(#DE - Divide Error)"), ("opcode", "06(#UD - Invalid Opcode)"),
])  # fmt: skip
def test_firmware_says_it(build_with, boot_by, name, said):
    """Under UEFI the firmware's own handlers print, on the serial console. (Its
    page tables reach all memory: a read at 0x200000 is no fault there.)"""
    pc = boot_by("uefi", build_with(FAULTS[name][0]))
    said = f"!!!! X64 Exception Type - {said}"
    pc.wait_for(lambda: said in pc.serial(), "the firmware's words")
