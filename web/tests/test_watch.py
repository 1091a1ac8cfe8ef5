# SPDX-License-Identifier: 0BSD
"""The page's PC at the kernel's entry, against QEMU's as gdb shows it."""

import re
import subprocess

import pytest
from page import BUILT, Project

# What may differ: Bochs's BIOS leaves the caches off (CD and NW in CR0). At the
# PVH entry, what the BIOS had in the registers; under UEFI, the addresses of
# memory that the firmware has taken, as this PC has less of it than QEMU's.
CACHE = 0x60000000
FREE = {
    "bios": set(),
    "uefi": {"cr3", "rsp", "rbp", "r8", "r11", "r12", "r13", "r14", "r15"},
    "pvh": {"eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp"},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    one = Project(tmp_path_factory.mktemp("native"))
    assert one.kernel.read_bytes() == (BUILT / "pc/kernel.bin").read_bytes()
    return one


def registers(text):
    """Those that gdb's `info registers` prints, by name."""
    return {name: int(value, 16) for name, value in re.findall(
        r"^(?:\(gdb\) )?(\w+) +(0x[0-9a-f]+) ", text, re.MULTILINE)}


def mnemonics(text):
    return re.findall(r"^=> 0x\w+ <[^>]*>:\t([a-z]+)", text, re.MULTILINE)


def gdb(project, entry):
    """What `make debug` shows at the entry, and after a step."""
    said = project.run(
        "make", "-s", "CC=gcc-12", "debug", f"ENTRY={entry}", timeout=120,
        input="info registers\nstepi\ninfo registers\nx/4xb 0xb8000\nquit\n",
        stdout=subprocess.PIPE).stdout  # fmt: skip
    seen, _, typed = said.partition("Type, for example:\n")
    before, step, after = typed.partition("1: x/3i $pc")
    screen = re.search(r"0xb8000:((?:\t0x\w\w){4})", after)[1].split()
    return {
        "before": registers(before), "after": registers(after),
        "next": mnemonics(seen) + mnemonics(step + after),
        "screen": " ".join(byte[2:] for byte in screen)}  # fmt: skip


def on_the_page(page, address):
    """The registers by gdb's names, and the instruction, when it is there."""
    page.wait(lambda: f"Next: {address:#x}: " in page.text("Next instruction"),
              f"a stop at {address:#x}")
    shown = {name.lower(): int(value, 16) for name, value in re.findall(
        "([A-Z][A-Z0-9]+) (0x[0-9a-f]+)", page.text("Registers"))}
    shown["eflags"] = shown.pop("rflags", shown.get("eflags"))
    return shown, page.text("Next instruction").split()[2]


@pytest.mark.parametrize("entry", FREE)
def test_registers_step_and_bytes_are_gdbs(page, project, entry):
    native = gdb(project, entry)
    page.wait_ok()
    page.choose(entry)
    page.js("document.querySelector('.watch').open = true")
    page.click("Stop at the entry", ".watch")
    for when, instruction in zip(("before", "after"), native["next"], strict=True):
        if when == "after":
            page.click("Step one instruction", ".watch")
        theirs = native[when]
        shown, name = on_the_page(page, theirs["rip" if entry == "uefi" else "eip"])
        assert instruction.startswith(name)  # gdb's movl is mov
        both = shown.keys() & theirs.keys()
        assert len(both) >= 20
        differ = {one for one in both if (shown[one] ^ theirs[one]) &
                  ~(CACHE if one == "cr0" else 0)}  # fmt: skip
        assert differ <= FREE[entry]
    if entry != "uefi":  # there it is in the firmware's graphics
        page.wait(lambda: page.text("Memory").startswith(
            f"0xb8000  {native['screen']}"), "the same bytes on the screen")
    page.click("Go on", ".watch")
    page.wait_state("halted, interrupts off")
