# SPDX-License-Identifier: 0BSD
"""`make run` and the like without a display: in a terminal, and without one."""

import re
import tempfile

import pytest
from broken import BROKEN
from commands import LETTERS, SEEN, needs_pvh, needs_uefi, program, run
from qemu import Machine, MachineError, arguments, console_letters
from terminal import NO_DISPLAY, make_in_terminal  # noqa: F401


@pytest.mark.parametrize("target", [
    "run", pytest.param("run-uefi", marks=needs_uefi),
    pytest.param("run-kernel", marks=needs_pvh)])  # fmt: skip
def test_prints_the_screen(project, target):
    copy = project()
    result = run("make", "-s", target, cwd=copy, env=NO_DISPLAY)
    assert result.returncode == 0, result.stdout
    assert result.stdout.startswith(LETTERS)
    assert result.stdout.endswith(SEEN + " and the CPU is halted.\n")
    made = {path.name for path in (copy / "build").iterdir()}
    assert ("os.iso" in made) == (target != "run-kernel")


def test_fails_without_ok(project):
    copy = project(*BROKEN["silent"])
    result = run("make", "-s", "run", cwd=copy, env=NO_DISPLAY)
    assert result.returncode != 0
    assert f"*** No {LETTERS}: the CPU halted, but the screen begins with" in (
        result.stdout)


def test_shows_what_grub_says(project):
    copy = project(("grub/grub.cfg", "/boot/kernel.bin", "/boot/kernel"))
    result = run("make", "-s", "run", cwd=copy, env=NO_DISPLAY)
    assert result.returncode != 0
    assert "error: file `/boot/kernel' not found." in result.stdout
    assert f"*** No {LETTERS}: GRUB refused the kernel, and waits for a key." in result.stdout


def test_uefi_firmware_may_be_named(project, tmp_path):
    copy = project()
    result = run(
        "make", "-s", "run-uefi", f"OVMF_CODE={tmp_path}/none",
        f"OVMF_VARS={tmp_path}/none", cwd=copy, env=NO_DISPLAY)  # fmt: skip
    assert result.returncode != 0
    assert "*** Not found: ovmf (UEFI firmware for the PC)." in result.stdout
    assert not (copy / "build" / "OVMF_VARS.fd").exists()


@needs_uefi
def test_leaves_the_variable_store_alone(project, tmp_path):
    store = tmp_path / "vars.fd"
    code = arguments("uefi", store=store)[1].partition("file=")[2]
    before = store.read_bytes()
    result = run(
        "make", "-s", "run-uefi", f"OVMF_CODE={code}", f"OVMF_VARS={store}",
        cwd=project(), env=NO_DISPLAY)  # fmt: skip
    assert result.returncode == 0, result.stdout
    assert store.read_bytes() == before


def titles(terminal):
    """What the terminal's title was set to."""
    return re.findall(rb"\x1b\]0;([^\x07]*)\x07", terminal.seen)


@needs_pvh
def test_a_terminal_shows_the_text_screen(make_in_terminal):
    terminal = make_in_terminal("run-kernel")
    terminal.wait_for(b"To leave: Alt-2, then type quit and Enter.")
    terminal.wait_for(LETTERS.encode())
    terminal.type(b"\x1b2")  # what a terminal sends for Alt-2
    terminal.wait_for(b"(qemu)")
    terminal.type(b"quit\r")
    assert terminal.end() == 0
    assert titles(terminal) == [b"leave: Alt-2, quit", b""]


@needs_uefi
def test_a_terminal_shows_uefi_by_its_serial_port(make_in_terminal):
    terminal = make_in_terminal("run-uefi")
    terminal.wait_for(b"To leave: Ctrl-A, then x.")
    terminal.wait_for(console_letters().encode())
    terminal.type(b"\x01x")
    assert terminal.end() == 0
    assert titles(terminal)[0] == b"leave: Ctrl-A x"
    assert titles(terminal)[-1] == b""


def test_a_window_says_how_to_leave(project, tmp_path):
    fake = program(tmp_path / "qemu",
                   '[ "$*" = "-display help" ] && echo gtk || echo "$@"')
    result = run(
        "make", "-s", "run-kernel", cwd=project(),
        env={**NO_DISPLAY, "DISPLAY": ":0", "QEMU": str(fake)})  # fmt: skip
    assert result.stdout == (
        "-name to leave, close this window -nic none -display gtk"
        " -kernel build/kernel.bin\n")


def test_a_qemu_that_dies_is_heard(tmp_path, monkeypatch):
    """It ended before the first command came, and left no folder behind."""
    fake = program(tmp_path / "qemu",
                   "exec <&-; echo '{\"QMP\": {}}'; echo no luck >&2")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(MachineError, match="QEMU ended: no luck"):
        with Machine(qemu=str(fake)):
            pass
    assert list(tmp_path.iterdir()) == [fake]
