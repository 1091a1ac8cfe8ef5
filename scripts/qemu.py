# SPDX-License-Identifier: 0BSD
"""A PC in QEMU, and what its screen shows.

Machine speaks QMP, the QEMU Machine Protocol: one JSON object a line, here
over QEMU's standard input and output, so no socket is left behind.
"""

import ast
import collections
import contextlib
import functools
import json
import os
import re
import select
import struct
import subprocess
import tempfile
import time

ANSWER_SECONDS = 30  # a running QEMU answers at once

COLUMNS, ROWS = 80, 25
VGA_TEXT = 0xB8000

Registers = collections.namedtuple("Registers", "pointer flags halted")


def shell(script, *words):
    """The lines that a script prints; it can call the functions of lib.sh."""
    library = os.path.join(os.path.dirname(__file__), "lib.sh")
    said = subprocess.run(
        ["sh", "-euc", f'. "$0"; {script}', library, *map(str, words)],
        check=True, stdout=subprocess.PIPE, text=True)  # fmt: skip
    return said.stdout.splitlines()


def arguments(entry, built="build", store=""):
    """QEMU's arguments for booting, by that entry, what make built in that
    folder. UEFI's variable store is made anew: a file there, or `store`."""
    return shell('entry=$1 built=$2 store=$3; . "$scripts/qemu-args.sh";'
                 ' printf "%s\\n" "$@"', entry, built, store)  # fmt: skip


class MachineError(Exception):
    """The PC did not do what it should."""


class Machine:
    """A PC that boots as QEMU's arguments say.

    Whatever a test waits for must happen within `seconds` of the start.

    with Machine("-cdrom", "build/os.iso") as pc:
        pc.wait_for(pc.stopped, "the CPU to halt")
        print(pc.text())
    """

    def __init__(self, *arguments, seconds=60, qemu=None):
        self.seconds = seconds
        qemu = qemu or os.environ.get("QEMU") or "qemu-system-x86_64"
        self.command = [
            qemu, "-display", "none", "-nic", "none", "-qmp", "stdio",
            "-chardev", "ringbuf,id=serial,size=65536",
            "-serial", "chardev:serial",
            # A reset freezes the PC, so that its last screen can be read.
            "-action", "reboot=shutdown,shutdown=pause",
            "-d", "cpu_reset", *arguments]  # fmt: skip

    def __enter__(self):
        self.deadline = time.monotonic() + self.seconds
        self.reset, self.buffer, self.written = False, b"", ""
        with contextlib.ExitStack() as stack:
            self.folder = stack.enter_context(tempfile.TemporaryDirectory())
            self.log = os.path.join(self.folder, "log")
            self.errors = stack.enter_context(tempfile.TemporaryFile("w+"))
            self.process = stack.enter_context(subprocess.Popen(
                [*self.command, "-D", self.log], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=self.errors,
                bufsize=0))  # so that closing a pipe to a dead QEMU is no error
            stack.callback(self.process.kill)
            self._receive("QMP")
            self.qmp("qmp_capabilities")
            self.end = stack.pop_all().close
        return self

    def __exit__(self, *_):
        self.end()

    def _receive(self, *keys):
        """The next message that has one of the keys; notes a reset event."""
        while True:
            line, newline, rest = self.buffer.partition(b"\n")
            if newline:
                self.buffer = rest
                message = json.loads(line)
                if message.get("event") == "SHUTDOWN":
                    self.reset = True
                if any(key in message for key in keys):
                    return message
                continue
            output = self.process.stdout
            if not select.select([output], [], [], ANSWER_SECONDS)[0]:
                raise MachineError(
                    f"QEMU did not answer within {ANSWER_SECONDS} s")
            data = os.read(output.fileno(), 65536)
            if not data:
                self.errors.seek(0)
                raise MachineError("QEMU ended: " + self.errors.read())
            self.buffer += data

    def qmp(self, command, **arguments):
        """Runs a QMP command and returns what it answers."""
        request = {"execute": command, "arguments": arguments}
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
        except BrokenPipeError:
            pass  # _receive says why QEMU ended
        answer = self._receive("return", "error")
        if "error" in answer:
            raise MachineError(f"{command}: {answer['error']['desc']}")
        return answer["return"]

    def monitor(self, line):
        """Runs a command of QEMU's human monitor, and returns its text."""
        return self.qmp("human-monitor-command", **{"command-line": line})

    def wait_for(self, condition, what, pause=0.01):
        """Waits until condition() is true; `what` names it if it never is.

        It is asked again after each pause, in seconds.
        """
        while True:
            met = condition()
            if self.reset:
                with open(self.log) as log:
                    fault = "Triple fault" in log.read()
                raise MachineError(
                    f"waited for {what}, but the PC "
                    + ("took a triple fault" if fault
                       else "reset itself, and would do so again"))
            if met:
                return
            if time.monotonic() > self.deadline:
                at = self.registers().pointer
                raise MachineError(f"waited {self.seconds} s for {what}, but the"
                                   f" PC hangs at {at:#x}")  # fmt: skip
            time.sleep(pause)

    def registers(self):
        """What the first CPU holds: instruction pointer, flags, is it halted?"""
        text = self.monitor("info registers")
        pointer = re.search(r"\b[ER]IP=([0-9a-f]+)", text)[1]
        flags = re.search(r"\b[ER]FL=([0-9a-f]+)", text)[1]
        return Registers(int(pointer, 16), int(flags, 16), "HLT=1" in text)

    def stopped(self):
        """Is the CPU halted for good, with interrupts off (IF, flags bit 9)?"""
        registers = self.registers()
        return registers.halted and not registers.flags & 1 << 9

    def memory(self, address, size):
        """The bytes of the PC's memory from there on."""
        dump = self.monitor(f"xp /{size}bx {address:#x}")
        return bytes.fromhex("".join(re.findall(r" 0x(\w\w)", dump)))

    def cells(self, count=COLUMNS * ROWS):
        """The VGA text memory: pairs of character and attribute, 80 a row."""
        data = self.memory(VGA_TEXT, 2 * count)
        return list(struct.iter_unpack("BB", data))

    def text(self):
        """The text screen as 25 lines."""
        return screen_text(self.cells())

    def serial(self):
        """All that the PC has written to its first serial port."""
        self.written += self.qmp("ringbuf-read", device="serial", size=65536)
        return self.written

    def screenshot(self, path):
        """Writes the screen to a PNG file."""
        self.qmp("screendump", filename=os.path.abspath(path), format="png")

    def size(self):
        """The screen's width and height, in pixels."""
        path = os.path.join(self.folder, "screen.png")
        self.screenshot(path)
        with open(path, "rb") as file:  # PNG begins with its size
            return struct.unpack(">16xII", file.read(24))


