# SPDX-License-Identifier: 0BSD
"""The page's PC, without the page around it."""

import json
import pathlib
import shutil
import subprocess
import time

import page as pages
import pytest
from page import ROOT, build

TESTS = pathlib.Path(__file__).resolve().parent
ENTRIES = "bios", "uefi", "pvh"
GRUB_MAGIC = 0x36D76289  # MULTIBOOT2_BOOTLOADER_MAGIC, in EAX
VGA_TEXT = 0xB8000
OK_CELLS = [ord("O"), 0x2F, ord("K"), 0x2F]
# What long mode's page tables do not reach.
WILD_WRITE = ("catch_faults(print);",
              "*(volatile char *)0x123456789000 = 1;")  # fmt: skip


class Project:
    """A copy of the project, built, maybe with files that differ."""

    def __init__(self, folder, *edits, example=""):
        self.folder = folder
        for path in build.project_files():
            name = folder / path.relative_to(ROOT)
            name.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, name)
        for file, old, new in edits:
            text = (folder / file).read_text()
            assert text.count(old) == 1
            (folder / file).write_text(text.replace(old, new))
        subprocess.run(["make", "-s", f"EXAMPLE={example}", "iso"], cwd=folder,
                       check=True)  # fmt: skip

    def boots(self, entry):
        return self.folder / "build" / ("kernel.bin" if entry == "pvh" else "os.iso")

    def address(self, symbol):
        names = subprocess.run(["nm", "build/kernel.elf"], cwd=self.folder,
                               capture_output=True, text=True, check=True)
        for line in names.stdout.splitlines():
            if line.split()[-1] == symbol:
                return int(line.split()[0], 16)
        raise AssertionError(f"no {symbol}")


