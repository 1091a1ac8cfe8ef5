# SPDX-License-Identifier: 0BSD
"""The page's PC at the kernel's entry, against QEMU's as gdb shows it."""

import re
import subprocess

import pytest
from test_pc import ENTRIES, GRUB_MAGIC, PC, VGA_TEXT, project  # noqa: F401

# What may differ: Bochs's BIOS leaves the caches off (CD and NW in CR0). At the
# PVH entry, what the BIOS had in the registers; under UEFI, the addresses of
# memory that the firmware has taken, as this PC has less of it than QEMU's.
CACHE = 0x60000000
FREE = {
    "bios": set(),
    "uefi": {"cr3", "rsp", "rbp", "r8", "r11", "r12", "r13", "r14", "r15"},
    "pvh": {"eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp"},
}


def registers(text):
    """Those that gdb's `info registers` prints, by name."""
    return {name: int(value, 16) for name, value in re.findall(
        r"^(?:\(gdb\) )?(\w+) +(0x[0-9a-f]+) ", text, re.MULTILINE)}


def mnemonics(text):
    return re.findall(r"^=> 0x\w+ <[^>]*>:\t([a-z]+)", text, re.MULTILINE)


def gdb(folder, entry):
    """What `make debug` shows at the entry, and after a step."""
    said = subprocess.run(
        ["make", "-s", "debug", f"ENTRY={entry}"], cwd=folder, timeout=120,
        input="info registers\nstepi\ninfo registers\nx/4xb 0xb8000\nquit\n",
        capture_output=True, text=True, check=True).stdout  # fmt: skip
    seen, _, typed = said.partition("Type, for example:\n")
    before, step, after = typed.partition("1: x/3i $pc")
    screen = re.search(r"0xb8000:((?:\t0x\w\w){4})", after)[1].split()
    return {
        "before": registers(before), "after": registers(after),
        "next": mnemonics(seen) + mnemonics(step + after),
        "screen": [int(byte, 16) for byte in screen]}  # fmt: skip


def of_the_page(answer, names):
    """The page's registers by gdb's names: EAX for RAX in 32-bit mode."""
    found = {}
    for name in names:
        ours = {"eflags": "rflags"}.get(name, re.sub("^e(?=..$)", "r", name))
        if ours in answer["registers"]:
            found[name] = int(answer["registers"][ours], 16)
    return found


def differences(theirs, ours):
    return {name for name, value in ours.items()
            if (value ^ theirs[name]) & ~(CACHE if name == "cr0" else 0)}


@pytest.mark.parametrize("entry", ENTRIES)
def test_registers_step_and_bytes_are_gdbs(project, entry):  # noqa: F811
    native = gdb(project.folder, entry)
    address = native["before"]["rip" if entry == "uefi" else "eip"]
    with PC(entry, project.boots(entry)) as pc:
        pc.do("stop", address, *([] if entry == "pvh" else [GRUB_MAGIC]))
        before = pc.run()
        after = pc.do("step")
        screen = pc.do("read", VGA_TEXT, 4)["value"]
    names = [answer["instruction"].split()[0] for answer in (before, after)]
    assert len(names) == len(native["next"])
    assert all(map(str.startswith, native["next"], names))  # gdb's movl is mov
    for name, answer in (("before", before), ("after", after)):
        shown = of_the_page(answer, native[name])
        assert len(shown) >= 20
        assert differences(native[name], shown) <= FREE[entry]
    if entry != "uefi":  # there it is in the firmware's graphics
        assert screen == native["screen"]
