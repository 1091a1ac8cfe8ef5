# SPDX-License-Identifier: 0BSD
"""A terminal without a display, for the tests that type."""

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import termios
import time

import pytest
from commands import open_terminal

NO_DISPLAY = {
    name: value for name, value in os.environ.items()
    if name not in ("DISPLAY", "WAYLAND_DISPLAY")}  # fmt: skip


class Terminal:
    """A program in a terminal of 80 x 25, to type into."""

    def __init__(self, *command, cwd):
        self.folder = cwd
        self.seen = b""
        self.deadline = time.monotonic() + 60
        self.file, end = open_terminal()
        self.program = subprocess.Popen(
            command, cwd=cwd, stdin=end, stdout=end, stderr=end,
            start_new_session=True, env={
                **NO_DISPLAY, "TERM": "xterm", "LINES": "25", "COLUMNS": "80"},
            # So that Ctrl-C is a signal for the programs in it.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
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
        """The program's exit status, when it has ended."""
        self.wait_for(None)
        os.close(self.file)
        return self.program.wait()


@pytest.fixture
def make_in_terminal(project):
    """A function that runs make in a terminal; it ends with the test."""
    started = []

    def start(*arguments, edits=()):
        started.append(
            Terminal("make", "-s", *arguments, cwd=project(*edits)))
        return started[-1]

    yield start
    for terminal in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(terminal.program.pid, signal.SIGKILL)
        terminal.program.wait()