def screen_text(cells):
    """The cells of a text screen as 25 lines."""
    line = bytes(character or 0x20 for character, _ in cells).decode("cp437")
    return "\n".join(
        line[at : at + COLUMNS].rstrip()
        for at in range(0, COLUMNS * ROWS, COLUMNS))


# The colours' names, by their codes on a PC's text screen.
COLORS = ("black", "blue", "green", "cyan", "red", "magenta", "brown",
          "light grey", "dark grey", "light blue", "light green", "light cyan",
          "light red", "pink", "yellow", "white")  # fmt: skip
SCREEN_H = os.path.join(os.path.dirname(__file__), os.pardir, "screen.h")

Shown = collections.namedtuple("Shown", "letters color background")


@functools.lru_cache()
def expected():
    """What screen.h says is shown."""
    with open(SCREEN_H) as file:
        text = file.read()

    def value(name):
        found = re.search(rf"^#define {name} +('.+?'|\w+)", text, re.M)
        if not found:
            raise MachineError(f"screen.h must define {name} in one line,"
                               " as a letter in ' ' or a number")  # fmt: skip
        return ast.literal_eval(found[1])

    letters = [value("FIRST_LETTER"), value("SECOND_LETTER")]
    return Shown("".join(c if isinstance(c, str) else chr(c) for c in letters),
                 value("TEXT_COLOR"), value("BACKGROUND_COLOR"))  # fmt: skip


def expected_cells():
    """The letters, as cells of a text screen."""
    letters, color, background = expected()
    return [(ord(letter), background << 4 | color) for letter in letters]


def wrong_cells(cells, whole):
    """What is wrong on a text screen, "" if nothing: it must begin with the
    letters, and if `whole`, all else must be blank. (With -kernel, nobody clears
    the screen.)"""
    begin = cells[: len(expected_cells())]
    if begin != expected_cells():
        return "the screen begins with " + " ".join(
            f"{bytes([character]).decode('cp437')!r} in {attribute:#04x}"
            for character, attribute in begin)
    for at, (character, _) in enumerate(cells):
        if whole and at >= len(begin) and character not in b"\0 ":
            return "row %d, column %d is not blank" % divmod(at, COLUMNS)
    return ""


def console_text(serial):
    """What is on UEFI's console, which it sends to the serial port too."""
    screen = serial.rpartition("\x1b[2J")[2]  # since it was cleared
    return re.sub(r"\x1b\[[0-9;=]*[A-Za-z]", "", screen).strip("\r\n")


def console_letters():
    """The letters, as UEFI's console sends them to a terminal."""
    letters, color, background = expected()
    # Terminals number the colours red first, the PC blue first.
    ansi = [0, 4, 2, 6, 1, 5, 3, 7]
    return (f"\x1b[{color >> 3}m\x1b[3{ansi[color & 7]}m"
            f"\x1b[4{ansi[background & 7]}m{letters}")  # fmt: skip


def wrong_console(serial):
    """What is wrong on UEFI's console, "" if nothing."""
    if console_text(serial) != expected().letters:
        return f"the console shows {console_text(serial)!r}"
    if console_letters() not in serial:
        return "the letters have other colours"
    return ""


def wrong(pc, entry):
    """What is wrong on the screen of a PC that halted, "" if nothing."""
    if entry == "uefi":
        return wrong_console(pc.serial())
    if pc.size() != (720, 400):
        return "the screen is not in text mode but %d x %d" % pc.size()
    return wrong_cells(pc.cells(), whole=entry == "bios")


def refused(pc):
    """Does GRUB wait for a key, after an error?"""
    return "Press any key to continue..." in pc.text() + pc.serial()


def look(pc, uefi=False):
    """Waits for the PC's end: its state in a word, then in a sentence, and the
    screen's text."""
    try:
        pc.wait_for(lambda: pc.stopped() or refused(pc), "the CPU to halt")
        if refused(pc):
            state = "refused", "GRUB refused the kernel, and waits for a key"
        else:
            at = pc.registers().pointer
            state = "halted", f"the CPU is halted for good, at {at:#x}"
    except MachineError as error:
        state = "reset" if pc.reset else "runs", str(error)
    text = console_text(pc.serial()) if uefi else pc.text()
    return (*state, text.rstrip())
