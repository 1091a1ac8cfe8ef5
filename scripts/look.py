#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""Boots any kernel or image, and reports the text on the screen and whether the
CPU is halted. It exits with 0 if the CPU halts for good and the screen's text
begins with what --expect asks for, or without --expect is not empty; else with 1.
Without FILE it boots what `make` built, and the screen must be what screen.h says;
with $EXAMPLE set, any text will do."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile

from qemu import COLORS, Machine, MachineError, arguments, expected, look, wrong

SCRIPTS = os.path.dirname(os.path.abspath(__file__))


def is_kernel(path):
    """Is it an ELF file, and so not an image?"""
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def prepare(file, folder, kernel, entry):
    """Puts the file where QEMU's arguments expect it, by its name there; GRUB
    boots a kernel from an image."""
    os.symlink(os.path.abspath(file),
               f"{folder}/{'kernel.bin' if kernel else 'os.iso'}")  # fmt: skip
    if kernel and entry != "pvh":
        subprocess.run(
            ["sh", f"{SCRIPTS}/mkiso.sh", f"{folder}/kernel.bin",
             f"{SCRIPTS}/../grub/grub.cfg", f"{folder}/os.iso"],
            check=True, stdout=subprocess.DEVNULL)  # fmt: skip


def say_ours(problem):
    """Says whether the letters were seen; returns the exit status."""
    letters, color, background = expected()
    if problem:
        print(f"*** No {letters}: {problem}.", file=sys.stderr)
        return 1
    print(f"--- {letters} was seen, {COLORS[color]} on {COLORS[background]},"
          " and the CPU is halted.")  # fmt: skip
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", metavar="FILE", nargs="?",
                        help="an image, or a kernel (ELF)")  # fmt: skip
    parser.add_argument("--entry", choices=["bios", "uefi", "pvh"], default="bios",
                        help="the entry (default: bios); pvh needs a kernel")
    parser.add_argument("--expect", metavar="TEXT",
                        help="what the screen's text must begin with; '' for a"
                             " kernel that draws, and has no text")  # fmt: skip
    parser.add_argument("--seconds", type=int, default=30, metavar="N",
                        help="how long to wait for the end (default: 30)")
    parser.add_argument("--picture", metavar="PNG", help="write the screen there")
    asked = parser.parse_args()
    try:
        kernel = asked.file and is_kernel(asked.file)
    except OSError as error:
        parser.error(f"{asked.file} cannot be read: {error.strerror}")
    if asked.file and asked.entry == "pvh" and not kernel:
        parser.error(f"{asked.file} is not an ELF file, and --entry pvh boots a"
                     " kernel: name the kernel, or leave --entry pvh out")  # fmt: skip
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ours = not asked.file and not os.environ.get("EXAMPLE")
    with tempfile.TemporaryDirectory() as folder:
        if asked.file:
            prepare(asked.file, folder, kernel, asked.entry)
        how = arguments(asked.entry, folder if asked.file else "build")
        with Machine(*how, seconds=asked.seconds) as pc:
            state, sentence, screen = look(pc, asked.entry == "uefi")
            problem = "" if state == "halted" else sentence
            if ours and not problem:
                seen = wrong(pc, asked.entry)
                problem = seen and f"the CPU halted, but {seen}"
            if asked.picture:
                pc.screenshot(asked.picture)
    print(screen)
    if ours:
        return say_ours(problem)
    print(f"--- {sentence[0].upper()}{sentence[1:]}.")
    if problem:
        return 1
    if asked.expect is None and not screen:
        print("*** The screen is empty.", file=sys.stderr)
        return 1
    if not screen.lstrip().startswith(asked.expect or ""):
        print(f"*** The screen does not begin with {asked.expect!r}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except MachineError as error:
        sys.exit(f"*** {error}")
    except subprocess.CalledProcessError:
        sys.exit(1)  # the script said why
