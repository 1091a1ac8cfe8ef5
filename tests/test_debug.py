# SPDX-License-Identifier: 0BSD
"""`make debug`: what the learner sees, and what it leaves behind."""

import pathlib
import subprocess

import pytest
from commands import ROOT, wait_until
from qemu import expected_cells
from screens import assert_uefi_picture, read_picture
from terminal import make_in_terminal  # noqa: F401

SCREEN = "x/4xb 0xb8000"
OK = "0xb8000:" + "".join(f"\t{byte:#04x}" for cell in expected_cells() for byte in cell)
# The fastest one that exists.
ENTRY = "pvh" if (ROOT / "pvh.c").exists() else "bios"
PID = "shell echo pid: $(cat build/debug.pid)"


def debug(copy, entry, *commands, variables=()):
    """Types commands to `make debug`; returns what it prints."""
    result = subprocess.run(
        ["make", "-s", *variables, "debug", f"ENTRY={entry}"], cwd=copy, timeout=120,
        input="".join(line + "\n" for line in commands), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    return result.stdout


def assert_ended(said):
    """The QEMU whose PID was asked for in gdb has ended, or does at once."""
    words = said.split()
    stat = pathlib.Path("/proc", words[words.index("pid:") + 1], "stat")
    # Z is a zombie, a dead process that nobody has waited for.
    wait_until(lambda: not stat.exists()
               or stat.read_text().rpartition(") ")[2][0] == "Z", "QEMU's end")


@pytest.mark.docs
@pytest.mark.parametrize("entry", ["bios", "pvh"])
def test_three_commands_bring_ok(project, entry):
    copy = project()
    said = debug(copy, entry, SCREEN, "stepi", SCREEN, PID, "quit")
    seen, _, typed = said.partition("Type, for example:\n")
    assert "currently" not in seen and 'is set to "i386"' in seen
    assert '"movl $OK_CELLS, VGA_TEXT' in seen, "no source is shown"
    assert "=> 0x100060 <start>:\tmovl   $0x2f4b2f4f,0xb8000\n" in seen
    assert ("eax            0x36d76289" in seen) == (entry == "bios")
    hint, _, answers = typed.partition("(gdb)")
    hints = [line.split("  ")[0] for line in hint.splitlines()]
    assert hints[:3] == [SCREEN, "stepi", SCREEN]
    before, after = [
        line for line in answers.splitlines() if "0xb8000:" in line]
    assert OK not in before and OK in after
    assert_ended(said)
    left = {path.name for path in (copy / "build").glob("debug.*")}
    assert left == set()


@pytest.mark.docs
def test_three_commands_bring_ok_by_uefi(project, tmp_path):
    text = (ROOT / "uefi.c").read_text()
    line = 1 + text.partition("String(console, text)")[0].count("\n")
    commands = [f"tbreak uefi.c:{line}", "continue", "next"]
    pictures = [tmp_path / "before.ppm", tmp_path / "after.ppm"]
    take = [f'monitor screendump "{picture}"' for picture in pictures]
    said = debug(
        project(), "uefi", PID, *commands[:2], take[0], commands[2], take[1])
    assert 'is set to "i386:x86-64"' in said
    assert "=> 0x1000ce <uefi_start>:\tmov    %ebx,%edi\n" in said
    hint = said.partition("Type, for example:\n")[2].splitlines()
    assert [line.split("  ")[0] for line in hint[:3]] == commands

    print(said)
    with pytest.raises(AssertionError, match="letter 1"):
        assert_uefi_picture(read_picture(pictures[0]))
    assert_uefi_picture(read_picture(pictures[1]))
    assert_ended(said)


def test_registers_can_be_changed(project):
    """gdb is given a description of a 32-bit CPU, with offsets of registers."""
    said = debug(
        project(), ENTRY, "print/x $ecx", "set $ebx = 7", "print $ebx",
        "print/x $ecx", "print/x $eip")  # fmt: skip
    values = [w.rpartition(" = ")[2] for w in said.splitlines() if " = " in w]
    assert values == [values[0], "7", values[0], values[3]]
    assert f"=> {values[3]} <start>:" in said


def test_a_killed_gdb_leaves_no_qemu(project):
    said = debug(project(), ENTRY, PID, "shell kill -KILL $PPID")
    assert_ended(said)


def wait_until_it_runs(pid):
    """Waits until the PC has run for a while, so that gdb waits for it."""
    stat = pathlib.Path("/proc", pid.read_text().strip(), "stat")
    wait_until(lambda: int(stat.read_text().rpartition(") ")[2].split()[11]) > 50,
               "the PC to run")


def test_ctrl_c_leaves_when_start_never_comes(make_in_terminal):  # noqa: F811
    terminal = make_in_terminal(
        "debug", edits=[("grub/grub.cfg", "multiboot2 /boot/kernel.bin", "")])
    terminal.wait_for(b"Ctrl-C gives up.")
    wait_until_it_runs(terminal.folder / "build" / "debug.pid")
    terminal.type(b"\x03")
    assert terminal.end() != 0
    assert b"*** The PC did not reach start. It was stopped here:" in (
        terminal.seen)
    assert list((terminal.folder / "build").glob("debug.*")) == []
