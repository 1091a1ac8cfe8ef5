# SPDX-License-Identifier: 0BSD
"""examples/long-mode: the reader's own 64-bit C, by each entry."""

import difflib
import re

import pytest
import qemu
from commands import ENTRIES, ROOT, build, make, needs_pvh, run, symbols
from screens import assert_example
from terminal import NO_DISPLAY
from test_bochs import boot_bochs
from test_debug import debug

HERE = ROOT / "examples" / "long-mode"
EXAMPLE = "EXAMPLE=long-mode"
TEXT = re.search(r'print\("(.*)"\);', (HERE / "main.c").read_text())[1]


def assert_64_bit(pc, entry, built):
    """64-bit code is halted in the kernel; by BIOS and PVH with its tables."""
    pc.wait_for(pc.stopped, "the CPU to halt")
    state = pc.monitor("info registers")
    assert " CS64 " in state
    at = symbols(built)
    register = {
        name: int(re.search(rf"\b{name}=([0-9a-f]+)", state)[1], 16)
        for name in ("RIP", "RSP", "CR0", "CR3", "CR4", "EFER")}  # fmt: skip
    assert register["EFER"] & 0x500 == 0x500, "LME and LMA must be set"
    assert at["image_start"] < register["RIP"] < at["image_end"]
    if entry != "uefi":
        assert register["RSP"] == at["stack"] + 0x4000
        assert register["CR3"] == at["pml4"]
        assert register["CR4"] == 0x20, "PAE"
        assert register["CR0"] & 0x80000001 == 0x80000001, "PG and PE"


HIGH = ("examples/long-mode/kernel.c", "LOAD_PREFERENCE_LOW", "LOAD_PREFERENCE_HIGH")


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("edits, variables", [
    pytest.param([], [], id="gcc"),
    pytest.param([], ["CC=clang", "LD=ld.lld"], id="clang"),
    # Its tables are right at one place only, so GRUB may choose no other.
    pytest.param([HIGH], [], id="not moved"),
])  # fmt: skip
def test_boots(project, boot_by, entry, edits, variables):
    built = build(project(*edits), "iso", EXAMPLE, *variables)
    pc = boot_by(entry, built)
    assert_64_bit(pc, entry, built)
    assert_example(pc, entry, TEXT)


def test_bochs(project, tmp_path):
    """An emulator that shares no code with QEMU agrees on each bit."""
    cells = boot_bochs(tmp_path, build(project(), "iso", EXAMPLE))
    shown = bytes(character for character, _ in cells).decode("cp437")
    assert shown == TEXT.ljust(2000)


@needs_pvh
def test_a_text_longer_than_the_screen(project, boot_by):
    """What comes after the last cell of the screen is not written."""
    text = "0123456789" * 300
    copy = project(("examples/long-mode/main.c", TEXT, text))
    pc = boot_by("pvh", build(copy, EXAMPLE))
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert bytes(character for character, _ in pc.cells()) == text[:2000].encode()
    after = pc.memory(qemu.VGA_TEXT + 4000, 2)
    assert after != b"0\x2f", "written after the screen"


# --- What the example is made of ------------------------------------------------


@pytest.mark.docs
@pytest.mark.parametrize("name, gone", [
    ("kernel.c", [
        '#include "screen.h"',
        ".max_addr = 0xffffffff,",
        ".align = 4096,",
        "ASM_CONSTANT(VGA_TEXT);",
        "ASM_CONSTANT(OK_CELLS);",
        r'"movl $OK_CELLS, VGA_TEXT\n\t" /* 0xb8000 */',
        r'"jmp 1b\n\t" /* a non-maskable one still can: halt again */',
        """".code64"); /* the compiler's own code is 64-bit */""",
    ]),
    ("uefi.c", [
        "static const uint16_t text[] = {FIRST_LETTER, SECOND_LETTER, 0};",
        "struct efi_simple_text_output_protocol *console = system_table->ConOut;",
        "console->OutputString(console, text);",
    ]),
])  # fmt: skip
def test_keeps_the_rest(name, gone):
    """A change of the project's file must be made in the example's too."""
    # With single blanks: clang-format moves comments.
    ours, theirs = (
        [" ".join(line.split()) for line in (folder / name).read_text().splitlines()]
        for folder in (ROOT, HERE))
    differ = difflib.ndiff(ours, theirs)
    assert sorted(line[2:] for line in differ if line[0] == "-") == sorted(gone)


@pytest.mark.parametrize("entry", ENTRIES)
def test_run(project, entry):
    """Without a display, `make run` prints the screen; it expects no letters."""
    target = {"bios": "run", "uefi": "run-uefi", "pvh": "run-kernel"}[entry]
    said = make("-s", EXAMPLE, target, cwd=project(), env=NO_DISPLAY)
    assert re.fullmatch(
        rf"{re.escape(TEXT)}\n--- The CPU is halted for good, at 0x[0-9a-f]+\.\n", said)


def test_does_not_disturb_the_project(project):
    """Built after it, the project's own kernel is what it was before."""
    copy = project()
    make("-s", cwd=copy)
    kernel = copy / "build" / "kernel.bin"
    before = kernel.read_bytes()
    build(copy, EXAMPLE)
    assert kernel.read_bytes() != before
    make("-s", cwd=copy)
    assert kernel.read_bytes() == before


def test_an_edit_rebuilds(project):
    copy = project()
    build(copy, EXAMPLE)
    assert "build/" not in make(EXAMPLE, cwd=copy).replace("build/mb2check", "")
    for name in ("examples/long-mode/kernel.h", "multiboot2.h", "uefi.h"):
        (copy / name).touch()
        assert "-c examples/long-mode/uefi.c" in make(EXAMPLE, cwd=copy), name


def test_an_example_that_does_not_exist(project):
    result = run("make", "EXAMPLE=long", cwd=project())
    assert result.returncode != 0
    assert 'No example is called "long". Take: long-mode' in result.stdout


@pytest.mark.parametrize("entry", ENTRIES)
def test_debug(project, entry):
    """What `make debug` proposes leads to kernel_main, in 64-bit mode."""
    copy = project()
    build(copy, "iso", EXAMPLE)
    hints = debug(copy, entry, "quit", variables=[EXAMPLE]).partition("for example:\n")[2]
    commands = [line.split("  ")[0] for line in hints.splitlines()]
    commands = [line for line in commands[: commands.index("quit")] if line]
    said = debug(copy, entry, *commands, "info registers efer", "bt", "quit",
                 variables=[EXAMPLE])
    assert re.search(r"kernel_main \(print=.* at examples/long-mode/main.c", said)
    assert re.search(r"^#1 .* in (start|text_main|uefi_main) ", said, re.M)
    assert "LMA LME ]" in said.rpartition("for example:")[2]
