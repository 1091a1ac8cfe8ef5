# SPDX-License-Identifier: 0BSD
"""`make run` and its kin, without a display: in a terminal, and without."""

import contextlib
import os
import select
import signal
import subprocess
import time

import pytest
from commands import open_terminal, run

NO_DISPLAY = {
    name: value for name, value in os.environ.items()
    if name not in ("DISPLAY", "WAYLAND_DISPLAY")}  # fmt: skip
SEEN = "--- OK was seen, white on green, and the CPU is halted.\n"


@pytest.mark.parametrize("target", ["run", "run-uefi", "run-kernel"])
def test_prints_the_screen(project, target):
    copy = project()
    result = run("make", "-s", target, cwd=copy, env=NO_DISPLAY)
    assert result.returncode == 0, result.stdout
    assert result.stdout.startswith("OK")
    assert result.stdout.endswith(SEEN)
    made = {path.name for path in (copy / "build").iterdir()}
    assert ("os.iso" in made) == (target != "run-kernel")


def test_fails_without_ok(project):
    copy = project(("kernel.c", '"movl $OK, VGA_TEXT\\n\\t"', '""'))
    result = run("make", "-s", "run", cwd=copy, env=NO_DISPLAY)
    assert result.returncode != 0
    assert "*** No OK: the CPU halted without it." in result.stdout


def test_shows_what_grub_says(project):
    copy = project(("grub/grub.cfg", "/boot/kernel.bin", "/boot/kernel"))
    result = run("make", "-s", "run", cwd=copy, env=NO_DISPLAY)
    assert result.returncode != 0
    assert "error: file `/boot/kernel' not found." in result.stdout
    assert "*** No OK: GRUB says what is wrong." in result.stdout


def test_uefi_firmware_may_be_named(project, tmp_path):
    copy = project()
    result = run(
        "make", "-s", "run-uefi", f"OVMF_CODE={tmp_path}/none",
        f"OVMF_VARS={tmp_path}/none", cwd=copy, env=NO_DISPLAY)  # fmt: skip
    assert result.returncode != 0
    assert "*** Not found: ovmf (UEFI firmware for the PC)." in result.stdout
    assert not (copy / "build" / "OVMF_VARS.fd").exists()


def test_leaves_the_variable_store_alone(project, ovmf, tmp_path):
    code = ovmf[1].partition("file=")[2]
    store = tmp_path / "vars.fd"
    before = store.read_bytes()
    result = run(
        "make", "-s", "run-uefi", f"OVMF_CODE={code}", f"OVMF_VARS={store}",
        cwd=project(), env=NO_DISPLAY)  # fmt: skip
    assert result.returncode == 0, result.stdout
    assert store.read_bytes() == before


class Terminal:
    """A program in a terminal of 80 x 25, and who types there."""

    def __init__(self, *command, cwd):
        self.seen = b""
        self.deadline = time.monotonic() + 60
        self.file, end = open_terminal()
        self.program = subprocess.Popen(
            command, cwd=cwd, stdin=end, stdout=end, stderr=end,
            start_new_session=True, env={
                **NO_DISPLAY, "TERM": "xterm", "LINES": "25", "COLUMNS": "80"})
        os.close(end)

    def wait_for(self, text):
        """Waits for text, or with None for the end; keeps all in seen."""
        while text is None or text not in self.seen:
            left = self.deadline - time.monotonic()
            assert left > 0, f"no {text!r} in {self.seen[-2000:]!r}"
            if select.select([self.file], [], [], left)[0]:
                try:
                    self.seen += os.read(self.file, 65536)
                except OSError:  # the program has closed the terminal
                    assert text is None, f"it ended: {self.seen[-2000:]!r}"
                    return

    def type(self, keys):
        os.write(self.file, keys)

    def end(self):
        """How the program ended."""
        self.wait_for(None)
        os.close(self.file)
        return self.program.wait()


@pytest.fixture
def make_in_terminal(project):
    """A function that runs make in a terminal; it ends with the test."""
    started = []

    def start(target):
        started.append(Terminal("make", "-s", target, cwd=project()))
        return started[-1]

    yield start
    for terminal in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(terminal.program.pid, signal.SIGKILL)
        terminal.program.wait()


def test_a_terminal_shows_the_text_screen(make_in_terminal):
    terminal = make_in_terminal("run-kernel")
    terminal.wait_for(b"To leave: Alt-2, then type quit and Enter.")
    terminal.wait_for(b"OK")
    terminal.type(b"\x1b2")  # how a terminal tells of Alt-2
    terminal.wait_for(b"(qemu)")
    terminal.type(b"quit\r")
    assert terminal.end() == 0


def test_a_terminal_shows_uefi_by_its_serial_port(make_in_terminal):
    terminal = make_in_terminal("run-uefi")
    terminal.wait_for(b"To leave: Ctrl-A, then x.")
    terminal.wait_for(b"\x1b[1m\x1b[37m\x1b[42mOK")
    terminal.type(b"\x01x")
    assert terminal.end() == 0