class PC:
    def __init__(self, entry, boots):
        self.entry = entry
        self.node = subprocess.Popen(
            ["node", TESTS / "pc.mjs", pages.BUILT / "pc", entry, boots],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.node.kill()
        self.node.communicate()

    def do(self, *order):
        print(json.dumps(order), file=self.node.stdin, flush=True)
        return json.loads(self.node.stdout.readline())

    def run(self, *text):
        return self.do("run", pages.DEADLINE, *text)

    def shown(self, answer):
        """The text screen, or what came by the console."""
        if self.entry == "uefi":
            return answer["serial"].split("\x1b[2J")[-1]
        return "\n".join(line.rstrip() for line in answer["lines"])


@pytest.fixture(scope="module")
def project(tmp_path_factory, server):
    return Project(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def long_mode(tmp_path_factory, server):
    return Project(tmp_path_factory.mktemp("long"), example="long-mode")


@pytest.mark.parametrize("entry", ENTRIES)
def test_ok_by_each_entry(project, entry):
    with PC(entry, project.boots(entry)) as pc:
        answer = pc.run()
        assert answer["reason"] == "halted"
        assert answer["mode"] == {"uefi": "64-bit long mode"}.get(
            entry, "32-bit protected mode")
        if entry == "uefi":
            assert pc.shown(answer).endswith("\x1b[1m\x1b[37m\x1b[42mOK")
        else:
            assert answer["lines"][0].startswith("OK")
            assert pc.do("read", VGA_TEXT, 4)["value"] == OK_CELLS


@pytest.mark.parametrize("entry", ENTRIES)
def test_long_mode_by_each_entry(long_mode, entry):
    with PC(entry, long_mode.boots(entry)) as pc:
        answer = pc.run()
        assert answer["reason"] == "halted"
        assert answer["mode"] == "64-bit long mode"
        assert "OK, this is C in 64-bit mode." in pc.shown(answer)


def test_a_kernel_that_shows_nothing_is_seen(tmp_path, server):
    """That the tests above can fail."""
    blank = Project(tmp_path, ("kernel.c", '"movl $OK_CELLS, VGA_TEXT\\n\\t"', '""'))
    with PC("pvh", blank.boots("pvh")) as pc:
        answer = pc.run()
        assert answer["reason"] == "halted"
        assert not answer["lines"][0].startswith("OK")


def test_a_triple_fault_has_its_first_fault(tmp_path, server):
    broken = Project(tmp_path, ("kernel.c", '"cli\\n"', '"ud2\\n\\tcli\\n"'))
    with PC("pvh", broken.boots("pvh")) as pc:
        answer = pc.run()
        assert answer["reason"] == "shutdown"
        start = broken.address("start")
        assert answer["shutdown"] == (
            "it began with #UD, invalid opcode, at "
            f"0x{start + 10:x}: ud2")
        assert answer["lines"][0].startswith("OK")


def test_a_page_fault_has_its_address(tmp_path, server):
    broken = Project(tmp_path, ("examples/long-mode/text.c", *WILD_WRITE),
                     example="long-mode")
    with PC("bios", broken.boots("bios")) as pc:
        answer = pc.run()
        assert answer["reason"] == "shutdown"
        assert answer["shutdown"].startswith(
            "it began with #PF, page fault, for address "
            "0x123456789000 (CR2), at 0x")
        assert answer["registers"]["cr2"] == "0x123456789000"


@pytest.mark.parametrize("entry", ENTRIES)
def test_step_shows_ok(project, entry):
    """Chapter 10's: stop at the entry, one step, and OK is there."""
    symbol = "uefi_start" if entry == "uefi" else "start"
    start = project.address(symbol)
    with PC(entry, project.boots(entry)) as pc:
        pc.do("stop", start, *([GRUB_MAGIC] if entry == "bios" else []))
        answer = pc.run()
        assert answer["reason"] == "stopped"
        assert answer["registers"]["rip"] == hex(start)
        assert pc.do("read", VGA_TEXT, 4)["value"] != OK_CELLS
        first = answer["instruction"]
        answer = pc.do("step")
        assert answer["reason"] == "stepped"
        assert answer["registers"]["rip"] != hex(start)
        if entry != "uefi":  # there the firmware shows it, by a call
            assert (first.split()[0], answer["instruction"]) == ("mov", "cli")
            assert pc.do("read", VGA_TEXT, 4)["value"] == OK_CELLS
        assert pc.run()["reason"] == "halted"


def test_the_condition_counts(project):
    """GRUB runs code of its own at these addresses: EAX tells."""
    with PC("bios", project.boots("bios")) as pc:
        pc.do("stop", project.address("start"), GRUB_MAGIC + 1)
        assert pc.run()["reason"] == "halted"


@pytest.fixture
def menu(project, tmp_path):
    """An image whose menu waits."""
    (tmp_path / "grub.cfg").write_text(
        "set timeout=-1\nmenuentry one { true }\nmenuentry two {\ntrue\n}\n")
    subprocess.run(["scripts/mkiso.sh", "build/kernel.bin", tmp_path / "grub.cfg",
                    tmp_path / "menu.iso"], cwd=project.folder, check=True)
    return tmp_path / "menu.iso"


def test_arrow_keys_in_grubs_editor(menu):
    with PC("bios", menu) as pc:
        pc.run("*one")
        pc.do("press", "ArrowDown")
        pc.run("*two")
        pc.do("press", "e")
        pc.run("setparams 'two'")
        pc.do("press", *["ArrowDown"] * 2, "End", "x", "ArrowLeft", "y", "Home", "z")
        shown = pc.run("ztrueyx")
        after_z = "".join(shown["lines"]).index("ztrueyx") + 1
        deadline = time.monotonic() + pages.DEADLINE
        while shown["cursor"] != after_z:
            assert time.monotonic() < deadline
            shown = pc.do("run", 0.05)


def test_keys_in_grubs_command_line(menu):
    with PC("bios", menu) as pc:
        assert "GNU GRUB" in pc.shown(pc.run("GNU GRUB"))
        pc.do("press", "c")
        pc.run("grub>")
        pc.do("press", *"No_b", "Backspace", "c", "Enter")
        answer = pc.shown(pc.run("can't find command"))
        assert "\ngrub> No_c\nerror: can't find command `No_c'.\n" in answer
